package emulator_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/model"
)

// The attributes of a target group say how the world's balances, and ECS how
// long it minds no failed check.
func TestTargetGroupAttributes(t *testing.T) {
	c := world()
	web, small := &c.Services[0], &c.Services[1]
	web.SlowStart, web.Grace = 45*time.Second, 90*time.Second
	small.Balancing, small.Stickiness = model.LeastOutstanding, time.Hour
	a := connect(startWorld(t, clock.NewStepping(clock.Epoch), c, nil))
	for name, want := range map[string]map[string]string{
		"web": {
			"deregistration_delay.timeout_seconds": "30", "slow_start.duration_seconds": "45", "load_balancing.algorithm.type": "round_robin",
			"stickiness.enabled": "false", "stickiness.type": "lb_cookie", "stickiness.lb_cookie.duration_seconds": "86400",
		},
		"small": {
			"deregistration_delay.timeout_seconds": "0", "slow_start.duration_seconds": "0", "load_balancing.algorithm.type": "least_outstanding_requests",
			"stickiness.enabled": "true", "stickiness.type": "lb_cookie", "stickiness.lb_cookie.duration_seconds": "3600",
		},
	} {
		groups, err := a.elb.DescribeTargetGroups(ctx, &elb.DescribeTargetGroupsInput{Names: []string{name}})
		require.NoError(t, err)
		out, err := a.elb.DescribeTargetGroupAttributes(ctx, &elb.DescribeTargetGroupAttributesInput{TargetGroupArn: groups.TargetGroups[0].TargetGroupArn})
		require.NoError(t, err)
		got := map[string]string{}
		for _, x := range out.Attributes {
			got[*x.Key] = *x.Value
		}
		require.Equal(t, want, got)
	}
	out, err := a.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &web.Service.Cluster, Services: []string{"web"}})
	require.NoError(t, err)
	require.EqualValues(t, 90, *out.Services[0].HealthCheckGracePeriodSeconds)
}
