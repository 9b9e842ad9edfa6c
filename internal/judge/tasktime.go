package judge

import (
	"slices"
	"time"

	"scaleproof/internal/timeline"
)

// taskTime bounds the running tasks over time in the traffic: one task for one
// second is a second. A change lies somewhere between two looks; where nobody
// looked, or for too long, the count may have been anything within the bounds.
func (f *facts) taskTime() (least, most time.Duration) {
	holes := f.holes(timeline.PartService, f.from, f.to)
	cuts := []time.Time{f.from, f.to}
	for _, s := range f.counts {
		cuts = append(cuts, s.after, s.seen)
	}
	for _, h := range holes {
		cuts = append(cuts, h.from, h.to)
	}
	cuts = slices.DeleteFunc(cuts, func(t time.Time) bool { return t.Before(f.from) || t.After(f.to) })
	slices.SortFunc(cuts, time.Time.Compare)
	for i := 1; i < len(cuts); i++ {
		from, to := cuts[i-1], cuts[i]
		if !to.After(from) {
			continue
		}
		unseen := slices.ContainsFunc(holes, func(h hole) bool { return h.from.Before(to) && h.to.After(from) })
		lo, hi := f.runningIn(from, to, unseen)
		least += time.Duration(lo) * to.Sub(from)
		most += time.Duration(hi) * to.Sub(from)
	}
	return least, most
}

// runningIn bounds the running tasks in a stretch in which nothing was seen to
// change.
func (f *facts) runningIn(from, to time.Time, unseen bool) (lo, hi int) {
	may := f.counts.at(from.Add(to.Sub(from) / 2))
	if len(may) == 0 {
		return 0, f.plan.Bounds.Max
	}
	lo, hi = may[0].value.Running, may[0].value.Running
	for _, s := range may {
		lo, hi = min(lo, s.value.Running), max(hi, s.value.Running)
	}
	if unseen {
		lo, hi = min(lo, f.plan.Bounds.Min), max(hi, f.plan.Bounds.Max)
	}
	return lo, hi
}
