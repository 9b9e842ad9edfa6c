package judge

import (
	"fmt"
	"strings"
	"time"

	"scaleproof/internal/scaling"
)

// pair is two orders, one after the other. base is the desired count before
// the first scale-out of the cooldown that they are in; ended is the scale-out
// between two scale-ins, nil where there was none.
type pair struct {
	a, b  order
	base  int
	ended *order
}

func (p pair) gap() time.Duration { return p.b.at.Sub(p.a.at) }

// over says that the second order came after a cooldown from the completion of
// the first.
func (p pair) over(cd time.Duration) bool {
	return !p.a.end.IsZero() && !p.b.at.Before(p.a.end.Add(cd))
}

// move writes an order as "2 -> 4 by cpu".
func (o order) move() string { return fmt.Sprintf("%d -> %d by %s", o.from, o.to, o.by()) }

// cooldowns judges pairs of orders by kept, which says why, and tells of each
// exception that was used, and of those besides.
func (f *facts) cooldowns(what string, pairs []pair, kept func(pair) (Answer, string), besides []string) []Result {
	r := Result{Answer: Pass, Expected: "cooldowns kept", Samples: int64(len(pairs))}
	if len(pairs) == 0 {
		r.Answer, r.Severity, r.Measured = Inconclusive, Warns, "no two "+what+" to compare"
		r.Explanation = "The run did not have two " + what + " that a cooldown lies between, so it does not show whether cooldowns are kept."
		return []Result{r}
	}
	used := besides
	closest := pairs[0].gap()
	for _, p := range pairs {
		closest = min(closest, p.gap())
		r.Evidence = append(r.Evidence, append(append([]int64{}, p.a.seqs...), p.b.seqs...)...)
		answer, why := kept(p)
		switch {
		case worse(r.Answer, answer) != r.Answer:
			r.Answer, r.Explanation = answer, why
		case answer == Pass && why != "":
			used = append(used, why)
		}
	}
	r.Measured = fmt.Sprintf("%d %s, the closest %s apart", len(pairs)+1, what, short(closest))
	if len(used) > 0 {
		r.Measured += ", " + plural(len(used), "exception", "exceptions")
	}
	if r.Answer == Pass {
		r.Explanation = strings.Join(used, " ")
	}
	if r.Answer == Pass && !f.sawOrders(f.to) {
		r.Answer = Inconclusive
		r.Explanation = f.ordersMissed(f.to)
	}
	return []Result{r}
}

// compare says what to hold against each other where a cooldown was broken.
func (p pair) compare() string {
	return fmt.Sprintf("compare the policy's cooldown as it stands (describe-scaling-policies) with the times of the activities %s and %s; where it was as long then, it was broken: report both to whoever runs the autoscaler", p.a.id, p.b.id)
}

// unconcerned tells of the orders by changes of bounds and schedules that lie inside
// a policy's cooldown of their direction, which does not concern them. [D]
func (f *facts) unconcerned(out bool) (told []string) {
	var last *order
	for _, o := range f.during(f.from, f.horizon, func(o order) bool { return o.out() == out && o.from != o.to }) {
		if o.cause.Policy != "" {
			last = &o
			continue
		}
		if last == nil || o.cause.Kind != scaling.CauseBounds && o.cause.Kind != scaling.CauseScheduled {
			continue
		}
		if cd, ok := f.cooldown(last.cause.Policy, out); ok && !(pair{a: *last, b: o}).over(cd) {
			told = append(told, fmt.Sprintf("%d -> %d at %s by a change of bounds or a schedule, inside the cooldown of %s: allowed, since it does not concern those.", o.from, o.to, f.when(o.at), last.move()))
		}
	}
	return told
}

// cooldown is a policy's cooldown, out or in, as it stood; of a step scaling
// policy the one that it has.
func (f *facts) cooldown(policy string, out bool) (time.Duration, bool) {
	for _, p := range f.standingAt(f.from) {
		switch {
		case p.policy.Name != policy:
		case p.policy.Type == scaling.StepScaling && p.policy.Step != nil:
			return p.policy.Step.Cooldown, true
		case out:
			return p.policy.ScaleOutCooldown, true
		default:
			return p.policy.ScaleInCooldown, true
		}
	}
	return 0, false
}
