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
		{name: "others send a seventh for three minutes", want: Inconclusive, says: "traffic of others", edit: countedBy(48, 51, 1.15)},
		{name: "others send a little", want: Pass, edit: countedBy(0, 55, 1.04)},
		{name: "others send a fifteenth all the time", want: Inconclusive, says: "traffic of others", edit: countedBy(0, 55, 1.07)},
		{name: "a twentieth is lost", want: Pass, edit: countedBy(0, 55, 0.95)},
		{name: "an eighth is lost", want: Inconclusive, says: "another route", edit: countedBy(0, 55, 0.87)},
		{name: "as many more as were in flight", want: Pass, edit: func(t *tale) {
			countedBy(48, 49, 1.15)(t)
			countedBy(49, 50, 1.15)(t)
			t.inFlight = 60
		}},
		{name: "a minute of others", want: Pass, edit: othersSend(48, 49)},
	},
	edits: []edit{
		{"a third more than was sent", "", Inconclusive, func(t *tape) {
			t.point(timeline.KeyRequests, 0, minutes(3), func(v float64) float64 { return v * 1.3 })
		}},
	},
}

// countedBy has the load balancer count so many times what the run sends, for some
// minutes.
func countedBy(from, to, times float64) func(*tale) {
	return func(t *tale) {
		own := t.requests
		t.requests = func(at time.Duration) (float64, bool) {
			v, ok := own(at)
			if at >= minutes(from) && at < minutes(to) {
				v *= times
			}
			return v, ok
		}
	}
}
