package judge

import (
	"fmt"

	"scaleproof/internal/timeline"
)

// cooldownOut answers for scale-outs of one policy that follow each other.
// Whether orders of two policies share a cooldown is not documented [U], so
// those are not held against anyone; bound changes and schedules ignore
// cooldowns. [D]
func cooldownOut(f *facts) []Result {
	last := map[string]pair{}
	var pairs []pair
	for _, o := range f.during(f.from, f.horizon, order.out) {
		policy := o.cause.Policy
		if policy == "" {
			continue
		}
		p := pair{b: o, base: o.from}
		if before, ok := last[policy]; ok {
			p.a = before.b
			if cd, ok := f.cooldown(policy, true); ok && !p.over(cd) {
				p.base = before.base
			}
			pairs = append(pairs, p)
		}
		last[policy] = p
	}
	return f.cooldowns("scale-outs", pairs, f.keptOut, f.unconcerned(true))
}

// keptOut judges two scale-outs. Inside the cooldown the second must ask for a
// larger step than what the cooldown has added so far, and that is credited:
// after +2, a call for +3 adds 1. [D] So the count that is ordered does not
// tell the step; the metric does, by what running x metric / target asks for.
// Between the cooldown from the start of the first and from its completion it
// is allowed: that it counts from the completion is inferred, not documented.
func (f *facts) keptOut(p pair) (Answer, string) {
	cd, ok := f.cooldown(p.b.cause.Policy, true)
	switch {
	case !ok:
		return Inconclusive, "The cooldown of policy " + p.b.cause.Policy + " was not seen; see policies.exact."
	case p.over(cd):
		return Pass, ""
	}
	added, step := p.a.to-p.base, f.step(p)
	inside := fmt.Sprintf("%s only %s after %s, inside the cooldown of %s", p.b.move(), short(p.gap()), p.a.move(), short(cd))
	larger := fmt.Sprintf("+%s asked, %d credited", step, added)
	switch {
	case p.gap() >= cd && step.ok && step.lo > added:
		return Pass, inside + " from its completion: allowed as larger, " + larger + "."
	case p.gap() >= cd:
		return Pass, inside + " from its completion, not from its start: allowed, since AWS does not document from which it counts."
	case !step.ok:
		return Inconclusive, "Two scale-outs came " + short(p.gap()) + " apart, inside the cooldown of " + short(cd) + ", and the metric or the running tasks behind the second were not seen."
	case step.lo > added:
		return Pass, inside + ": allowed as larger, " + larger + "."
	case p.b.from < p.a.to: // whether what was given back is credited still is not documented [U]
		return Inconclusive, fmt.Sprintf("Two scale-outs came inside a cooldown, and in between the desired count had fallen to %d again: whether what was given back is still credited AWS does not document; see why it was scaled in under that load: %s, %s.", p.b.from, inside, larger)
	case step.hi > p.a.to-p.a.from: // where only the one before is credited
		return Inconclusive, "Whether the second of two scale-outs was larger depends on which datapoints were public and which tasks ran at that second: " + inside + ", " + larger + "."
	}
	return Fail, fmt.Sprintf("The %s came inside the cooldown of the order at %s, and was not larger: %s, %s; %s.", f.describe(p.b), f.when(p.a.at), inside, larger, p.compare())
}

// step is how many tasks the second order's policy may have asked for over those
// that ran, or over those before the cooldown.
func (f *facts) step(p pair) known {
	running := f.ranBefore(p.b)
	if n := len(running); n > 0 {
		running = append(running, step[timeline.Counts]{value: timeline.Counts{Running: p.base}})
	}
	return f.askedOf(p.b, running, func(n, want int) int { return want - n })
}
