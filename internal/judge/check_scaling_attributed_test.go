package judge

import (
	"slices"
	"strings"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var scalingAttributedProof = proof{
	id: "scaling.attributed",
	stories: []story{
		{name: "all by the CPU policy", want: Pass},
		{name: "by the request policy, whose alarm was silent, as that of CPU rang", want: Fail, says: "that policy's alarm was in OK, and the one of " + cpuPolicy + " in ALARM",
			edit: func(t *tale) { t.orders[0].named = requestPolicy }},
		{name: "an alarm that its metric does not explain", want: Inconclusive, says: "no datapoint of that policy's metric asked for it",
			edit: func(t *tale) { t.orders[1].policy = requestPolicy }},
		{name: "by hand", want: Inconclusive, says: "somebody by hand", edit: func(t *tale) {
			t.extra = append(t.extra, timeline.Observed(dawn.Add(minutes(5)), dawn.Add(minutes(5)), dawn.Add(minutes(4.9)), "ecs", web.String(), timeline.Counts{Desired: 2, Running: 1}))
		}},
		{name: "nothing changed", want: Inconclusive, says: "did not change", edit: func(t *tale) { t.orders = nil }},
	},
	edits: []edit{
		{"the first order names the request policy, and nobody asked which", "", Fail, func(t *tape) {
			nameTheOther(t)
			t.replan(func(p *plan.Plan) {
				p.Expect = slices.DeleteFunc(p.Expect, func(e plan.Expectation) bool { return e.OnlyBy != "" || e.ScaleOut != nil })
			})
		}},
	},
	unsure: []blur{
		{"the causes say nothing", "", wordless},
	},
}

// nameTheOther has the first scale-out name the other policy's high alarm.
func nameTheOther(t *tape) {
	var other timeline.AlarmState
	each(t, func(_ *timeline.Event, a *timeline.AlarmState) {
		if a.Policy == requestPolicy && a.Alarm.High() {
			other = *a
		}
	})
	done := ""
	each(t, func(_ *timeline.Event, a *timeline.ActivityState) {
		if strings.Contains(a.Activity.Cause, "AlarmHigh") && (done == "" || done == a.Activity.ID) {
			done = a.Activity.ID
			a.Activity.Cause = scaling.Cause{Kind: scaling.CauseAlarm, Alarm: other.Alarm.Name, Policy: requestPolicy}.String()
		}
	})
}
