package judge

import (
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// longPeak is cpu-heavy with a peak that lasts longer than a low alarm looks
// back.
func longPeak() *tale {
	t := cpuHeavy()
	t.plan.Stages[2].For, t.plan.Stages[3].Start = minutes(25), minutes(38)
	t.orders = t.orders[:2]
	return t
}

var capacityHeldProof = proof{
	id: "capacity.held",
	stories: []story{
		{name: "back in the settle", want: Pass},
		{name: "a dip in the peak", from: longPeak, want: Fail, says: "while the load had asked for 2.50 tasks' worth or more", edit: func(t *tale) {
			t.orders = append(t.orders[:2:2], said{at: minutes(36), from: 3, to: 2, policy: cpuPolicy})
		}},
		{name: "an overshoot given back in the peak", want: Pass, edit: func(t *tale) {
			t.orders = []said{{at: minutes(8.5), from: 1, to: 5, policy: cpuPolicy}, {at: minutes(22), from: 5, to: 3, policy: cpuPolicy}}
		}},
		{name: "somebody takes it back by hand", from: longPeak, want: Inconclusive, says: "find out by whom", edit: func(t *tale) {
			t.orders = append(t.orders[:2:2], said{at: minutes(36), from: 3, to: 2, silent: true})
		}},
		{name: "never above the minimum", want: Inconclusive, says: "nothing to fall from", edit: func(t *tale) { t.orders = nil }},
		{name: "no low alarm seen", want: Inconclusive, says: "policies.exact", edit: func(t *tale) { t.alarms = nil }},
	},
	edits: []edit{
		{"a load that held at two tasks' worth through the settle, as nobody expects", "", Fail, func(t *tape) {
			t.replan(func(p *plan.Plan) {
				p.Expect = nil
				s := &p.Stages[len(p.Stages)-1]
				s.CPUTasks = 2.6
			})
		}},
	},
	unsure: []blur{
		{"alarms never read", "", func(t *tape) {
			t.drop(is[timeline.AlarmState])
			t.blind(timeline.PartAlarms, -lead, whole)
		}},
	},
}

var capacityMaximumProof = proof{
	id: "capacity.maximum", never: true, measures: true,
	stories: []story{
		{name: "room to spare", want: Pass},
		{name: "the load asks for more than the maximum", want: Inconclusive, says: "raise the maximum", edit: func(t *tale) {
			t.plan.Bounds.Max, t.target.Bounds.Max = 2, 2
			t.orders = t.orders[:1]
		}},
		{name: "it never came to its maximum", want: Inconclusive, says: "never came to its maximum", edit: func(t *tale) {
			t.plan.Bounds.Max, t.target.Bounds.Max = 2, 2
			t.orders = nil
		}},
		{name: "nobody looked", want: Inconclusive, says: "not looked at", edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartService: {-lead, minutes(60)}}
		}},
	},
	unsure: []blur{
		{"the counts were never read", "", func(t *tape) {
			t.drop(is[timeline.Counts])
			t.blind(timeline.PartService, -lead, whole)
		}},
	},
}
