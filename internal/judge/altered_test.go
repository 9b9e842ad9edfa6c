package judge

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// A recorded run that was altered by hand neither passes what it no longer
// shows nor fails the service for what the witness did.
func TestAlteredRunsProveNothing(t *testing.T) {
	for _, c := range altered {
		t.Run(c.what, func(t *testing.T) {
			changed := golden(t, "cpu-heavy")
			c.change(changed)
			v := changed.judge(t, checks)
			require.Equal(t, Inconclusive, v.Answer, v.Sentence)
			require.Equal(t, Inconclusive, answer(t, v, c.check), "%+v", of(t, v, c.check))
		})
	}
}

// kinds changes what each window of traffic in [from, to) tells of each kind.
func kinds(t *tape, from, to time.Duration, change func(*timeline.KindWindow)) {
	each(t, func(_ *timeline.Event, w *timeline.Window) {
		if w.Start.Before(t.at(from)) || !w.Start.Before(t.at(to)) {
			return
		}
		w.Kinds = append([]timeline.KindWindow{}, w.Kinds...)
		for i := range w.Kinds {
			change(&w.Kinds[i])
		}
	})
}

func failAs(class string) func(*timeline.KindWindow) {
	return func(k *timeline.KindWindow) {
		var n int64
		for _, c := range k.Completed {
			n += c
		}
		if n > 0 {
			k.Completed, k.Failed = map[string]int64{class: n}, map[string]int64{class: n}
		}
	}
}

var altered = []struct {
	what, check string
	change      func(*tape)
}{
	{"requests that the sender could not make", "errors", func(t *tape) {
		kinds(t, minutes(15), minutes(16), failAs("generator"))
	}},
	{"requests that the sender could not make have no latency", "latency", func(t *tape) {
		kinds(t, minutes(15), minutes(16), failAs("generator"))
	}},
	{"requests for which the sender had no descriptor", "errors", func(t *tape) {
		kinds(t, minutes(15), minutes(16), failAs("generator:descriptors"))
	}},
	{"requests that were led to a stranger", "errors", func(t *tape) {
		kinds(t, minutes(15), minutes(16), failAs("refused-host"))
	}},
	{"time-outs on a clock that distorts", "errors", func(t *tape) {
		each(t, func(_ *timeline.Event, c *timeline.ClockInfo) { c.Distortion = 12 * time.Second })
		kinds(t, minutes(15), minutes(16), failAs("timeout"))
	}},
	{"half of the answers have no latency", "latency", func(t *tape) {
		kinds(t, minutes(20), whole, func(k *timeline.KindWindow) { k.Latency = "" })
	}},
	{"one kind was hardly sent, among many", "load.delivered", func(t *tape) {
		kinds(t, 0, whole, func(k *timeline.KindWindow) {
			if k.Kind == "heavy" {
				k.Kind = "light"
			}
		})
	}},
	{"the desired count rose and no activity tells why", "scale-out.in-time", func(t *tape) {
		t.drop(is[timeline.ActivityState])
	}},
	{"somebody else asked for tasks at the end", "scale-in.to-minimum", func(t *tape) {
		at := t.at(minutes(54))
		t.add(timeline.Observed(at, at, at.Add(-10*time.Second), "ecs", "", timeline.Counts{Desired: 4, Running: 4}))
	}},
	{"CPU datapoints that nothing could act on", "scale-out.in-time", func(t *tape) {
		t.point(timeline.KeyCPU, -lead, whole, func(float64) float64 { return 30 })
	}},
	{"stopped by a rule, and complete", "run.complete", func(t *tape) {
		t.add(timeline.New(t.at(minutes(20)), "traffic", "", timeline.Stop{Rule: "errors above 50%", Measured: "60 %"}))
	}},
	{"an order against its alarm", "scale-in.none", func(t *tape) {
		moved := ""
		each(t, func(e *timeline.Event, a *timeline.ActivityState) {
			if moved == "" {
				moved = a.Activity.ID
			}
			if a.Activity.ID == moved { // after the order that it came before
				a.Activity.Start = a.Activity.Start.Add(5 * time.Minute)
				e.At = e.At.Add(5 * time.Minute)
			}
		})
	}},
	{"fewer than no requests failed", "load.delivered", func(t *tape) { light(t, func(k *timeline.KindWindow) { k.Failed = map[string]int64{"200": -1} }) }},
	{"fewer than no requests were sent", "load.delivered", func(t *tape) { light(t, func(k *timeline.KindWindow) { k.Sent = -k.Sent }) }},
	{"more failed than ended", "load.delivered", func(t *tape) { light(t, func(k *timeline.KindWindow) { k.Failed = map[string]int64{"content": 50} }) }},
	{"failures that never ended", "load.delivered", func(t *tape) { light(t, func(k *timeline.KindWindow) { k.Failed = map[string]int64{"timeout": 1} }) }},
	{"an error that did not fail", "load.delivered", func(t *tape) {
		light(t, func(k *timeline.KindWindow) { k.Completed = map[string]int64{"200": k.Completed["200"] - 1, "502": 1} })
	}},
	{"a time-out that did not fail", "load.delivered", func(t *tape) {
		light(t, func(k *timeline.KindWindow) {
			k.Completed = map[string]int64{"200": k.Completed["200"] - 1, "timeout": 1}
		})
	}},
	{"more late than sent", "load.delivered", func(t *tape) { light(t, func(k *timeline.KindWindow) { k.Late = k.Sent + 1 }) }},
	{"more ended than were sent", "load.delivered", func(t *tape) {
		light(t, func(k *timeline.KindWindow) { k.Completed = map[string]int64{"200": k.Completed["200"] + 20} })
	}},
	{"fewer than none in flight", "load.delivered", func(t *tape) {
		each(t, func(_ *timeline.Event, w *timeline.Window) { w.InFlight = min(w.InFlight, 0) - 1 })
	}},
	{"a change was given up", "run.complete", func(t *tape) {
		giveUp(t, false)
	}},
	{"a change was not brought back", "run.restored", func(t *tape) {
		giveUp(t, true)
	}},
	{"scale-ins by alarms that were never in ALARM", "scaling.attributed", func(t *tape) {
		t.alarms(false, func(a *scaling.Alarm) { a.State = scaling.AlarmOK })
	}},
	{"datapoints over five minutes", "observation.complete", func(t *tape) {
		each(t, func(_ *timeline.Event, p *timeline.MetricPoint) {
			if p.Key == timeline.KeyCPU {
				p.Period = 5 * time.Minute
			}
		})
	}},
	{"all targets unhealthy under load", "load.arrived", func(t *tape) {
		t.add(sick(t, minutes(50), 1), well(t, minutes(51)))
	}},
	{"all targets unhealthy from before the load on", "load.arrived", func(t *tape) {
		t.add(sick(t, -20*time.Second, 1), well(t, minutes(1)))
	}},
	{"a deployment went on: no scale-in", "scale-in.none", deploy},
	{"ended twice, and once by failing", "run.complete", func(t *tape) {
		at := t.at(minutes(20))
		t.add(timeline.New(at, "run", "", timeline.Ended{Outcome: timeline.EndFailed}))
	}},
	{"goes on behind its end", "run.complete", func(t *tape) {
		end := t.events[len(t.events)-1]
		t.events = slices.Insert(t.events[:len(t.events)-1], 2000, end)
	}},
	{"one look for many", "observation.complete", func(t *tape) {
		each(t, func(_ *timeline.Event, h *timeline.Heartbeat) { h.Looks = 1 })
	}},
	{"windows that overlap", "load.delivered", func(t *tape) {
		each(t, func(_ *timeline.Event, w *timeline.Window) { w.Length = time.Hour })
	}},
	{"requests in flight that never left", "load.delivered", func(t *tape) {
		each(t, func(_ *timeline.Event, w *timeline.Window) {
			if w.Start.Equal(t.at(minutes(20))) {
				w.InFlight += 1000
			}
		})
	}},
	{"one task runs, whatever is healthy", "observation.complete", func(t *tape) {
		each(t, func(_ *timeline.Event, c *timeline.Counts) { c.Running = min(c.Running, 1) })
	}},
	{"activities that never come to their end", "observation.complete", func(t *tape) {
		each(t, func(_ *timeline.Event, a *timeline.ActivityState) {
			if a.Activity.Status == scaling.StatusSuccessful {
				a.Activity.Status, a.Activity.End = scaling.StatusInProgress, time.Time{}
			}
		})
	}},
	{"a deployment that failed in the peak", "policies.unchanged", func(t *tape) {
		rollout(t, minutes(16), minutes(17))
		each(t, func(_ *timeline.Event, d *timeline.Deployment) {
			if d.Rollout == "COMPLETED" && d.ID == "ecs-svc/2" {
				d.Rollout = "FAILED"
			}
		})
	}},
	{"orders that the service never followed", "scaling.attributed", func(t *tape) {
		t.drop(func(e timeline.Event) bool {
			c, ok := e.Data.(timeline.Counts)
			return ok && c.Desired > 1
		})
	}},
}

// light changes the light requests of one window of the settle.
func light(t *tape, change func(*timeline.KindWindow)) {
	kinds(t, minutes(50), minutes(50)+time.Second, func(k *timeline.KindWindow) {
		if k.Kind == "light" {
			change(k)
		}
	})
}

// sick tells of an unhealthy target and of n-1 healthy ones; well of one that
// is healthy.
func sick(t *tape, at time.Duration, n int) timeline.Event {
	now := t.at(at)
	return timeline.Observed(now, now, now.Add(-10*time.Second), "elbv2", "", timeline.Health{Healthy: n - 1, Unhealthy: 1})
}

func well(t *tape, at time.Duration) timeline.Event {
	now := t.at(at)
	return timeline.Observed(now, now, now.Add(-10*time.Second), "elbv2", "", timeline.Health{Healthy: 1})
}

// What was over before the load, or leaves somebody healthy, changes nothing.
func TestUnhealthyTargetsThatProveNothing(t *testing.T) {
	for what, tell := range map[string]func(*tape){
		"before the load": func(t *tape) { t.add(sick(t, -40*time.Second, 1), well(t, -20*time.Second)) },
		"one of two":      func(t *tape) { t.add(sick(t, minutes(50), 2), well(t, minutes(51))) },
		"after the load":  func(t *tape) { t.add(sick(t, minutes(55.5), 1)) },
	} {
		changed := golden(t, "cpu-heavy")
		tell(changed)
		v := changed.judge(t, checks)
		require.Equal(t, Pass, v.Answer, "%s: %s", what, v.Sentence)
	}
}

// giveUp tells that the first change, to apply or to undo, was not made.
func giveUp(t *tape, undo bool) {
	done := false
	each(t, func(_ *timeline.Event, c *timeline.Changed) {
		if !done && c.Undo == undo {
			c.Error, done = "AccessDeniedException", true
		}
	})
}

// deploy tells of a deployment in the middle of the peak.
func deploy(t *tape) { rollout(t, minutes(16), minutes(18)) }

// rollout tells of a deployment from one offset to another; one that ends
// beyond the run is not seen to.
func rollout(t *tape, from, to time.Duration) {
	tell := func(at time.Duration, state string) {
		now := t.at(at)
		t.add(timeline.Observed(now, now, now.Add(-10*time.Second), "ecs", "ecs-svc/2",
			timeline.Deployment{Deployment: scaling.Deployment{ID: "ecs-svc/2", Status: "PRIMARY", Rollout: state}}))
	}
	tell(from, "IN_PROGRESS")
	if to < whole {
		tell(to, "COMPLETED")
	}
}
