package judge

import (
	"time"

	"scaleproof/internal/timeline"
)

var alarmsFireProof = proof{
	id: "alarms.fire",
	stories: []story{
		{name: "in ALARM since the climb", want: Pass, edit: func(t *tale) { t.cpu = hot(minutes(14), minutes(22), 78, t.cpu) }},
		{name: "silent in the peak", want: Fail, says: "does not do what it shows", edit: silent(78)},
		{name: "alarms not looked at then", want: Inconclusive, says: "not looked at often enough", edit: func(t *tale) {
			silent(78)(t)
			t.blind = map[string][2]time.Duration{timeline.PartAlarms: {minutes(15), minutes(27)}}
		}},
	},
	edits: []edit{
		{"CPU at 72 % before the climb, and no alarm", "", Fail, func(t *tape) {
			t.point(timeline.KeyCPU, minutes(-2), minutes(4), func(float64) float64 { return 72 })
		}},
	},
}
