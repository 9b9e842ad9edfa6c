package judge

import (
	"fmt"
	"slices"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// outSize answers for the scale-outs that policies ordered: whether they went
// further than their metric asked for.
func outSize(f *facts) []Result {
	r := Result{Answer: Pass, Expected: "none beyond what its metric asks for"}
	orders := f.during(f.from, f.horizon, func(o order) bool {
		return o.out() && o.cause.Kind == scaling.CauseAlarm && !f.contrary(o)
	})
	for _, o := range orders {
		answer, why := f.beyondMetric(o)
		r.Evidence = append(r.Evidence, o.seqs...)
		if worse(r.Answer, answer) != r.Answer {
			r.Answer, r.Explanation = answer, why
		}
	}
	r.Measured = plural(len(orders), "scale-out", "scale-outs")
	switch {
	case len(orders) == 0:
		r.Answer, r.Severity, r.Measured = Inconclusive, Warns, "no scale-out by a policy"
		r.Explanation = "No policy scaled out, so the run does not show how far its orders go."
	case r.Answer == Pass && !f.sawOrders(f.to):
		r.Answer = Inconclusive
		r.Explanation = "The scaling activities were not read to the end of the traffic, so an order may have been missed."
	}
	return []Result{r}
}

// oneMore is by how much an order may exceed what its metric asks for: how AWS
// rounds is not documented. [U]
const oneMore = 1

// beyondMetric judges a scale-out by what its policy's metric may have asked
// for. The tasks that run are documented as what that is worked out from; where
// only the desired ones explain the order, nobody knows. [U]
func (f *facts) beyondMetric(o order) (Answer, string) {
	if keyOf(o.role) == "" || len(f.roles(o.role)) == 0 || f.doubt(o) != "" {
		return Pass, ""
	}
	want := func(_, want int) int { return want }
	running := f.counts.at(o.at)
	k := f.askedOf(o, running, want)
	switch {
	case !k.ok && f.measured(o):
		return Pass, "" // whether anything called for it is for others to say
	case !k.ok:
		return Inconclusive, "What its metric asked for at the " + f.describe(o) + " was not seen."
	case o.to <= k.hi+oneMore:
		return Pass, ""
	}
	desired := slices.Clone(running)
	for i := range desired {
		desired[i].value.Running = max(desired[i].value.Running, o.from)
	}
	if o.to <= f.askedOf(o, desired, want).hi+oneMore {
		return Inconclusive, fmt.Sprintf("The %s, where its metric asked the running tasks for %d at most: it was worked out from the desired count, which contradicts AWS's pages but not all that is told of AWS.", f.describe(o), k.hi)
	}
	return Fail, fmt.Sprintf("The %s, where its metric asked for %d at most; look at how the order was worked out.", f.describe(o), k.hi)
}

// measured says that the tasks and the metric of an order's policy were seen.
func (f *facts) measured(o order) bool {
	budget, _, ok := f.longestOut(o.role, o.at)
	return ok && !f.blind(timeline.PartService, o.at) && len(f.counts.at(o.at)) > 0 && len(f.between(keyOf(o.role), o.at.Add(-budget), o.at)) > 0
}
