package judge

import (
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

var scaleOutNoneProof = proof{
	id: "scale-out.none",
	stories: []story{
		{name: "quiet", want: Pass},
		{name: "an order in the baseline", want: Fail, says: "none is expected", edit: func(t *tale) {
			t.orders = append([]said{{at: minutes(2), from: 1, to: 2, policy: cpuPolicy}}, t.orders[1:]...)
		}},
		{name: "an order of somebody's schedule", want: Inconclusive, says: "somebody else's", edit: func(t *tale) {
			t.orders = append([]said{{at: minutes(2), from: 1, to: 2}}, t.orders[1:]...)
		}},
		{name: "activities not read", want: Inconclusive, says: "last read", edit: func(t *tale) {
			t.orders = nil
			t.blind = map[string][2]time.Duration{timeline.PartActivities: {minutes(1), minutes(100)}}
		}},
	},
	edits: []edit{
		{"none expected in the climb", "", Fail, func(t *tape) {
			t.replan(func(p *plan.Plan) {
				for _, e := range p.Expect {
					if e.NoScaleOut != nil {
						e.NoScaleOut.In = stages(e.NoScaleOut.In, "climb")
					}
				}
			})
		}},
	},
}
