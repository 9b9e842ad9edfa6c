package judge

import (
	"slices"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// reversals are the policies' orders of a run, and those that went the other way
// than the one before.
type reversals struct {
	orders  []order
	pairs   []pair
	strange bool          // an order names an alarm that asks for the opposite, and is left out
	settle  time.Duration // the reaction to a change of the load: an order answers datapoints that are as old
}

// reversals reads the run's orders. Those of somebody else, who changed the bounds,
// are not the policies' doing.
func (f *facts) reversals() reversals {
	t := reversals{orders: f.during(f.from, f.horizon, func(o order) bool {
		return (o.out() || o.in()) && o.cause.Kind != scaling.CauseBounds && o.cause.Kind != scaling.CauseScheduled
	})}
	t.strange = slices.ContainsFunc(t.orders, f.contrary)
	t.orders = slices.DeleteFunc(t.orders, f.contrary)
	t.settle, _, _ = f.longestOut("", f.from)
	for i := 1; i < len(t.orders); i++ {
		if a, b := t.orders[i-1], t.orders[i]; a.out() != b.out() {
			t.pairs = append(t.pairs, pair{a: a, b: b})
		}
	}
	return t
}

// noise is how near to what the remaining tasks carry at their target the load
// must lie, in percent of it, for datapoints that scatter to ask for one more:
// CPU of a hundred requests a minute scatters by as much.
const noise = 10

// mitigates says why a scale-out that followed a scale-in while demand gave no
// reason is not held against the autoscaler; empty where it is.
func (f *facts) mitigates(p pair) string {
	left := int64(p.a.to) * 1000
	for _, role := range f.roles(p.b.role) {
		if d := f.demand(p.b.at, role); d*100 <= left*(100+noise) && d*100 > left*(100-noise) {
			return "The load lay so near to what the remaining tasks carry that a few datapoints which scatter ask for one more: "
		}
	}
	if f.fewerThan(p.a.to, p.a.at.Add(time.Second), p.b.at) {
		return "Fewer tasks than desired ran in between, which shows as more load: "
	}
	return ""
}

// fewerThan says that fewer tasks were seen to run in (from, to].
func (f *facts) fewerThan(n int, from, to time.Time) bool {
	return slices.ContainsFunc(f.counts, func(s step[timeline.Counts]) bool {
		return s.seen.After(from) && !s.seen.After(to) && s.value.Running < n
	})
}
