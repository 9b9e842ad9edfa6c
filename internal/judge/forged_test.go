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
