package model

import (
	"cmp"

	"scaleproof/internal/scaling"
)

// mostSteps is how many adjustments a step scaling policy may have. [D] AUG-Q
const mostSteps = 20

// vetSteps says why AWS would refuse a step scaling configuration.
func vetSteps(c *scaling.Steps) error {
	if len(c.List) > mostSteps {
		return refused(CodeLimitExceeded, "A step scaling policy has at most %d step adjustments", mostSteps) // [U] the words
	}
	if fault := c.Fault(); fault != "" {
		return refused(CodeValidation, "%s", fault)
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
