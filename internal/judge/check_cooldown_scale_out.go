package judge

import (
	"fmt"
)

// cooldownOut answers for scale-outs of one policy that follow each other.
// Whether orders of two policies share a cooldown is not documented [U], so
// those are not held against anyone.
func cooldownOut(f *facts) []Result {
	last := map[string]pair{}
	var pairs []pair
	for _, o := range f.during(f.from, f.horizon, order.out) {
		policy := o.cause.Policy
		if policy == "" {
			continue // bound changes and schedules ignore cooldowns [D]
		}
		p := pair{b: o, base: o.from}
		if before, ok := last[policy]; ok {
			p.a = before.b
			if cd, ok := f.cooldown(policy, true); ok && p.gap() < cd {
				p.base = before.base
			}
			pairs = append(pairs, p)
		}
		last[policy] = p
	}
	return f.cooldowns("scale-outs", pairs, f.keptOut)
}

// keptOut judges two scale-outs. Inside the cooldown the second must ask for a
// larger step than what the cooldown has added so far, and that is credited:
// after +2, a call for +3 adds 1. [D] So the count that is ordered does not
// tell the step; the metric does, by what running x metric / target asks for.
func (f *facts) keptOut(p pair) (Answer, string) {
	cd, ok := f.cooldown(p.b.cause.Policy, true)
	switch {
	case !ok:
		return Inconclusive, "The cooldown of policy " + p.b.cause.Policy + " was not seen; see policies.exact."
	case p.gap() >= cd:
		return Pass, "" // between start and completion it is allowed: the anchor is inferred, not documented
	}
	added, step := p.a.to-p.base, f.step(p.b)
	sum := fmt.Sprintf("%s apart, cooldown %s: %d added so far, and the metric asked for %s over the running tasks", short(p.gap()), short(cd), added, step)
	switch {
	case !step.ok:
		return Inconclusive, "Two scale-outs came " + short(p.gap()) + " apart, inside the cooldown of " + short(cd) + ", and the metric or the running tasks behind the second were not seen."
	case step.lo > added:
		return Pass, "A larger scale-out broke through the cooldown, as it may: " + sum + "."
	case step.hi > added:
		return Inconclusive, "Whether the second of two scale-outs was larger depends on which datapoints were public and which tasks ran at that second: " + sum + "."
	}
	return Fail, fmt.Sprintf("The %s came inside the cooldown of the order at %s, and was not larger: %s; see whether the policy's cooldown is honoured.", f.describe(p.b), f.when(p.a.at), sum)
}
