package judge

import (
	"time"

	"scaleproof/internal/timeline"
)

var observationCompleteProof = proof{
	id:    "observation.complete",
	never: true,
	stories: []story{
		{name: "no holes", want: Pass},
		{name: "one failed poll is no hole", want: Pass, edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartTargets: {minutes(30), minutes(30) + 11*time.Second}}
		}},
		{name: "targets unseen for two minutes", want: Inconclusive, says: "targets were not looked at", edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartTargets: {minutes(30), minutes(32)}}
		}},
		{name: "a datapoint is missing", want: Inconclusive, says: "1 datapoints of cpu are missing", edit: func(t *tale) {
			own := t.cpu
			t.cpu = func(at time.Duration) (float64, bool) { v, _ := own(at); return v, at != minutes(30) }
		}},
	},
	edits: []edit{
		{"activities unseen for minutes of the settle", "", Inconclusive, func(t *tape) {
			t.blind(timeline.PartActivities, minutes(45), minutes(48))
		}},
	},
	unsure: []blur{
		{"a datapoint of CPU is missing", "", func(t *tape) {
			t.drop(func(e timeline.Event) bool {
				p, ok := e.Data.(timeline.MetricPoint)
				return ok && p.Key == timeline.KeyCPU && e.At.After(t.at(minutes(50))) && e.At.Before(t.at(minutes(51.01)))
			})
		}},
	},
}
