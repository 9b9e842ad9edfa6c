package judge

import (
	"slices"
	"time"

	"scaleproof/internal/timeline"
)

var errorsProof = proof{
	id: "errors",
	stories: slices.Concat(errorsAgainstOthers, []story{
		{name: "none", want: Pass},
		{name: "one while scaling in", want: Fail, says: "while the service scaled", edit: func(t *tale) { t.traffic = failAt(minutes(40.5), 1) }},
		{name: "a burst in the baseline", want: Fail, says: "of all requests failed", edit: func(t *tale) { t.traffic = failAt(minutes(1), 40) }},
		{name: "one in the baseline is below one percent", want: Pass, edit: func(t *tale) { t.traffic = failAt(minutes(1), 1) }},
		{name: "a share around each order", from: asked(`{"errors":{"above":"1%","around":"scaling","never":true}}`), want: Fail, says: "67 of them around the scale-in 2 -> 1",
			edit: func(t *tale) { t.traffic = failAt(t.orders[len(t.orders)-1].at, 100) }},
		{name: "a small share around each order", from: asked(`{"errors":{"above":"1%","around":"scaling","never":true}}`), want: Pass,
			edit: func(t *tale) { t.traffic = failAt(t.orders[len(t.orders)-1].at, 1) }},
		{name: "around the orders of another stage", from: asked(`{"errors":{"count":0,"around":"scaling","in":"climb"}}`), want: Pass,
			edit: func(t *tale) { t.traffic = failAt(minutes(40.5), 1) }},
		{name: "of another kind", from: asked(`{"errors":{"count":0,"of":"heavy"}}`), want: Pass, edit: func(t *tale) { t.traffic = failAt(minutes(1), 40) }},
		{name: "of the kind that is bounded", from: asked(`{"errors":{"count":0,"of":"light"}}`), want: Fail, says: "40 requests failed", edit: func(t *tale) { t.traffic = failAt(minutes(1), 40) }},
		{name: "answers that nobody looked at", want: Inconclusive, says: "nobody looked at the body", edit: func(t *tale) {
			t.traffic = unlooked(timeline.Sample{Unchecked: 1})
		}},
		{name: "a lot too small for a count of none", from: asked(`{"errors":{"count":0,"of":"heavy"}}`), want: Inconclusive, says: "0 to", edit: func(t *tale) {
			t.traffic = unlooked(timeline.Sample{Checked: 1, Unchecked: 1})
		}},
		{name: "a lot that leaves no share above half", from: asked(`{"errors":{"above":"50%","for":"30s","never":true}}`), want: Pass, edit: func(t *tale) {
			t.traffic = unlooked(timeline.Sample{Checked: 2, Unchecked: 1})
		}},
		{name: "a lot that is all refused", from: asked(`{"errors":{"above":"50%","for":"30s","never":true}}`), want: Fail, says: "of all requests failed", edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) {
				if n := k.Completed["200"]; n > 0 && at > minutes(20) && at < minutes(25) {
					part := n * 6 / 10
					k.Failed = map[string]int64{content: part}
					k.Sample = &timeline.Sample{Checked: part, Refused: part, Unchecked: n - part}
				}
			}
		}},
		{name: "nothing scaled", want: Inconclusive, says: "not exercised", edit: func(t *tale) { t.orders = nil }},
		{name: "no request ended", want: Inconclusive, edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) { k.Completed, k.Latency = nil, "" }
		}},
	}),
	edits: []edit{
		{"one request while scaling out", "", Fail, func(t *tape) { t.failures(minutes(9), 1) }},
	},
}

// unlooked has a lot drawn in every window in which three answers of a kind or
// more are.
func unlooked(s timeline.Sample) func(time.Duration, *timeline.KindWindow) {
	return func(_ time.Duration, k *timeline.KindWindow) {
		if k.Completed["200"] >= 3 {
			k.Sample = &s
		}
	}
}
