package twin

import (
	"math/big"
	"slices"
	"time"

	"scaleproof/internal/scaling"
)

// step says what comes of a call of a step policy. A step policy is not
// vetoed by those that track a target. [D]
func (w *twin) step(a *alarm, now time.Time) decision {
	_, ok := w.stepFor(a)
	switch {
	case !ok:
		w.saw("no step for it")
		return nothing("no step for what %v saw", a)
	case w.asksForMore(a):
		return w.scaleOut(a, now)
	}
	return w.stepIn(a, now)
}

// asksForMore says which way a call goes: a step's by its sign. Which way an
// exact capacity goes is not said. Choice: it is for more, unless fewer than run.
func (w *twin) asksForMore(a *alarm) bool {
	if a.policy.Step == nil {
		return a.high
	}
	x, ok := w.stepFor(a)
	if a.policy.Step.Adjustment == scaling.ExactCapacity {
		w.saw("exact capacity")
		return ok && x.Change >= w.base(a.policy.service)
	}
	if ok && x.Change < 0 && w.base(a.policy.service) == 0 {
		w.saw("step in from zero")
	}
	return ok && x.Change >= 0
}

// stepIn is scale-in by a step policy.
func (w *twin) stepIn(a *alarm, now time.Time) decision {
	s := a.policy.service
	if d, over := w.scaleInHeld(a, []*policy{a.policy}, now); over {
		return d
	}
	for _, p := range s.tracking() {
		if p.high.state == scaling.AlarmInAlarm {
			w.saw("step in against a high alarm")
		}
	}
	want := w.stepped(a, w.base(s))
	if want >= s.desired {
		return atDesired(a, s.desired)
	}
	if want < s.target.Bounds.Min {
		w.saw("step in clamped")
	}
	return decision{alarm: a, to: max(want, s.target.Bounds.Min)}
}

// stepFor is the step whose interval a breach lies in. The bounds are relative
// to the threshold: above it "the lower bound is inclusive and the upper bound
// is exclusive", below it the other way round. [D]
func (w *twin) stepFor(a *alarm) (scaling.Step, bool) {
	breach := new(big.Rat).Sub(w.aggregate(a), a.threshold())
	for _, x := range a.policy.Step.List {
		above, below := 1, -1 // of a bound that is infinite
		if x.Lower != nil {
			above = breach.Cmp(decimal(*x.Lower))
		}
		if x.Upper != nil {
			below = breach.Cmp(decimal(*x.Upper))
		}
		inside := above >= 0 && below < 0
		if !a.high {
			inside = above > 0 && below <= 0
		}
		if inside {
			if above == 0 || below == 0 {
				w.saw("step at a bound")
			}
			return x, true
		}
	}
	return scaling.Step{}, false
}

// aggregate is the one value that datapoints come to: "the aggregation type for
// the CloudWatch metrics"; null is Average. [D] Of which datapoints is not said.
// Choice: of those that breach in the evaluation that calls.
func (w *twin) aggregate(a *alarm) *big.Rat {
	var values []*big.Rat
	for _, p := range a.counted {
		values = append(values, p.value())
	}
	slices.SortFunc(values, (*big.Rat).Cmp)
	least, most := values[0], values[len(values)-1]
	switch aggregation := a.policy.Step.Aggregation; {
	case aggregation == "Minimum":
		return least
	case aggregation == "Maximum":
		return most
	}
	sum := new(big.Rat)
	for _, v := range values {
		sum.Add(sum, v)
	}
	return sum.Quo(sum, big.NewRat(int64(len(values)), 1))
}

// stepped is the count of tasks that a step asks for, starting from a base.
func (w *twin) stepped(a *alarm, base int) int {
	x, _ := w.stepFor(a)
	switch a.policy.Step.Adjustment {
	case scaling.ExactCapacity:
		return x.Change
	case scaling.ChangeInCapacity:
		return max(0, base+x.Change)
	}
	return max(0, base+w.percent(a.policy.Step, base, x.Change))
}

// percent is so much of a base, in whole tasks: "values greater than 1 are
// rounded down ... between 0 and 1 are rounded to 1 ... between 0 and -1 are
// rounded to -1 ... less than -1 are rounded up"; MinAdjustmentMagnitude is "the
// minimum value to scale by", so 25 percent of 4 is 2, where it is 2. [D]
func (w *twin) percent(s *scaling.Steps, base, change int) int {
	if change < 0 {
		return -w.percent(s, base, -change)
	}
	n := base * change / 100
	if base*change%100 != 0 {
		w.saw("step rounded")
		n = max(n, 1)
	}
	if n < s.MinMagnitude && change > 0 {
		w.saw("step by the least magnitude")
		n = s.MinMagnitude
	}
	return n
}
