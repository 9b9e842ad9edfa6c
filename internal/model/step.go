package model

import (
	"cmp"
	"slices"

	"scaleproof/internal/scaling"
)

// mostSteps is how many adjustments a step scaling policy may have. [D] AUG-Q
const mostSteps = 20

// vetSteps says why AWS would refuse a step scaling configuration. The rules
// are [D], the sentences [U].
func vetSteps(c *scaling.Steps) error {
	switch c.Adjustment {
	case scaling.ChangeInCapacity, scaling.PercentChangeInCapacity, scaling.ExactCapacity:
	default:
		return refused(CodeValidation, "1 validation error detected: Value '%s' at 'stepScalingPolicyConfiguration.adjustmentType' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [PercentChangeInCapacity, ExactCapacity, ChangeInCapacity]", c.Adjustment)
	}
	switch c.Aggregation {
	case "", "Average", "Minimum", "Maximum":
	default:
		return refused(CodeValidation, "1 validation error detected: Value '%s' at 'stepScalingPolicyConfiguration.metricAggregationType' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [Minimum, Maximum, Average]", c.Aggregation)
	}
	if c.Cooldown < 0 || c.MinMagnitude < 0 {
		return refused(CodeValidation, "Cooldown and minimum adjustment magnitude must not be negative")
	}
	if len(c.List) == 0 {
		return refused(CodeValidation, "At least one step adjustment is required")
	}
	if len(c.List) > mostSteps {
		return refused(CodeLimitExceeded, "A step scaling policy has at most %d step adjustments", mostSteps)
	}
	return vetIntervals(c)
}

// vetIntervals wants the steps to lie side by side, and to reach to infinity
// on each side of the threshold that they are about.
func vetIntervals(c *scaling.Steps) error {
	list := slices.Clone(c.List)
	slices.SortStableFunc(list, func(a, b scaling.Step) int {
		switch {
		case a.Lower == nil && b.Lower == nil:
			return 0
		case a.Lower == nil:
			return -1
		case b.Lower == nil:
			return 1
		}
		return cmp.Compare(*a.Lower, *b.Lower)
	})
	for i, step := range list {
		switch {
		case c.Adjustment == scaling.ExactCapacity && step.Change < 0:
			return refused(CodeValidation, "An exact capacity must not be negative")
		case step.Lower == nil && step.Upper == nil:
			return refused(CodeValidation, "The upper and the lower bound of a step adjustment cannot both be null")
		case step.Lower != nil && step.Upper != nil && !(*step.Upper > *step.Lower):
			return refused(CodeValidation, "The upper bound of a step adjustment must be greater than its lower bound")
		case i > 0 && (list[i-1].Upper == nil || step.Lower == nil || *list[i-1].Upper != *step.Lower):
			return refused(CodeValidation, "Step adjustments must not overlap and must not leave a gap")
		}
	}
	first, last := list[0], list[len(list)-1]
	if first.Lower != nil && *first.Lower < 0 {
		return refused(CodeValidation, "With a negative lower bound, one step adjustment must have a null lower bound")
	}
	if last.Upper != nil && *last.Upper > 0 {
		return refused(CodeValidation, "With a positive upper bound, one step adjustment must have a null upper bound")
	}
	return nil
}

// excess is how far the datapoints that breach an alarm lie from its
// threshold, in millionths, as a step policy aggregates them [D]: those of the
// evaluation that called [U]. ok is false where there is none, as after
// SetAlarmState.
func (w *World) excess(s *service, p *policy, a *alarm) (micros int64, ok bool) {
	sum, n, low, high := int64(0), int64(0), int64(0), int64(0)
	for _, d := range a.seen {
		if !d.breach || !w.counts(s, d) {
			continue
		}
		if n == 0 || d.micro < low {
			low = d.micro
		}
		if n == 0 || d.micro > high {
			high = d.micro
		}
		sum, n = sum+d.micro, n+1
	}
	if n == 0 {
		return 0, false
	}
	v := sum / n
	switch p.Step.Aggregation {
	case "Minimum":
		v = low
	case "Maximum":
		v = high
	}
	return v - micro(a.Threshold), true
}

// pick finds the step for an excess; nil: there is none. Above the threshold
// an interval has its lower bound and not its upper, below it the other way
// round. [D]
func pick(c *scaling.Steps, excess int64, above bool) *scaling.Step {
	for i := range c.List {
		step := &c.List[i]
		low, high := true, true
		if step.Lower != nil {
			b := micro(*step.Lower)
			low = excess > b || above && excess == b
		}
		if step.Upper != nil {
			b := micro(*step.Upper)
			high = excess < b || !above && excess == b
		}
		if low && high {
			return step
		}
	}
	return nil
}

// adjust is the capacity that a step makes of another. A part of a task counts
// as a whole one up to 1 and as none beyond [D]; never below nothing.
func adjust(c *scaling.Steps, change, capacity int) int {
	switch c.Adjustment {
	case scaling.ExactCapacity:
		return change
	case scaling.ChangeInCapacity:
		return max(capacity+change, 0)
	}
	sign := cmp.Compare(change, 0)
	by := sign * change * capacity / 100
	if by == 0 && change != 0 && capacity > 0 {
		by = 1
	}
	if sign != 0 {
		by = max(by, c.MinMagnitude)
	}
	return max(capacity+sign*by, 0)
}
