package model_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// BenchmarkRequests is the speed of the simulation on the default environment:
// 10 tasks at 80 %, Poisson arrivals of two kinds by turns (105 ms + 20 ms and
// 2 ms), policies and alarms on, health checks every 10 s, and every minute a
// look at all that a run looks at, percentiles too. requests/s is by the wall,
// cpu-ns/op what the processor spent on a request, which is the figure to go by
// on a machine that is busy with other things.
func BenchmarkRequests(b *testing.B) {
	for _, c := range []struct {
		name  string
		tweak func(*model.Config)
	}{
		{"round-robin", asIs},
		{"least-outstanding", func(c *model.Config) { c.Services[0].Balancing = model.LeastOutstanding }},
		{"nodes", func(c *model.Config) { c.LoadBalancer.Nodes = 3 }},
		{"threads", func(c *model.Config) { c.Services[0].Task.Workers = 8 }},
		{"high-resolution", fine},
	} {
		b.Run(c.name, func(b *testing.B) { requests(b, c.tweak) })
	}
}

func requests(b *testing.B, tweak func(*model.Config)) {
	c := local(10)
	c.Services[0].Target.Bounds.Min, c.Services[0].Target.Bounds.Max = 10, 10
	tweak(&c)
	w := model.New(c)
	// 8 vCPU of work at 53.5 ms a request, on the average.
	draw := poisson(1, 6687500*time.Nanosecond)
	var gaps [1 << 12]time.Duration
	for i := range gaps {
		gaps[i] = draw()
	}
	paths := [2]string{"/heavy", "/light"}
	now, next, answered := start, start.Add(time.Minute), 0
	b.ReportAllocs()
	b.ResetTimer()
	spent := processor()
	for i := range b.N {
		if now = now.Add(gaps[i%len(gaps)]); !now.Before(next) {
			look(b, w, now)
			next = next.Add(time.Minute)
		}
		answered += len(w.Submit(now, model.Request{Number: uint64(i + 1), Method: "POST", Path: paths[i&1]}))
	}
	b.ReportMetric(float64(processor()-spent)/float64(b.N), "cpu-ns/op")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
	if answered == 0 && b.N > 1000 {
		b.Fatal("nothing was answered")
	}
}

// look is what a run reads in a minute.
func look(t testing.TB, w *model.World, now time.Time) {
	what := model.What{Service: true, Targets: true, Alarms: true, Activities: true, Since: now.Add(-5 * time.Minute)}
	for _, statistic := range []string{"p50", "p95", "p99", "p99.9"} {
		what.Metrics = append(what.Metrics, scaling.Metric{
			Namespace: "AWS/ApplicationELB", Name: "TargetResponseTime", Statistic: statistic, Period: time.Minute,
			Dimensions: dimensions("AWS/ApplicationELB"),
		})
	}
	what.Metrics = append(what.Metrics, cpuMetric("Average", time.Minute), cpuMetric("Maximum", time.Minute))
	_, err := w.Look(web, what)
	require.NoError(t, err)
}

// BenchmarkDay is a day of a service at 50 requests a second, heavy and light
// ones, that scales as it likes; cpu-s/op is what the processor spent on it.
func BenchmarkDay(b *testing.B) {
	spent := processor()
	for range b.N {
		c := local(4)
		c.Services[0].Target.Bounds.Max = 10
		live(b, model.New(c), 20*time.Millisecond, 24*time.Hour)
	}
	b.ReportMetric((processor()-spent).Seconds()/float64(b.N), "cpu-s/op")
}

// live sends a world requests, evenly spaced, one in ten a heavy one, and looks
// at it every minute.
func live(t testing.TB, w *model.World, every, length time.Duration) {
	next, n := start.Add(time.Minute), uint64(0)
	for now := start; now.Before(start.Add(length)); now = now.Add(every) {
		if !now.Before(next) {
			look(t, w, now)
			next = next.Add(time.Minute)
		}
		path := "/light"
		if n++; n%10 == 0 {
			path = "/heavy"
		}
		w.Submit(now, model.Request{Number: n, Method: "POST", Path: path})
	}
}

// A world that bore requests for a day holds no more than one that did for six
// hours, which is longer than datapoints are kept, and hardly more than after
// ten minutes. What it holds is counted, in bytes that are in use. There are no
// policies: activities and the history of alarms are kept for weeks, as AWS
// keeps them.
func TestMemoryIsFlatUnderLoad(t *testing.T) {
	held := func(length time.Duration) int64 {
		c := local(3)
		c.Services[0].Policies = nil
		before := inUse()
		w := model.New(c)
		live(t, w, 500*time.Millisecond, length)
		after := inUse()
		runtime.KeepAlive(w)
		return after - before
	}
	held(time.Minute) // what is made once
	short, half, day := held(10*time.Minute), held(6*time.Hour), held(24*time.Hour)
	t.Logf("%d KiB after 10 minutes, %d after 6 hours, %d after a day", short>>10, half>>10, day>>10)
	require.Less(t, day-half, int64(64<<10), "after six hours")
	require.Less(t, day-short, int64(1<<20), "after ten minutes")
}

func inUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// No request allocates, whatever is switched on: neither the way to a target,
// nor the work, nor the answer.
func TestRequestsAllocateNothing(t *testing.T) {
	for _, balancing := range []model.Balancing{model.RoundRobin, model.LeastOutstanding} {
		c := local(4)
		s := &c.Services[0]
		s.Policies, s.Balancing, s.Stickiness, c.LoadBalancer.Nodes = nil, balancing, time.Hour, 3
		s.Task.Workers, s.Task.InFlight, s.Task.QueueTimeout = 4, 500, 10*time.Second
		w := model.New(c)
		now, n, cookie := start, uint64(0), ""
		send := func() {
			now = now.Add(10 * time.Millisecond)
			n++
			for _, a := range w.Submit(now, model.Request{Number: n, Method: "POST", Path: "/heavy", Target: cookie}) {
				if cookie = ""; a.Number%3 == 0 {
					cookie = a.Task
				}
			}
		}
		for range 3000 {
			send() // pools and heaps find their size
		}
		require.Less(t, testing.AllocsPerRun(1000, send), 0.01)
	}
}
