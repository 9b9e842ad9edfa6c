package judge

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/scaling"
)

// scaleInToMinimum answers whether the service went back to its minimum in
// the last stage, each step in time, where that stage's load asks for no more.
func scaleInToMinimum(f *facts) []Result {
	if len(f.stages) == 0 {
		return nil
	}
	s := f.stages[len(f.stages)-1]
	least := f.plan.Bounds.Min
	if f.ask(s, "") > int64(least)*1000 {
		return nil // its load asks for more: nothing is to go back
	}
	r := Result{Subject: s.Name, Answer: Pass, Expected: "back to " + tasks(least) + ", each step in time"}
	_, n, known := f.desiredAt(s.from)
	steps := f.during(s.from, f.to, order.in)
	switch {
	case s.seq == 0 || !known:
		r.Answer, r.Measured = Inconclusive, "not reached"
		r.Explanation = "The run did not come to its last stage, or the desired count was not seen there; see run.complete and observation.complete, and run it to its end."
		return []Result{r}
	case n <= least && len(steps) == 0:
		r.Answer, r.Severity, r.Measured = Inconclusive, Warns, "was at the minimum"
		r.Explanation = "The service was at its minimum when the load fell, so scale-in was not exercised."
		return []Result{r}
	}
	r.Evidence = []int64{s.seq}
	for _, o := range steps {
		r.Evidence = append(r.Evidence, o.seqs...)
		due, asked := f.inDue(o.at.Add(-time.Millisecond), o.from)
		if asked && o.at.After(due) {
			r.Answer, r.Measured = Fail, f.describe(o)
			r.Margin = short(o.at.Sub(due)) + " too late"
			reason, seqs := f.because(silence{from: due, to: o.at.Add(-time.Second)}, "look at the low alarms, and at which policy held on longest")
			r.Evidence = append(r.Evidence, seqs...)
			r.Explanation = fmt.Sprintf("The %s was due %s at the latest; until then %s.", f.describe(o), f.when(due), reason)
			if why := f.excuse(o.at); why != "" {
				r.Answer = Inconclusive
				r.Explanation = why + r.Explanation
			}
			return []Result{r}
		}
	}
	return []Result{f.backAtMinimum(r, s, least)}
}

func (f *facts) backAtMinimum(r Result, s stage, least int) Result {
	_, n, _ := f.desiredAt(f.to)
	r.Measured = tasks(n) + " desired at the end"
	due, asked := f.inDue(f.to, n)
	budget, _, _ := f.longestIn(f.to)
	switch {
	case !s.whole || !f.sawOrders(f.to):
		r.Answer = Inconclusive
		r.Explanation = "The last stage was not seen to its end; see run.complete, and run it to its end."
	case n <= least:
		steps := f.during(s.from, f.to, order.in)
		if len(steps) > 0 {
			r.Measured = fmt.Sprintf("%d at %s", n, f.when(steps[len(steps)-1].at))
		}
	case asked && f.to.After(due):
		r.Answer, r.Margin = Fail, short(f.to.Sub(due))+" too late"
		r.Explanation = fmt.Sprintf("At the end of stage %s %d were still desired, and the next scale-in was due %s: %s.", s.Name, n, f.when(due), f.heldBack(&r, false, s))
		if why := f.excuse(f.to); why != "" {
			r.Answer = Inconclusive
			r.Explanation = why + r.Explanation
		}
	default:
		r.Answer = Inconclusive
		r.Explanation = fmt.Sprintf("Stage %s ran out with %d desired: a scale-in may take %s from the fall of the load; make the stage longer.", s.Name, n, short(budget))
		if f.cooling(f.to) > 0 {
			r.Explanation = fmt.Sprintf("Stage %s ran out with %d desired, and the next scale-in had until %s; %s.", s.Name, n, f.when(due), f.roomToShrink(f.to))
		}
		if f.deploying(s.from, f.to) {
			r.Explanation = fmt.Sprintf("Stage %s ran out with %d desired: a deployment went on, which switches scale-in off; run again without one, or make the stage longer.", s.Name, n)
		}
		if f.neverIn() {
			r.Severity = Warns
			r.Explanation = fmt.Sprintf("At the end of stage %s %d were still desired: scale-in is disabled in all policies, so nothing was to go back; enable it in one of them if the tasks are to be given back.", s.Name, n)
		}
		if s.For < budget { // the scenario was not made to show it
			r.Severity = Warns
		}
	}
	return r
}

// neverIn says that scale-in is disabled in all policies that may stand.
func (f *facts) neverIn() bool {
	return len(f.plan.Policies) > 0 && len(f.plan.AlsoStanding) == 0 &&
		!slices.ContainsFunc(f.plan.Policies, func(p scaling.Policy) bool { return !p.DisableScaleIn })
}
