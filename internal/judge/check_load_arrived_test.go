package judge

import (
	"time"

	"scaleproof/internal/timeline"
)

var loadArrivedProof = proof{
	id:    "load.arrived",
	never: true,
	stories: []story{
		{name: "arrived", want: Pass},
		{name: "others send too", want: Inconclusive, says: "traffic of others", edit: func(t *tale) {
			own := t.requests
			t.requests = func(at time.Duration) (float64, bool) { v, _ := own(at); return v + 300, true }
		}},
		{name: "others send for three minutes of a long stage", want: Inconclusive, says: "traffic of others", edit: othersSend(48, 51)},
		{name: "a minute of others", want: Pass, edit: othersSend(48, 49)},
	},
	edits: []edit{
		{"a third more than was sent", "", Inconclusive, func(t *tape) {
			t.point(timeline.KeyRequests, 0, minutes(3), func(v float64) float64 { return v * 1.3 })
		}},
	},
}
