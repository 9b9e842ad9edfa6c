package judge

import (
	"fmt"
	"slices"
	"time"
)

// noticed is how far from a deployment's beginning and end an order must lie to
// be one of that time: Application Auto Scaling has to learn of both. [U]
const noticed = time.Minute

// deployingIn answers for scale-ins while a deployment went on, which switches
// them off. [D] Without a deployment there is nothing to answer.
func deployingIn(f *facts) []Result {
	if f.from.IsZero() || !f.deploying(f.from, f.to) {
		return nil
	}
	r := Result{Answer: Pass, Expected: "no scale-in while a deployment goes on", Measured: "none"}
	near := 0
	for _, o := range f.during(f.from, f.horizon, order.in) {
		if o.cause.Policy == "" || !f.inRollout(o) {
			continue
		}
		r.Evidence = append(r.Evidence, o.seqs...)
		if !f.amid(o) {
			near++
			continue
		}
		r.Answer, r.Measured = Fail, f.describe(o)
		r.Explanation = fmt.Sprintf("The %s while a deployment went on, which switches scale-in off: tasks of the old version may have been all that served; report it, with the deployment's and the activity's times.", f.describe(o))
	}
	switch {
	case r.Answer == Fail:
	case near > 0:
		r.Answer, r.Measured = Inconclusive, fmt.Sprintf("%d about when one began or ended", near)
		r.Explanation = "A scale-in was ordered within a minute of a deployment's beginning or end, or that end was not seen, so which came first for Application Auto Scaling is not known; compare the service's events with the activity."
	case !f.sawOrders(f.to):
		r.Answer = Inconclusive
		r.Explanation = f.ordersMissed(f.to)
	}
	return []Result{r}
}

// inRollout says that an order was given while a deployment may have gone on, by
// ECS's own times.
func (f *facts) inRollout(o order) bool {
	for _, d := range f.rollouts() {
		if !o.at.Before(d.since) && (d.over.IsZero() || !o.at.After(d.over)) {
			return true
		}
	}
	return false
}

// amid says that an order lies well inside a deployment, or one and another
// that took its place.
func (f *facts) amid(o order) bool {
	all := f.rollouts()
	slices.SortStableFunc(all, func(a, b rolling) int { return a.since.Compare(b.since) })
	var d rolling // with those that took its place
	for _, next := range all {
		if joined := !d.since.IsZero() && !next.since.After(d.over); !joined {
			d = next
		} else if next.over.IsZero() || next.over.After(d.over) {
			d.over = next.over
		}
		if !d.over.IsZero() && o.at.After(d.since.Add(noticed)) && o.at.Before(d.over.Add(-noticed)) {
			return true
		}
	}
	return false
}
