package judge

import (
	"time"

	"scaleproof/internal/timeline"
)

var capacityBoundsProof = proof{
	id: "capacity.bounds",
	stories: []story{
		{name: "within", want: Pass},
		{name: "above the maximum", want: Fail, says: "outside the bounds of 1 to 5", edit: func(t *tale) { t.orders[1].to, t.orders[2].from = 6, 6 }},
		{name: "below the minimum", want: Fail, says: "outside the bounds of 2 to 5", edit: func(t *tale) { t.target.Bounds.Min = 2 }},
		{name: "a change of bounds is nobody's order", want: Pass, edit: func(t *tale) { t.orders[1].policy, t.orders[1].to, t.orders[2].from = "", 6, 6 }},
		{name: "the bounds changed about then", want: Inconclusive, says: "which of them held", edit: func(t *tale) {
			narrow, at := *t.target, t.orders[1].at
			narrow.Bounds.Max = 2
			t.extra = append(t.extra, timeline.Observed(dawn.Add(at+minutes(0.4)), dawn.Add(at+minutes(0.4)), dawn.Add(at-minutes(0.4)), "autoscaling", web.String(), timeline.Capacity{Target: &narrow}))
		}},
		{name: "not registered", want: Inconclusive, says: "not registered", edit: func(t *tale) { t.target = nil }},
		{name: "no order", want: Inconclusive, says: "No policy gave an order", edit: func(t *tale) { t.orders = nil }},
		{name: "activities not read", want: Inconclusive, says: "may have been missed", edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartActivities: {minutes(30), minutes(100)}}
		}},
	},
	edits: []edit{
		{"a maximum that an order went beyond", "", Fail, func(t *tape) { t.most(2) }},
	},
}
