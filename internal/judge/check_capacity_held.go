package judge

import (
	"fmt"
	"time"
)

// heldMargin is by how much, in percent, the load must have stood above what a
// fall of the count left, for the fall to be one below what the load asked for:
// datapoints of a minute scatter around the plan's load.
const heldMargin = 110

// capacityHeld answers whether the desired count ever fell below what the load
// asked for and went on asking for. What is given back after an overshoot is
// right; what falls amid a load that held is a dip, whoever made it.
func capacityHeld(f *facts) []Result {
	r := Result{Answer: Pass, Expected: "no fall below what the load holds", Needs: 1,
		Tolerance: fmt.Sprintf("%d %% of a task's worth, since datapoints scatter", heldMargin-100)}
	span, known := f.longestLow()
	for _, a := range f.actions {
		if a.Direction != "in" || a.At.Before(f.from) || !a.At.Before(f.to) {
			continue
		}
		if !known {
			r.Answer, r.Measured = Inconclusive, "not known"
			r.Explanation = "The desired count fell, and no live low alarm was seen, so how long a load must have been low before a scale-in answers it is not known; see policies.exact."
			return []Result{r}
		}
		r.Samples++
		r.Evidence = append(r.Evidence, a.Evidence...)
		held := f.leastDemand(later(a.At.Add(-span), f.from), a.At)
		if held*100 <= int64(a.To)*1000*heldMargin {
			continue
		}
		answer, why := Fail, "see which datapoints its low alarm answered, and whether another policy agreed"
		if a.Kind != ByPolicy || a.Confidence == Unsure {
			answer, why = Inconclusive, "that is not the autoscaler's doing as far as is known; find out by whom"
		}
		if worse(r.Answer, answer) == r.Answer {
			continue
		}
		r.Answer, r.Measured = answer, fmt.Sprintf("%d -> %d at %s", a.From, a.To, a.When)
		r.Explanation = fmt.Sprintf("At %s the desired count fell from %d to %d by %s, while the load had asked for %s tasks' worth or more for %s; %s.",
			a.When, a.From, a.To, a.By(), thousandths(held), short(a.At.Sub(later(a.At.Add(-span), f.from))), why)
	}
	if r.Answer == Pass {
		r.Measured = plural(int(r.Samples), "fall", "falls") + ", none below it"
	}
	if most := f.mostDesired(); r.Answer == Pass && most <= f.plan.Bounds.Min {
		r.Answer, r.Severity, r.Measured = Inconclusive, Warns, "never above the minimum"
		r.Explanation = fmt.Sprintf("The service never had more than its minimum of %s, so there was nothing to fall from; raise the load to exercise it.", tasks(f.plan.Bounds.Min))
	} else if r.Answer == Pass && r.Samples == 0 {
		r.Samples = 1 // it held
	}
	return []Result{r}
}

// longestLow is how far back the datapoints of a scale-in may lie: the longest
// span of a live low alarm, and their publication.
func (f *facts) longestLow() (span time.Duration, known bool) {
	for _, a := range f.liveAlarms("", false, f.from) {
		span, known = max(span, time.Duration(a.alarm.EvaluationPeriods)*a.alarm.Metric.Period), true
	}
	return span + publication, known
}

// leastDemand is the least that the policies together asked for in [from, to],
// looked at every ten seconds.
func (f *facts) leastDemand(from, to time.Time) int64 {
	least := f.demand(to, "")
	for t := from; t.Before(to); t = t.Add(10 * time.Second) {
		least = min(least, f.demand(t, ""))
	}
	return least
}

// mostDesired is the highest desired count that was seen in the traffic.
func (f *facts) mostDesired() (most int) {
	for _, c := range f.counts {
		if c.seen.After(f.from) && !c.after.After(f.to) {
			most = max(most, c.value.Desired)
		}
	}
	for _, c := range f.counts.at(f.from) {
		most = max(most, c.value.Desired)
	}
	return most
}
