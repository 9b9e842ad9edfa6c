package judge

import (
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var capacityAskedProof = proof{
	id: "capacity.asked",
	stories: []story{
		{name: "within", want: Pass},
		{name: "a task more than asked for", want: Pass, edit: func(t *tale) { t.orders = []said{{at: minutes(8.5), from: 1, to: 3, policy: cpuPolicy}} }},
		{name: "three tasks more than asked for", want: Fail, says: "goes too far: its metric asked for 2 at most on the tasks that ran", edit: func(t *tale) { t.orders = []said{{at: minutes(8.5), from: 1, to: 5, policy: cpuPolicy}} }},
		{name: "three tasks more, which ran by the next look", want: Fail, says: "goes too far: its metric asked for 2 at most on the tasks that ran", edit: func(t *tale) {
			t.orders = []said{{at: minutes(8.5), from: 1, to: 5, policy: cpuPolicy}}
			at := dawn.Add(minutes(8.5) + 8*time.Second)
			t.extra = append(t.extra, timeline.Observed(at, at, at.Add(-9*time.Second), "ecs", "", timeline.Counts{Desired: 5, Running: 4, Pending: 1}))
		}},
		{name: "a task short of what was asked for", want: Pass, says: "a task short", edit: func(t *tale) {
			t.requests = func(time.Duration) (float64, bool) { return 4400, true }
			t.orders = []said{{at: minutes(8.5), from: 1, to: 2, policy: requestPolicy}}
		}},
		{name: "two tasks short of what was asked for", want: Fail, says: "asked for 4 at least (1 running x 5100 / 1500)", edit: func(t *tale) {
			sends(t, 4)
			t.orders = []said{{at: minutes(8.5), from: 1, to: 2, policy: requestPolicy}}
		}},
		{name: "short of what was asked for, at the maximum", want: Pass, edit: func(t *tale) {
			t.requests = func(time.Duration) (float64, bool) { return 59000, true }
			t.orders = []said{{at: minutes(8.5), from: 1, to: 5, policy: requestPolicy}}
		}},
		{name: "only the newest datapoint asks for less", want: Pass, edit: func(t *tale) {
			t.requests = func(at time.Duration) (float64, bool) {
				if at >= minutes(5) {
					return 2000, true
				}
				return 5900, true
			}
			t.orders = []said{{at: minutes(8.6), from: 1, to: 2, policy: requestPolicy}}
		}},
		{name: "short while the credit of a cooldown explains it", want: Pass, edit: func(t *tale) {
			t.requests = func(time.Duration) (float64, bool) { return 4400, true }
			t.readyAfter, t.doneAfter = 20*time.Second, 40*time.Second
			t.orders = []said{{at: minutes(8.5), from: 1, to: 3, policy: requestPolicy}, {at: minutes(9.6), from: 3, to: 4, policy: requestPolicy}}
		}},
		{name: "beyond the load by datapoints from before an order", want: Pass, says: "an overshoot by old datapoints", edit: func(t *tale) {
			t.readyAfter = 20 * time.Second
			t.orders = []said{{at: minutes(8.5), from: 1, to: 2, policy: cpuPolicy}, {at: minutes(10.4), from: 2, to: 3, policy: cpuPolicy}}
		}},
		{name: "two tasks fewer than scale-in was asked for", want: Fail, says: "goes too far", edit: func(t *tale) {
			sends(t, 4)
			t.orders = []said{{at: minutes(8.5), from: 1, to: 5, policy: requestPolicy}, {at: minutes(40), from: 5, to: 2, policy: cpuPolicy}}
		}},
		{name: "as only the desired count explains", want: Fail, says: "only the desired count of 2 explains it", edit: func(t *tale) {
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

// sends has the request load rise to so many tasks' worth in the climb's ramp,
// and stay there.
func sends(t *tale, tasks float64) {
	before := t.plan.Stages[0].RequestTasks
	for i := 1; i < len(t.plan.Stages); i++ {
		s := t.plan.Stages[i]
		t.plan.Stages[i] = stageOf(s.Name, s.Start, s.For, s.Ramp, 0.5, 0.5, before, tasks)
		before = tasks
	}
}
