package model

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/scaling"
)

// balanced is a world of one service with so many tasks, and costs by path.
func balanced(tasks int, tweak func(*Config)) *World {
	c := Config{
		Start:        time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		LoadBalancer: LoadBalancer{IdleTimeout: time.Minute},
		Services: []Service{{
			Service: scaling.Service{Cluster: "c", Name: "s"}, Desired: tasks, Task: Task{MilliCPU: 1000},
			HealthCheck: HealthCheck{Interval: 10 * time.Second, Timeout: 5 * time.Second, Healthy: 5, Unhealthy: 2},
			Start:       Spread{time.Minute, time.Minute}, Health: Spread{10 * time.Second, 10 * time.Second},
		}},
		Rules: []Rule{{Paths: []string{"*"}, Service: "s"}},
		Costs: []Cost{
			{Path: "/short", CPU: 20 * time.Millisecond},
			{Path: "/long", CPU: 3 * time.Second, Wait: time.Second},
			{Path: "/never", Wait: time.Hour},
		},
	}
	tweak(&c)
	return New(c)
}

// Least outstanding requests: none but a target that has no more of them than
// any other is chosen, as the node sees it that the request came by; what each
// node counts is what it has in flight.
func TestLeastOutstanding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := balanced(rapid.IntRange(1, 6).Draw(t, "tasks"), func(c *Config) {
			c.Services[0].Balancing = LeastOutstanding
			c.LoadBalancer.Nodes = rapid.IntRange(0, 3).Draw(t, "nodes")
			c.Services[0].Task.Workers = rapid.IntRange(1, 3).Draw(t, "workers")
			c.Services[0].Task.InFlight = rapid.SampledFrom([]int{0, 0, 4}).Draw(t, "in flight")
		})
		s, now := w.services[0], w.cfg.Start
		for n := range uint64(rapid.IntRange(1, 150).Draw(t, "requests")) {
			now = now.Add(time.Duration(rapid.IntRange(0, 800).Draw(t, "gap")) * time.Millisecond)
			w.Advance(now)
			node := w.node(n)
			least := int32(1 << 30)
			for _, t := range s.eligible {
				least = min(least, t.outstanding[node])
			}
			chosen := w.choose(s, &Request{Number: n}, node)
			require.Equal(t, least, chosen.outstanding[node])
			w.Submit(now, Request{Number: n, Path: rapid.SampledFrom([]string{"/short", "/long", "/never"}).Draw(t, "path")})
			if rapid.IntRange(0, 9).Draw(t, "gone") == 0 {
				w.Gone(now, uint64(rapid.IntRange(0, int(n)).Draw(t, "who")))
			}
			counted := map[string]int32{}
			for i := w.flights.first; i != none; i = w.flights.all[i].next {
				f := &w.flights.all[i]
				counted[fmt.Sprint(f.task, " ", f.node)]++
			}
			for _, x := range w.tasks {
				for k, v := range x.outstanding {
					require.Equal(t, counted[fmt.Sprint(x.n, " ", k)], v, "task %d by node %d", x.n, k)
				}
			}
		}
	})
}

// Requests come by all nodes alike, and each takes its turns by itself.
func TestNodesTakeTheirOwnTurns(t *testing.T) {
	w := balanced(4, func(c *Config) { c.LoadBalancer.Nodes = 3 })
	s := w.services[0]
	count, last := [3]int{}, map[int]*task{}
	for n := range uint64(30_000) {
		node := w.node(n)
		count[node]++
		chosen := w.choose(s, &Request{Number: n}, node)
		if before := last[node]; before != nil {
			at := slices.Index(s.eligible, before)
			require.Same(t, s.eligible[(at+1)%len(s.eligible)], chosen)
		}
		last[node] = chosen
	}
	for _, n := range count {
		require.InDelta(t, 10_000, n, 400)
	}
}

// The share of a target in slow start rises in a straight line, from nothing
// to that of the others, however many nodes there are.
func TestSlowStartRises(t *testing.T) {
	for _, nodes := range []int{1, 2} {
		w := balanced(3, func(c *Config) {
			c.LoadBalancer.Nodes = nodes
			c.Services[0].SlowStart = 100 * time.Second
		})
		s := w.services[0]
		w.setDesired(s, 4)
		w.Advance(w.cfg.Start.Add(70 * time.Second))
		fresh := s.tasks[3]
		require.Equal(t, taskHealthy, fresh.state)
		var shares []int // of each tenth, and the one after the end
		for range 11 {
			mine := 0
			for range 4000 {
				w.Advance(w.time(w.now + int64(2500*time.Microsecond)))
				if w.choose(s, &Request{}, int(w.now)%nodes) == fresh {
					mine++
				}
			}
			shares = append(shares, mine)
		}
		require.True(t, slices.IsSorted(shares), "%v", shares)
		for k, got := range shares[:10] {
			part := (float64(k) + 0.5) / 10 // of a full share
			require.InDelta(t, 4000*part/(3+part), got, 8, "tenth %d of %v", k, shares)
		}
		require.InDelta(t, 1000, shares[10], 1)
	}
}

// Slow start needs somebody to spare the new target: where no other is out of
// it, none enters.
func TestSlowStartNeedsAnother(t *testing.T) {
	w := balanced(0, func(c *Config) { c.Services[0].SlowStart = 100 * time.Second })
	s := w.services[0]
	w.setDesired(s, 2)
	w.Advance(w.cfg.Start.Add(75 * time.Second))
	require.Len(t, s.eligible, 2)
	require.LessOrEqual(t, s.eligible[0].full, w.now, "the first has nobody beside it")
	w.setDesired(s, 3)
	w.Advance(w.cfg.Start.Add(150 * time.Second))
	require.Len(t, s.eligible, 3)
	require.Greater(t, s.eligible[2].full, w.now)
}

// Who brings a cookie comes to its target as long as that may get requests,
// and to another afterwards; a cookie of another's, or none, is no help.
func TestStickinessHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := balanced(3, func(c *Config) {
			c.Services[0].Stickiness = time.Hour
			c.Services[0].DeregistrationDelay = time.Minute
			c.Services[0].Balancing = Balancing(rapid.IntRange(0, 1).Draw(t, "balancing"))
		})
		s, now := w.services[0], w.cfg.Start
		held := 0
		for n := range uint64(rapid.IntRange(1, 60).Draw(t, "requests")) {
			now = now.Add(time.Duration(rapid.IntRange(0, 20_000).Draw(t, "gap")) * time.Millisecond)
			if rapid.IntRange(0, 9).Draw(t, "scale") == 0 {
				w.Advance(now)
				w.setDesired(s, rapid.IntRange(1, 5).Draw(t, "desired"))
			}
			w.Advance(now)
			cookie := rapid.SampledFrom(w.tasks).Draw(t, "cookie")
			answers := w.Submit(now, Request{Number: n, Path: "/free", Target: cookie.id})
			require.Len(t, answers, 1)
			if slices.Contains(s.eligible, cookie) {
				held++
				require.Equal(t, cookie.id, answers[0].Task)
			} else {
				require.NotEqual(t, cookie.id, answers[0].Task)
				require.Equal(t, 200, answers[0].Status)
			}
		}
	})
}

// Where no stickiness is set, a cookie means nothing.
func TestCookiesWithoutStickiness(t *testing.T) {
	w := balanced(2, func(*Config) {})
	for n := range uint64(4) {
		a := w.Submit(w.cfg.Start, Request{Number: n, Path: "/free", Target: w.tasks[0].id})
		require.Equal(t, w.tasks[n%2].id, a[0].Task)
	}
}

// Every node checks every target: of three, each asks once an interval.
func TestEveryNodeChecks(t *testing.T) {
	w := balanced(2, func(c *Config) { c.LoadBalancer.Nodes = 3 })
	w.Advance(w.cfg.Start.Add(5 * time.Minute))
	for _, x := range w.tasks {
		require.InDelta(t, 3*30, x.checks, 3)
	}
}

// A target is unhealthy while one node takes it for that.
func TestOneNodeIsEnough(t *testing.T) {
	w := balanced(1, func(c *Config) { c.LoadBalancer.Nodes = 2 })
	x := w.tasks[0]
	fail := func(node int) { w.checkFailed(x, &x.views[node], "Request timed out") }
	fail(0)
	fail(1)
	require.Equal(t, taskHealthy, x.state, "each counts its own")
	fail(1)
	require.Equal(t, taskUnhealthy, x.state)
	for range 5 {
		w.check(x, 0)
	}
	require.Equal(t, taskUnhealthy, x.state)
	for range 5 {
		w.check(x, 1)
	}
	require.Equal(t, taskHealthy, x.state)
}

// A new target that cannot answer its checks never becomes healthy, and is
// replaced; within the grace that ECS gives it, it is not.
func TestFirstChecksAreReal(t *testing.T) {
	for grace, replaced := range map[time.Duration]bool{0: true, 10 * time.Minute: false} {
		w := balanced(0, func(c *Config) {
			c.Services[0].HealthCheck.Path, c.Services[0].Grace = "/never", grace
		})
		s := w.services[0]
		w.setDesired(s, 1)
		w.Advance(w.cfg.Start.Add(4 * time.Minute))
		require.NotEqual(t, taskHealthy, w.tasks[0].state)
		require.Equal(t, replaced, len(w.tasks) > 1)
	}
}
