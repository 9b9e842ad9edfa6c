package judge

import (
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// lost tells that an alarm was deleted in the climb.
func lost(alarm string) timeline.Event {
	return timeline.Observed(dawn.Add(minutes(5)), dawn.Add(minutes(5)), dawn.Add(minutes(4.5)), "autoscaling", alarm, timeline.AlarmGone{Alarm: alarm, Policy: cpuPolicy})
}

var policiesUnchangedProof = proof{
	id: "policies.unchanged",
	stories: []story{
		{name: "nothing changed", want: Pass},
		{name: "the run's own apply, seen as traffic began", want: Pass, edit: func(t *tale) {
			put := t.standing[0]
			t.standing[0].Target = 75
			t.extra = append(t.extra, timeline.Observed(dawn.Add(10*time.Second), dawn.Add(10*time.Second), dawn.Add(-20*time.Second), "autoscaling", cpuPolicy, timeline.PolicyState{Policy: put}))
		}},
		{name: "the CPU policy is removed in the climb", want: Fail, says: "was removed", edit: func(t *tale) {
			t.extra = append(t.extra, timeline.Observed(dawn.Add(minutes(5)), dawn.Add(minutes(5)), dawn.Add(minutes(4.5)), "autoscaling", cpuPolicy,
				timeline.PolicyState{Policy: t.standing[0], Removed: true}))
		}},
		{name: "the bounds are raised", want: Fail, says: "1..5 tasks, nothing suspended to 1..9 tasks", edit: func(t *tale) {
			other := *t.target
			other.Bounds.Max = 9
			t.extra = append(t.extra, timeline.Observed(dawn.Add(minutes(5)), dawn.Add(minutes(5)), dawn.Add(minutes(4.5)), "autoscaling", web.String(), timeline.Capacity{Target: &other}))
		}},
		{name: "an alarm is changed", want: Fail, says: "Alarm", edit: func(t *tale) {
			a := t.alarms[0]
			a.EvaluationPeriods = 1
			t.extra = append(t.extra, timeline.Observed(dawn.Add(minutes(5)), dawn.Add(minutes(5)), dawn.Add(minutes(4.5)), "cloudwatch", a.Name, timeline.AlarmState{Alarm: a}))
		}},
		{name: "an alarm is deleted", want: Fail, says: "is gone, though policy", edit: func(t *tale) { t.extra = append(t.extra, lost(t.alarms[0].Name)) }},
		{name: "a person sets the desired count", want: Inconclusive, says: "without a scaling activity", edit: func(t *tale) {
			t.extra = append(t.extra, timeline.Observed(dawn.Add(minutes(5)), dawn.Add(minutes(5)), dawn.Add(minutes(4.9)), "ecs", web.String(), timeline.Counts{Desired: 2, Running: 1}))
		}},
		{name: "not looked at", want: Inconclusive, says: "may have been missed", edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartScaling: {minutes(30), minutes(40)}}
		}},
	},
	edits: []edit{
		{"the maximum raised while traffic flows", "", Fail, func(t *tape) {
			target := scaling.ScalableTarget{Service: web, Bounds: scaling.Bounds{Min: 1, Max: 9}}
			t.add(timeline.Observed(t.at(minutes(50)), t.at(minutes(50)), t.at(minutes(49.5)), "autoscaling", "", timeline.Capacity{Target: &target}))
		}},
		{"the run itself put a policy again while traffic flows", "", Fail, func(t *tape) {
			t.add(timeline.New(t.at(minutes(50)), "run", "", timeline.Changed{Change: scaling.Change{Op: scaling.PutPolicy, Service: web}}))
		}},
	},
}
