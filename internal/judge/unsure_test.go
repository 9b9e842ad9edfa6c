package judge

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// What the observer did not see of a recorded run makes the checks that need
// it inconclusive, never a pass and never a failure.
func TestEachCheckCanBeUnsure(t *testing.T) {
	for _, c := range unsure {
		t.Run(c.what, func(t *testing.T) {
			changed := recorded(t, c.of)
			c.change(changed)
			v := changed.judge(t, checks)
			require.Equal(t, Inconclusive, v.Answer, v.Sentence)
			sayWhatToDo(t, v)
			for _, id := range c.checks {
				require.Equal(t, Inconclusive, answer(t, v, id), "%+v", of(t, v, id))
			}
		})
	}
	asked := map[string]bool{}
	for _, c := range unsure {
		for _, id := range c.checks {
			asked[id] = true
		}
	}
	for _, p := range proofs {
		for _, c := range p.unsure {
			t.Run(p.id+"/"+c.name, func(t *testing.T) {
				changed := recorded(t, c.of)
				c.change(changed)
				v := changed.judge(t, checks)
				require.Equal(t, Inconclusive, v.Answer, v.Sentence)
				sayWhatToDo(t, v)
				require.Equal(t, Inconclusive, answer(t, v, p.id), "%+v", of(t, v, p.id))
			})
		}
		require.True(t, asked[p.id] || len(p.unsure) > 0, "no recorded run leaves %s unsure", p.id)
	}
}

const whole = 70 * time.Minute // longer than any recorded run

var unsure = []struct {
	what   string
	of     string
	checks []string
	change func(*tape)
}{
	{"killed in the peak", "", []string{"run.complete", "run.restored", "load.delivered", "capacity.stage-end", "scale-in.none", "scale-in.to-minimum", "errors", "latency"}, func(t *tape) {
		t.drop(func(e timeline.Event) bool { return e.Seen.After(t.at(minutes(18))) })
	}},
	{"activities never listed after the first minute", "", []string{"observation.complete", "scale-out.none", "scale-in.none", "scale-out.only-by",
		"cooldown.scale-out", "scale-in.to-minimum", "stability.flapping", "errors"}, func(t *tape) {
		t.blind(timeline.PartActivities, minutes(1), whole)
	}},
	{"activities never told at all", "", []string{"policies.unchanged", "scale-out.in-time", "scale-out.only-by"}, func(t *tape) {
		t.blind(timeline.PartActivities, -lead, whole)
		t.drop(is[timeline.ActivityState])
	}},
	{"policies and bounds never read", "", []string{"policies.exact", "target.exact", "policies.unchanged", "capacity.bounds"}, func(t *tape) {
		t.drop(is[timeline.PolicyState])
		t.drop(is[timeline.Capacity])
	}},
	{"alarms never read", "", []string{"policies.exact", "scale-out.in-time", "scale-in.all-agree", "stability.flapping"}, func(t *tape) {
		t.drop(is[timeline.AlarmState])
		t.blind(timeline.PartAlarms, -lead, whole)
	}},
	{"completions never seen", "", []string{"cooldown.scale-in"}, func(t *tape) {
		each(t, func(_ *timeline.Event, a *timeline.ActivityState) {
			a.Activity.End, a.Activity.Status = time.Time{}, scaling.StatusInProgress
		})
	}},
	{"a deployment that is not seen to end", "", []string{"scale-in.deploying"}, func(t *tape) { rollout(t, minutes(20), whole) }},
	{"alarms unseen while CPU stood above its target", "", []string{"alarms.fire"}, func(t *tape) {
		t.point(timeline.KeyCPU, minutes(14), minutes(22), func(float64) float64 { return 78 })
		t.quickLow()
		t.blind(timeline.PartAlarms, minutes(17), minutes(26))
		t.most(3) // so that nothing was to be ordered
	}},
	{"alarms at 20 s, read by the minute", "", []string{"observation.complete", "load.apart", "scaling.attributed", "reaction.legs", "scale-out.in-time",
		"capacity.asked", "capacity.reached", "scale-in.all-agree", "trigger.threshold"}, func(t *tape) {
		t.alarms(true, func(a *scaling.Alarm) { a.Metric.Period = 20 * time.Second })
	}},
	{"targets unseen at the climb's end", "", []string{"capacity.stage-end"}, func(t *tape) {
		t.blind(timeline.PartTargets, minutes(12.5), minutes(13.5))
	}},
	{"requests counted that nobody sent", "", []string{"load.arrived"}, func(t *tape) {
		t.point(timeline.KeyRequests, 0, whole, func(v float64) float64 { return v * 1.2 })
	}},
	{"CPU never published", "gradual-ramp", []string{"saturation", "trigger.threshold", "trigger.bracket", "capacity.asked"}, func(t *tape) {
		t.drop(func(e timeline.Event) bool {
			p, ok := e.Data.(timeline.MetricPoint)
			return ok && p.Key == timeline.KeyCPU
		})
	}},
	{"a clock that distorts", "", []string{"latency"}, func(t *tape) {
		each(t, func(_ *timeline.Event, c *timeline.ClockInfo) { c.Distortion = 5 * time.Second })
	}},
}
