package judge

import (
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
)

// What no alarm tells of a reaction, as the plan counts on it.
const (
	publication = plan.Publication
	evaluation  = plan.Evaluation
)

// outBudget is the time from a crossing of the target to the order.
func outBudget(high scaling.Alarm) time.Duration { return plan.Reaction(high, 0).Total() }

// inBudget is the time from a crossing of the low threshold to the first
// order.
func inBudget(low scaling.Alarm) time.Duration { return plan.Reaction(low, 0).Total() }

// nextInBudget is the time from one scale-in order to the next: the drain, the
// cooldown, and the minute after which the alarm repeats.
func (f *facts) nextInBudget() time.Duration {
	var cooldown time.Duration
	for _, p := range f.plan.Policies {
		cooldown = max(cooldown, p.ScaleInCooldown)
	}
	return f.plan.FurtherStep(cooldown)
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
