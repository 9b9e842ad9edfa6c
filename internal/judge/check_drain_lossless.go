package judge

import "fmt"

// drainSamples is how many requests the tasks that were taken away must have been at
// work on, of all scale-ins together, for a drain that is cut short to show:
// with five in the mean, none at all is one in 148.
const drainSamples = 5

// drainLossless answers whether scale-ins lost requests: those in flight when
// targets were deregistered must come to their end.
func drainLossless(f *facts) []Result {
	r := Result{Answer: Pass, Expected: "no request lost to a scale-in", Needs: drainSamples}
	drains, all := f.drains(), f.swings(nil)
	working, doubt, anyway := int64(0), "", false
	for _, d := range drains {
		r.Evidence = append(r.Evidence, d.seqs...)
		if d.settled && covered(d.windows, d.at, d.end) {
			working += d.working
		}
		if d.cut == 0 {
			continue
		}
		r.Evidence = append(r.Evidence, failing(d.windows, nil)...)
		why := f.besides(d)
		switch {
		case r.Answer == Fail:
		case why != "":
			doubt = fmt.Sprintf("%s failed while the %s drained, but %s, so which of the two it was is not known; run again without it.", requests(d.cut), f.describe(d.order), why)
		case f.failsAnyway(d, all):
			anyway = true
		default:
			r.Answer, r.Measured = Fail, fmt.Sprintf("%d lost to the %s", d.cut, f.describe(d.order))
			r.Explanation = fmt.Sprintf("%s failed (%s) while the %s drained, and none in the minutes around it: tasks were stopped before they were done; look at the deregistration delay, at the task's stop timeout, and at what it does on SIGTERM.",
				requests(d.cut), counted(sum(d.windows, nil).classes), f.describe(d.order))
		}
	}
	r.Samples = working / 1000
	if r.Answer == Fail {
		return []Result{r}
	}
	r.Measured = fmt.Sprintf("%s, about %d in flight on the tasks that went", plural(len(drains), "scale-in", "scale-ins"), working/1000)
	switch {
	case doubt != "":
		r.Answer, r.Explanation = Inconclusive, doubt
	case !f.sawOrders(f.to):
		r.Answer = Inconclusive
		r.Explanation = f.ordersMissed(f.to)
	case anyway:
		r.Answer, r.Severity = Inconclusive, Warns
		r.Explanation = "Requests failed while tasks drained, but shortly before or after as well, so whether draining lost any is not known; see errors."
	case len(drains) == 0:
		r.Answer, r.Severity = Inconclusive, Warns
		r.Explanation = "Nothing was scaled in while traffic flowed, so draining was not exercised."
	case working < drainSamples*1000:
		r.Answer, r.Severity = Inconclusive, Warns
		r.Explanation = fmt.Sprintf("No request failed, but too few were in flight on the tasks that were taken away (about %d, %d are needed) for a drain that is cut short to show; send some that take seconds while the service scales in.", working/1000, drainSamples)
	}
	return []Result{r}
}
