package judge

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// inParts is cpu-heavy with a longer peak that one task meets, and a scale-out
// to three in two orders: the second comes too late for the rise, and in time
// for the first.
func inParts() *tale {
	t := cpuHeavy()
	t.plan.Stages[2].For, t.plan.Stages[3].Start = minutes(20), minutes(33)
	t.plan.Expect = nil
	t.expect(`{"scale_out":{"in":"peak","to":"3.."}}`)
	t.orders = []said{
		{at: minutes(18), from: 1, to: 2, policy: cpuPolicy},
		{at: minutes(22.5), from: 2, to: 3, policy: cpuPolicy},
	}
	return t
}

// othersSend lets others send a third of what the run does, for some minutes.
func othersSend(from, to float64) func(*tale) {
	return func(t *tale) {
		own := t.requests
		t.requests = func(at time.Duration) (float64, bool) {
			v, ok := own(at)
			if at >= minutes(from) && at < minutes(to) {
				v += v / 3
			}
			return v, ok
		}
	}
}

func minutes(m float64) time.Duration { return time.Duration(m * float64(time.Minute)) }

// silent has the CPU stand at a value from the 14th minute to the 22nd, and no
// alarm fire.
func silent(cpu float64) func(*tale) {
	return func(t *tale) {
		t.orders = nil
		quiet := hot(0, whole, 40, t.cpu)
		t.cpu = hot(minutes(14), minutes(22), cpu, quiet)
	}
}

// A silence that proves nothing is no answer: the alarm need not have fired.
func TestSilenceOfAlarms(t *testing.T) {
	for name, edit := range map[string]func(*tale){
		"at the threshold, not above it": silent(70),
		"for four minutes": func(t *tale) {
			silent(78)(t)
			t.cpu = hot(minutes(18), whole, 40, t.cpu)
		},
	} {
		told := cpuHeavy()
		edit(told)
		for _, r := range told.judge(t).Results {
			require.NotEqual(t, "alarms.fire", r.ID, "%s: %s", name, r.Measured)
		}
	}
}

// rollsOut tells of a deployment from one minute to another.
func rollsOut(from, to float64) func(*tale) {
	return func(t *tale) {
		for _, s := range []struct {
			at      float64
			rollout string
		}{{from, "IN_PROGRESS"}, {to, "COMPLETED"}} {
			if at := minutes(s.at); at < 60*time.Minute {
				t.extra = append(t.extra, timeline.New(dawn.Add(at), "ecs", "ecs-svc/2",
					timeline.Deployment{Deployment: scaling.Deployment{ID: "ecs-svc/2", Status: "PRIMARY", Rollout: s.rollout}}))
			}
		}
	}
}

// halve halves a stage's demand.
func halve(t *tale, i int) {
	for j := i; j < i+2 && j < len(t.plan.Stages); j++ {
		s := &t.plan.Stages[j]
		f := 0.5
		if j > i { // the next stage begins its ramp lower
			s.Rates[0].From, s.Rates[1].From = s.Rates[0].From*f, s.Rates[1].From*f
			break
		}
		s.CPUTasks, s.RequestTasks, s.MilliCPU, s.PerMinute = s.CPUTasks*f, s.RequestTasks*f, s.MilliCPU*f, s.PerMinute*f
		s.Rates[0].To, s.Rates[1].To = s.Rates[0].To*f, s.Rates[1].To*f
	}
}

// failAt makes n of the requests of one window fail.
func failAt(when time.Duration, n int64) func(time.Duration, *timeline.KindWindow) {
	return func(at time.Duration, k *timeline.KindWindow) {
		if k.Kind != "light" || at > when || at+10*time.Second <= when {
			return
		}
		n := min(n, k.Sent)
		k.Completed = map[string]int64{"200": k.Sent - n, "502": n}
		k.Failed = map[string]int64{"502": n}
	}
}

// hot replaces CPU between two offsets.
func hot(from, to time.Duration, v float64, own func(time.Duration) (float64, bool)) func(time.Duration) (float64, bool) {
	return func(at time.Duration) (float64, bool) {
		if at >= from && at < to {
			return v, true
		}
		return own(at)
	}
}

// incident leaves the service on two tasks with the request policy alone and
// CPU near its limit.
func incident(t *tale) {
	t.plan.Bounds.Min, t.target.Bounds.Min = 2, 2
	t.plan.Policies, t.standing, t.alarms = t.plan.Policies[1:], t.standing[1:], t.alarms[2:]
	t.orders = nil
	t.cpu = hot(minutes(6), minutes(23), 92.75, t.cpu)
	t.requests = func(time.Duration) (float64, bool) { return 865, true }
}

// gradual is a slow ramp over the trigger: CPU rises by half a point a minute
// and the alarm tells on which datapoints it fired.
func gradual() *tale {
	t := cpuHeavy()
	t.plan.Scenario = "gradual-ramp"
	t.plan.Expect = nil
	t.expect(`{"trigger":{"at":70,"tolerance":5,"bracket":true}}`)
	t.plan.Stages = t.plan.Stages[:1]
	t.plan.Stages[0] = stageOf("ramp", 0, minutes(30), minutes(30), 0.8, 1.1, 0.4, 0.4)
	t.orders = []said{{at: minutes(16), from: 1, to: 2, policy: cpuPolicy}}
	t.cpu = func(at time.Duration) (float64, bool) { return 64 + at.Minutes()*0.6, true }
	fired := t.alarms[0]
	fired.State = scaling.AlarmInAlarm
	fired.StateReasonData = `{"version":"1.0","evaluatedDatapoints":[{"timestamp":"2026-01-01T00:53:00.000+0000","value":71.8},{"timestamp":"2026-01-01T00:52:00.000+0000","value":71.2}]}`
	at := dawn.Add(minutes(15.8))
	t.extra = append(t.extra, timeline.Observed(at, at.Add(10*time.Second), at.Add(-5*time.Second), "cloudwatch", fired.Name,
		timeline.AlarmState{Alarm: fired, Transition: true, From: scaling.AlarmOK, Policy: cpuPolicy}))
	return t
}
