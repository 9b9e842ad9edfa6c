package judge

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

// The way of the first scale-out, at 8m30s, is told from the change of load and
// to users who are well again, where that can be known; neither is judged. The
// load came to exceed one task at 3m44s; tasks are seen healthy at 9m20s.
func TestWaterfallTold(t *testing.T) {
	slow := func(until time.Duration) func(time.Duration) time.Duration {
		return func(at time.Duration) time.Duration {
			if at >= minutes(7) && at < until {
				return 8 * time.Second
			}
			return 200 * time.Millisecond
		}
	}
	for _, c := range []struct {
		name, datapoint, latency string // empty: no such leg
		edit                     func(*tale)
	}{
		{"well all along", "16s", "0s to 10s", func(*tale) {}},
		{"slow until 11m", "16s", "1m40s to 1m50s", func(t *tale) { t.latency = slow(minutes(11)) }},
		{"well for a minute and slow again", "16s", "1m40s to 1m50s", func(t *tale) {
			t.latency = func(at time.Duration) time.Duration {
				if at >= minutes(9.5) && at < minutes(10.6) {
					return 200 * time.Millisecond
				}
				return slow(minutes(11))(at)
			}
		}},
		{"slow to the end of the stage", "16s", "", func(t *tale) { t.latency = slow(minutes(14)) }},
		{"no bound stated", "16s", "", func(t *tale) { t.plan.Expect = t.plan.Expect[:4] }},
		{"too few samples for any", "16s", "", func(t *tale) {
			t.traffic = func(_ time.Duration, k *timeline.KindWindow) { k.Latency = histogram(5, 200*time.Millisecond) }
		}},
		{"the load never asked for more", "", "0s to 10s", func(t *tale) {
			for i := range t.plan.Stages {
				t.plan.Stages[i].CPUTasks = 0.9
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tale := cpuHeavy() // a minute of it has too few samples for its p99
			tale.expect(`{"latency":{"p95":"5s","in":["climb","peak"]}}`)
			c.edit(tale)
			f, err := factsOf(tale.events())
			require.NoError(t, err)
			require.NotEmpty(t, f.actions)
			found := map[string]string{}
			for _, l := range f.actions[0].Legs {
				if l.Name != "datapoint" && l.Name != "latency" {
					require.True(t, l.Judged(), l)
					continue
				}
				require.False(t, l.Judged(), l)
				require.Zero(t, l.Budget)
				require.NotEmpty(t, l.Evidence)
				found[l.Name] = l.Took()
				require.Contains(t, f.actions[0].Waterfall(), strings.TrimSpace(l.Name+" "+l.Took()))
			}
			want := map[string]string{}
			for name, took := range map[string]string{"datapoint": c.datapoint, "latency": c.latency} {
				if took != "" {
					want[name] = took
				}
			}
			require.Equal(t, want, found)
		})
	}
}
