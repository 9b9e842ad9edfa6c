package model

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scaling"
)

// small is a world of one service with two policies.
func small() *World {
	policy := scaling.Policy{Name: "cpu", Type: scaling.TargetTracking, Metric: scaling.MetricCPU, Target: 70}
	memory := policy
	memory.Name, memory.Metric = "memory", scaling.MetricMemory
	return New(Config{
		Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		Services: []Service{{
			Service: scaling.Service{Cluster: "c", Name: "s"}, Desired: 1, Task: Task{MilliCPU: 1000},
			HealthCheck: HealthCheck{Interval: 10 * time.Second, Timeout: 5 * time.Second, Healthy: 3, Unhealthy: 2},
			Target:      &scaling.ScalableTarget{Bounds: scaling.Bounds{Min: 1, Max: 9}},
			Policies:    []scaling.Policy{policy, memory},
		}},
		Rules: []Rule{{Paths: []string{"*"}, Service: "s"}},
		Costs: []Cost{{Path: "/", Wait: time.Hour}}, // health checks cost nothing
	})
}

// Two alarms of one instant, the smaller call first: the larger wins, and
// names the activity.
func TestLargestCapacityWins(t *testing.T) {
	for _, swap := range []bool{false, true} {
		w := small()
		s := w.services[0]
		calls := []call{
			{alarm: s.scaler.policies[0].high, policy: s.scaler.policies[0], ask: percent(90, 70)},
			{alarm: s.scaler.policies[1].high, policy: s.scaler.policies[1], ask: percent(280, 70)},
		}
		if swap {
			slices.Reverse(calls)
		}
		s.scaler.calls = calls
		w.scale(s)
		require.Equal(t, 4, s.desired)
		require.Len(t, s.scaler.activities, 1)
		require.Equal(t, "memory", scaling.ParseCause(s.scaler.activities[0].Cause).Policy)
	}
}

// Failures and passes count only in succession.
func TestHealthCountsInSuccession(t *testing.T) {
	w := small()
	task := w.tasks[0]
	pass := func() { w.check(task, 0) } // an idle task answers at once
	fail := func() { w.checkFailed(task, &task.views[0], "Request timed out") }
	fail()
	pass()
	fail()
	require.Equal(t, taskHealthy, task.state)
	fail()
	require.Equal(t, taskUnhealthy, task.state)
	pass()
	pass()
	fail()
	pass()
	pass()
	require.Equal(t, taskUnhealthy, task.state)
	pass()
	require.Equal(t, taskHealthy, task.state)
}

// Answers of one instant come in order of number, whatever the order of
// arrival.
func TestAnswersInOrderOfNumber(t *testing.T) {
	w := small()
	for _, n := range []uint64{5, 9, 1, 7} {
		require.Empty(t, w.Submit(w.cfg.Start, Request{Number: n, Path: "/"}))
	}
	var got []uint64
	for _, a := range w.Advance(w.cfg.Start.Add(time.Minute)) {
		require.Equal(t, 504, a.Status)
		got = append(got, a.Number)
	}
	require.Equal(t, []uint64{1, 5, 7, 9}, got)
}

// What began before an instant and was over by then is not looked at. There
// are a change of bounds, fulfilled at once, and a refusal after 15 minutes.
func TestActivitiesSince(t *testing.T) {
	w := small()
	name := w.services[0].cfg.Service
	low := 2
	_, err := w.Do(w.cfg.Start, scaling.Change{Op: scaling.RegisterTarget, Service: name, Min: &low})
	require.NoError(t, err)
	w.Advance(w.cfg.Start.Add(time.Hour))
	for since, want := range map[time.Duration]int{0: 2, 41 * time.Second: 1, time.Hour: 0} {
		l, err := w.Look(name, What{Activities: true, Since: w.cfg.Start.Add(since)})
		require.NoError(t, err)
		require.Len(t, l.Activities.List, want)
		require.NotNil(t, l.Activities.List, "looked at, and empty")
		require.Nil(t, l.Service, "not looked at")
	}
}

// A percentile is the least value that enough values do not exceed, within a
// 64th of itself.
func TestPercentiles(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var l latencies
		all := make([]int64, r.IntN(300)+1)
		for i := range all {
			all[i] = r.Int64N(1 << r.IntN(40))
			l.add(all[i])
		}
		slices.Sort(all)
		n := l.n
		list := l.close()
		require.Zero(t, l.n)
		for _, share := range []int64{0, 1, 50_000, 90_000, 99_000, 99_900, 100_000} {
			rank := max((int64(len(all))*share+99_999)/100_000, 1)
			exact, got := all[rank-1], percentile(list, n, share)
			require.GreaterOrEqual(t, got, exact)
			require.LessOrEqual(t, got, exact+exact/64)
		}
	}
	share, ok := parsePercentile("p99.9")
	require.True(t, ok)
	require.Equal(t, int64(99_900), share)
	for _, bad := range []string{"p", "p101", "P50", "99", "p-1", "pNaN"} {
		_, ok := parsePercentile(bad)
		require.False(t, ok, bad)
	}
}

// The heap gives back in order whatever goes in.
func TestEventsInOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var h events
	var all []event
	for range 1000 {
		e := makeEvent(r.Int64N(50), kind(r.IntN(10)+1), uint32(r.IntN(5)), uint32(r.IntN(5)))
		h.push(e)
		all = append(all, e)
		if r.IntN(3) == 0 {
			least := h.pop()
			for _, o := range all {
				require.False(t, o.before(least))
			}
			all = slices.Delete(all, slices.Index(all, least), slices.Index(all, least)+1)
		}
	}
}
