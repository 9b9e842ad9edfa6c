package judge

import (
	"fmt"
	"time"
)

// pair is two orders, one after the other. base is the desired count before
// the first scale-out of the cooldown that they are in.
type pair struct {
	a, b order
	base int
}

func (p pair) gap() time.Duration { return p.b.at.Sub(p.a.at) }

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
		r.Explanation = f.ordersMissed(f.to)
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
