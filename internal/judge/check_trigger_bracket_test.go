package judge

import (
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

var triggerBracketProof = proof{
	id: "trigger.bracket",
	stories: []story{
		{name: "inside the band", from: gradual, want: Pass},
		{name: "two datapoints published together fire together", from: gradual, want: Pass, edit: func(t *tale) {
			t.cpu = func(at time.Duration) (float64, bool) {
				switch {
				case at < minutes(11):
					return 69, true
				case at < minutes(12):
					return 72, true
				}
				return 76, true
			}
			d := t.extra[0].Data.(timeline.AlarmState)
			d.Alarm.StateReasonData = `{"evaluatedDatapoints":[{"timestamp":"2026-01-01T00:54:00.000+0000","value":76}]}`
			t.extra[0].Data = d
		}},
		{name: "fired far above, quiet above the band", from: gradual, want: Fail, says: "did not fire", edit: func(t *tale) {
			own := t.cpu
			t.cpu = func(at time.Duration) (float64, bool) { v, _ := own(at); return v + 12, true }
		}},
		{name: "fired below the band", from: gradual, want: Fail, says: "too early", edit: func(t *tale) {
			own := t.cpu
			t.cpu = func(at time.Duration) (float64, bool) { v, _ := own(at); return v - 12, true }
		}},
		{name: "the load jumped over the band", from: gradual, want: Inconclusive, says: "jumped", edit: func(t *tale) {
			t.cpu = func(at time.Duration) (float64, bool) {
				if at < minutes(11) {
					return 40, true
				}
				return 91, true
			}
		}},
		{name: "not told what it fired on", from: gradual, want: Inconclusive, edit: func(t *tale) { t.extra = nil }},
	},
	edits: []edit{
		{"a tolerance of one point", "gradual-ramp", Inconclusive, func(t *tape) {
			t.replan(func(p *plan.Plan) {
				for _, e := range p.Expect {
					if e.Trigger != nil {
						e.Trigger.Tolerance = 1
					}
				}
			})
		}},
	},
}
