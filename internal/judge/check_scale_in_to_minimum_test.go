package judge

import (
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var scaleInToMinimumProof = proof{
	id: "scale-in.to-minimum",
	stories: []story{
		{name: "back in time", want: Pass},
		{name: "never", want: Fail, says: "still desired", edit: func(t *tale) { t.orders = t.orders[:2] }},
		{name: "scale-in disabled everywhere", want: Inconclusive, says: "scale-in is disabled in all policies", edit: func(t *tale) {
			t.orders = t.orders[:2]
			for i := range t.plan.Policies {
				t.plan.Policies[i].DisableScaleIn = true
			}
		}},
		{name: "late", want: Fail, says: "at the latest", edit: func(t *tale) { t.orders[2].at, t.orders[3].at = minutes(45), minutes(52) }},
		{name: "the load was low on two tasks long before one could carry it", want: Pass, edit: func(t *tale) {
			t.plan.Stages[2] = stageOf("peak", 13*time.Minute, 27*time.Minute, time.Minute, 1.25, 1.2, 0.5, 0.5)
			t.plan.Stages[3] = stageOf("settle", 40*time.Minute, 15*time.Minute, time.Minute, 1.2, 0.5, 0.5, 0.4)
			t.orders = append(t.orders[:1], said{at: minutes(45), from: 2, to: 1, policy: cpuPolicy})
		}},
		{name: "AWS refused where it would soon have been undone", want: Inconclusive, says: "AWS refused to scale in", edit: func(t *tale) {
			settlesAt(0.95)(t)
			t.orders = t.orders[:3]
			refuses(cpuPolicy, false, 52, scaling.NotScaledReason{Code: scaling.AnticipatedFlapping})(t)
		}},
		{name: "AWS refused where it would not", want: Fail, says: "still desired", edit: func(t *tale) {
			t.orders = t.orders[:3]
			refuses(cpuPolicy, false, 52, scaling.NotScaledReason{Code: scaling.AnticipatedFlapping})(t)
		}},
		{name: "a deployment switched it off", want: Inconclusive, says: "deployment went on", edit: func(t *tale) {
			t.orders = t.orders[:2]
			rollsOut(30, 54)(t)
		}},
		{name: "not taken up again behind a deployment", want: Fail, says: "still desired", edit: func(t *tale) {
			t.orders = t.orders[:2]
			rollsOut(25, 45)(t)
		}},
		{name: "taken up again behind a deployment", want: Pass, edit: func(t *tale) {
			t.orders[2].at, t.orders[3].at = minutes(45.5), minutes(52)
			rollsOut(25, 45)(t)
		}},
		{name: "a deployment that another one replaced is over", want: Fail, says: "still desired", edit: func(t *tale) {
			t.orders = t.orders[:2]
			for at, status := range map[float64]string{5: "PRIMARY", 8: "INACTIVE"} {
				t.extra = append(t.extra, timeline.New(dawn.Add(minutes(at)), "ecs", "ecs-svc/2",
					timeline.Deployment{Deployment: scaling.Deployment{ID: "ecs-svc/2", Status: status, Rollout: "IN_PROGRESS"}}))
			}
		}},
		{name: "somebody suspended it", want: Inconclusive, says: "suspended its scaling", edit: func(t *tale) {
			t.orders = t.orders[:2]
			other := *t.target
			other.Suspended.ScaleIn = true
			t.extra = append(t.extra, timeline.Observed(dawn.Add(minutes(30)), dawn.Add(minutes(30)), dawn.Add(minutes(29.5)), "autoscaling", web.String(), timeline.Capacity{Target: &other}))
		}},
		{name: "a deployment before it changes nothing", want: Fail, says: "still desired", edit: func(t *tale) {
			t.orders = t.orders[:2]
			rollsOut(5, 8)(t)
		}},
		{name: "a task was killed while it was due", want: Inconclusive, says: "Not all tasks", edit: func(t *tale) {
			t.orders = t.orders[:3]
			for at, n := range map[float64]int{53: 1, 54: 2} {
				t.extra = append(t.extra, timeline.Observed(dawn.Add(minutes(at)), dawn.Add(minutes(at)), dawn.Add(minutes(at)-10*time.Second), "ecs", "",
					timeline.Counts{Desired: 2, Running: n}))
			}
		}},
		{name: "held back by a cooldown of a day", want: Inconclusive, says: "the scale-in cooldown of 24h0m holds it back: shorten it", edit: func(t *tale) {
			t.orders = t.orders[:3]
			for i := range t.plan.Policies {
				t.plan.Policies[i].ScaleInCooldown, t.standing[i].ScaleInCooldown = 24*time.Hour, 24*time.Hour
			}
		}},
		{name: "stuck half way", want: Fail, says: "still desired", edit: func(t *tale) { t.orders = t.orders[:3] }},
		{name: "the stage is too short", want: Inconclusive, says: "ran out", edit: func(t *tale) {
			t.orders = t.orders[:2]
			t.plan.Stages[3].For = minutes(12)
		}},
	},
	edits: []edit{
		{"no cooldown held the next step back", "", Fail, func(t *tape) {
			t.alarms(false, func(a *scaling.Alarm) { a.EvaluationPeriods, a.DatapointsToAlarm = 1, 0 })
			t.policies(func(p *scaling.Policy) { p.ScaleInCooldown = 0 })
		}},
	},
}
