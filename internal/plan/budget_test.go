package plan_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
)

func alarm(period time.Duration, n, m int) scaling.Alarm {
	return scaling.Alarm{Metric: scaling.Metric{Name: "CPUUtilization", Period: period}, EvaluationPeriods: n, DatapointsToAlarm: m, Threshold: 70, Comparison: scaling.GreaterThan}
}

// The sums that the format's page names, and two that it does not.
func TestReaction(t *testing.T) {
	require.Equal(t, 8*time.Minute, plan.Reaction(alarm(time.Minute, 3, 0), 0).Total())
	require.Equal(t, 8*time.Minute+40*time.Second, plan.Reaction(alarm(time.Minute, 3, 0), 40*time.Second).Total())
	require.Equal(t, 20*time.Minute, plan.Reaction(alarm(time.Minute, 15, 0), 0).Total())
	require.Equal(t, 5*time.Minute+20*time.Second, plan.Reaction(alarm(20*time.Second, 3, 0), 0).Total(), "high resolution")
	require.Equal(t, 7*time.Minute, plan.Reaction(alarm(time.Minute, 3, 2), 0).Total(), "2 of 3 datapoints suffice")
	require.Equal(t, 3*time.Minute, plan.Shortest(alarm(time.Minute, 3, 0)))
}

func TestBudgetsSayTheirParts(t *testing.T) {
	p := build(t, "cpu-heavy")
	order := plan.Reaction(alarm(time.Minute, 3, 0), 40*time.Second)
	require.Equal(t, "8m40s (40s crossing + 1m alignment + 3m alarm (3 x 1m) + 3m publication + 1m evaluation)", order.String())
	require.Equal(t, 11*time.Minute+40*time.Second, p.ToRunning(order).Total())
	require.Equal(t, 12*time.Minute+10*time.Second, p.ToHealthy(order).Total())
	require.Equal(t, 8*time.Minute+40*time.Second, order.Total(), "what comes after does not change what was before")
}

// Each further step of a scale-in waits for the drain, the cooldown and an
// evaluation: 30 s, 300 s and 60 s.
func TestScaleIn(t *testing.T) {
	p := build(t, "cpu-heavy")
	low := alarm(time.Minute, 15, 0)
	one := p.ScaleIn(low, 0, 5*time.Minute, 1).Total()
	require.Equal(t, 20*time.Minute, one)
	require.Equal(t, one+13*time.Minute, p.ScaleIn(low, 0, 5*time.Minute, 3).Total())
	require.Equal(t, one, p.ScaleIn(low, 0, 5*time.Minute, 0).Total())
}

// On metrics of 20 s: 3 and 30 of them.
func TestBudgetsOfHighResolution(t *testing.T) {
	high, low := plan.AssumedAlarms(scaling.Policy{Metric: scaling.MetricCPUHighRes, Target: 70})
	require.Equal(t, "5m20s (20s alignment + 1m alarm (3 x 20s) + 3m publication + 1m evaluation)", plan.Reaction(high, 0).String())
	require.Equal(t, 14*time.Minute+20*time.Second, plan.Reaction(low, 0).Total())
}

func TestCrossing(t *testing.T) {
	p := build(t, "cpu-heavy")
	high, low := plan.AssumedAlarms(p.Policies[0])
	at := func(stage string, a scaling.Alarm, tasks int) any {
		s, _, ok := p.StageByName(stage)
		require.True(t, ok)
		d, ok := p.Crossing(s, a, tasks)
		if !ok {
			return "never"
		}
		return d.Round(time.Second)
	}
	require.Equal(t, "never", at("baseline", high, 1))
	require.Equal(t, 40*time.Second, at("climb", high, 1), "half a task to 1.25 in a minute")
	require.Equal(t, "never", at("climb", high, 2))
	require.Equal(t, time.Duration(0), at("peak", high, 1), "it is beyond it when it begins")
	require.Equal(t, 36*time.Second, at("peak", high, 2))
	require.Equal(t, time.Duration(0), at("settle", low, 3), "58 % on three tasks")

	s, _, _ := p.StageByName("settle")
	d, ok := p.InCrossing(s, low, 70, 3)
	require.True(t, ok)
	require.Equal(t, 15*time.Second, d.Round(time.Second), "when two tasks' worth are left")
	d, ok = p.InCrossing(s, low, 70, 2)
	require.True(t, ok)
	require.Equal(t, 45*time.Second, d.Round(time.Second), "when one task's worth is left")
}

// A single event loop on two vCPUs is saturated at half of the task.
func TestMostCPU(t *testing.T) {
	p := build(t, "cpu-heavy")
	require.Equal(t, 100.0, p.MostCPU())
	p.Task.VCPU = 2
	require.Equal(t, 50.0, p.MostCPU())
	p.Task.Idle = 0.03
	require.Equal(t, 53.0, p.MostCPU())
}

func TestStageAt(t *testing.T) {
	p := build(t, "cpu-heavy")
	require.Equal(t, 55*time.Minute, p.Total())
	for at, want := range map[time.Duration]int{
		-1: -1, 0: 0, 3*time.Minute - 1: 0, 3 * time.Minute: 1, 55*time.Minute - 1: 3, 55 * time.Minute: -1,
	} {
		require.Equal(t, want, p.StageAt(at), at)
	}
}

// No load is a task's worth too: nothing scales below one.
func TestWantsAtLeastOne(t *testing.T) {
	p := build(t, "cpu-heavy")
	require.Equal(t, 1, p.Wants("cpu", plan.Stage{}))
	require.Equal(t, 3, p.Wants("cpu", plan.Stage{CPUTasks: 3}))
	require.Equal(t, 4, p.Wants("cpu", plan.Stage{CPUTasks: 3.000001}))
	require.Equal(t, 5, p.Tasks(plan.Stage{CPUTasks: 17}), "within the capacity")
}
