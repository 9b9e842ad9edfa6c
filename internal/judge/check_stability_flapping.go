package judge

import (
	"fmt"
	"time"

	"scaleproof/internal/plan"
)

// flapping answers whether orders in opposite directions followed each other
// too closely while the load gave no reason.
func flapping(f *facts) []Result {
	t := f.reversals()
	r := Result{Answer: Pass, Expected: "no turn within the low alarm's span"}
	span := f.lowSpan("")
	closest := time.Duration(0)
	for i, p := range t.pairs {
		if i == 0 || p.gap() < closest {
			closest = p.gap()
		}
		r.Evidence = append(r.Evidence, append(append([]int64{}, p.a.seqs...), p.b.seqs...)...)
		answer, why := f.flaps(p, t.settle)
		if worse(r.Answer, answer) != r.Answer {
			r.Answer, r.Explanation = answer, why
		}
	}
	r.Measured = plural(len(t.orders), "order", "orders") + ", no turn"
	if n := len(t.pairs); n > 0 {
		r.Measured = fmt.Sprintf("%d orders, %s, the closest %s apart", len(t.orders), plural(n, "turn", "turns"), short(closest))
		r.Margin = "the low alarm's span is " + short(span)
	}
	switch {
	case t.strange && r.Answer == Pass:
		r.Answer = Inconclusive
		r.Explanation = "An order names an alarm that asks for the opposite, so which way it went is not known; compare the activity with the alarm's history."
	case len(t.orders) < 2:
		r.Answer, r.Severity = Inconclusive, Warns
		r.Explanation = "Fewer than two orders were given, so flapping was not exercised."
	case len(t.pairs) > 0 && span == 0:
		r.Answer = Inconclusive
		r.Explanation = "No live low alarm was seen, so how close two orders may follow each other is not known; see policies.exact."
	case r.Answer == Pass && !f.sawOrders(f.to):
		r.Answer = Inconclusive
		r.Explanation = f.ordersMissed(f.to)
	}
	return []Result{r}
}

// flaps judges one turn. An order answers datapoints that are a reaction old:
// since then the load must not have turned the same way. And the last order out may answer
// datapoints that were published and evaluated late, behind which low ones were
// counted already when it came. Only the policy that gave it must have seen a
// high one: the others may have agreed to a scale-in all along.
func (f *facts) flaps(p pair, settle time.Duration) (Answer, string) {
	span := f.lowSpan("")
	if p.a.out() {
		if own := f.lowSpan(p.a.role); p.a.role != "" && own > 0 {
			span = own
		}
		span -= plan.Publication + plan.Evaluation
	}
	if fell, rose := f.moved(p.a.at.Add(-settle), p.b.at); p.gap() >= span || p.b.in() && fell || p.b.out() && rose {
		return Pass, ""
	}
	why := fmt.Sprintf("A %s and then a %s, %s apart, while demand did not turn by 10 %%: the service flaps; compare the histories of the two alarms at these moments, and lengthen the scale-in cooldown or lower the target of whoever scaled out.",
		f.describe(p.a), f.describe(p.b), short(p.gap()))
	if mild := f.mitigates(p); p.a.in() && mild != "" {
		return Inconclusive, mild + why
	}
	return Fail, why
}

// lowSpan is for how long the low alarm of a role's policy looks back, or the
// longest of all for ""; 0 where none was seen.
func (f *facts) lowSpan(role string) (span time.Duration) {
	for _, a := range f.liveAlarms(role, false, f.from) {
		span = max(span, time.Duration(a.alarm.EvaluationPeriods)*a.alarm.Metric.Period)
	}
	return span
}
