package model_test

import (
	"testing"
	"time"

	"scaleproof/internal/model"
)

// BenchmarkRequests is the speed of the simulation: 10 tasks at 80 %, two
// kinds of request, evenly mixed in time, alarms and policies on. The figure
// is requests per second of the wall.
func BenchmarkRequests(b *testing.B) {
	c := local(10)
	c.Services[0].Target.Bounds.Max = 10
	c.Costs[0].CPU, c.Costs[0].Wait = 9*time.Millisecond, 20*time.Millisecond
	w := model.New(c)
	// 8 vCPU of work: 9 ms and 2 ms by turns is 5.5 ms a request.
	const gap = 687500 * time.Nanosecond
	paths := [2]string{"/heavy", "/light"}
	now, answered := start, 0
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		now = now.Add(gap)
		answered += len(w.Submit(now, model.Request{Number: uint64(i + 1), Method: "POST", Path: paths[i&1]}))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
	if answered == 0 && b.N > 1000 {
		b.Fatal("nothing was answered")
	}
}
