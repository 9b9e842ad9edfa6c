package model_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/flaw"
	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// fine gives the service metrics of 20 s.
func fine(c *model.Config) {
	c.Services[0].Resolution = 20 * time.Second
	c.Services[0].FinePublication = model.Spread{Min: 5 * time.Second, Max: 45 * time.Second}
}

// faultyMetrics are lost, late and out of order, of 20 s.
func faultyMetrics(c *model.Config) {
	fine(c)
	c.Faults = []model.Fault{
		{Kind: flaw.MetricsMissing, Size: 300_000}, {Kind: flaw.MetricsLate, Size: int64(40 * time.Second)}, {Kind: flaw.MetricsDisorder},
	}
}

func cpuMetric(statistic string, period time.Duration) scaling.Metric {
	return scaling.Metric{Namespace: "AWS/ECS", Name: "CPUUtilization", Statistic: statistic, Period: period, Dimensions: dimensions("AWS/ECS")}
}

// A point is not there before its publication, stays once it is, and never
// changes. Points of 20 s overtake each other on their way.
func TestPublishedPointsStay(t *testing.T) {
	seen := 0
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(rapid.Uint64().Draw(t, "seed"), rapid.SampledFrom([]func(*model.Config){fine, faultyMetrics}).Draw(t, "world"))
		before := map[time.Time]float64{}
		for _, d := range deeds.Draw(t, "deeds") {
			l.live(d)
			look, err := l.w.Look(web, model.What{Metrics: []scaling.Metric{cpuMetric("Average", 20*time.Second)}})
			require.NoError(t, err)
			now := map[time.Time]float64{}
			for _, p := range look.Metrics.List[0].Points {
				now[p.Start] = p.Value
				require.False(t, p.Start.Add(25*time.Second).After(l.now), "%v is seen at %v", p.Start, l.now)
			}
			for at, v := range before {
				got, ok := now[at]
				require.True(t, ok, "%v is gone at %v", at, l.now)
				require.Equal(t, v, got)
			}
			before = now
			seen += len(now)
		}
	})
	require.Positive(t, seen)
}

// A period is what its published slots make of it by now: with one of three
// published a minute's point is that one's.
func TestPeriodsOfWhatIsPublished(t *testing.T) {
	c := local(1)
	fine(&c)
	c.Services[0].Policies, c.Services[0].FinePublication = nil, model.Spread{}
	w := model.New(c)
	n := uint64(0)
	drive(w, start, 25*time.Second, 500*time.Millisecond, "/heavy", &n)
	minute := cpuMetric("SampleCount", time.Minute)
	look, err := w.Look(web, model.What{Metrics: []scaling.Metric{minute}})
	require.NoError(t, err)
	require.Equal(t, []scaling.Point{{Start: start, Value: 1}}, look.Metrics.List[0].Points)
	w.Advance(start.Add(time.Minute))
	look, err = w.Look(web, model.What{Metrics: []scaling.Metric{minute}})
	require.NoError(t, err)
	require.Equal(t, []scaling.Point{{Start: start, Value: 3}}, look.Metrics.List[0].Points)
}

// Points of 20 s are shown for 3 hours, those of a minute longer where the
// settings keep them.
func TestRetention(t *testing.T) {
	for keep, want := range map[time.Duration][2]int{0: {540, 180}, 6 * time.Hour: {540, 360}} {
		c := local(1)
		fine(&c)
		c.Services[0].FinePublication = model.Spread{}
		c.Behaviour.Retain = keep
		w := model.New(c)
		w.Advance(start.Add(20 * time.Hour))
		look, err := w.Look(web, model.What{Metrics: []scaling.Metric{cpuMetric("Average", 20*time.Second), cpuMetric("Average", time.Minute)}})
		require.NoError(t, err)
		require.Len(t, look.Metrics.List[0].Points, want[0])
		require.GreaterOrEqual(t, len(look.Metrics.List[1].Points), want[1])
		require.LessOrEqual(t, len(look.Metrics.List[1].Points), 2*want[1]+2, "memory is bounded")
	}
}

// The healthy hosts of a minute are the mean, the least and the most of what
// the tasks' states say, the mean weighted by time.
func TestHealthyHostsEqualTheTasks(t *testing.T) {
	changed := 0
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(rapid.Uint64().Draw(t, "seed"), func(c *model.Config) {
			c.Services[0].Publication, c.Services[0].Policies = model.Spread{}, nil
		})
		l.advance(start.Add(137 * time.Microsecond)) // delays are whole milliseconds: nothing falls on a minute's end
		for range rapid.IntRange(1, 6).Draw(t, "changes") {
			n := rapid.IntRange(0, 5).Draw(t, "desired")
			l.live(deed{after: time.Duration(rapid.IntRange(0, 120_000).Draw(t, "after ms")) * time.Millisecond, do: "desired", n: n})
		}
		l.advance(l.now.Truncate(time.Minute).Add(5 * time.Minute))

		type change struct {
			at      time.Time
			healthy int
		}
		healthy, changes := 2, []change{{start, 2}} // two tasks at the beginning
		state := map[string]bool{}
		for _, line := range l.trace {
			word := strings.Fields(line)
			if word[1] != "task" {
				continue
			}
			at, err := time.Parse(time.RFC3339Nano, word[0])
			require.NoError(t, err)
			was, known := state[word[2]]
			if !known && word[3] != "pending" && word[3] != "provisioning" {
				was = true // one of the first two
			}
			if is := word[3] == "healthy"; is != was {
				healthy += map[bool]int{true: 1, false: -1}[is]
				changes = append(changes, change{at, healthy})
				changed++
			}
			state[word[2]] = word[3] == "healthy"
		}
		for _, stat := range []string{"Average", "Minimum", "Maximum"} {
			look, err := l.w.Look(web, model.What{Metrics: []scaling.Metric{{
				Namespace: "AWS/ApplicationELB", Name: "HealthyHostCount", Statistic: stat, Period: time.Minute, Dimensions: dimensions(""),
			}}})
			require.NoError(t, err)
			for _, p := range look.Metrics.List[0].Points {
				end := p.Start.Add(time.Minute)
				var mean float64
				var counts []int
				for i, c := range changes {
					next := end
					if i+1 < len(changes) {
						next = changes[i+1].at
					}
					if c.at.After(end) || next.Before(p.Start) {
						continue
					}
					counts = append(counts, c.healthy)
					from, to := c.at, next
					if from.Before(p.Start) {
						from = p.Start
					}
					if to.After(end) {
						to = end
					}
					mean += float64(c.healthy) * to.Sub(from).Seconds() / 60
				}
				want := map[string]float64{"Average": mean, "Minimum": float64(slices.Min(counts)), "Maximum": float64(slices.Max(counts))}[stat]
				require.InDelta(t, want, p.Value, 1e-5, "%s at %v", stat, p.Start)
			}
		}
	})
	require.Positive(t, changed)
}
