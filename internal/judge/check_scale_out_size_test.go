package judge

import (
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var scaleOutSizeProof = proof{
	id: "scale-out.size",
	stories: []story{
		{name: "within", want: Pass},
		{name: "a task more than asked for", want: Pass, edit: func(t *tale) { t.orders = []said{{at: minutes(8.5), from: 1, to: 3, policy: cpuPolicy}} }},
		{name: "three tasks more than asked for", want: Fail, says: "asked for 2 at most", edit: func(t *tale) { t.orders = []said{{at: minutes(8.5), from: 1, to: 5, policy: cpuPolicy}} }},
		{name: "as the desired count explains", want: Inconclusive, says: "desired count", edit: func(t *tale) {
			t.offset = 4 * time.Second // looked at with the second order
			t.orders = []said{{at: minutes(8.5), from: 1, to: 2, policy: cpuPolicy}, {at: minutes(8.9), from: 2, to: 4, policy: cpuPolicy}}
		}},
		{name: "what the metric asked for was not seen", want: Inconclusive, says: "not seen", edit: func(t *tale) {
			t.cpu = func(at time.Duration) (float64, bool) { return 0, false }
		}},
		{name: "nothing ordered", want: Inconclusive, says: "No policy scaled out", edit: func(t *tale) { t.orders = nil }},
	},
	edits: []edit{
		{"five ordered where three were asked for", "", Fail, func(t *tape) {
			each(t, func(_ *timeline.Event, c *timeline.Counts) {
				if c.Desired == 3 {
					c.Desired = 5
				}
			})
			each(t, func(_ *timeline.Event, a *timeline.ActivityState) {
				if a.Activity.Description == scaling.DescribeDesired(3) {
					a.Activity.Description = scaling.DescribeDesired(5)
				}
			})
		}},
	},
}
