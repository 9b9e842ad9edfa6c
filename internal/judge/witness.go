package judge

import (
	"cmp"
	"slices"
	"time"

	"scaleproof/internal/timeline"
)

// lookLimit is how far apart two looks at a part may lie before what is
// between them is a hole: three times the schedule's period, so that a single
// failed poll is none.
var lookLimit = map[string]time.Duration{
	timeline.PartService:    30 * time.Second,
	timeline.PartTargets:    30 * time.Second,
	timeline.PartScaling:    90 * time.Second,
	timeline.PartAlarms:     45 * time.Second,
	timeline.PartActivities: 45 * time.Second,
	timeline.PartMetrics:    90 * time.Second,
}

// parts in a fixed order.
var parts = []string{
	timeline.PartService, timeline.PartTargets, timeline.PartScaling,
	timeline.PartAlarms, timeline.PartActivities, timeline.PartMetrics,
}

// look is a stretch in which a part was looked at.
type look struct {
	from, to time.Time
	longest  time.Duration
	seq      int64
	reached  time.Time // the latest end of this one and all before it
}

// gap is a poll that failed.
type gap struct {
	part  string
	at    time.Time
	error string
	since time.Time // the last look that did not; zero where there was none
	seq   int64
}

// hole is a stretch in which a part was not looked at often enough.
type hole struct {
	from, to time.Time
	longest  time.Duration
	seqs     []int64
}

func (f *facts) readLooks(events []timeline.Event) {
	for _, e := range events {
		switch d := e.Data.(type) {
		case timeline.Heartbeat:
			if d.Looks > 0 && !d.From.After(e.At) {
				// So few looks lie at least so far apart, whatever is told.
				least := e.At.Sub(d.From) / time.Duration(d.Looks)
				f.looks[d.Part] = append(f.looks[d.Part], look{from: d.From, to: e.At, longest: max(d.Longest, least), seq: e.Seq})
			}
		case timeline.Gap:
			f.gaps = append(f.gaps, gap{d.Part, e.At, d.Error, d.Since, e.Seq})
		}
	}
	for _, list := range f.looks {
		slices.SortStableFunc(list, func(a, b look) int {
			return cmp.Or(a.from.Compare(b.from), a.to.Compare(b.to))
		})
		for i := range list {
			list[i].reached = later(list[i].to, list[max(0, i-1)].reached)
		}
	}
}

// holes lists where a part was not looked at often enough in [from, to].
func (f *facts) holes(part string, from, to time.Time) (found []hole) {
	limit := lookLimit[part]
	add := func(a, b time.Time, longest time.Duration, seqs ...int64) {
		if longest > limit && a.Before(to) && b.After(from) {
			found = append(found, hole{a, b, longest, seqs})
		}
	}
	// Between two looks their whole distance counts, also where only a part
	// of it lies in [from, to].
	var reached time.Time
	looks := f.looks[part]
	i, _ := slices.BinarySearchFunc(looks, from, func(l look, t time.Time) int { return l.reached.Compare(t) })
	if i > 0 { // those before ended before it all
		reached = looks[i-1].reached
	}
	for _, l := range looks[i:] {
		if !reached.Before(to) && !l.from.Before(to) {
			break
		}
		before := reached
		if before.IsZero() && l.from.After(from) {
			before = from // nobody looked before
		}
		if !before.IsZero() {
			add(before, l.from, l.from.Sub(before), l.seq)
		}
		add(l.from, l.to, l.longest, l.seq)
		reached = later(reached, l.to)
	}
	if reached.IsZero() {
		add(from, to, max(to.Sub(from), limit+1)) // never looked at
	} else {
		add(reached, to, to.Sub(reached))
	}
	for i := range found {
		for _, g := range f.gaps {
			if g.part == part && !g.at.Before(found[i].from) && !g.at.After(found[i].to) {
				found[i].seqs = append(found[i].seqs, g.seq)
			}
		}
	}
	return found
}

// blind says that a part was not looked at around t.
func (f *facts) blind(part string, t time.Time) bool {
	return len(f.holes(part, t.Add(-time.Second), t.Add(time.Second))) > 0
}

// lastLook is the last look at a part; zero where there was none.
func (f *facts) lastLook(part string) (last time.Time) {
	for _, l := range f.looks[part] {
		last = later(last, l.to)
	}
	return last
}

// sawOrders says that the list of activities was read after t, so that an
// order given before it is known. AWS keeps activities for six weeks: a hole
// before that look loses none. [D]
func (f *facts) sawOrders(t time.Time) bool {
	return !f.lastLook(timeline.PartActivities).Before(earlier(t, f.horizon))
}

// ordersMissed says that an order before t may not be known, since the list of
// activities was not read after it.
func (f *facts) ordersMissed(t time.Time) string {
	last := f.lastLook(timeline.PartActivities)
	if last.IsZero() {
		return "The scaling activities were never read, so no order is known; see observation.complete, and run again."
	}
	return "The scaling activities were last read " + f.when(last) + ", so a later order, until " + f.when(t) +
		", may have been missed; see run.complete and observation.complete, and run again."
}
