package judge

import (
	"cmp"
	"fmt"
	"strings"

	"scaleproof/internal/plan"
)

// onlyBy answers for each only_by, over all scale-outs of the traffic.
func onlyBy(f *facts) (results []Result) {
	for _, e := range f.plan.Expect {
		if e.OnlyBy != "" {
			results = append(results, f.onlyBy(e))
		}
	}
	return results
}

func (f *facts) onlyBy(e plan.Expectation) Result {
	outs := f.during(f.from, f.horizon, order.out)
	r := Result{Subject: e.OnlyBy, Pos: Pos(e.Pos), Answer: Pass,
		Expected: "every scale-out by " + e.OnlyBy, Measured: fmt.Sprintf("%d of %d", len(outs), len(outs))}
	by := 0
	for _, o := range outs {
		r.Evidence = append(r.Evidence, o.seqs...)
		switch a := f.actionOf(o); {
		case a.Kind == ByPolicy && a.Role == e.OnlyBy && a.Name == o.cause.Policy:
			by++
		case a.Kind == ByPolicy && a.Role != e.OnlyBy && a.Name == o.cause.Policy:
			if r.Answer != Fail { // the first is told
				r.Explanation = f.notByOnly(o, e.OnlyBy)
			}
			r.Answer = Fail
		case r.Answer == Pass:
			r.Answer = Inconclusive
			r.Explanation = fmt.Sprintf("The %s cannot be put down to a policy for certain: %s; compare the activity with the alarms' histories.", f.describe(o), strings.TrimSuffix(cmp.Or(a.Contradiction, a.Because), "."))
		}
	}
	r.Measured = fmt.Sprintf("%d of %d", by, len(outs))
	switch {
	case r.Answer == Pass && len(outs) == 0:
		r.Answer = Inconclusive
		r.Explanation = "No scale-out was ordered at all, so nothing was caused by any policy; see scale-out.in-time, or raise the load until one is."
	case r.Answer == Pass && !f.sawOrders(f.to):
		r.Answer = Inconclusive
		r.Explanation = f.ordersMissed(f.to)
	}
	return r
}

// notByOnly tells of a scale-out by a policy that was to stay quiet: how high its
// metric stood, what the planned load asked that policy for, and which tasks had
// just been ordered, since one that starts costs CPU that no request asked for.
func (f *facts) notByOnly(o order, only string) string {
	said := fmt.Sprintf("The %s was to stay out: every scale-out was to be by %s", f.describe(o), only)
	budget, _, ok := f.longestOut(o.role, o.at)
	if top := highest(f.between(keyOf(o.role), o.at.Add(-budget), o.at)); ok && top != nil {
		said += fmt.Sprintf("; its metric stood at up to %s before it", number(top.value))
		for _, a := range f.liveAlarms(o.role, true, o.at) {
			said += fmt.Sprintf(" against its target of %s", number(a.alarm.Threshold))
			break
		}
		if len(f.roles(o.role)) > 0 {
			said += fmt.Sprintf(", where the planned load asks that policy for %s tasks' worth", thousandths(f.demand(o.at, o.role)))
		}
	}
	if outs := f.during(o.at.Add(-budget), o.at, order.out); len(outs) > 0 {
		return said + fmt.Sprintf("; the tasks of the %s started in that time: see what a new task does before it takes requests.", f.describe(outs[len(outs)-1]))
	}
	return said + "; see what else than the planned load raised it, and calibrate what a request costs."
}
