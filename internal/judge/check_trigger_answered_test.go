package judge

import (
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var triggerAnsweredProof = proof{
	id: "trigger.answered",
	stories: []story{
		{name: "answered", want: Pass, edit: func(t *tale) { t.cpu = hot(minutes(4), minutes(10), 92, t.cpu) }},
		{name: "four minutes late", want: Fail, says: "no scale-out was ordered", edit: func(t *tale) {
			t.cpu = hot(minutes(4), minutes(17), 92, t.cpu)
			t.orders[0].at = minutes(15)
		}},
		{name: "never", want: Fail, says: "its alarm was in OK", edit: func(t *tale) {
			t.orders = nil
			t.cpu = hot(minutes(4), minutes(10), 76, t.cpu)
		}},
		{name: "never, though it rang", want: Fail, says: "was in ALARM; see whether its actions are enabled", edit: func(t *tale) {
			t.orders = nil
			t.cpu = hot(minutes(4), minutes(12), 92, t.cpu)
			fired := t.alarms[cpuHigh]
			fired.State = scaling.AlarmInAlarm
			at := dawn.Add(minutes(9.5))
			t.extra = append(t.extra, timeline.Observed(at, at.Add(10*time.Second), at.Add(-5*time.Second), "cloudwatch", fired.Name,
				timeline.AlarmState{Alarm: fired, Transition: true, From: scaling.AlarmOK, Policy: cpuPolicy}))
		}},
		{name: "above the target, within the slack", want: Pass, edit: func(t *tale) {
			t.cpu = hot(minutes(4), minutes(10), 92, hot(minutes(24), minutes(34), 73, t.cpu))
		}},
		{name: "in the cooldown", want: Pass, edit: func(t *tale) {
			t.standing[0].ScaleOutCooldown, t.plan.Policies[0].ScaleOutCooldown = 10*time.Minute, 10*time.Minute
			t.cpu = hot(minutes(4), minutes(17), 92, t.cpu)
		}},
		{name: "tasks are still to come", want: Pass, edit: func(t *tale) {
			t.readyAfter, t.doneAfter = 6*time.Minute, 6*time.Minute
			t.cpu = hot(minutes(4), minutes(17), 92, t.cpu)
		}},
		{name: "refused, for the service cannot be scaled", want: Pass, edit: denied(9, scaling.NotScaledReason{Code: scaling.ResourceUnscalable})},
		{name: "an order that failed", want: Pass, edit: denied(9, scaling.NotScaledReason{})},
		{name: "refused long before, and not told again", want: Inconclusive, says: "it tells the same once only", edit: denied(2, scaling.NotScaledReason{Code: scaling.ResourceUnscalable})},
		{name: "refused at a maximum that it was not at", want: Inconclusive, says: "fewer than the maximum of 5 tasks", edit: denied(9, scaling.NotScaledReason{Code: scaling.AlreadyAtMaxCapacity, Max: 1})},
		{name: "refused as enough, above the target", want: Inconclusive, says: "it went by others", edit: denied(9, scaling.NotScaledReason{Code: scaling.AlreadyAtDesiredCapacity, Current: 1})},
		{name: "the other policy was refused", want: Fail, says: "no scale-out was ordered", edit: func(t *tale) {
			denied(2, scaling.NotScaledReason{Code: scaling.AlreadyAtMaxCapacity, Max: 1})(t)
			refuses(requestPolicy, true, 9, scaling.NotScaledReason{Code: scaling.ResourceUnscalable})(t)
		}},
		{name: "the service not looked at", want: Inconclusive, says: "The service was not looked at", edit: func(t *tale) {
			t.orders = nil
			t.cpu = hot(minutes(4), minutes(12), 92, t.cpu)
			t.blind = map[string][2]time.Duration{timeline.PartService: {minutes(8), minutes(13)}}
		}},
		{name: "activities not read", want: Inconclusive, says: "may have been missed", edit: func(t *tale) {
			t.orders = nil
			t.cpu = hot(minutes(4), minutes(12), 92, t.cpu)
			t.blind = map[string][2]time.Duration{timeline.PartActivities: {minutes(1), minutes(100)}}
		}},
	},
	edits: []edit{
		{"CPU at 78 % while the alarm rings once", "", Fail, func(t *tape) {
			t.point(timeline.KeyCPU, minutes(40), minutes(48), func(float64) float64 { return 78 })
			t.ring(minutes(45))
			t.rest(minutes(45.7))
		}},
	},
	unsure: []blur{
		{"the service not looked at while CPU stood above its target", "", func(t *tape) {
			t.point(timeline.KeyCPU, minutes(40), minutes(48), func(float64) float64 { return 78 })
			t.ring(minutes(45))
			t.blind(timeline.PartService, minutes(43), minutes(52))
		}},
	},
}

// denied has the CPU policy refused at a minute, and never answered while CPU
// stands above its target from the fourth to the tenth.
func denied(at float64, r scaling.NotScaledReason) func(*tale) {
	return func(t *tale) {
		t.orders = nil
		t.cpu = hot(minutes(4), minutes(10), 92, t.cpu)
		refuses(cpuPolicy, true, at, r)(t)
		if r.Code != "" {
			return
		}
		e := &t.extra[len(t.extra)-1]
		failed := e.Data.(timeline.ActivityState)
		failed.Activity.NotScaled, failed.Activity.StatusMessage = nil, "the service could not be updated"
		e.Data = failed
	}
}
