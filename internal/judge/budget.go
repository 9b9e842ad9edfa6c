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

// cooling is the scale-in cooldown that may hold the next scale-in back at t; 0
// where none was ordered so shortly before.
func (f *facts) cooling(t time.Time) (cooldown time.Duration) {
	for _, o := range f.during(f.from, t, order.in) {
		if c, ok := f.cooldown(o.cause.Policy, false); ok && t.Before(o.at.Add(f.plan.FurtherStep(c))) {
			cooldown = max(cooldown, c)
		}
	}
	return cooldown
}

// roomToShrink is what to do about a stage that ends before a scale-in is due: a
// cooldown that is longer than the alarms take is what there is to change.
func (f *facts) roomToShrink(t time.Time) string {
	budget, _, _ := f.longestIn(t)
	if c := f.cooling(t); c > budget {
		return "the scale-in cooldown of " + short(c) + " holds it back: shorten it, or make the stage longer than that"
	}
	return "make the stage longer"
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
