package model_test

import (
	"testing"
	"time"

	"scaleproof/internal/model"
)

// BenchmarkRequests is the speed of the simulation on the default environment:
// 10 tasks at 80 %, Poisson arrivals of two kinds by turns (105 ms + 20 ms and
// 2 ms), policies and alarms on, health checks every 10 s. The figure is
// requests per second of the wall.
func BenchmarkRequests(b *testing.B) {
	c := local(10)
	c.Services[0].Target.Bounds.Min, c.Services[0].Target.Bounds.Max = 10, 10
	w := model.New(c)
	// 8 vCPU of work at 53.5 ms a request, on the average.
	draw := poisson(1, 6687500*time.Nanosecond)
	var gaps [1 << 12]time.Duration
	for i := range gaps {
		gaps[i] = draw()
	}
	paths := [2]string{"/heavy", "/light"}
	now, answered := start, 0
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		now = now.Add(gaps[i%len(gaps)])
		answered += len(w.Submit(now, model.Request{Number: uint64(i + 1), Method: "POST", Path: paths[i&1]}))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
	if answered == 0 && b.N > 1000 {
		b.Fatal("nothing was answered")
	}
}

// BenchmarkDay is a day of a service at 50 requests a second.
func BenchmarkDay(b *testing.B) {
	for range b.N {
		w := model.New(local(1))
		now, n := start, uint64(0)
		for now.Before(start.Add(24 * time.Hour)) {
			now = now.Add(20 * time.Millisecond)
			n++
			w.Submit(now, model.Request{Number: n, Method: "POST", Path: "/light"})
		}
	}
}
