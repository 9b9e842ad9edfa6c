package judge

import (
	"slices"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// occupied has so many requests in flight all the time.
func occupied(n int64) func(*tale) {
	return func(t *tale) { t.inFlight = n }
}

// severs has n requests answered with 502 in the window at an offset.
func severs(at time.Duration, n int64) func(*tale) {
	return func(t *tale) {
		before := t.traffic
		t.traffic = func(when time.Duration, k *timeline.KindWindow) {
			if before != nil {
				before(when, k)
			}
			failAt(at, n)(when, k)
		}
	}
}

// The scale-in of cpu-heavy from 3 to 2, and a moment while it drains.
const (
	inAt       = 40*time.Minute + 20*time.Second
	inDraining = inAt + 15*time.Second
)

var drainLosslessProof = proof{
	id: "drain.lossless",
	stories: []story{
		{name: "many in flight, none lost", want: Pass}, // a third and a half of them: 8
		{name: "too few in flight", want: Inconclusive, says: "too few were in flight", edit: occupied(5)},
		{name: "nothing scaled in", want: Inconclusive, says: "Nothing was scaled in", edit: func(t *tale) { t.orders = t.orders[:2] }},
		{name: "one lost", want: Fail, says: "stopped before they were done", edit: severs(inDraining, 1)},
		// The targets are seen to have settled at 41m.
		{name: "one lost at the very instant of the look that finds it over", want: Fail, edit: severs(minutes(41), 1)},
		// A look at the instant of the order saw the task gone already.
		{name: "failed half a minute after a task that went at once", want: Pass, edit: together(severs(inAt+30*time.Second, 3), func(t *tale) {
			at := dawn.Add(inAt)
			t.extra = append(t.extra, timeline.Observed(at, at, at.Add(-10*time.Second), "elbv2", "", timeline.Health{Healthy: 2}))
		})},
		{name: "one lost, though few were in flight", want: Fail, edit: together(occupied(0), severs(inDraining, 1))},
		{name: "failed when nothing scaled", want: Pass, edit: severs(minutes(35), 3)},
		{name: "failed minutes before as well", want: Inconclusive, says: "before or after as well", edit: together(severs(inDraining, 1), severs(minutes(38), 1))},
		{name: "a deployment went on", want: Inconclusive, says: "drains tasks too", edit: together(severs(inDraining, 1), rollsOut(40, 42))},
		{name: "a task was killed as well", want: Inconclusive, says: "another task was lost", edit: together(severs(inDraining, 1), func(t *tale) {
			at := dawn.Add(inDraining)
			t.extra = append(t.extra, timeline.Observed(at, at, at.Add(-10*time.Second), "ecs", "", timeline.Counts{Desired: 2, Running: 2, Pending: 1}))
		})},
		{name: "a target was unhealthy", want: Inconclusive, says: "unhealthy", edit: together(severs(inDraining, 1), func(t *tale) {
			at := dawn.Add(inDraining)
			t.extra = append(t.extra, timeline.Observed(at, at, at.Add(-10*time.Second), "elbv2", "", timeline.Health{Healthy: 1, Unhealthy: 1, Draining: 1}))
		})},
		{name: "the sender's own failures", want: Pass, edit: together(func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) {
				if at <= inDraining && at+10*time.Second > inDraining {
					failAs("generator")(k)
				}
			}
		})},
		{name: "time-outs are no cut", want: Pass, edit: together(func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) {
				if at <= inDraining && at+10*time.Second > inDraining {
					failAs("timeout")(k)
				}
			}
		})},
		{name: "targets unseen", want: Inconclusive, says: "too few", edit: together(func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartTargets: {minutes(30), minutes(100)}}
		})},
	},
	edits: []edit{
		{"two requests cut off in the first drain", "", Fail, func(t *tape) {
			t.replan(func(p *plan.Plan) {
				p.Expect = slices.DeleteFunc(p.Expect, func(e plan.Expectation) bool { return e.Errors != nil })
			})
			t.failures(28*time.Minute+50*time.Second, 2)
		}},
	},
	unsure: []blur{
		{"activities never listed after the first minute", "", func(t *tape) { t.blind(timeline.PartActivities, minutes(1), whole) }},
	},
}
