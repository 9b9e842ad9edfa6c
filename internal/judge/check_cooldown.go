package judge

import (
	"fmt"
	"time"

	"scaleproof/internal/timeline"
)

// pair is two orders, one after the other.
type pair struct{ a, b order }

func (p pair) gap() time.Duration { return p.b.at.Sub(p.a.at) }

// cooldownOut answers for scale-outs of one policy that follow each other.
// Whether orders of two policies share a cooldown is not documented [U], so
// those are not held against anyone.
func cooldownOut(f *facts) []Result {
	last := map[string]order{}
	var pairs []pair
	for _, o := range f.during(f.from, f.horizon, order.out) {
		if o.cause.Policy == "" {
			continue // bound changes and schedules ignore cooldowns [D]
		}
		if a, ok := last[o.cause.Policy]; ok {
			pairs = append(pairs, pair{a, o})
		}
		last[o.cause.Policy] = o
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
				pairs = append(pairs, pair{*last, o})
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

// keptOut judges two scale-outs. Inside the cooldown the second must be the
// larger one. What a policy asks for is counted from the running tasks, so
// that capacity which the first ordered and which does not run yet is
// credited. [D]
func (f *facts) keptOut(p pair) (Answer, string) {
	cd, ok := f.cooldown(p.b.cause.Policy, true)
	if !ok {
		return Inconclusive, "The cooldown of policy " + p.b.cause.Policy + " was not seen."
	}
	if p.gap() >= cd {
		return Pass, "" // between start and completion it is allowed: the anchor is inferred, not documented
	}
	a, b := f.asked(p.a), f.asked(p.b)
	sum := fmt.Sprintf("%s apart, cooldown %s: the first asked for %s over the running tasks, the second for %s", short(p.gap()), short(cd), a, b)
	switch {
	case !a.ok || !b.ok:
		return Inconclusive, "Two scale-outs came " + short(p.gap()) + " apart, inside the cooldown of " + short(cd) + ", and how many tasks ran then was not seen."
	case b.lo > a.hi:
		return Pass, "A larger scale-out broke through the cooldown, as it may: " + sum + "."
	case b.hi > a.lo:
		return Inconclusive, "Whether the second of two scale-outs was larger depends on when tasks began to run between two looks: " + sum + "."
	}
	return Fail, fmt.Sprintf("The %s inside the cooldown of the one at %s, and was not larger: %s; see whether the policy's cooldown is honoured.", f.describe(p.b), f.when(p.a.at), sum)
}

// asked is what an order asked for over the tasks that ran.
func (f *facts) asked(o order) (k known) {
	for _, s := range f.counts.at(o.at) {
		n := o.to - s.value.Running
		if !k.ok {
			k.lo, k.hi, k.ok = n, n, true
		}
		k.lo, k.hi = min(k.lo, n), max(k.hi, n)
	}
	if f.blind(timeline.PartService, o.at) {
		k.ok = false
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
