package judge

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
)

// flapping answers whether orders in opposite directions followed each other
// too closely while the load gave no reason. Those of somebody else, who changed
// the bounds, are not the policies' doing.
func flapping(f *facts) []Result {
	orders := f.during(f.from, f.horizon, func(o order) bool {
		return (o.out() || o.in()) && o.cause.Kind != scaling.CauseBounds && o.cause.Kind != scaling.CauseScheduled
	})
	strange := slices.ContainsFunc(orders, f.contrary)
	orders = slices.DeleteFunc(orders, f.contrary)
	r := Result{Answer: Pass, Expected: "no turn within the low alarm's span"}
	var span time.Duration
	for _, a := range f.liveAlarms("", false, f.from) {
		span = max(span, time.Duration(a.alarm.EvaluationPeriods)*a.alarm.Metric.Period)
	}
	settle, _, _ := f.longestOut("", f.from)
	turns, closest := 0, time.Duration(0)
	for i := 1; i < len(orders); i++ {
		a, b := orders[i-1], orders[i]
		if a.out() == b.out() {
			continue
		}
		p := pair{a: a, b: b}
		if turns++; turns == 1 || p.gap() < closest {
			closest = p.gap()
		}
		r.Evidence = append(r.Evidence, append(append([]int64{}, a.seqs...), b.seqs...)...)
		// An order answers datapoints that are a reaction old: the load must
		// have stood still since then. And the last order out may answer
		// datapoints that were published and evaluated late, behind which low
		// ones were counted already when it came.
		least := span
		if a.out() {
			least -= plan.Publication + plan.Evaluation
		}
		if p.gap() < least && f.steady(a.at.Add(-settle), b.at) && r.Answer == Pass {
			r.Answer = Fail
			r.Explanation = fmt.Sprintf("A %s and then a %s, %s apart, while demand stood still within 10 %%: the service flaps; lower the distance between target and load, or lengthen the cooldowns.",
				f.describe(a), f.describe(b), short(p.gap()))
		}
	}
	r.Measured = plural(len(orders), "order", "orders") + ", no turn"
	if turns > 0 {
		r.Measured = fmt.Sprintf("%d orders, %s, the closest %s apart", len(orders), plural(turns, "turn", "turns"), short(closest))
		r.Margin = "the low alarm's span is " + short(span)
	}
	switch {
	case strange && r.Answer == Pass:
		r.Answer = Inconclusive
		r.Explanation = "An order names an alarm that asks for the opposite, so which way it went is not known."
	case len(orders) < 2:
		r.Answer, r.Severity = Inconclusive, Warns
		r.Explanation = "Fewer than two orders were given, so flapping was not exercised."
	case turns > 0 && span == 0:
		r.Answer = Inconclusive
		r.Explanation = "No live low alarm was seen, so how close two orders may follow each other is not known."
	case r.Answer == Pass && !f.sawOrders(f.to):
		r.Answer = Inconclusive
		r.Explanation = "The scaling activities were not read to the end of the traffic, so an order may have been missed."
	}
	return []Result{r}
}
