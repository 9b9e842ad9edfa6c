package judge

import (
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

var capacityStageEndProof = proof{
	id: "capacity.stage-end",
	stories: []story{
		{name: "too few, on datapoints that came late", want: Inconclusive, says: "3m are counted on", edit: func(t *tale) {
			t.orders, t.publishedAfter = nil, 6*time.Minute
		}},
		{name: "in range", want: Pass},
		{name: "never ordered", want: Fail, says: "was due", edit: func(t *tale) { t.orders = nil }},
		{name: "ordered, never running", want: Fail, says: "as few as 1 ran then, so see in the service's events", edit: func(t *tale) { t.readyAfter = minutes(8) }},
		{name: "ordered and running, never healthy", want: Fail, says: "health checks", edit: func(t *tale) {
			t.readyAfter = minutes(8)
			for _, at := range []float64{12.95, 12.98} {
				t.extra = append(t.extra, timeline.Observed(dawn.Add(minutes(at)), dawn.Add(minutes(at)), dawn.Add(minutes(at)-10*time.Second), "ecs", "", timeline.Counts{Desired: 2, Running: 2}))
			}
		}},
		{name: "ordered just before the end", want: Inconclusive, says: "ran out", edit: func(t *tale) { t.orders[0].at = minutes(12.5) }},
		{name: "between two looks", want: Inconclusive, says: "between two looks", edit: func(t *tale) {
			t.orders[0].at = minutes(13) - t.readyAfter - 4*time.Second
			t.readyAfter -= 2 * time.Second
			t.orders[0].at = minutes(13) - t.readyAfter + time.Second
			t.blind = map[string][2]time.Duration{timeline.PartTargets: {minutes(13), minutes(13) + time.Second}}
		}},
		{name: "still three at the end", want: Fail, says: "was due", edit: func(t *tale) { t.orders = t.orders[:2] }},
		{name: "a step-down under way at the end", want: Inconclusive, says: "ran out", edit: func(t *tale) {
			t.orders[2].at = minutes(42)
			t.orders = t.orders[:3]
			t.plan.Stages[3].For = minutes(22)
		}},
		{name: "an order just after the end is not of the stage", want: Pass, edit: func(t *tale) {
			t.offset = 4 * time.Second // looked at 12:54 and 13:04
			t.orders[1].at = minutes(13) + 2*time.Second
			t.add(func(e *plan.Expectation) {
				c := fresh(&e.Capacity)
				c.AtEndOf = "climb"
				two := 2
				h := fresh(&fresh(&c.Desired).Range)
				h.Min, h.Max = &two, &two
			})
		}},
		{name: "not looked at", want: Inconclusive, says: "hole", edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartTargets: {minutes(12), minutes(14)}}
		}},
	},
	edits: []edit{
		{"no more than two expected at the peak", "", Fail, func(t *tape) {
			t.replan(func(p *plan.Plan) {
				for _, e := range p.Expect {
					if e.Capacity != nil && e.Capacity.AtEndOf == "peak" {
						one, two := 1, 2
						e.Capacity.Healthy.Min, e.Capacity.Healthy.Max = &one, &two
					}
				}
			})
		}},
	},
}
