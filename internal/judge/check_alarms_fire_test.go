package judge

import (
	"regexp"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// accounts has the high alarm of the CPU policy go into a state at an offset and
// give datapoints as its reason, oldest first.
func accounts(at float64, state, recent string) func(*tale) {
	return func(t *tale) {
		a, _ := t.alarmFor(cpuPolicy, true)
		a.State, a.StateReasonData = state, `{"recentDatapoints":[`+recent+`],"startDate":"2026-01-01T00:53:00.000+0000"}`
		when := dawn.Add(minutes(at))
		t.extra = append(t.extra, timeline.Observed(when, when.Add(10*time.Second), when.Add(-5*time.Second), "cloudwatch", a.Name,
			timeline.AlarmState{Alarm: a, Transition: true, Policy: cpuPolicy}))
	}
}

var alarmsFireProof = proof{
	id: "alarms.fire",
	stories: []story{
		{name: "in ALARM since the climb", want: Pass, edit: func(t *tale) { t.cpu = hot(minutes(14), minutes(22), 78, t.cpu) }},
		{name: "silent in the peak", want: Fail, says: "does not do what it shows", edit: silent(78)},
		{name: "into ALARM on datapoints that do not make it", want: Fail, says: "gave the datapoints 71, 70, 72.25 as its reason", edit: accounts(8.4, "ALARM", "71.0,70.0,72.25")},
		{name: "out of ALARM on datapoints that make it", want: Fail, says: "went into OK", edit: accounts(15, "OK", "90.0,71.0,70.5")},
		{name: "into ALARM on all that there were", want: Pass, edit: together(func(t *tale) { t.cpu = hot(minutes(14), minutes(22), 78, t.cpu) }, accounts(8.4, "ALARM", "71.0,72.0"))},
		{name: "alarms not looked at then", want: Inconclusive, says: "not looked at often enough", edit: func(t *tale) {
			silent(78)(t)
			t.blind = map[string][2]time.Duration{timeline.PartAlarms: {minutes(15), minutes(27)}}
		}},
	},
	edits: []edit{
		{"CPU at 72 % before the climb, and no alarm", "", Fail, func(t *tape) {
			t.point(timeline.KeyCPU, minutes(-2), minutes(4), func(float64) float64 { return 72 })
		}},
		{"an alarm that gives datapoints below its threshold as its reason", "", Fail, func(t *tape) {
			each(t, func(_ *timeline.Event, a *timeline.AlarmState) {
				if a.Transition && a.Alarm.High() && a.Alarm.State == scaling.AlarmInAlarm {
					a.Alarm.StateReasonData = recentPoints.ReplaceAllString(a.Alarm.StateReasonData, `"recentDatapoints":[61.5,72.0,73.0]`)
				}
			})
		}},
	},
}

var recentPoints = regexp.MustCompile(`"recentDatapoints":\[[^\]]*\]`)
