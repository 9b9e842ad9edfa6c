package judge

import (
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var policiesExactProof = proof{
	id: "policies.exact",
	stories: []story{
		{name: "as wanted", want: Pass},
		{name: "CPU policy missing", want: Fail, says: "did not stand", edit: func(t *tale) { t.standing, t.orders = t.standing[1:], nil }},
		{name: "a policy that acts was never seen", want: Inconclusive, says: "lines of the timeline are missing", edit: func(t *tale) { t.standing = t.standing[1:] }},
		{name: "another target", want: Fail, says: "target 75, not 70", edit: func(t *tale) { t.standing[0].Target = 75 }},
		{name: "another cooldown", want: Fail, says: "cooldown", edit: func(t *tale) { t.standing[1].ScaleInCooldown = time.Minute }},
		{name: "high alarm missing", want: Fail, says: "no high alarm", edit: func(t *tale) { t.alarms = t.alarms[1:] }},
		{name: "low alarm missing", want: Fail, says: "no low alarm", edit: func(t *tale) { t.alarms = append(t.alarms[:1:1], t.alarms[2:]...) }},
		{name: "actions switched off", want: Fail, says: "switched off", edit: func(t *tale) { t.alarms[0].ActionsEnabled = false }},
		{name: "threshold is not the target", want: Fail, says: "stands at 80", edit: func(t *tale) { t.alarms[0].Threshold = 80 }},
		{name: "a stranger beside them", want: Fail, says: "also_standing", edit: func(t *tale) {
			t.standing = append(t.standing, scaling.Policy{Name: "memory", Type: scaling.TargetTracking, Metric: scaling.MetricMemory, Target: 60})
		}},
		{name: "on another target group", want: Fail, says: "correct its resource label", edit: func(t *tale) {
			t.group = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/blue/0123456789abcdef"
		}},
		{name: "nobody saw which target group it is attached to", want: Inconclusive, says: "resource label", edit: func(t *tale) { t.group = "" }},
		{name: "the run takes one away before the first look", from: rolledBack, want: Pass, edit: func(t *tale) {
			t.plan.Stages[0].Without = []string{"cpu"}
			t.extra = nil
			t.removed(20 * time.Second)
		}},
		{name: "somebody takes one away in the traffic, before the first look", want: Pass, edit: func(t *tale) {
			t.removed(20 * time.Second)
			t.extra = t.extra[1:] // not the run
		}},
		{name: "somebody takes one away about when traffic begins", want: Inconclusive, says: "as traffic began", edit: func(t *tale) {
			t.removed(-10 * time.Second)
			t.extra = t.extra[1:]
		}},
		{name: "nobody looked", want: Inconclusive, says: "not read", edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartScaling: {-lead, minutes(10)}}
		}},
	},
	unsure: []blur{
		{"the service's target group is not told", "", func(t *tape) {
			each(t, func(_ *timeline.Event, s *timeline.Standing) { s.TargetGroup = "" })
		}},
	},
	edits: []edit{
		{"a stranger stands beside them", "", Fail, func(t *tape) {
			t.add(timeline.New(t.at(-20*time.Second), "autoscaling", "memory", timeline.PolicyState{Policy: scaling.Policy{
				Name: "memory", Type: scaling.TargetTracking, Metric: scaling.MetricMemory, Target: 60}}))
		}},
	},
}
