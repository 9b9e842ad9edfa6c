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
				r.Explanation = fmt.Sprintf("The %s, whose policy was to stay quiet; compare its metric with its target there, under the load and while tasks start.", f.describe(o))
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
