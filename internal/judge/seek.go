package judge

import (
	"iter"
	"slices"
	"time"
)

// What the plan asks for goes straight between a few instants: where a stage or
// a step of a recording begins, where a ramp ends, and where a person changed
// the rate. So a question about
// every second of a month ("from when on was it above?") is one about those
// instants, and a search between two of them.

// readTurns lists the instants between which the demand of each role is linear,
// in order.
func (f *facts) readTurns() {
	for _, s := range f.stages {
		f.turns = append(f.turns, s.from, s.from.Add(s.Ramp), s.to)
		for _, c := range s.Course {
			f.turns = append(f.turns, s.from.Add(c.Start))
		}
	}
	for _, c := range f.rates {
		f.turns = append(f.turns, c.at)
	}
	slices.SortFunc(f.turns, time.Time.Compare)
	f.turns = slices.CompactFunc(f.turns, time.Time.Equal)
}

// stretches yields the instants t, t+step, t+2 step... before end (after it,
// where step is negative) in stretches in which the demand is linear: the first
// of each, and how many.
func (f *facts) stretches(t, end time.Time, step time.Duration) iter.Seq2[time.Time, int] {
	return func(yield func(time.Time, int) bool) {
		for ahead(t, end, step) {
			n := int((f.turn(t, end, step).Sub(t)-1)/step) + 1
			if step < 0 {
				n = int((f.turn(t, end, step).Sub(t)+1)/step) + 1
			}
			if !yield(t, n) {
				return
			}
			t = t.Add(time.Duration(n) * step)
		}
	}
}

// ahead says that end is not reached.
func ahead(t, end time.Time, step time.Duration) bool {
	if step < 0 {
		return t.After(end)
	}
	return t.Before(end)
}

// turn is the end, exclusive, of the stretch that t lies in, on the way to end.
func (f *facts) turn(t, end time.Time, step time.Duration) time.Time {
	i, at := slices.BinarySearchFunc(f.turns, t, time.Time.Compare)
	if step < 0 {
		if !at {
			i--
		}
		if i < 0 {
			return end
		}
		return later(end, f.turns[i].Add(-1))
	}
	if at {
		i++
	}
	if i == len(f.turns) {
		return end
	}
	return earlier(end, f.turns[i])
}

// seek is the first of t, t+step, t+2 step... before end (after it, where step
// is negative) at which yes says so of the demand: that it lies above a level,
// or below one, so that in a stretch yes changes its mind once at most.
func (f *facts) seek(t, end time.Time, step time.Duration, yes func(time.Time) bool) (time.Time, bool) {
	for first, n := range f.stretches(t, end, step) {
		if yes(first) {
			return first, true
		}
		at := func(i int) time.Time { return first.Add(time.Duration(i) * step) }
		if !yes(at(n - 1)) {
			continue
		}
		lo, hi := 0, n-1 // not yet, and already
		for hi-lo > 1 {
			if mid := (lo + hi) / 2; yes(at(mid)) {
				hi = mid
			} else {
				lo = mid
			}
		}
		return at(hi), true
	}
	return end, false
}
