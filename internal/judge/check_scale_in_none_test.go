package judge

import (
	"time"

	"scaleproof/internal/plan"
)

var scaleInNoneProof = proof{
	id: "scale-in.none",
	stories: []story{
		{name: "quiet", want: Pass},
		{name: "an order in the peak", want: Fail, says: "none is expected", edit: func(t *tale) {
			t.orders = append(t.orders[:2:2], said{at: minutes(22), from: 3, to: 2, policy: cpuPolicy})
		}},
		{name: "an overshoot given back after a full run", from: overshot(27), want: Inconclusive, says: "gave back an overshoot"},
		{name: "given back after too short a run", from: overshot(22), want: Fail, says: "none is expected", edit: func(t *tale) {
			t.cpu = hot(minutes(15), minutes(16), 68, t.cpu)
		}},
		{name: "more given back than the overshoot", from: overshot(27), want: Fail, says: "none is expected", edit: func(t *tale) { t.orders[2].to = 1 }},
		{name: "cut off", want: Inconclusive, edit: func(t *tale) { t.cut = minutes(15) }},
	},
	edits: []edit{
		{"none expected in the settle", "", Fail, func(t *tape) {
			t.replan(func(p *plan.Plan) {
				for _, e := range p.Expect {
					if e.NoScaleIn != nil {
						e.NoScaleIn.In = stages(e.NoScaleIn.In, "settle")
					}
				}
			})
		}},
	},
}

// overshot is the climb of cpu-heavy held for long, with a task more than its load
// asks for, which goes again at a minute.
func overshot(back float64) func() *tale {
	return func() *tale {
		t := cpuHeavy()
		t.plan.Stages = t.plan.Stages[:2]
		t.plan.Stages[1].For = 30 * time.Minute
		t.plan.Expect = nil
		t.expect(`{"no_scale_in":{"in":"climb"}}`)
		t.orders = []said{
			{at: minutes(8.5), from: 1, to: 2, policy: cpuPolicy},
			{at: minutes(9.5), from: 2, to: 3, policy: cpuPolicy},
			{at: minutes(back), from: 3, to: 2, policy: cpuPolicy},
		}
		return t
	}
}
