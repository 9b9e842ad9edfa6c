package judge

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// drift is one change to what should have stood still.
type drift struct {
	after, seen time.Time
	what        string
	seq         int64
	unsure      bool   // nobody knows that it was the service's doing
	policy      string // whose setting or alarm it is; empty: of none
}

// policiesUnchanged answers whether all stood still while traffic flowed.
func policiesUnchanged(f *facts) []Result {
	r := Result{Answer: Pass, Expected: "nothing changes while traffic flows", Measured: "nothing changed"}
	if f.from.IsZero() || !f.lookedAtScaling() {
		r.Answer, r.Measured = Inconclusive, "never looked at"
		r.Explanation = "Nobody looked at policies and bounds, so whether they changed is not known; see observation.complete for what was not looked at, and run again."
		return []Result{r}
	}
	var sure, unsure []drift
	for _, d := range f.drifts() {
		if d.unsure || d.after.Before(f.from) || d.seen.After(f.horizon) {
			unsure = append(unsure, d)
		} else {
			sure = append(sure, d)
		}
	}
	all := append(sure, unsure...)
	for _, d := range all {
		r.Evidence = append(r.Evidence, d.seq)
	}
	switch {
	case len(all) > 0:
		r.Measured = all[0].what
		if len(all) > 1 {
			r.Measured += fmt.Sprintf(", and %d more", len(all)-1)
		}
		r.Answer = Fail
		if len(sure) == 0 {
			r.Answer, r.since = Inconclusive, all[0].seen
		}
		r.Explanation = upper(fmt.Sprintf("%s, seen %s: the service was changed while traffic flowed, so the run proves nothing about the settings it began with; find out by whom in the audit trail of that moment, set it right, and run again.",
			all[0].what, f.when(all[0].seen)))
	case len(f.holes(timeline.PartScaling, f.from, f.to)) > 0:
		r.Answer, r.Measured = Inconclusive, "not looked at all the time"
		r.Explanation = "Policies and bounds were not looked at throughout the traffic; a change between two looks may have been missed; see observation.complete for what was not looked at, and run again."
	}
	return []Result{r}
}

// drifts lists the changes between the beginning of the traffic and the undo,
// in order of time.
func (f *facts) drifts() []drift {
	inside := func(seen time.Time) bool { return seen.After(f.from) && seen.Before(f.horizon) }
	found := f.policyDrifts(inside)
	found = append(found, f.alarmDrifts(inside)...)
	for i, c := range f.capacity {
		if i > 0 && inside(c.seen) {
			found = append(found, drift{c.after, c.seen, "the registration went from " + registered(f.capacity[i-1].value) + " to " + registered(c.value), c.seq, false, ""})
		}
	}
	for _, d := range f.deployments {
		if d.rollout == "FAILED" && inside(d.seen) && d.at.After(f.from) {
			found = append(found, drift{d.at, d.seen, "deployment " + d.id + " failed", d.seq, true, ""})
		}
	}
	found = append(found, f.unexplained(inside)...)
	found = append(found, f.meddling()...)
	slices.SortStableFunc(found, func(a, b drift) int { return a.seen.Compare(b.seen) })
	return found
}

// registered tells bounds and suspension.
func registered(c timeline.Capacity) string {
	if c.Target == nil {
		return "none"
	}
	return fmt.Sprintf("%d..%d tasks%s", c.Target.Bounds.Min, c.Target.Bounds.Max, suspended(c.Target.Suspended))
}

// policyDrifts lists changes to policies that neither the run nor its plan made.
func (f *facts) policyDrifts(inside func(time.Time) bool) (found []drift) {
	before := map[string]policyStep{}
	for _, p := range f.policies {
		old, known := before[p.policy.Name]
		before[p.policy.Name] = p
		if !inside(p.seen) || known && old.removed == p.removed && same(old.policy, p.policy) || f.harmless(p) || f.planned(p) {
			continue
		}
		if !known && p.after.Equal(p.seen) {
			continue // the first look of all
		}
		found = append(found, drift{p.after, p.seen, policyDrift(old, p, known), p.seq, false, p.policy.Name})
	}
	return found
}

// harmless says that a change between a look before the traffic and one in it
// only brought the policy to what the plan wants: the run's own apply.
func (f *facts) harmless(p policyStep) bool {
	if p.removed || !p.after.Before(f.from) {
		return false
	}
	return slices.ContainsFunc(f.plan.Policies, func(w scaling.Policy) bool { return len(w.Differences(p.policy)) == 0 })
}

func same(a, b scaling.Policy) bool {
	return len(a.Differences(b)) == 0 && slices.Equal(a.Alarms, b.Alarms)
}

func policyDrift(old, p policyStep, known bool) string {
	switch {
	case p.removed:
		return "policy " + p.policy.Name + " was removed"
	case !known || old.removed:
		return "policy " + p.policy.Name + " appeared"
	case len(old.policy.Differences(p.policy)) > 0:
		return "policy " + p.policy.Name + " changed: " + old.policy.Differences(p.policy)[0]
	}
	return "policy " + p.policy.Name + " was put again and has new alarms"
}

// alarmDrifts lists changes to the configuration of alarms, and those that are
// gone.
func (f *facts) alarmDrifts(inside func(time.Time) bool) (found []drift) {
	before := map[string]scaling.Alarm{}
	for _, a := range f.alarms {
		old, known := before[a.alarm.Name]
		before[a.alarm.Name] = a.alarm
		if !known || !inside(a.seen) {
			continue
		}
		if !sameAlarm(old, a.alarm) {
			found = append(found, drift{a.after, a.seen, "alarm " + a.alarm.Name + " changed", a.seq, false, a.policy})
		}
	}
	for _, d := range f.lostAlarms {
		if inside(d.seen) {
			found = append(found, d)
		}
	}
	return found
}

// sameAlarm says that two states of an alarm have the same settings.
func sameAlarm(a, b scaling.Alarm) bool {
	return a.Threshold == b.Threshold && a.Comparison == b.Comparison && a.EvaluationPeriods == b.EvaluationPeriods && a.M() == b.M() &&
		a.Metric.Namespace == b.Metric.Namespace && a.Metric.Name == b.Metric.Name && a.Metric.Statistic == b.Metric.Statistic &&
		a.Metric.Period == b.Metric.Period && slices.Equal(a.Metric.Dimensions, b.Metric.Dimensions) &&
		a.ActionsEnabled == b.ActionsEnabled && slices.Equal(a.Actions, b.Actions) && a.TreatMissing == b.TreatMissing
}

// unexplained lists changes of the desired count that no activity made. One
// that was seen after the traffic, and after the last look at the activities,
// may have any cause, and is held against nobody.
func (f *facts) unexplained(inside func(time.Time) bool) (found []drift) {
	read := f.lastLook(timeline.PartActivities)
	for _, i := range f.strays() {
		c, before := f.counts[i], f.counts[i-1]
		if c.seen.After(f.to) && c.seen.After(read) || !inside(c.seen) {
			continue
		}
		found = append(found, drift{c.after, c.seen, fmt.Sprintf("the desired count went from %d to %d without a scaling activity",
			before.value.Desired, c.value.Desired), c.seq, true, ""})
	}
	return found
}
