package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/hdr"
	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// starved is a stretch in which the generator fell behind.
type starved struct {
	timeline.Starved
	seq int64
}

func (f *facts) readStarved(events []timeline.Event) {
	for _, e := range events {
		if d, ok := e.Data.(timeline.Starved); ok {
			f.starved = append(f.starved, starved{d, e.Seq})
		}
	}
}

// starvation is what held the generator back most in [from, to), added up, and
// for how much of which time; ok where something did. In words it ends with
// the remedy.
func (f *facts) starvation(from, to time.Time) (worst starved, words string, ok bool) {
	by := map[string]*starved{}
	var order []string
	for _, s := range f.starved {
		if !s.From.Before(to) || !s.To.After(from) {
			continue
		}
		t := by[s.Cause]
		if t == nil {
			t = &starved{timeline.Starved{Cause: s.Cause, From: s.From, To: s.To}, s.seq}
			by[s.Cause], order = t, append(order, s.Cause)
		}
		t.From, t.To = earlier(t.From, s.From), later(t.To, s.To)
		t.Late, t.Unsent, t.Lost = t.Late+s.Late, t.Unsent+s.Unsent, t.Lost+s.Lost
		t.Longest = max(t.Longest, s.Longest)
	}
	if len(order) == 0 {
		return worst, "", false
	}
	worst = *by[order[0]]
	for _, cause := range order[1:] {
		if t := by[cause]; t.Late+t.Unsent > worst.Late+worst.Unsent {
			worst = *t
		}
	}
	words = worst.Words()
	if worst.Lost > 0 {
		words += fmt.Sprintf(" for %s of the %s to %s", short(worst.Lost.Round(time.Millisecond)), short(worst.To.Sub(worst.From).Round(time.Millisecond)), f.when(worst.To))
	} else {
		words += " until " + f.when(worst.To)
	}
	var came []string
	if worst.Late > 0 {
		came = append(came, fmt.Sprintf("%s late by up to %s", plural(int(worst.Late), "request", "requests"), short(worst.Longest.Round(time.Millisecond))))
	}
	if worst.Unsent > 0 {
		came = append(came, fmt.Sprintf("%d not sent", worst.Unsent))
	}
	if len(came) > 0 {
		words += " (" + strings.Join(came, ", ") + ")"
	}
	return worst, words + "; " + starvedRemedy(worst.Cause), true
}

// behind is what held the generator back, to the end of a sentence that says
// that something did; else what to do without
// knowing, which may be empty.
func (f *facts) behind(from, to time.Time, unknown string) string {
	if _, words, ok := f.starvation(from, to); ok {
		return ": " + words
	}
	if unknown == "" {
		return ""
	}
	return "; " + unknown
}

// starvedRemedies are for what a generator starved of.
var starvedRemedies = map[string]string{
	timeline.StarvedQuota:      "give it a larger quota (cpu.max, docker's --cpus, a container's cpu limit), or a lower rate",
	timeline.StarvedContention: "run it on a quieter or larger machine",
	timeline.StarvedStopped:    "let it run: no SIGSTOP, debugger, suspended laptop or migrated machine",
	timeline.StarvedSaturated:  "give it more processors, or share the load out among several (--shard)",
	timeline.StarvedCeiling:    "raise traffic.ceiling, or lower the rate",
}

func starvedRemedy(cause string) string {
	if r, ok := starvedRemedies[cause]; ok {
		return r
	}
	if r, ok := remedies[ownClass+":"+cause]; ok {
		return r
	}
	return "run it on a quieter or larger machine"
}

// unfair says that requests of a kind that timed out in a window may have had a
// third less time than they should, since the generator was behind when they
// were due.
func (f *facts) unfair(w window, k plan.Kind) bool {
	return slices.ContainsFunc(f.starved, func(s starved) bool {
		return s.Longest*distortion >= k.Timeout && s.From.Before(w.end()) && s.To.Add(k.Timeout).After(w.Start)
	})
}

// lag is how many of the requests that samples are of the generator itself had
// wait, and how long. The zero value is of none.
type lag struct {
	sum     *hdr.Sum
	counted map[int64]bool // windows, by their events
}

// add takes in windows, and the one before them: who left late in it may have
// been answered in them.
func (l *lag) add(f *facts, w []window, kinds []string) error {
	if len(w) == 0 {
		return nil
	}
	if i, _ := slices.BinarySearchFunc(f.windows, w[0].Start, byStart); i > 0 {
		w = append(slices.Clone(f.windows[i-1:i]), w...)
	}
	for _, w := range w {
		if l.counted[w.seq] {
			continue
		}
		for _, k := range w.Kinds {
			if k.Lateness == "" || !among(kinds, k.Kind) {
				continue
			}
			if l.sum == nil {
				l.sum, l.counted = &hdr.Sum{}, map[int64]bool{}
			}
			if err := l.sum.Add(k.Lateness); err != nil {
				return fmt.Errorf("event %d: %w", w.seq, err)
			}
			l.counted[w.seq] = true
		}
	}
	return nil
}

// lagSteps are the lags that are asked for: 1, 2 and 5 of each power of ten.
var lagSteps = func() (list []time.Duration) {
	for d := 10 * time.Microsecond; d <= 100*time.Second; d *= 10 {
		list = append(list, d, 2*d, 5*d)
	}
	return list
}()

// least is the latency that the sample at a rank has for certain without what
// the generator itself had requests wait. A latency is that wait and the rest;
// of those that are at least L, all but as many as waited longer than d have a
// rest of at least L - d. So the rest's sample at rank r is not below the
// latency at r less that many, less d; of all d the best counts. Of which
// request waited how long, the histograms know nothing, and this asks nothing.
func (s samples) least(rank int64) (value time.Duration, known bool) {
	if s.lag.sum == nil {
		return s.at(rank)
	}
	counts, known := s.lag.sum.Counts(), true
	for _, d := range lagSteps {
		var longer int64
		for _, n := range counts[min(len(counts), s.lag.sum.Place(d.Microseconds())+1):] {
			longer += n
		}
		if rank <= longer {
			continue
		}
		v, ok := s.at(rank - longer)
		if !ok {
			return 0, false // even so it is one that never came
		}
		value = max(value, v-d)
		if longer == 0 {
			break
		}
	}
	return value, known
}
