package judge

import (
	"slices"
	"time"

	"scaleproof/internal/timeline"
)

var loadDeliveredProof = proof{
	id:    "load.delivered",
	never: true,
	stories: []story{
		{name: "delivered", want: Pass},
		{name: "two in a hundred unsent", want: Inconclusive, says: "not sent", edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) {
				k.Unsent = map[string]int64{"ceiling": k.Planned / 20}
				k.Sent -= k.Planned / 20
				k.Completed["200"] = k.Sent
			}
		}},
		{name: "a tenth late", want: Inconclusive, says: "late", edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) { k.Late = k.Sent / 10 }
		}},
		{name: "half of what the rates ask for was planned", want: Inconclusive, says: "rates ask", edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) {
				k.Planned, k.Sent = k.Planned/2, k.Sent/2
				k.Completed["200"] = k.Sent
			}
		}},
		{name: "answers never came", want: Inconclusive, says: "ended", edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) { k.Completed["200"] -= k.Sent / 20 }
		}},
	},
	edits: []edit{
		{"a kind that no other check looks at left late", "", Inconclusive, func(t *tape) {
			each(t, func(_ *timeline.Event, w *timeline.Window) {
				w.Kinds = slices.Clone(w.Kinds)
				for i := range w.Kinds {
					if w.Kinds[i].Kind == "slow" {
						w.Kinds[i].Late = w.Kinds[i].Sent
					}
				}
			})
		}},
	},
}
