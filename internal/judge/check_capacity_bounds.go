package judge

import (
	"fmt"

	"scaleproof/internal/scaling"
)

// boundsKept answers for the orders of policies: none goes outside the bounds
// that stood at its moment. [D] What a person or a schedule orders is theirs. No
// load excuses an order outside.
func boundsKept(f *facts) []Result {
	r := Result{Answer: Pass, Expected: "policies order within the bounds"}
	orders := f.during(f.from, f.horizon, func(o order) bool { return o.cause.Kind == scaling.CauseAlarm })
	if len(orders) == 0 {
		r.Answer, r.Severity, r.Measured = Inconclusive, Warns, "no order by a policy"
		r.Explanation = "No policy gave an order, so the run does not show whether the bounds are kept."
		return []Result{r}
	}
	least, most := orders[0].to, orders[0].to
	for _, o := range orders {
		least, most = min(least, o.to), max(most, o.to)
		r.Evidence = append(r.Evidence, o.seqs...)
		answer, why := f.inside(o)
		if worse(r.Answer, answer) != r.Answer {
			r.Answer, r.Explanation = answer, why
		}
	}
	r.Measured = fmt.Sprintf("%s, to %d..%d tasks", plural(len(orders), "order", "orders"), least, most)
	if least == most {
		r.Measured = fmt.Sprintf("%s, to %s", plural(len(orders), "order", "orders"), tasks(least))
	}
	if r.Answer == Pass && !f.sawOrders(f.to) {
		r.Answer = Inconclusive
		r.Explanation = f.ordersMissed(f.to)
	}
	return []Result{r}
}

// inside judges one order by the bounds that may have stood at its moment.
func (f *facts) inside(o order) (Answer, string) {
	may, in := f.capacity.at(o.at), 0
	for _, c := range may {
		if t := c.value.Target; t != nil && o.to >= t.Bounds.Min && o.to <= t.Bounds.Max {
			in++
		}
	}
	switch {
	case len(may) == 0:
		return Inconclusive, "The bounds were not seen before the " + f.describe(o) + "; see observation.complete for what was not looked at, and run again."
	case in == len(may):
		return Pass, ""
	case in > 0:
		return Inconclusive, "The bounds changed about when the " + f.describe(o) + " was given, so which of them held is not known; find out who changed them, and run again without."
	}
	b := may[0].value.Target
	if b == nil {
		return Inconclusive, "The service was not registered when the " + f.describe(o) + " was given, so there were no bounds; register it, and run again."
	}
	return Fail, fmt.Sprintf("The %s is outside the bounds of %d to %d tasks that stood then, which no policy may leave; compare the scalable target with what the service was told.",
		f.describe(o), b.Bounds.Min, b.Bounds.Max)
}
