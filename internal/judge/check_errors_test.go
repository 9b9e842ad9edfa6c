package judge

import (
	"time"

	"scaleproof/internal/timeline"
)

var errorsProof = proof{
	id: "errors",
	stories: []story{
		{name: "none", want: Pass},
		{name: "one while scaling in", want: Fail, says: "while the service scaled", edit: func(t *tale) { t.traffic = failAt(minutes(40.5), 1) }},
		{name: "a burst in the baseline", want: Fail, says: "of all requests failed", edit: func(t *tale) { t.traffic = failAt(minutes(1), 40) }},
		{name: "one in the baseline is below one percent", want: Pass, edit: func(t *tale) { t.traffic = failAt(minutes(1), 1) }},
		{name: "nothing scaled", want: Inconclusive, says: "not exercised", edit: func(t *tale) { t.orders = nil }},
		{name: "no request ended", want: Inconclusive, edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) { k.Completed, k.Latency = nil, "" }
		}},
	},
	edits: []edit{
		{"one request while scaling out", "", Fail, func(t *tape) { t.failures(minutes(9), 1) }},
	},
}
