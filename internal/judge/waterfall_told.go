package judge

import (
	"slices"
	"time"
)

// The legs at both ends of a scale-out's way are told and not judged: how soon
// a rise shows in a metric is the load's own shape, and how soon users are well
// again is what the latency checks answer for.

// told is a leg without a budget.
func told(name string, from, after, seen time.Time, seqs ...int64) Leg {
	return Leg{Name: name, From: from.UTC(), Least: Seconds(max(after.Sub(from), 0)), Most: Seconds(max(seen.Sub(from), 0)), Evidence: seqs}
}

// toDatapoint is the leg from the change of load, when the planned demand came
// to exceed what the tasks that ran then are worth, to the first datapoint
// beyond the threshold. It has no length where the load changed within that
// datapoint's period, and is not told where the load did not come to exceed
// them, or an order changed in between what it had to exceed.
func (f *facts) toDatapoint(o order, first point) []Leg {
	if ran := f.counts.at(first.end()); !o.out() || o.role != "cpu" && o.role != "requests" || len(ran) != 1 || ran[0].value.Running != o.from {
		return nil
	}
	rise, ok := f.risen(first.end(), o.role, int64(o.from)*1000)
	if !ok || len(f.during(rise, first.end(), func(order) bool { return true })) > 0 {
		return nil
	}
	return []Leg{told("datapoint", rise, first.start, first.start, first.seq)}
}

// wellFor is how long a percentile is taken over to say that latency is back.
const wellFor = time.Minute

// toLatency is the leg from healthy, in (after, seen], to the first window from
// which on every percentile that has a bound in that stage lies under it in
// each minute, up to the end of the stage or the next order. Nothing is told
// where no bound of a time is stated, none of them has enough samples in a
// minute, latency never came back, or windows are missing.
func (f *facts) toLatency(after, seen, until time.Time) []Leg {
	s, ok := f.stageAt(seen)
	if !ok {
		return nil
	}
	until = earlier(until, s.to)
	w := f.windowsIn(seen, until)
	if len(w) == 0 || w[len(w)-1].end().Sub(w[0].Start) < wellFor || !covered(w, w[0].Start, w[len(w)-1].end()) {
		return nil
	}
	back, measured := 0, false
	for _, e := range f.plan.Expect {
		if e.Latency == nil || len(e.Latency.In) > 0 && !slices.Contains(e.Latency.In, s.Name) {
			continue
		}
		for _, p := range percentiles(e) {
			if p.limit <= 0 {
				continue // against a stage or a run: latency.* compares these
			}
			tallies, err := f.tallies(w, e.Latency.Of, f.ceiling(p))
			if err != nil {
				return nil
			}
			if at, ok := wellFrom(w, tallies, p.permill); ok {
				back, measured = max(back, at), true
			}
		}
	}
	if !measured || back == len(w) {
		return nil
	}
	l := told("latency", seen, w[back].Start, w[back].Start, w[back].seq)
	l.Most += Seconds(seen.Sub(after))
	return []Leg{l}
}

// wellFrom is the first window from which on no minute has its percentile
// above the ceiling; len(w) where the last one has. ok is false where a minute
// has too few samples.
func wellFrom(w []window, tallies []tally, permill int64) (from int, ok bool) {
	var t tally
	i := 0
	for j := range w {
		t.add(tallies[j], 1)
		for i < j && w[j].end().Sub(w[i+1].Start) >= wellFor {
			t.add(tallies[i], -1)
			i++
		}
		switch {
		case w[j].end().Sub(w[i].Start) < wellFor:
			continue
		case t.total < minSamples(permill):
			return 0, false
		case t.exceeds(permill, t.maybe):
			from = i + 1
			if j == len(w)-1 {
				from = len(w)
			}
		}
		ok = true
	}
	return from, ok
}
