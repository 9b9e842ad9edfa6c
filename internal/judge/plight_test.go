package judge

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

// What a service was like while its users suffered, and what to do: each case
// is cpu-heavy with one thing the matter in a minute of the peak.
func TestPlight(t *testing.T) {
	seen := func(at float64, p timeline.Payload) func(*tale) {
		return func(t *tale) {
			t.extra = append(t.extra, timeline.Observed(dawn.Add(minutes(at)), dawn.Add(minutes(at)), dawn.Add(minutes(at)-10*time.Second), "test", web.String(), p))
		}
	}
	hotAt := func(from, to float64) func(*tale) {
		return func(t *tale) { t.cpu = hot(minutes(from), minutes(to), 97, t.cpu) }
	}
	for _, c := range []struct {
		name string
		edit func(*tale)
		at   float64 // the minute that is asked about
		says []string
	}{
		{"nothing is the matter", nil, 22, []string{"no task was missing, and CPU stood at no more than", "look in the tasks' log"}},
		{"a bare load, that nobody watched", func(t *tale) { t.command = "loadgen run" }, 22, []string{"look at what answers"}},
		{"a task that was ordered is not there yet", nil, 18, []string{"2 of 3 tasks ran then", "after the scale-out 2 -> 3", "scale out earlier"}},
		{"one that was ordered never comes", func(t *tale) { t.readyAfter = minutes(20) }, 21.9, []string{"of 3 tasks ran then", "long after the scale-out", "stopped reason"}},
		{"one that ran is gone again", func(t *tale) {
			seen(19.5, timeline.Counts{Desired: 3, Running: 3})(t)
			seen(19.7, timeline.Counts{Desired: 3, Running: 2})(t)
		}, 18.8, []string{"2 of 3 tasks ran then, and 3 had", "why they went"}},
		{"one went, and nothing was ordered", seen(21.8, timeline.Counts{Desired: 3, Running: 2}), 21, []string{"2 of 3 tasks ran then", "why they went"}},
		{"what one look saw pending, the next did not", func(t *tale) {
			t.readyAfter = minutes(20)
			seen(22.9, timeline.Counts{Desired: 3, Running: 2})(t)
			seen(23.1, timeline.Counts{Desired: 3, Running: 2, Pending: 1})(t)
		}, 22, []string{"2 of 3 tasks ran then", "stopped reason"}},
		{"requests were cut off by a scale-in", severs(inDraining, 5), 40, []string{"no task was missing, and the scale-in 3 -> 2", "deregistration delay"}},
		{"CPU near its limit, and the order too late for it", hotAt(19, 22), 19.5, []string{"CPU stood at up to 97 % on 3 tasks", "was not there in time", "scale out earlier"}},
		{"CPU near its limit, and no policy on it", incident, 15, []string{"2 tasks ran and none was added: no policy watches CPU", "add a policy on CPU"}},
		{"CPU near its limit, at the maximum", func(t *tale) {
			hotAt(19, 24)(t)
			t.plan.Bounds.Max, t.target.Bounds.Max = 3, 3
		}, 22.1, []string{"CPU stood at up to 97 % on 3 tasks", "maximum"}},
		{"a target is unhealthy", seen(21.5, timeline.Health{Healthy: 2, Unhealthy: 1}), 21, []string{"2 of 3 tasks had a healthy target then", "health checks"}},
		{"CPU was not published", func(t *tale) {
			own := t.cpu
			t.cpu = func(at time.Duration) (float64, bool) {
				v, ok := own(at)
				return v, ok && (at < minutes(19) || at > minutes(23))
			}
		}, 21, []string{"no datapoint of CPU was seen", "see why it was not published"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			told := cpuHeavy()
			if c.edit != nil {
				c.edit(told)
			}
			f, err := factsOf(told.events())
			require.NoError(t, err)
			says, seqs := f.plight(dawn.Add(minutes(c.at)), dawn.Add(minutes(c.at+1)))
			for _, part := range c.says {
				require.Contains(t, says, part)
			}
			for _, seq := range seqs {
				require.Positive(t, seq)
			}
			require.NotRegexp(t, `\.( |$)`, says, "a clause, and no sentence")
		})
	}
}
