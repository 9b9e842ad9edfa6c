package model_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/flaw"
	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// chaos draws worlds with everything on, and changes that anybody may ask for,
// sound or not.
type chaos struct{ *rand.Rand }

func (g chaos) of(n int) bool { return g.IntN(n) == 0 }

func (g chaos) seconds(most int) time.Duration {
	return time.Duration(g.IntN(most+1)) * time.Second
}

func (g chaos) spread(most int) model.Spread {
	low := g.seconds(most)
	return model.Spread{Min: low, Max: low + g.seconds(most)}
}

// tasks is a count that an API may be asked for.
func (g chaos) tasks() *int {
	n := []int{0, 1, 2, 3, 5, 8, 20, -1, 5001}[g.IntN(7+g.IntN(3))]
	return &n
}

func pick[T any](g chaos, list []T) T { return list[g.IntN(len(list))] }

func (g chaos) world(c *model.Config) {
	s := &c.Services[0]
	s.Task = model.Task{
		MilliCPU: pick(g, []int64{1, 250, 1000, 4000}), Workers: g.IntN(5), WorkersBlock: g.of(2), IdleMilliCPU: int64(g.IntN(2)), Queue: g.IntN(6),
		InFlight: pick(g, []int{0, 1, 20}), QueueTimeout: g.seconds(3), StartUp: model.StartUp{MilliCPU: int64(g.IntN(3000)), For: g.spread(60)},
	}
	s.Balancing, s.Stickiness, c.LoadBalancer.Nodes = model.Balancing(g.IntN(2)), pick(g, []time.Duration{0, time.Second, time.Hour}), g.IntN(4)
	if s.Balancing == model.RoundRobin && g.of(2) {
		s.SlowStart = 30 * time.Second
	}
	s.Resolution = pick(g, []time.Duration{0, 20 * time.Second})
	s.FinePublication, s.Grace = g.spread(20), g.seconds(60)
	s.Provisioning, s.Start, s.Health, s.Stop = g.spread(20), g.spread(60), g.spread(30), g.spread(5)
	s.Failures = model.Failures{Start: model.Chance(g.IntN(1_000_001)), Crash: model.Chance(g.IntN(1_000_001)), Life: model.Spread{Min: time.Second, Max: time.Second + g.seconds(600)}}
	s.Rollout = &model.Rollout{MinimumHealthy: g.IntN(100), Maximum: 100 + g.IntN(200), CircuitBreaker: true, Rollback: g.of(2)}
	if g.of(3) {
		sibling := *s
		sibling.Service.Name, sibling.TargetGroup = "sibling", "targetgroup/sibling/1111111111111111"
		sibling.Policies = nil
		c.Services = append(c.Services, sibling)
		c.Rules = append([]model.Rule{{Paths: []string{"/slow"}, Service: "sibling"}}, c.Rules...)
	}
	c.Behaviour = model.Behaviour{
		Base: model.Base(g.IntN(2)), Datapoints: model.Datapoints(g.IntN(2)), ScaleInSteps: model.Steps(g.IntN(2)),
		Flapping: model.Flapping(g.IntN(2)), CooldownAnchor: model.Anchor(g.IntN(2)), Unfulfilled: pick(g, []time.Duration{0, time.Minute}),
	}
	for range g.IntN(4) {
		k := pick(g, flaw.Faults)
		c.Faults = append(c.Faults, model.Fault{Kind: k.Name, From: start.Add(g.seconds(600)), For: g.seconds(600), Size: g.size(k)})
	}
	for range g.IntN(4) {
		k := pick(g, flaw.Deviations)
		c.Deviations = append(c.Deviations, model.Deviation{Name: k.Name, From: start.Add(g.seconds(600)), For: g.seconds(600), Size: g.size(k)})
	}
	for range g.IntN(6) {
		h := model.Happening{At: start.Add(g.seconds(1200)), Service: web}
		switch g.IntN(3) {
		case 0:
			h.Kill = 1 + g.IntN(9)
		case 1:
			h.Service = scaling.Service{}
			h.Traffic = &model.Traffic{Method: "GET", Path: pick(g, paths[:6]), Body: int64(g.IntN(4096)), Every: time.Duration(1 + g.IntN(1e9)), For: time.Second + g.seconds(30), Uniform: g.of(2)}
		default:
			change := scaling.Change{Op: scaling.UpdateDesired, Service: web, Desired: g.tasks(), Deploy: g.of(2)}
			h.Change, h.StartsFail = &change, model.Chance(g.IntN(1_000_001))
		}
		c.Happenings = append(c.Happenings, h)
	}
}

func (g chaos) size(k flaw.Kind) int64 {
	if k.Unit == flaw.None || g.of(2) {
		return 0
	}
	return pick(g, []int64{k.Least, k.Default, k.Most})
}

// change is a request that somebody sends.
func (g chaos) change() scaling.Change {
	name := fmt.Sprintf("n%d", g.IntN(3))
	c := scaling.Change{Service: web}
	steps := &scaling.Steps{
		Adjustment: pick(g, []string{scaling.ChangeInCapacity, scaling.PercentChangeInCapacity, scaling.ExactCapacity}), Cooldown: g.seconds(90), MinMagnitude: g.IntN(4),
		Aggregation: pick(g, []string{"", "Average", "Minimum", "Maximum"}),
	}
	bound := func() *float64 {
		if g.of(3) {
			return nil
		}
		v := pick(g, []float64{-1e308, -10, 0, 0.5, 10, 20, 1e308})
		return &v
	}
	for range g.IntN(4) {
		steps.List = append(steps.List, scaling.Step{Lower: bound(), Upper: bound(), Change: pick(g, []int{-1 << 31, -100, -1, 0, 1, 50, 1<<31 - 1})})
	}
	if g.of(2) {
		zero := 0.0
		steps.List = []scaling.Step{{Lower: &zero, Change: pick(g, []int{-100, 1, 300})}}
		if steps.Adjustment == scaling.ExactCapacity {
			steps.List[0].Change = g.IntN(9)
		}
	}
	switch c.Op = pick(g, []scaling.Operation{
		scaling.PutPolicy, scaling.PutPolicy, scaling.PutPolicy, scaling.DeletePolicy, scaling.RegisterTarget, scaling.RegisterTarget, scaling.DeregisterTarget, scaling.UpdateDesired,
		scaling.PutScheduled, scaling.DeleteScheduled, scaling.PutAlarm, scaling.PutAlarm, scaling.DeleteAlarm, scaling.SetAlarmState, scaling.SetAlarmState, scaling.EnableAlarmActions, scaling.DisableAlarmActions, "Nonsense",
	}); c.Op {
	case scaling.PutPolicy, scaling.DeletePolicy:
		p := pick(g, []scaling.Policy{
			cpuPolicy(pick(g, []float64{-1, 0, 0.001, 40, 100, 1e9})), requestPolicy(pick(g, []float64{0.001, 1, 100, 1e9})),
			{Name: name, Type: scaling.StepScaling, Step: steps},
			{Name: name, Type: scaling.TargetTracking, Target: 10, Custom: &scaling.CustomMetric{Namespace: "AWS/ECS", Name: "CPUUtilization", Dimensions: cpuMetric("Average", time.Minute).Dimensions, Statistic: pick(g, []string{"Average", "Sum", "Maximum", "p99"})}},
			{}, {Name: name}, {Name: name, Type: "Predictive"},
		})
		if p.Metric == scaling.MetricCPU && g.of(3) {
			p.Metric = scaling.MetricCPUHighRes
		}
		p.ScaleOutCooldown, p.ScaleInCooldown, p.DisableScaleIn = g.seconds(120), g.seconds(120), g.of(4)
		if c.Policy = &p; g.of(20) {
			c.Policy = nil
		}
	case scaling.RegisterTarget:
		c.Min, c.Max = g.tasks(), g.tasks()
		if g.of(3) {
			c.Suspended = &scaling.Suspended{ScaleIn: g.of(3), ScaleOut: g.of(3), Scheduled: g.of(3)}
		}
	case scaling.UpdateDesired:
		c.Desired, c.Deploy = g.tasks(), g.of(3)
	case scaling.PutScheduled, scaling.DeleteScheduled:
		c.Scheduled = &scaling.ScheduledAction{
			Name: name, Min: g.tasks(), Max: g.tasks(), Zone: pick(g, []string{"", "", "Europe/Paris", "Mars"}),
			Schedule: pick(g, []string{"", "rate(1 minute)", "rate(36500 days)", "cron(* * * * ? *)", "cron(0/7 * ? * MON-FRI *)", "at(1999-01-01T00:00:00)", "nonsense"}),
			Start:    pick(g, []time.Time{{}, start.Add(g.seconds(600)), time.Unix(-1e18, 0), time.Unix(1e18, 0)}),
		}
	case scaling.PutAlarm, scaling.DeleteAlarm, scaling.SetAlarmState, scaling.EnableAlarmActions, scaling.DisableAlarmActions:
		c.Service = scaling.Service{}
		c.Alarm = &scaling.Alarm{
			Name: name, Metric: cpuMetric(pick(g, []string{"Average", "Sum", "p99", "p0", "SampleCount", "none"}), pick(g, []time.Duration{0, 10 * time.Second, time.Minute, time.Hour})),
			EvaluationPeriods: g.IntN(5), DatapointsToAlarm: g.IntN(3), Threshold: pick(g, []float64{-1e308, 0, 30, 1e308}),
			Comparison:   pick(g, []string{scaling.GreaterThan, scaling.LessThan, scaling.GreaterOrEqual, scaling.LessOrEqual}),
			TreatMissing: pick(g, []string{"", scaling.TreatMissing, scaling.TreatIgnore, scaling.TreatBreaching, scaling.TreatNotBreaching}), ActionsEnabled: g.of(2),
			State: pick(g, []string{scaling.AlarmOK, scaling.AlarmInAlarm, scaling.AlarmInsufficientData, "?"}), StateReason: "r",
		}
	}
	return c
}

// A world with everything on and everybody at it does not stumble, does not
// depend on how it is stepped, and keeps what holds whatever is asked of it.
func TestChaos(t *testing.T) {
	done := 0
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		tweak := func(c *model.Config) { chaos{rand.New(rand.NewPCG(seed, 1))}.world(c) }
		a, b := newLife(seed, tweak), newLife(seed, tweak)
		g, stops := chaos{rand.New(rand.NewPCG(seed, 2))}, chaos{rand.New(rand.NewPCG(seed, 3))}
		for range 1 + g.IntN(40) {
			d := deed{after: g.seconds(90), do: pick(g, []string{"burst", "burst", "gone", "change", "change"}), path: pick(g, paths), n: 1 + g.IntN(40)}
			c := g.change()
			if c.Alarm != nil { // one that calls whatever policies stand
				if look, err := a.w.Look(web, model.What{Policies: true}); err == nil {
					for _, p := range look.Policies.List {
						c.Alarm.Actions = append(c.Alarm.Actions, p.ARN)
					}
				}
			}
			stop := stops.seconds(90)
			a.live(d)
			b.live(d, stop/2, stop)
			if d.do != "change" {
				continue
			}
			_, err := a.w.Do(a.now, c)
			_, again := b.w.Do(b.now, c)
			require.Equal(t, err, again)
			if err == nil {
				done++
			}
		}
		end := a.now.Add(10 * time.Minute)
		a.advance(end)
		b.advance(end)
		require.Equal(t, a.trace, b.trace)
		require.Equal(t, a.answers, b.answers)
		seen := map[uint64]int{}
		for _, x := range a.answers {
			seen[x.Number]++
			require.LessOrEqual(t, seen[x.Number], 1, "request %d", x.Number)
		}
		for n := uint64(1); n <= a.number; n++ {
			require.True(t, seen[n] == 1 || a.gone[n], "request %d has no answer", n)
		}
		for i := 0; ; i++ { // refused, where that is the world's fault
			look, err := a.w.Look(web, model.What{Service: true, Activities: true})
			if err != nil && i < 100 {
				a.advance(a.now.Add(time.Second))
				continue
			}
			if err == nil {
				s := look.Service
				require.True(t, s.Desired >= 0 && s.Desired <= 5100 && s.Running >= 0 && s.Pending >= 0, "%+v", s)
			}
			break
		}
	})
	require.Positive(t, done)
}
