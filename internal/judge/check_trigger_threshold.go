package judge

import (
	"fmt"

	"scaleproof/internal/plan"
)

// triggerThreshold answers for each trigger: the live threshold, and that
// datapoints above it precede each scale-out of the policy.
func triggerThreshold(f *facts) (results []Result) {
	for _, e := range f.plan.Expect {
		if e.Trigger != nil {
			results = append(results, f.threshold(e))
		}
	}
	return results
}

func (f *facts) threshold(e plan.Expectation) Result {
	x, role := e.Trigger, triggerRole(e)
	r := Result{Subject: role, Pos: Pos(e.Pos), Answer: Pass, Expected: fmt.Sprintf("%s +- %s", number(x.At), number(x.Tolerance))}
	weak := func(measured, why string) Result {
		r.Answer, r.Measured, r.Explanation = Inconclusive, measured, why
		return r
	}
	alarms := f.liveAlarms(role, true, f.from)
	if len(alarms) == 0 {
		return weak("no live alarm seen", "No live high alarm of the "+role+" policy was seen, so its threshold is not known.")
	}
	a := alarms[0].alarm
	r.Evidence = []int64{alarms[0].seq}
	r.Measured = "live threshold " + number(a.Threshold)
	if hundredths(a.Threshold) != hundredths(x.At) {
		r.Answer = Fail
		r.Explanation = fmt.Sprintf("The live alarm of the %s policy stands at %s, not at %s; correct the policy's target.", role, number(a.Threshold), number(x.At))
		return r
	}
	outs := f.outsBy(role)
	if len(outs) == 0 {
		return weak(r.Measured+", never acted", "The "+role+" policy ordered no scale-out, so at which value it acts was not exercised.")
	}
	floor := hundredths(x.At - x.Tolerance)
	for _, o := range outs {
		r.Evidence = append(r.Evidence, o.seqs...)
		best, n := f.bestLevel(role, a, o)
		switch {
		case n == 0:
			return weak("datapoints missing", "The datapoints before the "+f.describe(o)+" are missing, so what it answered is not known.")
		case hundredths(best) <= floor:
			r.Answer, r.Measured = Fail, number(best)+" before "+f.describe(o)
			r.Explanation = fmt.Sprintf("The %s, while no %d of %d datapoints before it lay above %s: it acted too early; see what else asked for capacity.",
				f.describe(o), a.M(), a.EvaluationPeriods, number(x.At-x.Tolerance))
			return r
		}
	}
	r.Measured += fmt.Sprintf(", %s above it", plural(len(outs), "order came", "orders came"))
	return r
}
