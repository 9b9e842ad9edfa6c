package judge

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// BenchmarkMonth judges 30 days of traffic in which load and service go up and
// down every day, once in stages and once as a recorded demand of one stage.
func BenchmarkMonth(b *testing.B) {
	for _, c := range []struct {
		name string
		told *tale
	}{{"stages", month(30)}, {"recorded", asRecorded(month(30))}} {
		b.Run(c.name, func(b *testing.B) {
			events := c.told.events()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Judge(events); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// month is cpu-heavy with a day and a night, many times.
func month(days int) *tale {
	t := cpuHeavy()
	t.plan.Stages, t.orders, t.plan.Expect, t.plan.Window = nil, nil, nil, time.Minute
	at := time.Duration(0)
	stage := func(name string, fromCPU, cpu, fromReq, req float64) {
		t.plan.Stages = append(t.plan.Stages, stageOf(name, at, 12*time.Hour, 10*time.Minute, fromCPU, cpu, fromReq, req))
		at += 12 * time.Hour
	}
	for day := range days {
		if day > 0 {
			t.orders = append(t.orders,
				said{at: at + 27*time.Minute, from: 3, to: 2, policy: cpuPolicy}, said{at: at + 33*time.Minute, from: 2, to: 1, policy: cpuPolicy})
		}
		stage(fmt.Sprintf("night %d", day), 2.5, 0.5, 0.9, 0.4)
		t.orders = append(t.orders,
			said{at: at + 9*time.Minute, from: 1, to: 2, policy: cpuPolicy}, said{at: at + 16*time.Minute, from: 2, to: 3, policy: cpuPolicy})
		name := fmt.Sprintf("day %d", day)
		stage(name, 0.5, 2.5, 0.4, 0.9)
		t.expect(fmt.Sprintf(`{"scale_out":{"in":%q,"by":"cpu"}}`, name))
		t.healthyAtEnd(name, 3, 3)
	}
	t.plan.Stages[0].Ramp = 0
	t.expect(`{"only_by":"cpu"}`, `{"errors":{"count":0,"around":"scaling"}}`, `{"latency":{"p99":"1s"}}`)
	return t
}

// asRecorded makes one stage of all, whose rates follow a course.
func asRecorded(t *tale) *tale {
	staged := *t
	t.cpu = func(at time.Duration) (float64, bool) { return staged.natural(at, 70, cpuOf), true }
	t.requests = func(at time.Duration) (float64, bool) { return staged.natural(at, 1500, reqOf), true }
	t.traffic = func(at time.Duration, k *timeline.KindWindow) {
		*k = timeline.KindWindow{Kind: k.Kind}
		for i, kind := range staged.plan.Kinds {
			if kind.Name == k.Kind {
				k.Planned = int64(staged.due(i, at+staged.plan.Window)) - int64(staged.due(i, at))
			}
		}
		k.Sent, k.Completed = k.Planned, map[string]int64{"200": k.Planned}
		k.Latency = histogram(k.Planned, 200*time.Millisecond)
	}
	whole := t.plan.Stages[1] // the peak
	whole.Name, whole.Start, whole.For, whole.Ramp = "recording", 0, t.end(), 0
	for at := time.Duration(0); at < t.end(); at += 5 * time.Minute {
		step := whole
		step.Start, step.For, step.Rates, step.Course = at, 5*time.Minute, nil, nil
		step.CPUTasks, step.RequestTasks = demandAt(staged.plan.Stages, at, cpuOf), demandAt(staged.plan.Stages, at, reqOf)
		for i := range staged.plan.Kinds {
			r := (staged.due(i, at+5*time.Minute) - staged.due(i, at)) / 300
			step.Rates = append(step.Rates, plan.Rate{From: r, To: r})
		}
		whole.Course = append(whole.Course, step)
	}
	t.plan.Stages, t.plan.Expect = []plan.Stage{whole}, nil
	t.expect(`{"scale_out":{"in":"recording","by":"cpu"}}`, `{"only_by":"cpu"}`, `{"errors":{"count":0,"around":"scaling"}}`, `{"latency":{"p99":"1s"}}`)
	return t
}

// Days are judged as minutes are.
func TestDaysPass(t *testing.T) {
	for name, told := range map[string]*tale{"stages": month(2), "recorded": asRecorded(month(2))} {
		for _, r := range told.judge(t).Results {
			require.True(t, r.Answer == Pass || r.Severity != Counts, "%s: %+v", name, r)
		}
	}
}
