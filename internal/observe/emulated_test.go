package observe_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/awsenv"
	"scaleproof/internal/clock"
	"scaleproof/internal/emulator"
	"scaleproof/internal/model"
	"scaleproof/internal/observe"
	"scaleproof/internal/policies"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// busy is a service whose tasks are at 90 % without any request: its CPU
// policy, once it stands, scales it out to the maximum.
func busy() model.Config {
	return model.Config{
		Seed: 3, Start: clock.Epoch.Add(-10 * time.Minute), Region: "eu-west-1", Account: "111122223333",
		LoadBalancer: model.LoadBalancer{Label: "app/staging/0123456789abcdef", IdleTimeout: time.Minute},
		Services: []model.Service{{
			Service: web, TargetGroup: "targetgroup/staging-web/0123456789abcdef", Desired: 1,
			Task:                model.Task{MilliCPU: 1000, IdleMilliCPU: 900, Workers: 1},
			HealthCheck:         model.HealthCheck{Path: "/", Interval: 10 * time.Second, Timeout: 5 * time.Second, Healthy: 5, Unhealthy: 2},
			DeregistrationDelay: 30 * time.Second,
			Publication:         model.Spread{Min: time.Minute, Max: 2 * time.Minute},
			Start:               model.Spread{Min: 30 * time.Second, Max: 75 * time.Second},
			Health:              model.Spread{Min: 5 * time.Second, Max: 30 * time.Second},
			Target:              &scaling.ScalableTarget{Service: web, Bounds: scaling.Bounds{Min: 1, Max: 4}},
			Policies:            []scaling.Policy{tracking("requests", scaling.MetricRequestCount, 1000)},
		}},
		Rules: []model.Rule{{Paths: []string{"*"}, Service: web.Name}},
	}
}

func tracking(name, metric string, target float64) scaling.Policy {
	p := scaling.Policy{
		Name: name, Type: scaling.TargetTracking, Metric: metric, Target: target,
		ScaleOutCooldown: time.Minute, ScaleInCooldown: 5 * time.Minute,
	}
	if metric == scaling.MetricRequestCount {
		p.ResourceLabel = label
	}
	return p
}

var wanted = policies.Wanted{
	Service: web, Bounds: scaling.Bounds{Min: 1, Max: 3},
	Policies: []scaling.Policy{tracking("cpu", scaling.MetricCPU, 70), tracking("requests", scaling.MetricRequestCount, 500)},
}

// long is how long both observe.
const long = 20 * time.Minute

// emulated is a world behind its APIs, on a stepping clock.
type emulated struct {
	*testing.T
	clock *clock.Clock
	env   *awsenv.Env
	ctx   context.Context
}

func emulate(t *testing.T, fault func(string, int) (time.Duration, error)) *emulated {
	return emulateOn(t, clock.NewStepping(clock.Epoch), fault)
}

func emulateOn(t *testing.T, c *clock.Clock, fault func(string, int) (time.Duration, error)) *emulated {
	e := &emulated{T: t, clock: c}
	e.clock.Keep("run")
	e.ctx = awsenv.Holding(context.Background(), "run")
	w := model.New(busy())
	w.Advance(clock.Epoch)
	server, err := emulator.Start(emulator.Config{Clock: e.clock, World: w, Fault: fault})
	require.NoError(t, err)
	e.env, err = awsenv.Open(e.ctx, awsenv.Config{Endpoint: server.Endpoint(), Region: "eu-west-1", Account: "111122223333", Clock: e.clock})
	require.NoError(t, err)
	t.Cleanup(func() {
		e.clock.Stop()
		e.env.Close()
		require.NoError(t, server.Close(context.Background()))
	})
	return e
}

// observed applies what is wanted, observes for a while, restores, and
// returns the events.
func (e *emulated) observed() (events []timeline.Event) {
	start, err := e.env.Standing(e.ctx, web)
	require.NoError(e, err)
	changes, err := policies.Plan(wanted, start)
	require.NoError(e, err)
	j, err := policies.CreateJournal(e.TempDir(), e.clock, policies.Start{
		Service: web, Kind: policies.Embedded, Region: e.env.Region(), Account: e.env.Account(), Look: start,
	})
	require.NoError(e, err)
	defer j.Close()
	x := policies.Executor{Env: e.env, Clock: e.clock, Holder: "run", Journal: j}
	require.NoError(e, x.Apply(e.ctx, changes))

	o := observe.Start(observe.Config{
		Clock: e.clock, Source: observe.FromAWS(e.env, e.clock), Service: web, Start: clock.Epoch,
		Metrics: observe.Metrics(web, label, wanted.Policies),
		Emit:    func(ev timeline.Event) { events = append(events, ev) },
	})
	require.True(e, e.clock.Sleep("run", clock.Epoch.Add(long), 0))
	o.Stop("run")

	left, _, err := x.Restore(e.ctx)
	require.NoError(e, err)
	require.Empty(e, left)
	after, err := e.env.Standing(e.ctx, web)
	require.NoError(e, err)
	require.Empty(e, scaling.Differences(start, after))
	require.Equal(e, []string{"policy requests has new alarms"}, policies.AlarmDifferences(start, after))
	return events
}

// predicted does the same with the model alone.
func predicted(t require.TestingT) []timeline.Event {
	return predictedThrough(t, func(time.Time, string) error { return nil })
}

// predictedThrough is predicted where some looks fail.
func predictedThrough(t require.TestingT, fault func(time.Time, string) error) (events []timeline.Event) {
	w := model.New(busy())
	w.Advance(clock.Epoch)
	start, err := w.Look(web, model.What{Scalable: true, Policies: true})
	require.NoError(t, err)
	changes, err := policies.Plan(wanted, start)
	require.NoError(t, err)
	for _, c := range changes {
		_, err := w.Do(clock.Epoch, c)
		require.NoError(t, err)
	}
	s := observe.NewState(web, clock.Epoch, observe.Metrics(web, label, wanted.Policies))
	for at, parts := range observe.Default.Polls(clock.Epoch) {
		if !at.Before(clock.Epoch.Add(long)) {
			break
		}
		w.Advance(at)
		s.Poll(parts, func() time.Time { return at }, func(a observe.Ask) (scaling.Look, error) {
			if err := fault(at, a.Part); err != nil {
				return scaling.Look{}, err
			}
			return w.Look(a.Service, model.What{
				Service: a.Part == timeline.PartService, Targets: a.Part == timeline.PartTargets,
				Scalable: a.Part == timeline.PartScaling, Policies: a.Part == timeline.PartScaling,
				Alarms: a.Part == timeline.PartAlarms, Activities: a.Part == timeline.PartActivities,
				Metrics: a.Metrics, Since: a.Since,
			})
		}, func(e ...timeline.Event) { events = append(events, e...) })
	}
	return append(events, s.Close(observe.Default)...)
}

// facts are what is known in the end: the last that was told of each subject,
// and of points and activities each one.
func facts(t require.TestingT, events []timeline.Event) map[string]string {
	known := map[string]string{}
	for _, e := range events {
		key, data := e.Kind+" "+e.Subject, e.Data
		switch d := e.Data.(type) {
		case timeline.MetricPoint:
			key += " " + e.At.String()
		case timeline.AlarmState:
			key, data = "alarm "+e.Subject, timeline.AlarmState{Alarm: d.Alarm} // however it was learnt
		case timeline.Deployment:
			d.Desired, d.Running, d.Pending = 0, 0, 0 // its counts are the service's
			data = d
		case timeline.Heartbeat, timeline.Gap:
			continue
		}
		line, err := json.Marshal(data)
		require.NoError(t, err)
		known[key] = string(line)
	}
	return known
}

// Looks that fail delay what is known and lose none of it, once one succeeds
// again; and whatever is told lies in the interval that the event names.
func TestGapsLoseNothing(t *testing.T) {
	whole := facts(t, predicted(t))
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(0, 1000).Draw(t, "from")
		length := rapid.IntRange(0, 1100-from).Draw(t, "length")
		part := rapid.SampledFrom(observe.Default).Draw(t, "part").Part
		last := map[string]time.Time{}
		events := predictedThrough(t, func(now time.Time, p string) error {
			if p == part && !now.Before(at(from)) && now.Before(at(from+length)) {
				return errors.New("no answer")
			}
			return nil
		})
		known := facts(t, events)
		require.ElementsMatch(t, slices.Collect(maps.Keys(whole)), slices.Collect(maps.Keys(known)))
		for key, fact := range whole {
			require.Equal(t, fact, known[key], key)
		}
		for _, e := range events {
			require.False(t, e.Seen.Before(e.At), tell(e))
			require.True(t, e.NotBefore.Before(e.Seen), tell(e))
			if h, ok := e.Data.(timeline.Heartbeat); ok {
				if before, ok := last[h.Part]; ok {
					require.Equal(t, before, h.From, "heartbeats leave no time untold")
				}
				last[h.Part] = e.At
			}
		}
	})
}

func lines(t *testing.T, events []timeline.Event) (list []string) {
	for _, e := range events {
		line, err := json.Marshal(e)
		require.NoError(t, err)
		list = append(list, string(line))
	}
	return list
}

// The whole way: applied, scaled out, observed and restored through the SDK
// and its wire protocols; and every line of what was observed is the line that
// the model alone predicts.
func TestObservedEqualsPredicted(t *testing.T) {
	events := emulate(t, nil).observed()
	require.Equal(t, lines(t, predicted(t)), lines(t, events))

	kinds := map[string]int{}
	var orders []string
	for _, e := range events {
		kinds[e.Kind]++
		if d, ok := e.Data.(timeline.ActivityState); ok && d.Activity.Status == scaling.StatusInProgress {
			cause := scaling.ParseCause(d.Activity.Cause)
			orders = append(orders, d.Activity.Description+" "+string(cause.Kind)+" "+cause.Policy)
		}
	}
	require.Equal(t, []string{"Setting desired count to 2. alarm cpu", "Setting desired count to 3. alarm cpu"}, orders)
	for _, kind := range []string{"service.counts", "target.health", "deployment.state", "capacity.observed", "policy.observed", "alarm.observed", "alarm.state", "metric.point", "observe.look"} {
		require.NotZero(t, kinds[kind], kind)
	}
	require.Zero(t, kinds["observe.gap"])
}

// Calls that are refused are gaps in their part and in no other; one that is
// delayed lets service time pass. Both leave the rest as it is.
func TestFaultsAreGaps(t *testing.T) {
	throttled := errors.Join(&model.Error{Code: "ThrottlingException", Message: "Rate exceeded"})
	e := emulate(t, func(operation string, n int) (time.Duration, error) {
		switch {
		case operation == "DescribeTargetHealth" && n >= 5 && n < 8:
			return 0, throttled
		case operation == "GetMetricData" && n == 3:
			return 7 * time.Second, nil
		}
		return 0, nil
	})
	events := e.observed()
	var gaps []timeline.Event
	for _, ev := range events {
		if g, ok := ev.Data.(timeline.Gap); ok {
			require.Equal(t, timeline.PartTargets, g.Part)
			require.Equal(t, "elbv2 DescribeTargetHealth: ThrottlingException: Rate exceeded", g.Error)
			gaps = append(gaps, ev)
		}
	}
	require.Len(t, gaps, 3)
	require.Equal(t, clock.Epoch.Add(40*time.Second), gaps[0].At)
	slow := slices.IndexFunc(events, func(ev timeline.Event) bool {
		h, ok := ev.Data.(timeline.Heartbeat)
		return ok && h.Part == timeline.PartMetrics && h.Longest == 37*time.Second
	})
	require.NotEqual(t, -1, slow, "the third look at the metrics came seven seconds late")
}

// On a clock that runs by itself, as under `validate emulate`, the same calls
// see the same scaling; only when it is seen depends on the machine.
func TestObservedOnAScaledClock(t *testing.T) {
	e := emulateOn(t, clock.NewScaled(clock.Epoch, 300), nil)
	for _, p := range wanted.Policies {
		_, err := e.env.Do(e.ctx, scaling.Change{Op: scaling.PutPolicy, Service: web, Policy: &p})
		require.NoError(t, err)
	}
	ordered := make(chan timeline.Event, 1000)
	o := observe.Start(observe.Config{
		Clock: e.clock, Source: observe.FromAWS(e.env, e.clock), Service: web, Start: clock.Epoch,
		Metrics: observe.Metrics(web, label, wanted.Policies),
		Emit: func(ev timeline.Event) {
			if _, ok := ev.Data.(timeline.ActivityState); ok {
				ordered <- ev
			}
		},
	})
	first := (<-ordered).Data.(timeline.ActivityState).Activity
	o.Stop("run")
	require.Equal(t, "Setting desired count to 2.", first.Description)
	require.Equal(t, "cpu", scaling.ParseCause(first.Cause).Policy)
}
