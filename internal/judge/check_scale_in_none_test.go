package judge

import (
	"scaleproof/internal/plan"
)

var scaleInNoneProof = proof{
	id: "scale-in.none",
	stories: []story{
		{name: "quiet", want: Pass},
		{name: "an order in the peak", want: Fail, says: "none is expected", edit: func(t *tale) {
			t.orders = append(t.orders[:2:2], said{at: minutes(22), from: 3, to: 2, policy: cpuPolicy})
		}},
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
