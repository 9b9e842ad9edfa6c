package judge

import (
	"slices"
	"time"

	"scaleproof/internal/timeline"
)

// refuse makes one of n requests of each window end by a class; a status that
// the scenario counts as good is no failure, and a refusal all the same.
func refuse(n int64, class string) func(time.Duration, *timeline.KindWindow) {
	return func(at time.Duration, k *timeline.KindWindow) {
		bad := k.Sent / n
		switch class {
		case content:
			k.Failed = map[string]int64{content: bad}
		default:
			k.Completed = map[string]int64{"200": k.Sent - bad, class: bad}
			k.Failed = map[string]int64{class: bad}
		}
	}
}

var loadAcceptedProof = proof{
	id:    "load.accepted",
	never: true,
	stories: []story{
		{name: "accepted", want: Pass},
		{name: "a tenth refused by its status", want: Inconclusive, says: "answered 429", edit: func(t *tale) { t.traffic = refuse(10, "429") }},
		{name: "a tenth refused in the body", want: Inconclusive, says: "fell short in its content", edit: func(t *tale) { t.traffic = refuse(10, content) }},
		{name: "one in two hundred refused", want: Pass, edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) {
				if at%(2*time.Minute) == 0 && k.Sent > 1 {
					refuse(k.Sent, "429")(at, k)
				}
			}
		}},
		{name: "a tenth failed otherwise", want: Pass, edit: func(t *tale) { t.traffic = refuse(10, "502") }},
		{name: "nothing ended", want: Inconclusive, says: "No request of stage", edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) { k.Completed, k.Latency = nil, "" }
		}},
		{name: "of a bare load", want: Inconclusive, says: "answered 429", edit: func(t *tale) {
			t.command = "loadgen run"
			t.traffic = refuse(10, "429")
		}},
		{name: "of a bare load nothing succeeds", want: Inconclusive, says: "No request of stage", edit: func(t *tale) {
			t.command = "loadgen run"
			t.traffic = refuse(1, "connect")
		}},
		{name: "nothing succeeds at a service that is watched", want: Pass, edit: func(t *tale) { t.traffic = refuse(1, "connect") }},
	},
	edits: []edit{
		{"429s that the scenario counts as good", "", Inconclusive, func(t *tape) {
			each(t, func(_ *timeline.Event, w *timeline.Window) {
				w.Kinds = slices.Clone(w.Kinds)
				for i := range w.Kinds {
					if k := &w.Kinds[i]; k.Completed["200"] > 1 {
						k.Completed = map[string]int64{"200": k.Completed["200"] - 1, "429": 1}
					}
				}
			})
			t.good(200, 429)
		}},
	},
	unsure: []blur{
		{"killed in the peak", "", func(t *tape) {
			t.drop(func(e timeline.Event) bool { return e.Seen.After(t.at(minutes(18))) })
		}},
	},
}
