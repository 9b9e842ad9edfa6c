package judge

import (
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var scaleInAllAgreeProof = proof{
	id: "scale-in.all-agree",
	stories: []story{
		{name: "both low for a quarter of an hour", want: Pass},
		{name: "one word was enough", want: Fail, says: "low alarm of the requests policy was in OK", edit: wakes(requestPolicy, minutes(39))},
		{name: "let go in that very minute", want: Pass, edit: func(t *tale) {
			wakes(requestPolicy, minutes(40.2))(t)
			t.orders = t.orders[:3]
		}},
		{name: "one that may not scale in is not asked", want: Pass, edit: func(t *tale) {
			wakes(requestPolicy, minutes(39))(t)
			t.plan.Policies[1].DisableScaleIn, t.standing[1].DisableScaleIn = true, true
		}},
		{name: "ten low datapoints of fifteen", want: Fail, says: "could not agree", edit: func(t *tale) {
			t.cpu = hot(minutes(23), minutes(29), 68, t.cpu)
		}},
		{name: "a high datapoint that may not have been public", want: Pass, edit: func(t *tale) {
			t.cpu = hot(minutes(36), minutes(37), 68, t.cpu)
			t.orders = t.orders[:3]
		}},
		{name: "the alarm it names was not in ALARM", want: Inconclusive, says: "what made it was not seen", edit: func(t *tale) {
			wakes(cpuPolicy, minutes(39))(t)
			t.orders[2].silent, t.orders[3].silent = true, true
			for i, o := range t.orders[2:] {
				a, _ := t.alarmFor(cpuPolicy, false)
				act := scaling.Activity{ID: uuid(200 + i), Description: scaling.DescribeDesired(o.to), Start: dawn.Add(o.at), End: dawn.Add(o.at + minutes(0.7)),
					Cause: scaling.Cause{Kind: scaling.CauseAlarm, Alarm: a.Name, Policy: cpuPolicy}.String(), Status: scaling.StatusSuccessful}
				t.extra = append(t.extra, timeline.Observed(act.Start, act.End, act.Start, "autoscaling", act.ID, timeline.ActivityState{Activity: act}))
			}
		}},
		{name: "alarms not looked at", want: Inconclusive, says: "not looked at around", edit: func(t *tale) {
			wakes(requestPolicy, minutes(39))(t)
			t.orders = t.orders[:3]
			t.blind = map[string][2]time.Duration{timeline.PartAlarms: {minutes(39.4), minutes(42)}}
		}},
		{name: "an alarm of a minute left OK for too short a time", want: Fail, says: "low alarm of the cpu policy was in OK", edit: blinks},
		{name: "one of 20 s may have been in ALARM between two looks", from: fine, want: Inconclusive, says: "not looked at around", edit: blinks},
		{name: "nothing scaled in", want: Inconclusive, says: "No policy scaled in", edit: func(t *tale) { t.orders = t.orders[:2] }},
	},
	edits: []edit{
		{"the other policy's low alarm never in ALARM", "", Fail, func(t *tape) {
			each(t, func(_ *timeline.Event, a *timeline.AlarmState) {
				if a.Policy == requestPolicy && !a.Alarm.High() {
					a.Alarm.State = scaling.AlarmOK
				}
			})
		}},
	},
}

// blinks has the requests policy scale in while the CPU policy's low alarm was
// in OK, and between two looks, 45 s apart, may have left it and come back.
func blinks(t *tale) {
	t.orders = t.orders[:3]
	t.orders[2].policy = requestPolicy
	t.blind = map[string][2]time.Duration{timeline.PartAlarms: {minutes(40.05), minutes(40.7)}}
	wakes(cpuPolicy, minutes(38))(t)
	wakes(cpuPolicy, minutes(40.65))(t)
}

// wakes has a policy's low alarm leave ALARM at an offset.
func wakes(policy string, at time.Duration) func(*tale) {
	return func(t *tale) {
		a, _ := t.alarmFor(policy, false)
		a.State = scaling.AlarmOK
		if e, ok := t.change(timeline.PartAlarms, "cloudwatch", a.Name, at, true, timeline.AlarmState{Alarm: a, Transition: true, From: scaling.AlarmInAlarm, Policy: policy}); ok {
			t.extra = append(t.extra, e)
		}
	}
}
