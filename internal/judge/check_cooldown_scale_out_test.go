package judge

import (
	"time"

	"scaleproof/internal/scaling"
)

var cooldownScaleOutProof = proof{
	id: "cooldown.scale-out",
	stories: []story{
		{name: "kept", want: Pass},
		{name: "a larger one breaks through", want: Pass, says: "2 -> 4 by requests only 30s after 1 -> 2 by requests, inside the cooldown of 1m: allowed as larger, +3 asked, 1 credited", edit: func(t *tale) {
			// +1 first; then 6000 requests a minute on one task ask for 4, which is +3.
			t.orders = []said{{at: minutes(8.5), from: 1, to: 2, policy: requestPolicy}, {at: minutes(9), from: 2, to: 4, policy: requestPolicy}}
			t.requests = func(time.Duration) (float64, bool) { return 6000, true }
		}},
		{name: "between the start and the completion", want: Pass, says: "AWS does not document from which it counts", edit: func(t *tale) {
			t.readyAfter = 20 * time.Second
			t.orders = append(t.orders[:1:1], said{at: minutes(9.75), from: 2, to: 3, policy: cpuPolicy})
		}},
		{name: "by a change of bounds inside it", want: Pass, says: "does not concern those", edit: func(t *tale) {
			t.orders = append(t.orders[:1:1], said{at: minutes(9), from: 2, to: 3}, said{at: minutes(18), from: 3, to: 4, policy: cpuPolicy})
		}},
		{name: "+2, and then a call for +3 adds one", want: Pass, says: "+3 asked, 2 credited", edit: func(t *tale) {
			t.orders = []said{{at: minutes(8.5), from: 1, to: 3, policy: requestPolicy}, {at: minutes(9), from: 3, to: 4, policy: requestPolicy}}
			t.requests = func(time.Duration) (float64, bool) { return 6000, true }
		}},
		{name: "another policy's", want: Pass, edit: func(t *tale) {
			t.orders = append(t.orders[:1:1], said{at: minutes(9), from: 2, to: 3, policy: requestPolicy}, said{at: minutes(18), from: 3, to: 4, policy: cpuPolicy})
		}},
		{name: "an equal one inside", want: Fail, says: "was not larger", edit: func(t *tale) {
			t.readyAfter = 20 * time.Second
			t.orders = append(t.orders[:1:1], said{at: minutes(9.3), from: 2, to: 3, policy: cpuPolicy})
		}},
		{name: "what was added was given back in between", want: Inconclusive, says: "had fallen to 1 again", edit: func(t *tale) {
			t.plan.Policies[0].ScaleOutCooldown, t.standing[0].ScaleOutCooldown = time.Hour, time.Hour
			t.orders = append(t.orders[:1:1], said{at: minutes(10), from: 2, to: 1, policy: requestPolicy}, said{at: minutes(13), from: 1, to: 2, policy: cpuPolicy})
		}},
		{name: "a single one shows nothing", want: Inconclusive, edit: func(t *tale) { t.orders = t.orders[:1] }},
	},
	edits: []edit{
		{"a cooldown of five minutes", "", Fail, func(t *tape) {
			t.policies(func(p *scaling.Policy) { p.ScaleOutCooldown = 5 * time.Minute })
		}},
	},
}
