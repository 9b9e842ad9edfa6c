package judge

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// A minute's average says nothing of what an alarm over 20 s answers, nor 20 s
// of what one over five minutes does: whatever holds the one against the other
// neither passes nor fails, says which datapoints were read, and what to do.
func TestOtherDatapointsThanTheAlarmsAreNoWitness(t *testing.T) {
	for _, period := range []time.Duration{20 * time.Second, 5 * time.Minute} {
		for name, wrong := range map[string]func(*tape){
			"right": func(*tape) {},
			"a silent alarm": func(t *tape) {
				t.point(timeline.KeyCPU, minutes(40), minutes(48), func(float64) float64 { return 78 })
			},
			"a scale-in on high datapoints": func(t *tape) {
				t.point(timeline.KeyCPU, minutes(28), minutes(34), func(float64) float64 { return 66 })
			},
		} {
			run := golden(t, "cpu-heavy")
			wrong(run)
			run.alarms(true, func(a *scaling.Alarm) { a.Metric.Period = period })
			v := run.judge(t, checks)
			sayWhatToDo(t, v)
			answered := 0
			for _, r := range v.Results {
				c := checks[slices.IndexFunc(checks, func(c check) bool { return c.id == r.ID })]
				if slices.Contains(c.needs, partPeriod) {
					answered++
					require.Equal(t, Inconclusive, r.Answer, "%s, %s: %s %s", period, name, r.ID, r.Subject)
				}
			}
			require.GreaterOrEqual(t, answered, 8)
			require.Contains(t, of(t, v, "trigger.threshold")[0].Explanation, "CPU was read over 1m, and the alarm")
		}
	}
}

// What a run reads at the alarms' own period is judged.
func TestDatapointsOfTwentySecondsAreAWitness(t *testing.T) {
	v := fine().judge(t)
	for _, r := range v.Results {
		require.NotContains(t, r.Explanation, "was read over", r.ID)
	}
	require.Equal(t, Pass, answer(t, v, "scale-out.in-time"))
	require.Equal(t, Pass, answer(t, v, "observation.complete"))
}
