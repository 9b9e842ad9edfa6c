package judge

import (
	"scaleproof/internal/plan"
)

var scaleOutOnlyByProof = proof{
	id: "scale-out.only-by",
	stories: []story{
		{name: "only by CPU", want: Pass},
		{name: "one by requests", want: Fail, says: "every scale-out was to be by cpu; its metric stood at up to", edit: func(t *tale) { t.orders[1].policy = requestPolicy }},
		{name: "none at all", want: Inconclusive, says: "No scale-out", edit: func(t *tale) { t.orders = nil }},
	},
	edits: []edit{
		{"requests expected", "", Fail, func(t *tape) {
			t.replan(func(p *plan.Plan) {
				for i := range p.Expect {
					if p.Expect[i].OnlyBy != "" {
						p.Expect[i].OnlyBy = "requests"
					}
				}
			})
		}},
	},
}
