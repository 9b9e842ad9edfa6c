package judge

import (
	"time"

	"scaleproof/internal/scaling"
)

// The legs of a reaction that no alarm tells. Alignment: the load changes
// anywhere in a period. Publication: the delay is undocumented [U]; AWS's own
// benchmark of 363 s for 3 x 60 s [D] leaves room for up to 3 minutes.
// Evaluation: alarms are evaluated, and repeat their action, once a minute. [D]
const (
	alignment   = time.Minute
	publication = 3 * time.Minute
	evaluation  = time.Minute
)

// outBudget is the time from a crossing of the target to the order.
func outBudget(high scaling.Alarm) time.Duration {
	return alignment + time.Duration(high.M())*high.Metric.Period + publication + evaluation
}

// inBudget is the time from a crossing of the low threshold to the first
// order; low alarms take all their N datapoints.
func inBudget(low scaling.Alarm) time.Duration {
	return alignment + time.Duration(low.EvaluationPeriods)*low.Metric.Period + publication + evaluation
}

// nextInBudget is the time from one scale-in order to the next: the drain, the
// cooldown, and the minute after which the alarm repeats.
func (f *facts) nextInBudget() time.Duration {
	var cooldown time.Duration
	for _, p := range f.plan.Policies {
		cooldown = max(cooldown, p.ScaleInCooldown)
	}
	return f.plan.Draining + cooldown + evaluation
}

// readyBudget is the time from an order to healthy tasks.
func (f *facts) readyBudget() time.Duration { return f.plan.Start + f.plan.HealthWait }

// longestOut is the longest out budget of the live high alarms of a role; ok
// is false where no such alarm was seen.
func (f *facts) longestOut(role string, t time.Time) (budget time.Duration, seqs []int64, ok bool) {
	for _, a := range f.liveAlarms(role, true, t) {
		budget, ok = max(budget, outBudget(a.alarm)), true
		seqs = append(seqs, a.seq)
	}
	return budget, seqs, ok
}

// longestIn is the same for low alarms.
func (f *facts) longestIn(t time.Time) (budget time.Duration, seqs []int64, ok bool) {
	for _, a := range f.liveAlarms("", false, t) {
		budget, ok = max(budget, inBudget(a.alarm)), true
		seqs = append(seqs, a.seq)
	}
	return budget, seqs, ok
}
