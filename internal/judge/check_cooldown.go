package judge

import (
	"fmt"
	"time"

	"scaleproof/internal/timeline"
)

// pair is two orders, one after the other. base is the desired count before
// the first scale-out of the cooldown that they are in.
type pair struct {
	a, b order
	base int
}

func (p pair) gap() time.Duration { return p.b.at.Sub(p.a.at) }

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

func (f *facts) cooldowns(what string, pairs []pair, kept func(pair) (Answer, string)) []Result {
	r := Result{Answer: Pass, Expected: "cooldowns kept"}
	if len(pairs) == 0 {
		r.Answer, r.Severity, r.Measured = Inconclusive, Warns, "no two "+what+" to compare"
		r.Explanation = "The run did not have two " + what + " that a cooldown lies between, so it does not show whether cooldowns are kept."
		return []Result{r}
	}
	closest := pairs[0].gap()
	for _, p := range pairs {
		closest = min(closest, p.gap())
		r.Evidence = append(r.Evidence, append(append([]int64{}, p.a.seqs...), p.b.seqs...)...)
		answer, why := kept(p)
		if worse(r.Answer, answer) != r.Answer {
			r.Answer, r.Explanation = answer, why
		} else if r.Explanation == "" {
			r.Explanation = why
		}
	}
	r.Measured = fmt.Sprintf("%d %s, the closest %s apart", len(pairs)+1, what, short(closest))
	if r.Answer == Pass && !f.sawOrders(f.to) {
		r.Answer = Inconclusive
		r.Explanation = "The scaling activities were not read to the end of the traffic, so an order may have been missed."
	}
	return []Result{r}
}

// cooldown is a policy's cooldown, out or in, as it stood.
func (f *facts) cooldown(policy string, out bool) (time.Duration, bool) {
	for _, p := range f.policiesAt(f.atStart()) {
		if p.policy.Name == policy {
			if out {
				return p.policy.ScaleOutCooldown, true
			}
			return p.policy.ScaleInCooldown, true
		}
	}
	return 0, false
}

// keptOut judges two scale-outs. Inside the cooldown the second must ask for a
// larger step than what the cooldown has added so far, and that is credited:
// after +2, a call for +3 adds 1. [D] So the count that is ordered does not
// tell the step; the metric does, by what running x metric / target asks for.
func (f *facts) keptOut(p pair) (Answer, string) {
	cd, ok := f.cooldown(p.b.cause.Policy, true)
	switch {
	case !ok:
		return Inconclusive, "The cooldown of policy " + p.b.cause.Policy + " was not seen."
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

// step is how many tasks over the running ones a policy's metric may have
// asked for at an order.
func (f *facts) step(o order) known {
	return f.asked(o, func(running, want int) int { return want - running })
}

// asked is what a policy's metric may have asked for at an order, from the
// lowest and the highest of the breaching datapoints that its alarm may have
// looked at and from the tasks that may have run; of is what is made of a
// running count and the capacity that is asked for from it.
func (f *facts) asked(o order, of func(running, want int) int) (k known) {
	return f.askedOf(o, f.counts.at(o.at), of)
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
