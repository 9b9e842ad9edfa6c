package judge

import (
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// takenBack has the CPU policy scale in and, some minutes later, out again.
func takenBack(in, out float64) func(*tale) {
	return func(t *tale) {
		t.orders = append(t.orders[:2], said{at: minutes(in), from: 3, to: 1, policy: cpuPolicy}, said{at: minutes(out), from: 1, to: 2, policy: cpuPolicy})
	}
}

// settlesAt has the settle ask for so many tasks of CPU.
func settlesAt(tasks float64) func(*tale) {
	return func(t *tale) {
		t.plan.Stages[3] = stageOf("settle", 23*time.Minute, 32*time.Minute, time.Minute, 2.5, tasks, 0.9, 0.4)
	}
}

var scaleInPatientProof = proof{
	id: "scale-in.patient",
	stories: []story{
		{name: "given back for good", want: Pass},
		{name: "taken back after a quarter of an hour", want: Pass, edit: takenBack(34, 49)},
		{name: "taken back before", want: Fail, says: "gave back more than the load could spare", edit: takenBack(34, 48.9)},
		// Demand falls all that time, so that nothing flaps.
		{name: "taken back while demand falls", want: Fail, says: "demand had not risen", edit: takenBack(23.5, 31)},
		{name: "further than the load could spare", want: Fail, says: "gave back more", edit: func(t *tale) {
			settlesAt(1.3)(t)
			takenBack(40, 46)(t)
		}},
		{name: "so near to what is left that datapoints scatter over it", want: Inconclusive, says: "which scatter", edit: func(t *tale) {
			settlesAt(0.95)(t)
			takenBack(40, 46)(t)
		}},
		{name: "as little above it", want: Inconclusive, says: "which scatter", edit: func(t *tale) {
			settlesAt(1.05)(t)
			takenBack(40, 46)(t)
		}},
		{name: "demand rose in between", want: Pass, edit: func(t *tale) {
			t.orders = []said{{at: minutes(8.5), from: 1, to: 2, policy: cpuPolicy}, {at: minutes(12), from: 2, to: 1, policy: cpuPolicy}, {at: minutes(18.5), from: 1, to: 3, policy: cpuPolicy}}
		}},
		{name: "a task was lost in between", want: Inconclusive, says: "Fewer tasks than desired", edit: func(t *tale) {
			takenBack(40, 46)(t)
			at := dawn.Add(minutes(43))
			t.extra = append(t.extra, timeline.Observed(at, at, at.Add(-10*time.Second), "ecs", "", timeline.Counts{Desired: 1, Running: 0}))
		}},
		{name: "since others sent for a while", want: Inconclusive, says: "traffic of others", edit: func(t *tale) {
			othersSend(42, 46)(t)
			takenBack(40, 46)(t)
		}},
		{name: "out by somebody who raised the minimum", want: Pass, edit: func(t *tale) {
			takenBack(40, 46)(t)
			t.orders[3].policy = ""
		}},
		{name: "nothing given back", want: Inconclusive, says: "Nothing was scaled in", edit: func(t *tale) { t.orders = t.orders[:2] }},
	},
	edits: []edit{
		// The low alarms look at eight minutes, so that by their span nothing flaps.
		{"taken back ten minutes after, by quick low alarms", "", Fail, func(t *tape) {
			t.alarms(false, func(a *scaling.Alarm) { a.EvaluationPeriods, a.DatapointsToAlarm = 8, 0 })
			t.order(minutes(45), 1, 2)
			t.order(minutes(54), 2, 1)
			t.point(timeline.KeyCPU, minutes(35), minutes(38), func(float64) float64 { return 72 }) // what the scale-out answered
			t.point(timeline.KeyRequests, minutes(45), minutes(55), func(v float64) float64 { return v / 2 })
		}},
	},
	unsure: []blur{
		{"activities never listed after the first minute", "", func(t *tape) { t.blind(timeline.PartActivities, minutes(1), whole) }},
	},
}
