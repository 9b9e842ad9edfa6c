package judge

import (
	"scaleproof/internal/timeline"
)

var runCompleteProof = proof{
	id:    "run.complete",
	never: true,
	stories: []story{
		{name: "came to its end", want: Pass},
		{name: "interrupted", edit: func(t *tale) { t.ended.Outcome = timeline.EndInterrupted }, want: Inconclusive, says: "interrupted"},
		{name: "cut off", edit: func(t *tale) { t.cut = minutes(30) }, want: Inconclusive, says: "restore"},
	},
	edits: []edit{
		{"interrupted", "", Inconclusive, func(t *tape) {
			each(t, func(_ *timeline.Event, d *timeline.Ended) { d.Outcome = timeline.EndInterrupted })
		}},
	},
}
