package judge

import (
	"scaleproof/internal/timeline"
)

var runRestoredProof = proof{
	id: "run.restored",
	stories: []story{
		{name: "restored", want: Pass},
		{name: "not restored", edit: func(t *tale) { t.ended.Restored = false }, want: Fail, says: "validate restore"},
		{name: "killed before it could say", edit: func(t *tale) { t.ended = nil }, want: Inconclusive, says: "validate restore"},
	},
	edits: []edit{
		{"not restored", "", Fail, func(t *tape) {
			each(t, func(_ *timeline.Event, d *timeline.Ended) { d.Restored = false })
		}},
	},
}
