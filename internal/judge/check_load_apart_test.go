package judge

import (
	"time"

	"scaleproof/internal/timeline"
)

// byStages has no only_by: its scale-out names its policy, for a stage.
func byStages() *tale {
	t := cpuHeavy()
	t.plan.Expect = nil
	t.expect(`{"scale_out":{"in":"climb","by":"cpu"}}`)
	return t
}

// counts has the load balancer count so many requests for a target in the
// minute that begins at an offset.
func counts(at, n float64) func(*tale) {
	return func(t *tale) { t.requests = hot(minutes(at), minutes(at+1), n, t.requests) }
}

var loadApartProof = proof{
	id:    "load.apart",
	never: true,
	stories: []story{
		{name: "apart", want: Pass},
		{name: "exactly at the threshold", want: Pass, edit: counts(14, 1500)},
		{name: "a minute above the other threshold", want: Inconclusive, says: "lower the demand for requests", edit: counts(14, 1600)},
		{name: "others sent it", want: Inconclusive, says: "traffic of others", edit: func(t *tale) {
			t.requests = hot(minutes(48), minutes(51), 1600, t.requests)
		}},
		{name: "above it before the order of the stage", from: byStages, want: Inconclusive, says: "above the 1500", edit: counts(6, 1600)},
		{name: "above it after the order of the stage", from: byStages, want: Pass, edit: counts(11, 1600)},
		{name: "no datapoint", want: Inconclusive, says: "No datapoint of requests", edit: func(t *tale) {
			t.requests = func(time.Duration) (float64, bool) { return 0, false }
		}},
		{name: "no alarm seen", want: Inconclusive, says: "No live high alarm of the requests", edit: func(t *tale) { t.alarms = t.alarms[:2] }},
	},
	edits: []edit{
		{"requests above their target while tasks change", "", Inconclusive, func(t *tape) {
			t.point(timeline.KeyRequests, minutes(9), minutes(10), func(float64) float64 { return 1510 })
		}},
	},
	unsure: []blur{
		{"request counts never published", "", func(t *tape) {
			t.drop(func(e timeline.Event) bool {
				p, ok := e.Data.(timeline.MetricPoint)
				return ok && p.Key == timeline.KeyRequests
			})
		}},
	},
}
