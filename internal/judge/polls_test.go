package judge

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

// poll is one look at a part, and how early it may have been without seeing
// less: after the look before it, and not before what it saw had happened.
type poll struct {
	part     string
	at       time.Time
	earliest time.Time
}

// partOf is the part that an event was seen in; empty where no poll saw it.
func partOf(e timeline.Event) string {
	switch e.Data.(type) {
	case timeline.Counts, timeline.Deployment:
		return timeline.PartService
	case timeline.Health:
		return timeline.PartTargets
	case timeline.Capacity, timeline.PolicyState:
		return timeline.PartScaling
	case timeline.AlarmState:
		return timeline.PartAlarms
	case timeline.ActivityState:
		return timeline.PartActivities
	case timeline.MetricPoint:
		return timeline.PartMetrics
	}
	return ""
}

// happened is the latest time that an event tells of by AWS's own clock.
func happened(e timeline.Event) time.Time {
	latest := e.At
	switch d := e.Data.(type) {
	case timeline.ActivityState:
		latest = later(later(e.At, d.Activity.Start), d.Activity.End)
	case timeline.AlarmState:
		latest = later(e.At, d.Alarm.StateSince)
	case timeline.MetricPoint:
		latest = e.At.Add(d.Period)
	case timeline.Deployment:
		latest = later(e.At, d.Updated)
	}
	if e.At.Equal(e.Seen) { // the answer itself is the earliest that is known
		switch e.Data.(type) {
		case timeline.AlarmState, timeline.ActivityState, timeline.Deployment:
		default:
			return time.Time{}
		}
	}
	return latest
}

// pollsOf lists the looks that saw something new.
func pollsOf(events []timeline.Event) (list []poll) {
	found := map[string]int{}
	var changed time.Time // by the run itself, whose effect no look sees earlier
	for _, e := range events {
		if is[timeline.Changed](e) {
			changed = e.At
		}
		part := partOf(e)
		if part == "" || e.NotBefore.IsZero() {
			continue
		}
		key := part + e.Seen.String()
		i, ok := found[key]
		if !ok {
			i = len(list)
			found[key] = i
			list = append(list, poll{part: part, at: e.Seen})
		}
		list[i].earliest = later(list[i].earliest, later(later(e.NotBefore.Add(1), changed), happened(e)))
	}
	return slices.DeleteFunc(list, func(p poll) bool { return !p.earliest.Before(p.at) })
}

// sooner is the run as it would have been told with the polls a share of their
// intervals earlier: with all that they saw, and all that later looks know by
// them.
func sooner(events []timeline.Event, polls []poll, share float64) []timeline.Event {
	to := map[string]time.Time{}
	for _, p := range polls {
		to[p.part+p.at.String()] = p.at.Add(-time.Duration(share * float64(p.at.Sub(p.earliest))))
	}
	out := slices.Clone(events)
	for i := range out {
		e := &out[i]
		part, stamped := partOf(*e), e.At.Equal(e.Seen)
		move := func(t *time.Time) {
			if at, ok := to[part+t.String()]; ok {
				*t = at
			}
		}
		if h, ok := e.Data.(timeline.Heartbeat); ok {
			part = h.Part
			move(&h.From)
			e.Data = h
			move(&e.At)
			e.Seen = e.At
			continue
		}
		if part == "" {
			continue
		}
		move(&e.Seen)
		move(&e.NotBefore)
		if stamped {
			e.At = e.Seen
		}
	}
	t := tape{events: out}
	t.number()
	return t.events
}

// answersOf are a verdict's answers, by what they are about.
func answersOf(v Verdict) map[string]Answer {
	all := map[string]Answer{}
	for _, r := range v.Results {
		if r.Severity == Counts {
			key := fmt.Sprint(r.ID, " ", r.Subject, " ", r.Pos.Line)
			if old, ok := all[key]; ok {
				r.Answer = worse(old, r.Answer)
			}
			all[key] = r.Answer
		}
	}
	return all
}

// walk moves polls through their intervals and finds a check that jumps from
// pass to fail, or back: two shares as close as can be told apart, with nothing
// between. Steps are the shares that it looks at before it searches.
func walk(tb require.TestingT, events []timeline.Event, polls []poll, steps int) string {
	at := func(share float64) map[string]Answer {
		v, err := Judge(sooner(events, polls, share))
		require.NoError(tb, err)
		return answersOf(v)
	}
	last := at(0)
	for i := 1; i <= steps; i++ {
		lo, hi := float64(i-1)/float64(steps), float64(i)/float64(steps)
		now := at(hi)
		for key := range now {
			if a, b := last[key], now[key]; a == Pass && b == Fail || a == Fail && b == Pass {
				if jumps(at, key, lo, hi, a) {
					return fmt.Sprintf("%s: from %s to %s with polls moved by between %v and %v of their intervals", key, a, b, lo, hi)
				}
			}
		}
		last = now
	}
	return ""
}

// jumps searches between two shares with opposite answers for one at which the
// check is unsure.
func jumps(at func(float64) map[string]Answer, key string, lo, hi float64, first Answer) bool {
	for range 45 { // a minute divided so often is no nanosecond
		mid := (lo + hi) / 2
		switch at(mid)[key] {
		case first:
			lo = mid
		case Pass, Fail:
			hi = mid
		default:
			return false
		}
	}
	return true
}

// Whatever polls of a run, good or bad, come earlier in their intervals: no
// check goes from pass to fail, or back, but by way of inconclusive. A seed
// draws the run and the polls: all, those of a part, some, or one.
func FuzzPolls(f *testing.F) {
	names, tapes := movable(f)
	for _, run := range []string{"cpu-heavy", "gradual-ramp", "rollback"} {
		f.Add(slices.Index(names, run), uint64(0))
	}
	f.Add(slices.Index(names, "cpu-heavy"), uint64(6))
	f.Fuzz(func(t *testing.T, run int, seed uint64) {
		if run < 0 || run >= len(names) {
			return
		}
		events := tapes[names[run]]
		all := pollsOf(events)
		draw := rand.New(rand.NewPCG(seed, 1))
		polls := all
		switch seed % 8 {
		case 0:
		case 7:
			polls = []poll{all[draw.IntN(len(all))]}
		case 6:
			polls = slices.DeleteFunc(slices.Clone(all), func(poll) bool { return draw.IntN(2) == 0 })
		default:
			polls = slices.DeleteFunc(slices.Clone(all), func(p poll) bool { return p.part != parts[seed%8] })
		}
		require.Empty(t, walk(t, events, polls, 2), "%s, %d polls", names[run], len(polls))
	})
}

// movable are recorded runs, and each changed so that one check alone stops it.
func movable(tb testing.TB) (names []string, tapes map[string][]timeline.Event) {
	tapes = map[string][]timeline.Event{}
	add := func(name string, r *tape) {
		r.number()
		names, tapes[name] = append(names, name), r.events
	}
	for _, name := range []string{"cpu-heavy", "gradual-ramp", "incident", "rollback"} {
		add(name, golden(tb, name))
	}
	for _, p := range proofs {
		for _, e := range p.edits {
			changed := golden(tb, cmp.Or(e.of, "cpu-heavy"))
			if e.change(changed); changed.base == nil {
				add(p.id+"/"+e.name, changed)
			}
		}
	}
	return names, tapes
}
