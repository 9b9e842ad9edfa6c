package judge

import (
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var capacityReachedProof = proof{
	id: "capacity.reached",
	stories: []story{
		{name: "each order comes with its alarm", want: Pass},
		{name: "the larger of two comes with its alarm", want: Pass, edit: func(t *tale) {
			twoAsk(t, minutes(8.4))
			t.orders = append(t.orders[:1:1], said{at: minutes(8.5), from: 2, to: 5, policy: requestPolicy})
			t.orders[0].at = minutes(8.3)
		}},
		{name: "one asks, and another holds it back", want: Fail, says: "asked for 4 at least (1 running", edit: func(t *tale) {
			twoAsk(t, minutes(8.4))
			t.orders = nil
		}},
		{name: "a smaller order overtook it", want: Fail, says: "the largest capacity wins", edit: func(t *tale) {
			twoAsk(t, minutes(7.9))
			t.orders = t.orders[:1]
			t.orders[0].at = minutes(8.5)
		}},
		{name: "a smaller order came first, and old datapoints need not count", want: Pass, says: "that is allowed", edit: func(t *tale) {
			twoAsk(t, minutes(8.6))
			t.orders = t.orders[:1]
			alarmAt(t, requestPolicy, minutes(11), scaling.AlarmOK)
		}},
		{name: "a smaller order came first, and old datapoints are seen to count", want: Fail, says: "the largest capacity wins", edit: func(t *tale) {
			twoAsk(t, minutes(8.6))
			t.orders = append(t.orders[:1:1], said{at: minutes(10.4), from: 2, to: 3, policy: cpuPolicy})
			t.doneAfter = minutes(2)
		}},
		{name: "at the maximum", want: Pass, edit: func(t *tale) {
			twoAsk(t, minutes(8.4))
			t.plan.Bounds.Max, t.target.Bounds.Max = 2, 2
			t.orders = t.orders[:1]
		}},
		{name: "the tasks were not looked at", want: Inconclusive, says: "not looked at", edit: func(t *tale) {
			twoAsk(t, minutes(8.4))
			t.orders = nil
			t.blind = map[string][2]time.Duration{timeline.PartService: {minutes(7), minutes(60)}}
		}},
		{name: "nobody asked", want: Inconclusive, says: "No policy asked for more", edit: func(t *tale) { t.orders = nil }},
	},
	edits: []edit{
		{"CPU at 73 % in the settle, its alarm in ALARM, and no order", "", Fail, settleUnanswered},
	},
	unsure: []blur{
		{"the tasks not looked at while an alarm was in ALARM", "", func(t *tape) {
			settleUnanswered(t)
			t.blind(timeline.PartService, minutes(41), minutes(60))
		}},
	},
}

// settleUnanswered has the CPU policy ask for two tasks late in the settle, and
// nobody order them.
func settleUnanswered(t *tape) {
	t.point(timeline.KeyCPU, minutes(38), minutes(46), func(float64) float64 { return 73 })
	t.ring(minutes(42))
}

// twoAsk has requests of four tasks' worth come in the climb, and the request
// policy's high alarm go into ALARM at an offset.
func twoAsk(t *tale, at time.Duration) {
	sends(t, 4)
	for i := 1; i < len(t.plan.Stages); i++ {
		t.plan.Stages[i].CPUTasks, t.plan.Stages[i].MilliCPU = 1.25, 875
	}
	alarmAt(t, requestPolicy, at, scaling.AlarmInAlarm)
}

// alarmAt has a policy's high alarm go into a state at an offset.
func alarmAt(t *tale, policy string, at time.Duration, state string) {
	a, _ := t.alarmFor(policy, true)
	a.State = state
	if e, ok := t.change(timeline.PartAlarms, "cloudwatch", a.Name, at, true, timeline.AlarmState{Alarm: a, Transition: true, Policy: policy}); ok {
		t.extra = append(t.extra, e)
	}
}
