package judge

import (
	"fmt"
)

// cooldownIn answers for scale-ins that follow each other with no scale-out
// between: that would have ended the cooldown. [D]
func cooldownIn(f *facts) []Result {
	var pairs []pair
	var last *order
	for _, o := range f.during(f.from, f.horizon, func(order) bool { return true }) {
		switch {
		case o.out():
			last = nil
		case o.in() && o.cause.Policy != "":
			if last != nil {
				pairs = append(pairs, pair{a: *last, b: o})
			}
			last = &o
		}
	}
	return f.cooldowns("scale-ins", pairs, f.keptIn)
}

// keptIn judges two scale-ins. The cooldown's anchor is the completion of the
// first by all that was recorded [R], by no document: between its start and
// its completion nobody knows.
func (f *facts) keptIn(p pair) (Answer, string) {
	cd, ok := f.cooldown(p.b.cause.Policy, false)
	if !ok {
		return Inconclusive, "The cooldown of policy " + p.b.cause.Policy + " was not seen."
	}
	switch {
	case p.gap() < cd && p.a.cause.Policy != p.b.cause.Policy:
		return Inconclusive, fmt.Sprintf("Two policies scaled in %s apart, inside the cooldown of %s; whether they share one is not documented.", short(p.gap()), short(cd))
	case p.gap() < cd:
		return Fail, fmt.Sprintf("The %s came %s after the one before, inside the cooldown of %s; see whether the policy's cooldown is honoured.", f.describe(p.b), short(p.gap()), short(cd))
	case p.a.end.IsZero():
		return Inconclusive, "The completion of the scale-in at " + f.when(p.a.at) + " was not seen, so from when its cooldown counts is not known."
	case p.b.at.Before(p.a.end.Add(cd)):
		return Inconclusive, fmt.Sprintf("Two scale-ins came %s apart: beyond the cooldown of %s from the start of the first, within it from its completion; which of them counts is not documented.", short(p.gap()), short(cd))
	}
	return Pass, ""
}
