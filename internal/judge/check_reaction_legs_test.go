package judge

import (
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var reactionLegsProof = proof{
	id: "reaction.legs",
	stories: []story{
		{name: "each leg within its budget", want: Pass},
		{name: "eighty seconds from the alarm to the order", want: Fail, says: "the order came only 1m20s later", edit: slowOrder},
		{name: "three minutes to healthy, and a half", want: Inconclusive, says: "the tasks' own time", edit: func(t *tale) { t.readyAfter = 4 * time.Minute }},
		{name: "no policy acted", want: Inconclusive, says: "no reaction was measured", edit: func(t *tale) { t.orders = nil }},
	},
	edits: []edit{
		{"the alarm fires 75 s before its order", "", Fail, func(t *tape) {
			t.point(timeline.KeyCPU, minutes(2), minutes(5), func(float64) float64 { return 86 })
			first := true
			each(t, func(e *timeline.Event, a *timeline.AlarmState) {
				if first && a.Transition && a.Alarm.High() && a.Alarm.State == scaling.AlarmInAlarm {
					first = false
					e.At, e.Seen, e.NotBefore = e.At.Add(-75*time.Second), e.Seen.Add(-75*time.Second), e.NotBefore.Add(-75*time.Second)
					a.Alarm.StateSince = e.At
				}
			})
		}},
	},
	unsure: []blur{
		{"tasks that took five minutes to run", "", func(t *tape) {
			t.drop(func(e timeline.Event) bool {
				c, ok := e.Data.(timeline.Counts)
				return ok && c.Running >= 3 && e.Seen.After(t.at(minutes(10))) && e.Seen.Before(t.at(minutes(16)))
			})
			t.add(timeline.Observed(t.at(minutes(15.9)), t.at(minutes(16)), t.at(minutes(15.8)), "ecs", web.String(), timeline.Counts{Desired: 3, Running: 3}))
		}},
	},
}

// slowOrder has the high alarm of the CPU policy fire eighty seconds before
// the order that it called for.
func slowOrder(t *tale) {
	a := t.alarms[0]
	a.State = scaling.AlarmInAlarm
	at := dawn.Add(t.orders[0].at - 80*time.Second)
	t.orders[0].unrung = true
	t.extra = append(t.extra, timeline.Observed(at, at.Add(5*time.Second), at.Add(-5*time.Second), "cloudwatch", a.Name,
		timeline.AlarmState{Alarm: a, Transition: true, From: scaling.AlarmOK, Policy: cpuPolicy}))
}
