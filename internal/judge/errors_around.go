package judge

import (
	"fmt"
	"strings"

	"scaleproof/internal/plan"
)

// errorsAround judges failures from each order until its last draining target
// is gone and its last new target healthy: a count of them around all orders
// together, or a share of those that ended around each.
func (f *facts) errorsAround(e plan.Expectation) Result {
	x := e.Errors
	swings := f.swings(x.In)
	r := Result{Subject: "around scaling", Pos: Pos(e.Pos), Answer: Pass}
	var worst swing
	var top, possible int64 // failures around an order, or their share in hundredths of a percent: at least, and with what nobody looked at
	for _, a := range swings {
		r.Evidence = append(r.Evidence, a.seqs...)
		n := f.burden(a, x.Of, x.Above != nil, failures.least)
		if worst.seqs == nil || n > top {
			top, worst = n, a
		}
		possible = max(possible, f.burden(a, x.Of, x.Above != nil, failures.most))
	}
	all := allOf(swings)
	t := sum(all, x.Of)
	r.Samples = t.completed
	limit := most(e)
	measured, atMost := t.failures().between()
	r.Expected, r.Margin = fmt.Sprintf("at most %d failed", limit), fmt.Sprint(limit-t.failed)
	r.Measured = fmt.Sprintf("%d of %d, around %s", t.failed, t.completed, plural(len(swings), "order", "orders"))
	held := measured - t.failed + sum(f.held(all), x.Of).failed
	if x.Above != nil {
		limit, measured, atMost, held = hundredths(float64(x.Above.Percent)), top, possible, 0
		for _, a := range swings {
			held = max(held, f.burden(swing{a.order, f.held(a.windows), a.settled}, x.Of, true, failures.least))
		}
		r.Expected, r.Margin = "at most "+percent(limit, 10000)+" failed around each order", percent(max(limit-top, 0), 10000)
		r.Measured = fmt.Sprintf("at most %s, around %s", percent(top, 10000), plural(len(swings), "order", "orders"))
	}
	switch why := f.unsettled(swings, x.Of); {
	case measured > limit && held <= limit:
		r.Answer = Inconclusive
		r.Explanation = f.ownDoing(fmt.Sprintf("%s failed (%s) while the service scaled", requests(t.failed), counted(t.classes)))
	case measured > limit:
		r.Answer = Fail
		r.Evidence = append(r.Evidence, failing(all, x.Of)...)
		first := firstFailure(worst.windows, x.Of)
		says, seqs := f.plight(first.Start, first.end())
		if strings.HasPrefix(says, nothingSeen) {
			says = nothingSeen + "; look at how new tasks take on load and how old ones drain"
		}
		r.Evidence = append(r.Evidence, seqs...)
		r.Explanation = fmt.Sprintf("%s failed (%s) while the service scaled, %d of them around the %s, the first %s; %s.",
			requests(t.failed), counted(t.classes), f.burden(worst, x.Of, false, failures.least), f.describe(worst.order), f.when(first.Start), says)
	case why != "":
		r.Answer, r.Explanation = Inconclusive, why
	case atMost > limit:
		r.Answer = Inconclusive
		r.Explanation = t.failures().tooFew(fmt.Sprintf("%s failed while the service scaled", requests(t.failed)))
	}
	return r
}

// burden is how many requests failed around a swing, or what share of those
// that ended did, in hundredths of a percent; count says how many did.
func (f *facts) burden(a swing, kinds []string, share bool, count func(failures) int64) int64 {
	t := sum(a.windows, kinds).failures()
	if share {
		return count(t) * 10000 / max(t.completed, 1)
	}
	return count(t)
}
