package policies_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/policies"
	"scaleproof/internal/scaling"
)

func TestPlan(t *testing.T) {
	both := []scaling.Policy{cpu("c", 70), requests("r", 500)}
	exact := func(p scaling.Policy) scaling.Policy {
		p.ARN, p.Alarms = "arn", []scaling.AlarmRef{{Name: "alarm"}}
		return p
	}
	suspendedOut := bounds(1, 5)
	suspendedOut.Suspended.ScaleOut = true
	suspendedScheduled := bounds(1, 5)
	suspendedScheduled.Suspended.Scheduled = true
	custom := scaling.Policy{Name: "c", Type: scaling.TargetTracking, Target: 3}

	cases := []struct {
		name    string
		want    policies.Wanted // bounds 1-5 unless given
		live    scaling.Look
		changes []string
		refused []string
	}{
		{
			name: "the users' world before the rollout: bounds set, the request policy with other values",
			want: policies.Wanted{Policies: both}, live: look(bounds(1, 4), requests("r", 1000)),
			changes: []string{"register staging-cluster/staging-web, maximum 5", "put policy c (ECSServiceAverageCPUUtilization at 70) on staging-cluster/staging-web", "put policy r (ALBRequestCountPerTarget at 500) on staging-cluster/staging-web"},
		},
		{
			name: "what is exact is never put again: that would replace its alarms",
			want: policies.Wanted{Policies: both}, live: look(bounds(1, 5), exact(both[0]), exact(both[1])),
		},
		{
			name: "nothing stands at all", want: policies.Wanted{Policies: both[:1]}, live: look(nil),
			changes: []string{"register staging-cluster/staging-web, minimum 1, maximum 5", "put policy c (ECSServiceAverageCPUUtilization at 70) on staging-cluster/staging-web"},
		},
		{
			name: "an unknown policy is not removed unasked", want: policies.Wanted{Policies: both[1:]},
			live: look(bounds(1, 5), both[0], both[1]), refused: []string{policies.RefusedPolicy},
		},
		{
			name: "one that may stand beside them is left", want: policies.Wanted{Policies: both, AlsoStanding: []string{"m"}},
			live: look(bounds(1, 5), both[0], memory("m", 80), both[1]),
		},
		{
			name: "one that may stand but tracks a wanted metric cannot", want: policies.Wanted{Policies: both, AlsoStanding: []string{"old"}},
			live: look(bounds(1, 5), cpu("old", 50), both[1]), refused: []string{policies.RefusedMetric},
		},
		{
			name: "told to, it removes what it could put back", want: policies.Wanted{Policies: both, Replace: true},
			live:    look(bounds(1, 5), cpu("old", 50), both[1]),
			changes: []string{"delete policy old of staging-cluster/staging-web", "put policy c (ECSServiceAverageCPUUtilization at 70) on staging-cluster/staging-web"},
		},
		{
			name: "and never what it could not", want: policies.Wanted{Policies: both, Replace: true},
			live: look(bounds(1, 5), both[0], both[1], scaling.Policy{Name: "s", Type: "StepScaling"}), refused: []string{policies.RefusedType},
		},
		{
			name: "nor does it put over one that it could not put back", want: policies.Wanted{Policies: both[:1]},
			live: look(bounds(1, 5), custom), refused: []string{policies.RefusedType},
		},
		{
			name: "two that exchange their metrics: one has to go first", want: policies.Wanted{Policies: []scaling.Policy{cpu("r", 70), requests("c", 500)}},
			live: look(bounds(1, 5), both...),
			changes: []string{
				"delete policy c of staging-cluster/staging-web", "delete policy r of staging-cluster/staging-web",
				"put policy r (ECSServiceAverageCPUUtilization at 70) on staging-cluster/staging-web", "put policy c (ALBRequestCountPerTarget at 500) on staging-cluster/staging-web",
			},
		},
		{
			name: "two wanted ones on one metric", want: policies.Wanted{Policies: []scaling.Policy{cpu("a", 70), cpu("b", 60)}}, live: look(bounds(1, 5)),
			refused: []string{policies.RefusedMetric},
		},
		{
			name: "scaling that a person suspended stays so", want: policies.Wanted{Policies: both[:1]}, live: look(suspendedOut, both[0]),
			refused: []string{policies.RefusedSuspended},
		},
		{name: "scheduled actions may be suspended", want: policies.Wanted{Policies: both[:1]}, live: look(suspendedScheduled, both[0])},
		{
			name: "a CPU target outside 50-90 needs confirmation", want: policies.Wanted{Policies: []scaling.Policy{cpu("c", 49.5)}}, live: look(bounds(1, 5)),
			refused: []string{policies.RefusedTarget},
		},
		{
			name: "and with it is put", want: policies.Wanted{Policies: []scaling.Policy{cpu("c", 95)}, AnyTarget: true}, live: look(bounds(1, 5)),
			changes: []string{"put policy c (ECSServiceAverageCPUUtilization at 95) on staging-cluster/staging-web"},
		},
		{
			name: "bounds upside down", want: policies.Wanted{Bounds: scaling.Bounds{Min: 3, Max: 2}}, live: look(bounds(1, 5)),
			refused: []string{policies.RefusedBounds},
		},
		{
			name: "all that is wrong is told at once", want: policies.Wanted{Policies: []scaling.Policy{cpu("c", 10)}}, live: look(suspendedOut, memory("m", 1)),
			refused: []string{policies.RefusedSuspended, policies.RefusedPolicy, policies.RefusedTarget},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.want.Service = web
			if c.want.Bounds == (scaling.Bounds{}) {
				c.want.Bounds = scaling.Bounds{Min: 1, Max: 5}
			}
			changes, err := policies.Plan(c.want, c.live)
			var got []string
			for _, ch := range changes {
				got = append(got, policies.Describe(ch))
			}
			require.Equal(t, c.changes, got)
			require.Equal(t, c.refused, kinds(err))
			for _, kind := range []string{policies.RefusedPolicy, policies.RefusedTarget} {
				require.Equal(t, slices.Contains(c.refused, kind), policies.Refuses(fmt.Errorf("preflight: %w", errors.Join(err)), kind))
			}
		})
	}
}

func kinds(err error) (kinds []string) {
	if err == nil {
		return nil
	}
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		var r *policies.Refusal
		if errors.As(e, &r) {
			kinds = append(kinds, r.Kind)
		}
	}
	return kinds
}

func TestPlanWantsALook(t *testing.T) {
	_, err := policies.Plan(policies.Wanted{Service: web}, scaling.Look{Policies: &scaling.PolicySet{}})
	require.ErrorContains(t, err, "was not looked at")
}

func TestDifferences(t *testing.T) {
	with := func(p scaling.Policy, alarm string) scaling.Policy {
		p.Alarms = []scaling.AlarmRef{{Name: alarm}}
		return p
	}
	before := look(bounds(1, 5), with(cpu("c", 70), "one"), requests("r", 500))
	require.Empty(t, scaling.Differences(before, before))

	anew := look(bounds(1, 5), with(cpu("c", 70), "two"), requests("r", 500))
	require.Empty(t, scaling.Differences(before, anew), "alarms are AWS's own")
	require.Equal(t, []string{"policy c has new alarms"}, policies.AlarmDifferences(before, anew))

	other := look(bounds(2, 5), cpu("c", 60), memory("m", 80))
	require.Equal(t, []scaling.Difference{
		{What: "capacity is 2 to 5, not 1 to 5"}, {Policy: "c", What: "policy c: target 60, not 70"},
		{Policy: "r", What: "policy r is gone"}, {Policy: "m", What: "policy m is new"},
	}, scaling.Differences(before, other))
	require.Len(t, scaling.Differences(before, look(nil, before.Policies.List...)), 1)
	require.Len(t, scaling.Differences(look(nil), look(bounds(1, 5))), 1)
	require.NotEmpty(t, scaling.Differences(before, scaling.Look{}), "what was not looked at is not equal")
}
