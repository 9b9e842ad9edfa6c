package model_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// others is a service with a target tracking policy, step policies each way
// with alarms of their own, and a scheduled action that moves the bounds.
func others(t *rapid.T) model.Config {
	c := local(rapid.IntRange(1, 5).Draw(t, "desired"))
	s := &c.Services[0]
	c.Seed = uint64(rapid.IntRange(1, 1000).Draw(t, "seed"))
	s.Target.Bounds = scaling.Bounds{Min: 1, Max: 8}
	s.DeregistrationDelay = time.Duration(rapid.IntRange(1, 90).Draw(t, "drain")) * time.Second
	s.Policies = []scaling.Policy{cpuPolicy(70), {
		Name: "out", Type: scaling.StepScaling, Step: steps(t, 1, scaling.ChangeInCapacity, scaling.PercentChangeInCapacity),
	}, {
		Name: "in", Type: scaling.StepScaling, Step: steps(t, -1, scaling.ChangeInCapacity, scaling.PercentChangeInCapacity),
	}}
	s.Policies[0].DisableScaleIn = true
	cpu := scaling.Metric{Namespace: "AWS/ECS", Name: "CPUUtilization", Statistic: "Average", Period: time.Minute,
		Dimensions: []scaling.Dimension{{Name: "ClusterName", Value: web.Cluster}, {Name: "ServiceName", Value: web.Name}}}
	s.Alarms = []model.Caller{
		{Policy: "out", Alarm: scaling.Alarm{Name: "busy", EvaluationPeriods: 1, Comparison: scaling.GreaterThan, Threshold: 60, ActionsEnabled: true, Metric: cpu}},
		{Policy: "in", Alarm: scaling.Alarm{Name: "idle", EvaluationPeriods: 2, Comparison: scaling.LessThan, Threshold: 40, ActionsEnabled: true, Metric: cpu}},
	}
	low := rapid.IntRange(1, 4).Draw(t, "scheduled minimum")
	high := low + rapid.IntRange(0, 4).Draw(t, "more")
	s.Scheduled = []scaling.ScheduledAction{{Name: "often", Schedule: "rate(11 minutes)", Min: &low, Max: &high}}
	return c
}

func steps(t *rapid.T, sign int, kinds ...string) *scaling.Steps {
	zero, edge := 0.0, float64(sign*rapid.IntRange(5, 30).Draw(t, "edge"))
	s := &scaling.Steps{
		Adjustment: rapid.SampledFrom(kinds).Draw(t, "kind"), MinMagnitude: rapid.IntRange(0, 2).Draw(t, "least"),
		Cooldown: time.Duration(rapid.IntRange(0, 600).Draw(t, "cooldown")) * time.Second,
	}
	size := 1
	if s.Adjustment == scaling.PercentChangeInCapacity {
		size = 20
	}
	near, far := sign*size*rapid.IntRange(1, 2).Draw(t, "near"), sign*size*rapid.IntRange(2, 4).Draw(t, "far")
	if sign > 0 {
		s.List = []scaling.Step{{Lower: &zero, Upper: &edge, Change: near}, {Lower: &edge, Change: far}}
	} else {
		s.List = []scaling.Step{{Lower: &edge, Upper: &zero, Change: near}, {Upper: &edge, Change: far}}
	}
	return s
}

// Whatever stands side by side: policies keep the bounds that hold at the
// time; a scale-in comes no sooner than the step policy's cooldown after the
// end of the one before, unless a scale-out lies between; target tracking with
// scale-in disabled removes nothing; a scheduled action is told before what its
// bounds do. And a world that is advanced in pieces is the same.
func TestPoliciesOfAllKindsKeepTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := others(t)
		loads := rapid.SliceOfN(rapid.IntRange(40, 900), 3, 3).Draw(t, "gaps in ms")
		live := func(pieces bool) (scaling.Look, *model.World) {
			w, number, now := model.New(c), uint64(0), start
			for _, gap := range loads {
				for until := now.Add(11 * time.Minute); now.Before(until); now = now.Add(time.Duration(gap) * time.Millisecond) {
					number++
					w.Submit(now, model.Request{Number: number, Method: "POST", Path: "/heavy"})
					if pieces {
						w.Advance(now.Add(time.Duration(gap/2) * time.Millisecond))
					}
				}
			}
			w.Advance(now)
			l, err := w.Look(web, model.What{Activities: true, Scalable: true, Service: true, Alarms: true})
			require.NoError(t, err)
			return l, w
		}
		l, _ := live(false)
		again, _ := live(true)
		require.Equal(t, l, again)

		bounds, desired := scaling.Bounds{Min: 1, Max: 8}, c.Services[0].Desired
		cooldown := c.Services[0].Policies[2].Step.Cooldown
		var lastIn *scaling.Activity
		for i := range l.Activities.List {
			a := &l.Activities.List[i]
			cause := scaling.ParseCause(a.Cause)
			if cause.Kind == scaling.CauseScheduled {
				bounds = scaling.Bounds{Min: *c.Services[0].Scheduled[0].Min, Max: *c.Services[0].Scheduled[0].Max}
				continue
			}
			n, sets := scaling.ParseDescription(a.Description)
			if !sets {
				continue
			}
			require.NotEqual(t, desired, n, "an order changes something")
			switch {
			case cause.Kind == scaling.CauseBounds:
				require.Contains(t, []int{bounds.Min, bounds.Max}, n)
			default:
				require.True(t, n >= bounds.Min && n <= bounds.Max, "%s orders %d outside %v", cause.Policy, n, bounds)
				require.Equal(t, cause.Policy == "in", n < desired, "%s from %d to %d", cause.Policy, desired, n)
			}
			if cause.Kind == scaling.CauseAlarm && n > desired {
				lastIn = nil
			} else if cause.Kind == scaling.CauseAlarm {
				if lastIn != nil {
					require.False(t, lastIn.End.IsZero(), "the one before is over")
					require.GreaterOrEqual(t, a.Start.Sub(lastIn.End), cooldown)
				}
				lastIn = a
			}
			desired = n
		}
	})
}
