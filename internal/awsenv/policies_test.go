package awsenv_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// Policies of kinds that this project never puts are read whole all the same:
// they may stand beside ours, and a run must see that they did not change.
func TestReadsPoliciesOfOthers(t *testing.T) {
	ten := 10.0
	s, zero := service(web), 0.0
	s.Policies = append(s.Policies, scaling.Policy{
		Name: "steps", Type: scaling.StepScaling, Step: &scaling.Steps{
			Adjustment: scaling.PercentChangeInCapacity, Cooldown: 2 * time.Minute, Aggregation: "Maximum", MinMagnitude: 2,
			List: []scaling.Step{{Lower: &zero, Upper: &ten, Change: 10}, {Lower: &ten, Change: 30}},
		},
	}, scaling.Policy{
		Name: "latency", Type: scaling.TargetTracking, Target: 0.5, ScaleOutCooldown: time.Minute, ScaleInCooldown: time.Hour,
		Custom: &scaling.CustomMetric{
			Namespace: "AWS/ApplicationELB", Name: "TargetResponseTime", Statistic: "Average", Unit: "Seconds",
			Dimensions: []scaling.Dimension{{Name: "LoadBalancer", Value: "app/staging/0123456789abcdef"}},
		},
	})
	env, _, twin, ctx := openOn(t, s, service(iso))
	want, err := twin.Look(web, model.What{Policies: true})
	require.NoError(t, err)
	got, err := env.Policies(ctx, web)
	require.NoError(t, err)
	require.Len(t, got.List, 3)
	for _, p := range want.Policies.List {
		read, ok := got.Find(p.Name)
		require.True(t, ok, p.Name)
		require.Empty(t, p.Differences(read), p.Name)
		require.Equal(t, p.Step, read.Step, p.Name)
		require.Equal(t, p.Custom, read.Custom, p.Name)

		other := read.Copy()
		if other.Step != nil {
			other.Step.List[1].Change = 31
		}
		if other.Custom != nil {
			other.Custom.Statistic = "Maximum"
		}
		if other.Step != nil || other.Custom != nil {
			require.Len(t, p.Differences(other), 1, "a change by somebody else shows")
		}
	}
}

// Scheduled actions of others are read whole too.
func TestReadsScheduledActions(t *testing.T) {
	three := 3
	s := service(web)
	s.Scheduled = []scaling.ScheduledAction{
		{Name: "nightly", Schedule: "cron(0 22 * * ? *)", Zone: "Europe/Paris", Max: &three},
		{Name: "hourly", Schedule: "rate(1 hour)", Min: &three, Max: &three, Start: clock.Epoch.Add(time.Hour), End: clock.Epoch.Add(9 * time.Hour)},
	}
	env, _, twin, ctx := openOn(t, s, service(iso))
	want, err := twin.Look(web, model.What{Scheduled: true})
	require.NoError(t, err)
	got, err := env.Scheduled(ctx, web)
	require.NoError(t, err)
	require.Len(t, got.List, 2)
	require.Equal(t, want.Scheduled, got)
}
