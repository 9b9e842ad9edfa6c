package predict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
	"scaleproof/internal/scaling"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// lived predicts a shipped scenario in a changed environment, with its
// verdict.
func lived(t *testing.T, name string, seed uint64, change func(*scenario.Emulator)) ([]timeline.Event, judge.Verdict) {
	t.Helper()
	doc, err := scenario.Load("../../scenarios/"+name+".yaml", scenario.LoadOptions{})
	require.NoError(t, err)
	doc.Environment.Emulator.Seed, doc.Scenario.Traffic.Seed = seed, seed
	change(doc.Environment.Emulator)
	events, err := predicted(doc)
	require.NoError(t, err)
	v, err := judge.Judge(events)
	require.NoError(t, err)
	return events, v
}

func unchanged(*scenario.Emulator) {}

// points are the datapoints of a metric that lie wholly within a stage.
func points(events []timeline.Event, key, stage string) (values []float64) {
	var from, to time.Time
	for _, e := range events {
		switch d := e.Data.(type) {
		case timeline.Stage:
			if d.Name == stage {
				from, to = e.At, e.At.Add(d.For)
			}
		case timeline.MetricPoint:
			if d.Key == key && !e.At.Before(from) && !e.At.Add(d.Period).After(to) && !from.IsZero() {
				values = append(values, d.Value)
			}
		}
	}
	return values
}

// The shipped single-threaded service on two vCPU, whatever the draw: under
// more load than its threads can do CPU levels off at 50 percent, give or take
// 3, while every minute's requests wait longer than those before, and the
// policy at 70 percent never adds a task. The judge says why.
func TestSingleThread(t *testing.T) {
	for seed := range uint64(2) {
		events, v := lived(t, "single-thread", seed+1, unchanged)
		cpu, latency := points(events, timeline.KeyCPU, "pressure"), points(events, timeline.KeyLatencyP95, "pressure")
		require.GreaterOrEqual(t, len(cpu), 9)
		for _, c := range cpu {
			require.InDelta(t, 50, c, 3)
		}
		require.GreaterOrEqual(t, len(latency), 9)
		for i := range latency[1:] {
			require.Greater(t, latency[i+1], latency[i])
		}
		require.Greater(t, latency[len(latency)-1], 10*latency[0])
		require.Empty(t, orders(events))
		require.Equal(t, "latency,saturation", failed(v), told(v))
	}
}

// The shipped start-up, whatever the draw: the requests ask for a second task,
// and what that does for itself fires the CPU alarm, which asks for a third.
// Without start-up nobody asks for it.
func TestStartUpFiresTheAlarm(t *testing.T) {
	for seed := range uint64(2) {
		events, v := lived(t, "start-up", seed+1, unchanged)
		list := orders(events)
		require.GreaterOrEqual(t, len(list), 2)
		require.Contains(t, list[0], "request")
		require.Contains(t, list[1], "cpu")
		require.Equal(t, "scale-out.only-by", failed(v), told(v))

		events, _ = lived(t, "start-up", seed+1, func(em *scenario.Emulator) { em.Task.StartUp = nil })
		list = orders(events)
		require.Len(t, list, 1)
		require.Contains(t, list[0], "request")
	}
}

// orders are the policies that added tasks, in order.
func orders(events []timeline.Event) (names []string) {
	seen := map[string]bool{}
	for _, e := range events {
		a, ok := e.Data.(timeline.ActivityState)
		if !ok || seen[a.Activity.ID] || len(a.Activity.NotScaled) > 0 {
			continue
		}
		seen[a.Activity.ID] = true
		cause := scaling.ParseCause(a.Activity.Cause)
		if _, high, ok := scaling.ParseAlarmName(cause.Alarm); ok && high {
			names = append(names, cause.Policy)
		}
	}
	return names
}
