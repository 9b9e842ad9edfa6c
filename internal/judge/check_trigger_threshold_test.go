package judge

import (
	"time"

	"scaleproof/internal/plan"
)

var triggerThresholdProof = proof{
	id: "trigger.threshold",
	stories: []story{
		{name: "at seventy", from: gradual, want: Pass},
		{name: "alarm at eighty", from: gradual, want: Fail, says: "stands at 80", edit: func(t *tale) { t.alarms[0].Threshold = 80 }},
		{name: "acted far below", from: gradual, want: Fail, says: "too early", edit: func(t *tale) {
			t.cpu = func(time.Duration) (float64, bool) { return 50, true }
		}},
		{name: "never acted", from: gradual, want: Inconclusive, says: "not exercised", edit: func(t *tale) { t.orders = nil }},
		{name: "datapoints missing", from: gradual, want: Inconclusive, says: "missing", edit: func(t *tale) {
			t.cpu = func(time.Duration) (float64, bool) { return 0, false }
		}},
	},
	edits: []edit{
		{"72 expected", "gradual-ramp", Fail, func(t *tape) {
			t.replan(func(p *plan.Plan) {
				for _, e := range p.Expect {
					if e.Trigger != nil {
						e.Trigger.At = 72
					}
				}
			})
		}},
	},
}
