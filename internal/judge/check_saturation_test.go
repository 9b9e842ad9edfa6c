package judge

import (
	"time"

	"scaleproof/internal/timeline"
)

var saturationProof = proof{
	id: "saturation",
	stories: []story{
		{name: "answered in time", want: Pass},
		{name: "minutes above 90 before the order", want: Pass, edit: func(t *tale) { t.cpu = hot(minutes(4), minutes(10), 96, t.cpu) }},
		{name: "it breathes every fourth minute", want: Pass, edit: func(t *tale) {
			incident(t)
			t.cpu = func(at time.Duration) (float64, bool) {
				if at%(4*time.Minute) == 0 {
					return 75, true
				}
				return 99, true
			}
		}},
		{name: "the incident: no policy watches CPU", want: Fail, says: "no policy watches CPU", edit: incident},
		{name: "a CPU policy stands and does nothing", want: Fail, says: "though policy", edit: func(t *tale) {
			t.orders = nil
			t.cpu = hot(minutes(4), minutes(22), 96, t.cpu)
		}},
		{name: "a CPU policy stands, and tasks are stopped", want: Fail, says: "as few as 0 of them ran", edit: func(t *tale) {
			t.orders = nil
			t.cpu = hot(minutes(4), minutes(22), 96, t.cpu)
			at := dawn.Add(minutes(12)) // and nothing else is seen until the stretch
			t.extra = append(t.extra, timeline.Observed(at, at, at.Add(-10*time.Second), "ecs", web.String(), timeline.Counts{Desired: 1, Pending: 1}))
		}},
		{name: "at the maximum", want: Fail, says: "at its maximum", edit: func(t *tale) {
			incident(t)
			t.plan.Bounds.Max, t.target.Bounds.Max = 2, 2
		}},
		{name: "no datapoints", want: Inconclusive, says: "No datapoint", edit: func(t *tale) {
			t.cpu = func(time.Duration) (float64, bool) { return 0, false }
		}},
		{name: "activities not read", want: Inconclusive, says: "not read", edit: func(t *tale) {
			incident(t)
			t.blind = map[string][2]time.Duration{timeline.PartActivities: {minutes(1), minutes(100)}}
		}},
	},
	edits: []edit{
		{"CPU at 94 % through the peak", "", Fail, func(t *tape) {
			t.point(timeline.KeyCPU, minutes(13), minutes(24), func(float64) float64 { return 94 })
			t.ring(minutes(17))
		}},
	},
}
