package judge

import (
	"time"

	"scaleproof/internal/timeline"
)

var targetExactProof = proof{
	id: "target.exact",
	stories: []story{
		{name: "as planned", want: Pass},
		{name: "not registered", want: Fail, says: "register it", edit: func(t *tale) { t.target = nil }},
		{name: "other bounds", want: Fail, says: "1..4", edit: func(t *tale) { t.target.Bounds.Max = 4 }},
		{name: "scale-in suspended", want: Fail, says: "scale-in", edit: func(t *tale) { t.target.Suspended.ScaleIn = true }},
		{name: "nobody looked", want: Inconclusive, edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartScaling: {-lead, minutes(10)}}
		}},
	},
	edits: []edit{
		{"one task less allowed", "", Fail, func(t *tape) {
			each(t, func(_ *timeline.Event, c *timeline.Capacity) {
				target := *c.Target
				target.Bounds.Max--
				c.Target = &target
			})
		}},
	},
}
