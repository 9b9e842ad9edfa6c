package judge

import (
	"fmt"

	"scaleproof/internal/timeline"
)

// A task is hot, in percent of its CPU, while the average is cooler by so many
// points.
const (
	hotAt  = 95
	cooler = 25
)

// hotTask warns of one hot task under a calm average, which is rightly no
// reason to scale [R: a task at 99 % under an average of 51 %]: it is the
// service's, or its load balancer's. Where requests queue behind it, the queue
// fails and says so.
func (f *facts) hotTask() Result {
	budget := f.saturationBudget()
	r := Result{Subject: "hottest task", Answer: Pass, Severity: Warns,
		Expected: "no one hot task under a calm average for " + short(budget)}
	slots, period := f.slots(timeline.KeyCPUMax)
	if period == 0 {
		r.Answer, r.Measured = Inconclusive, "no datapoints"
		r.Explanation = "No datapoint of the hottest task's CPU was published, so whether one was hot under a calm average is not known."
		return r
	}
	n := max(minPoints, int((budget+period-1)/period))
	run, longest, may, perhaps := 0, 0, 0, 0
	for _, s := range slots {
		yes, maybe := f.hotIn(s)
		run, may = next(run, yes), next(may, maybe)
		longest, perhaps = max(longest, run), max(perhaps, may)
		if yes && run == n {
			r.Answer = Fail
			r.Explanation = fmt.Sprintf("For %s up to %s one task stood at %d %% CPU or more while the average was %d points lower: the average hides it, and rightly nothing scales; look at how requests are spread over tasks.",
				short(budget), f.when(s.end), hotAt, cooler)
		}
		if yes {
			r.Evidence = append(r.Evidence, s.point.seq)
		}
	}
	r.Measured = "hot for " + plural(longest, "datapoint", "datapoints") + " on end"
	if r.Answer == Pass && perhaps >= n {
		r.Answer = Inconclusive
		r.Explanation = "Datapoints of the hottest task's CPU are missing, so whether one was hot for long is not known."
	}
	return r
}

// hotIn says that one task was hot under a calm average in a period; of one
// that is not known it may have been.
func (f *facts) hotIn(s slot) (sure, may bool) {
	if s.point == nil {
		return false, true
	}
	if hundredths(s.point.value) < 100*hotAt {
		return false, false
	}
	average := f.between(timeline.KeyCPU, s.start, s.end)
	if len(average) == 0 {
		return false, true
	}
	yes := hundredths(s.point.value)-hundredths(average[0].value) >= 100*cooler
	return yes, yes
}
