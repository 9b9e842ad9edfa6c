package judge

import (
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var stabilityFlappingProof = proof{
	id: "stability.flapping",
	stories: []story{
		{name: "calm", want: Pass},
		{name: "demand fell between", want: Pass, edit: func(t *tale) { t.orders[2].at = minutes(30) }},
		{name: "given back after the low alarm's full span", want: Pass, edit: func(t *tale) {
			t.plan.Stages[3].For = minutes(60)
			t.orders = append(t.orders, said{at: minutes(62), from: 1, to: 2, policy: cpuPolicy}, said{at: minutes(78), from: 2, to: 1, policy: cpuPolicy})
		}},
		{name: "given back as soon as old datapoints allow", want: Pass, edit: func(t *tale) {
			t.plan.Stages[3].For = minutes(60)
			t.orders = append(t.orders, said{at: minutes(62), from: 1, to: 2, policy: cpuPolicy}, said{at: minutes(73.5), from: 2, to: 1, policy: cpuPolicy})
		}},
		{name: "given back sooner than they do", want: Fail, says: "flaps", edit: func(t *tale) {
			t.plan.Stages[3].For = minutes(60)
			t.orders = append(t.orders, said{at: minutes(62), from: 1, to: 2, policy: cpuPolicy}, said{at: minutes(72.5), from: 2, to: 1, policy: cpuPolicy})
		}},
		{name: "given back as soon as an alarm of 20 s allows", from: fine, want: Pass, edit: again(71.5)},
		{name: "given back sooner than that", from: fine, want: Fail, says: "flaps", edit: again(67.5)},
		{name: "out and in under a steady load", want: Fail, says: "flaps", edit: func(t *tale) {
			t.orders = append(t.orders, said{at: minutes(49), from: 1, to: 2, policy: cpuPolicy}, said{at: minutes(53), from: 2, to: 1, policy: cpuPolicy})
		}},
		{name: "out and in since others sent for a while", want: Inconclusive, says: "traffic of others", edit: func(t *tale) {
			othersSend(44, 48)(t)
			t.orders = append(t.orders[:3], said{at: minutes(49), from: 2, to: 3, policy: cpuPolicy}, said{at: minutes(53), from: 3, to: 2, policy: cpuPolicy})
		}},
		{name: "in and out so near to the target that datapoints scatter over it", want: Inconclusive, says: "which scatter", edit: together(settlesAt(0.95), takenBack(40, 46))},
		{name: "out by somebody who raised the minimum", want: Pass, edit: func(t *tale) {
			t.orders = append(t.orders, said{at: minutes(49), from: 1, to: 2})
		}},
		{name: "nothing to turn", want: Inconclusive, edit: func(t *tale) { t.orders = nil }},
	},
	edits: []edit{
		{"out and in again under the settle's load", "", Fail, func(t *tape) {
			// Low alarms that look at ten of fifteen, so that the high datapoints
			// behind the scale-out hold nothing up.
			t.alarms(false, func(a *scaling.Alarm) { a.DatapointsToAlarm = 10 })
			t.order(minutes(50), 1, 2)
			t.order(minutes(53.5), 2, 1)
			t.point(timeline.KeyCPU, minutes(40), minutes(43), func(float64) float64 { return 72 }) // what the scale-out answered
			t.point(timeline.KeyRequests, minutes(50), minutes(54.5), func(v float64) float64 { return v / 2 })
		}},
	},
}

// again has one more task come in the settle, and go at a minute.
func again(gone float64) func(*tale) {
	return func(t *tale) {
		t.plan.Stages[3].For = minutes(60)
		t.orders = append(t.orders, said{at: minutes(62), from: 1, to: 2, policy: cpuPolicy}, said{at: minutes(gone), from: 2, to: 1, policy: cpuPolicy})
	}
}
