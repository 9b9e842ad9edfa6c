package judge

import (
	"fmt"
	"slices"

	"scaleproof/internal/plan"
)

// noScaleOut answers for each no_scale_out, over its stages together.
func noScaleOut(f *facts) (results []Result) {
	for _, e := range f.plan.Expect {
		if e.NoScaleOut != nil {
			results = append(results, f.quiet(e, e.NoScaleOut.In, "scale-out", order.out))
		}
	}
	return results
}

// noScaleIn answers for each no_scale_in.
func noScaleIn(f *facts) (results []Result) {
	for _, e := range f.plan.Expect {
		if e.NoScaleIn != nil {
			results = append(results, f.quiet(e, e.NoScaleIn.In, "scale-in", order.in))
		}
	}
	return results
}

func (f *facts) quiet(e plan.Expectation, in []string, what string, forbidden func(order) bool) Result {
	r := Result{Subject: names(in), Pos: Pos(e.Pos), Answer: Pass, Expected: "no " + what, Measured: "none"}
	weak := ""
	stages := f.named(in)
	if len(stages) == 0 {
		weak = "The plan has no such stage."
	}
	var found []order
	for _, s := range stages {
		if s.seq == 0 {
			weak = "Stage " + s.Name + " never began."
			continue
		}
		r.Evidence = append(r.Evidence, s.seq)
		found = append(found, f.during(s.from, s.to, forbidden)...)
		if !s.whole {
			weak = "Stage " + s.Name + " was cut off, so what it would have brought is not known."
		} else if !f.sawOrders(s.to) {
			weak = "The scaling activities were not read after stage " + s.Name + ", so an order may have been missed."
		}
	}
	if i := slices.IndexFunc(found, f.contrary); i >= 0 {
		weak = "The " + f.describe(found[i]) + " names an alarm that asks for the opposite, so how many tasks were desired before it is not known."
		found = slices.DeleteFunc(found, f.contrary)
	}
	switch {
	case len(found) > 0:
		r.Answer, r.Measured = Fail, f.describe(found[0])
		if len(found) > 1 {
			r.Measured += fmt.Sprintf(", and %d more", len(found)-1)
		}
		for _, o := range found {
			r.Evidence = append(r.Evidence, o.seqs...)
		}
		r.Explanation = fmt.Sprintf("A %s, where none is expected; look at the datapoints of that policy's metric in the minutes before, and at its target.", f.describe(found[0]))
	case weak != "":
		r.Answer, r.Measured, r.Explanation = Inconclusive, "none seen", weak
	}
	return r
}

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
		doubt := f.doubt(o)
		switch {
		case o.role != e.OnlyBy && f.quietAt(o):
			r.Answer = Fail
			r.Explanation = fmt.Sprintf("The %s, though %s: either another policy scaled, or the cause is not what made it; compare the alarms' histories with the activity.", f.describe(o), doubt)
		case doubt != "" && r.Answer != Fail:
			r.Answer = Inconclusive
			r.Explanation = "The " + f.describe(o) + " cannot be put down to a policy: " + doubt + "."
		case doubt == "" && o.role != e.OnlyBy && r.Answer == Fail: // the first is told
		case doubt == "" && o.role != e.OnlyBy:
			r.Answer = Fail
			r.Explanation = fmt.Sprintf("The %s, whose policy was to stay quiet; compare its metric with its target there, under the load and while tasks start.", f.describe(o))
		case doubt == "":
			by++
		}
	}
	r.Measured = fmt.Sprintf("%d of %d", by, len(outs))
	switch {
	case r.Answer == Pass && len(outs) == 0:
		r.Answer = Inconclusive
		r.Explanation = "No scale-out was ordered at all, so nothing was caused by any policy."
	case r.Answer == Pass && !f.sawOrders(f.to):
		r.Answer = Inconclusive
		r.Explanation = "The scaling activities were not read to the end of the traffic, so an order may have been missed."
	}
	return r
}
