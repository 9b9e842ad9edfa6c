package judge

import (
	"fmt"
	"slices"

	"scaleproof/internal/timeline"
)

// known is what is known of a count at one instant.
type known struct {
	lo, hi int
	ok     bool
	seqs   []int64
}

// asked is what a policy's metric may have asked for at an order, from the
// lowest and the highest of the breaching datapoints that its alarm may have
// looked at and from the tasks that may have run; of is what is made of a
// running count and the capacity that is asked for from it.
func (f *facts) asked(o order, of func(running, want int) int) (k known) {
	return f.askedOf(o, f.ranBefore(o), of)
}

// ranBefore are the counts that may have stood when an order was given. A look
// behind a scale-out that tells of its desired count may tell of the tasks that it
// brought, which cannot have asked for it; amid a deployment others may run too.
func (f *facts) ranBefore(o order) []step[timeline.Counts] {
	list := slices.Clone(f.counts.at(o.at))
	if len(list) == 0 || !o.out() || f.deploying(o.at.Add(-noticed), o.at) {
		return list
	}
	most := max(o.from, list[0].value.Running)
	for i, s := range list {
		if s.value.Desired > o.from {
			list[i].value.Running = min(s.value.Running, most)
		}
	}
	return list
}

// askedOf is the same for counts that are given.
func (f *facts) askedOf(o order, running []step[timeline.Counts], of func(running, want int) int) (k known) {
	alarms := f.liveAlarms(o.role, true, o.at)
	if len(running) == 0 || len(alarms) == 0 || f.blind(timeline.PartService, o.at) {
		return k
	}
	a := alarms[0].alarm
	for _, p := range f.between(keyOf(o.role), o.at.Add(-outBudget(a)), o.at) {
		if !a.Breaches(p.value) || hundredths(a.Threshold) <= 0 {
			continue
		}
		for _, s := range running {
			n, target := int64(s.value.Running), hundredths(a.Threshold)
			v := of(s.value.Running, int((n*hundredths(p.value)+target-1)/target))
			if !k.ok {
				k = known{lo: v, hi: v, ok: true}
			}
			k.lo, k.hi = min(k.lo, v), max(k.hi, v)
		}
	}
	return k
}

func (k known) String() string {
	if k.lo == k.hi {
		return fmt.Sprint(k.lo)
	}
	return fmt.Sprintf("%d to %d", k.lo, k.hi)
}
