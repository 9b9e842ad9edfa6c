package judge

import (
	"fmt"
	"time"
)

// patience is how long after a scale-in the tasks that it left must do, unless
// demand rises: the fifteen minutes of datapoints that a low alarm of AWS looks
// at [R], whatever the live one does.
const patience = 15 * time.Minute

// scaleInPatient answers whether scale-ins gave back what was asked for again
// though the load had not risen.
func scaleInPatient(f *facts) []Result {
	t := f.reversals()
	r := Result{Answer: Pass, Expected: "no scale-out within " + short(patience) + " of a scale-in"}
	ins, soonest := 0, time.Duration(0)
	for _, o := range t.orders {
		if o.in() {
			ins++
			r.Evidence = append(r.Evidence, o.seqs...)
		}
	}
	for _, p := range t.pairs {
		if _, rose := f.moved(p.a.at.Add(-t.settle), p.b.at); p.a.out() || p.gap() >= patience || rose {
			continue
		}
		r.Evidence = append(r.Evidence, p.b.seqs...)
		if soonest == 0 || p.gap() < soonest {
			soonest = p.gap()
		}
		answer, why := Fail, fmt.Sprintf("A %s, and then a %s, %s later, though demand had not risen: the scale-in gave back more than the load could spare; look at how far it went, and lengthen the scale-in cooldown or lower the target.",
			f.describe(p.a), f.describe(p.b), short(p.gap()))
		if mild := f.mitigates(p); mild != "" {
			answer, why = Inconclusive, mild+why
		}
		if worse(r.Answer, answer) != r.Answer {
			r.Answer, r.Explanation = answer, why
		}
	}
	r.Measured = plural(ins, "scale-in", "scale-ins") + ", none taken back"
	if soonest > 0 {
		r.Measured = fmt.Sprintf("%s, one taken back after %s", plural(ins, "scale-in", "scale-ins"), short(soonest))
		r.Margin = short(patience-soonest) + " too soon"
	}
	switch {
	case r.Answer != Pass:
	case t.strange:
		r.Answer = Inconclusive
		r.Explanation = "An order names an alarm that asks for the opposite, so which way it went is not known; compare the activity with the alarm's history."
	case ins == 0:
		r.Answer, r.Severity = Inconclusive, Warns
		r.Explanation = "Nothing was scaled in, so whether it would have been taken back was not exercised."
	case !f.sawOrders(f.to):
		r.Answer = Inconclusive
		r.Explanation = f.ordersMissed(f.to)
	}
	return []Result{r}
}
