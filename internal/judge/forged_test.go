package judge

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// What cannot be one run's is an error, with the place: never a verdict, and
// never a panic.
func TestForgedTimelinesAreRefused(t *testing.T) {
	for what, c := range map[string]struct {
		says   string
		change func(*tape)
	}{
		"an expectation that nobody knows": {"cpu-heavy.yaml:56:5 asks for nothing that this version knows", func(t *tape) {
			t.replan(func(p *plan.Plan) { p.Expect[0].NoScaleOut = nil })
		}},
		"a latency without a bound": {"asks for nothing", func(t *tape) {
			t.replan(func(p *plan.Plan) { p.Expect[7].Latency.P99.Limit = 0 })
		}},
		"rates of kinds that are not there": {"stage baseline has 3 rates and there are 0 kinds", func(t *tape) {
			t.replan(func(p *plan.Plan) { p.Kinds = nil })
		}},
		"the plan of another service": {"they are not of one run", func(t *tape) {
			t.replan(func(p *plan.Plan) { p.Service.Name = "other" })
		}},
		"counts of another service": {"(service.counts) is about staging-cluster/other", func(t *tape) {
			at := t.at(minutes(20))
			t.add(timeline.Observed(at, at, at, "ecs", "staging-cluster/other", timeline.Counts{Desired: 1, Running: 1}))
		}},
		"the registration of another service": {"(capacity.observed) is about staging-cluster/other", func(t *tape) {
			at := t.at(minutes(20))
			t.add(timeline.Observed(at, at, at, "autoscaling", "", timeline.Capacity{Target: &scaling.ScalableTarget{
				Service: scaling.Service{Cluster: "staging-cluster", Name: "other"}}}))
		}},
		"fewer than no tasks pending": {"(service.counts) tells of -1 pending", func(t *tape) {
			each(t, func(_ *timeline.Event, c *timeline.Counts) { c.Pending = -1 })
		}},
		"fewer than no targets draining": {"(target.health) tells of -2 draining", func(t *tape) {
			each(t, func(_ *timeline.Event, h *timeline.Health) { h.Draining = -2 })
		}},
		"fewer than no 5xx": {"(metric.point) tells of a datapoint of target_5xx of -5", func(t *tape) {
			each(t, func(_ *timeline.Event, p *timeline.MetricPoint) {
				if p.Key == timeline.KeyCPUMax {
					p.Key, p.Value = timeline.KeyTarget5xx, -5
				}
			})
		}},
		"a stage that the plan does not have there": {"begins stage climb of 10m, and stage 3 of the plan is peak of 10m", func(t *tape) {
			each(t, func(_ *timeline.Event, s *timeline.Stage) {
				if s.Name == "peak" {
					s.Name = "climb"
				}
			})
		}},
		"a stage beyond the plan": {"begins stage 9, and the plan has 4", func(t *tape) {
			each(t, func(_ *timeline.Event, s *timeline.Stage) { s.Index = 8 })
		}},
		"an activity under two ids": {"once more: the line was altered", func(t *tape) {
			for _, e := range t.events {
				if a, ok := e.Data.(timeline.ActivityState); ok {
					a.Activity.ID = uuid(1)
					e.Data = a
					t.add(e)
					return
				}
			}
		}},
	} {
		t.Run(what, func(t *testing.T) {
			changed := golden(t, "cpu-heavy")
			c.change(changed)
			changed.number()
			_, err := Judge(changed.events)
			require.ErrorContains(t, err, c.says)
		})
	}
}

// A run that was killed early says so first, and not what it could not see.
func TestAKilledRunSaysSo(t *testing.T) {
	killed := golden(t, "cpu-heavy")
	killed.drop(func(e timeline.Event) bool { return e.Seen.After(killed.at(minutes(0.1))) })
	v := killed.judge(t, checks)
	require.Equal(t, Inconclusive, v.Answer)
	require.Contains(t, v.Sentence, "without run.ended")
}

// A scaled clock tells what of the latencies is the machine's when the traffic
// is over: of a run that was killed before, nobody knows.
func TestLatenciesOfAKilledRunOnAScaledClock(t *testing.T) {
	for mode, want := range map[string]Answer{"scaled": Inconclusive, "stepping": Fail} {
		killed := golden(t, "cpu-heavy")
		each(killed, func(_ *timeline.Event, c *timeline.ClockInfo) { c.Mode = mode })
		kinds(killed, 0, whole, func(k *timeline.KindWindow) {
			if n := k.Completed["200"]; n > 0 {
				k.Latency = histogram(n, 20*time.Second)
			}
		})
		killed.drop(func(e timeline.Event) bool { return e.Seen.After(killed.at(minutes(40))) })
		v := killed.judge(t, checks)
		require.Equal(t, want, answer(t, v, "latency"), "%s: %+v", mode, of(t, v, "latency"))
	}
}
