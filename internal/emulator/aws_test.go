package emulator_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	cw "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/scaling"
)

// account is a server and the pinned SDK's own clients for it.
type account struct {
	*bench
	aas *aas.Client
	ecs *ecs.Client
	cw  *cw.Client
	elb *elb.Client
	sts *sts.Client
}

func open(t *testing.T, c *clock.Clock) account { return connect(start(t, c)) }

func connect(b *bench) account {
	c := aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(b.server.Endpoint()), HTTPClient: b.client,
		Credentials: credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "secret", ""),
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} },
	}
	return account{b, aas.NewFromConfig(c), ecs.NewFromConfig(c), cw.NewFromConfig(c), elb.NewFromConfig(c), sts.NewFromConfig(c)}
}

var (
	ctx       = context.Background()
	webID     = aws.String(web.ResourceID())
	dimension = aastypes.ScalableDimensionECSServiceDesiredCount
)

// code is the code of an AWS refusal.
func code(err error) string {
	var api smithy.APIError
	if err == nil {
		return ""
	}
	if !errors.As(err, &api) {
		return err.Error()
	}
	return api.ErrorCode()
}

func put(name string, metric aastypes.MetricType, target float64) *aas.PutScalingPolicyInput {
	return &aas.PutScalingPolicyInput{
		PolicyName: &name, ServiceNamespace: "ecs", ResourceId: webID, ScalableDimension: dimension, PolicyType: scaling.TargetTracking,
		TargetTrackingScalingPolicyConfiguration: &aastypes.TargetTrackingScalingPolicyConfiguration{
			TargetValue: &target, PredefinedMetricSpecification: &aastypes.PredefinedMetricSpecification{PredefinedMetricType: metric},
		},
	}
}

// The life of a target and its policies, as the main job goes through it.
func TestApplicationAutoScaling(t *testing.T) {
	a := open(t, clock.NewStepping(clock.Epoch))
	targets, err := a.aas.DescribeScalableTargets(ctx, &aas.DescribeScalableTargetsInput{ServiceNamespace: "ecs"})
	require.NoError(t, err)
	require.Len(t, targets.ScalableTargets, 1)
	require.Equal(t, *webID, *targets.ScalableTargets[0].ResourceId)
	require.EqualValues(t, 1, *targets.ScalableTargets[0].MinCapacity)
	require.EqualValues(t, 5, *targets.ScalableTargets[0].MaxCapacity)
	require.False(t, *targets.ScalableTargets[0].SuspendedState.DynamicScalingInSuspended)

	_, err = a.aas.RegisterScalableTarget(ctx, &aas.RegisterScalableTargetInput{
		ServiceNamespace: "ecs", ResourceId: webID, ScalableDimension: dimension, MinCapacity: aws.Int32(3),
		SuspendedState: &aastypes.SuspendedState{DynamicScalingInSuspended: aws.Bool(true)},
	})
	require.NoError(t, err)
	targets, err = a.aas.DescribeScalableTargets(ctx, &aas.DescribeScalableTargetsInput{
		ServiceNamespace: "ecs", ResourceIds: []string{*webID}, ScalableDimension: dimension})
	require.NoError(t, err)
	require.EqualValues(t, 3, *targets.ScalableTargets[0].MinCapacity)
	require.EqualValues(t, 5, *targets.ScalableTargets[0].MaxCapacity, "what is not given stays")
	require.True(t, *targets.ScalableTargets[0].SuspendedState.DynamicScalingInSuspended)
	service, err := a.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &web.Cluster, Services: []string{"web"}})
	require.NoError(t, err)
	require.EqualValues(t, 3, service.Services[0].DesiredCount, "a bound moves the count inside")

	policies, err := a.aas.DescribeScalingPolicies(ctx, &aas.DescribeScalingPoliciesInput{ServiceNamespace: "ecs", ResourceId: webID})
	require.NoError(t, err)
	require.Len(t, policies.ScalingPolicies, 1)
	before := policies.ScalingPolicies[0]
	require.Equal(t, "cpu", *before.PolicyName)
	require.EqualValues(t, 60, *before.TargetTrackingScalingPolicyConfiguration.ScaleOutCooldown)
	made, err := a.aas.PutScalingPolicy(ctx, put("cpu", scaling.MetricCPU, 50))
	require.NoError(t, err)
	require.Equal(t, *before.PolicyARN, *made.PolicyARN)
	require.Len(t, made.Alarms, 2)
	require.NotEqual(t, *before.Alarms[0].AlarmName, *made.Alarms[0].AlarmName, "a policy put again has new alarms")
	policies, err = a.aas.DescribeScalingPolicies(ctx, &aas.DescribeScalingPoliciesInput{ServiceNamespace: "ecs", PolicyNames: []string{"cpu"}})
	require.NoError(t, err)
	require.EqualValues(t, 50, *policies.ScalingPolicies[0].TargetTrackingScalingPolicyConfiguration.TargetValue)
	require.EqualValues(t, 300, *policies.ScalingPolicies[0].TargetTrackingScalingPolicyConfiguration.ScaleInCooldown, "AWS's default")

	remove := &aas.DeleteScalingPolicyInput{PolicyName: aws.String("cpu"), ServiceNamespace: "ecs", ResourceId: webID, ScalableDimension: dimension}
	_, err = a.aas.DeleteScalingPolicy(ctx, remove)
	require.NoError(t, err)
	_, err = a.aas.DeleteScalingPolicy(ctx, remove)
	var missing *aastypes.ObjectNotFoundException
	require.ErrorAs(t, err, &missing)
	_, err = a.aas.DeregisterScalableTarget(ctx, &aas.DeregisterScalableTargetInput{ServiceNamespace: "ecs", ResourceId: webID, ScalableDimension: dimension})
	require.NoError(t, err)
	_, err = a.aas.PutScalingPolicy(ctx, put("cpu", scaling.MetricCPU, 50))
	require.ErrorAs(t, err, &missing)
	require.Equal(t, "No scalable target registered for service namespace: ecs, resource ID: service/staging-cluster/web, "+
		"scalable dimension: ecs:service:DesiredCount", missing.ErrorMessage())
}

// What cannot be is refused with AWS's code, and what is AWS's but not
// emulated is refused by name.
func TestRefusals(t *testing.T) {
	a := open(t, clock.NewStepping(clock.Epoch))
	for name, tc := range map[string]struct {
		code string
		call func() error
	}{
		"bounds crossed": {"ValidationException", func() error {
			_, err := a.aas.RegisterScalableTarget(ctx, &aas.RegisterScalableTargetInput{ServiceNamespace: "ecs", ResourceId: webID,
				ScalableDimension: dimension, MinCapacity: aws.Int32(9), MaxCapacity: aws.Int32(2)})
			return err
		}},
		"more tasks than ECS gives a service": {"ValidationException", func() error {
			_, err := a.aas.RegisterScalableTarget(ctx, &aas.RegisterScalableTargetInput{ServiceNamespace: "ecs", ResourceId: webID,
				ScalableDimension: dimension, MinCapacity: aws.Int32(2_000_000_000), MaxCapacity: aws.Int32(2_000_000_000)})
			return err
		}},
		"more tasks than that, by hand": {"InvalidParameterException", func() error {
			_, err := a.ecs.UpdateService(ctx, &ecs.UpdateServiceInput{Cluster: &web.Cluster, Service: &web.Name, DesiredCount: aws.Int32(2_000_000_000)})
			return err
		}},
		"no such service": {"ValidationException", func() error {
			_, err := a.aas.RegisterScalableTarget(ctx, &aas.RegisterScalableTargetInput{ServiceNamespace: "ecs",
				ResourceId: aws.String("service/staging-cluster/none"), ScalableDimension: dimension, MinCapacity: aws.Int32(1), MaxCapacity: aws.Int32(2)})
			return err
		}},
		"another dimension": {"ValidationException", func() error {
			_, err := a.aas.DeregisterScalableTarget(ctx, &aas.DeregisterScalableTargetInput{ServiceNamespace: "ecs", ResourceId: webID,
				ScalableDimension: "dynamodb:table:ReadCapacityUnits"})
			return err
		}},
		"unknown policy type": {"ValidationException", func() error {
			in := put("p", scaling.MetricCPU, 50)
			in.PolicyType = "X"
			_, err := a.aas.PutScalingPolicy(ctx, in)
			return err
		}},
		"step scaling": {"ValidationException", func() error {
			in := put("p", scaling.MetricCPU, 50)
			in.PolicyType, in.TargetTrackingScalingPolicyConfiguration = aastypes.PolicyTypeStepScaling, nil
			_, err := a.aas.PutScalingPolicy(ctx, in)
			return err
		}},
		"unknown namespace": {"ValidationException", func() error {
			_, err := a.aas.DescribeScalingPolicies(ctx, &aas.DescribeScalingPoliciesInput{ServiceNamespace: "x"})
			return err
		}},
		"bad token": {"InvalidNextTokenException", func() error {
			_, err := a.aas.DescribeScalingActivities(ctx, &aas.DescribeScalingActivitiesInput{ServiceNamespace: "ecs", NextToken: aws.String("x")})
			return err
		}},
		"page too large": {"ValidationException", func() error {
			_, err := a.aas.DescribeScalingPolicies(ctx, &aas.DescribeScalingPoliciesInput{ServiceNamespace: "ecs", MaxResults: aws.Int32(11)})
			return err
		}},
		"not emulated": {"UnknownOperationException", func() error {
			_, err := a.ecs.ListClusters(ctx, &ecs.ListClustersInput{})
			return err
		}},
		"cluster": {"ClusterNotFoundException", func() error {
			_, err := a.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Services: []string{"web"}})
			return err
		}},
		"service": {"ServiceNotFoundException", func() error {
			_, err := a.ecs.UpdateService(ctx, &ecs.UpdateServiceInput{Cluster: &web.Cluster, Service: aws.String("none")})
			return err
		}},
		"a new task definition": {"InvalidParameterException", func() error {
			_, err := a.ecs.UpdateService(ctx, &ecs.UpdateServiceInput{Cluster: &web.Cluster, Service: &web.Name, TaskDefinition: aws.String("web:2")})
			return err
		}},
		"eleven services": {"InvalidParameterException", func() error {
			_, err := a.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &web.Cluster, Services: make([]string, 11)})
			return err
		}},
		"load balancer": {"LoadBalancerNotFound", func() error {
			_, err := a.elb.DescribeLoadBalancers(ctx, &elb.DescribeLoadBalancersInput{Names: []string{"none"}})
			return err
		}},
		"target group": {"TargetGroupNotFound", func() error {
			_, err := a.elb.DescribeTargetHealth(ctx, &elb.DescribeTargetHealthInput{TargetGroupArn: aws.String("none")})
			return err
		}},
		"45 seconds": {"ValidationError", func() error {
			_, err := a.cw.GetMetricStatistics(ctx, &cw.GetMetricStatisticsInput{StartTime: &clock.Epoch, EndTime: aws.Time(clock.Epoch.Add(time.Hour)),
				Namespace: aws.String("AWS/ECS"), MetricName: aws.String("CPUUtilization"), Period: aws.Int32(45), Statistics: []cwtypes.Statistic{"Average"}})
			return err
		}},
		"expression": {"ValidationError", func() error {
			_, err := a.cw.GetMetricData(ctx, &cw.GetMetricDataInput{StartTime: &clock.Epoch, EndTime: aws.Time(clock.Epoch.Add(time.Hour)),
				MetricDataQueries: []cwtypes.MetricDataQuery{{Id: aws.String("q"), Expression: aws.String("1+1")}}})
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tc.code, code(tc.call())) })
	}
}

func TestContainers(t *testing.T) {
	a := open(t, clock.NewStepping(clock.Epoch))
	arn := "arn:aws:ecs:eu-west-1:111122223333:service/staging-cluster/web"
	out, err := a.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{
		Cluster: aws.String("arn:aws:ecs:eu-west-1:111122223333:cluster/staging-cluster"), Services: []string{arn, "none"}})
	require.NoError(t, err)
	require.Len(t, out.Services, 1)
	s := out.Services[0]
	require.Equal(t, arn, *s.ServiceArn)
	require.Equal(t, "ACTIVE", *s.Status)
	require.EqualValues(t, 2, s.RunningCount)
	require.Len(t, s.Deployments, 1)
	require.Equal(t, ecstypes.DeploymentRolloutStateCompleted, s.Deployments[0].RolloutState)
	require.Equal(t, "arn:aws:elasticloadbalancing:eu-west-1:111122223333:"+group, *s.LoadBalancers[0].TargetGroupArn)
	require.Len(t, out.Failures, 1)
	require.Equal(t, "MISSING", *out.Failures[0].Reason)

	list, err := a.ecs.ListServices(ctx, &ecs.ListServicesInput{Cluster: &web.Cluster, MaxResults: aws.Int32(1)})
	require.NoError(t, err)
	require.Equal(t, []string{arn}, list.ServiceArns)
	list, err = a.ecs.ListServices(ctx, &ecs.ListServicesInput{Cluster: &web.Cluster, NextToken: list.NextToken})
	require.NoError(t, err)
	require.Len(t, list.ServiceArns, 1)
	require.Nil(t, list.NextToken)

	clusters, err := a.ecs.DescribeClusters(ctx, &ecs.DescribeClustersInput{Clusters: []string{web.Cluster, "none"}})
	require.NoError(t, err)
	require.EqualValues(t, 3, clusters.Clusters[0].RunningTasksCount)
	require.Equal(t, "MISSING", *clusters.Failures[0].Reason)

	updated, err := a.ecs.UpdateService(ctx, &ecs.UpdateServiceInput{Cluster: &web.Cluster, Service: &web.Name, DesiredCount: aws.Int32(7)})
	require.NoError(t, err)
	require.EqualValues(t, 7, updated.Service.DesiredCount, "the bounds do not hold for UpdateService")
	a.pass(3 * time.Minute)
	out, err = a.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &web.Cluster, Services: []string{"web"}})
	require.NoError(t, err)
	require.EqualValues(t, 7, out.Services[0].RunningCount)
	require.Contains(t, *out.Services[0].Events[0].Message, "(service web)")
}

// A deployment that is forced over the wire runs its course there.
func TestForceNewDeployment(t *testing.T) {
	a := open(t, clock.NewStepping(clock.Epoch))
	updated, err := a.ecs.UpdateService(ctx, &ecs.UpdateServiceInput{Cluster: &web.Cluster, Service: &web.Name, ForceNewDeployment: true})
	require.NoError(t, err)
	require.EqualValues(t, 100, *updated.Service.DeploymentConfiguration.MinimumHealthyPercent)
	require.EqualValues(t, 200, *updated.Service.DeploymentConfiguration.MaximumPercent)
	require.Len(t, updated.Service.Deployments, 2)
	d, old := updated.Service.Deployments[0], updated.Service.Deployments[1]
	require.Equal(t, ecstypes.DeploymentRolloutStateInProgress, d.RolloutState)
	require.Equal(t, "ACTIVE", *old.Status)
	require.Equal(t, updated.Service.DesiredCount, d.PendingCount)
	a.pass(5 * time.Minute)
	out, err := a.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &web.Cluster, Services: []string{"web"}})
	require.NoError(t, err)
	require.Len(t, out.Services[0].Deployments, 1)
	require.Equal(t, *d.Id, *out.Services[0].Deployments[0].Id)
	require.Equal(t, ecstypes.DeploymentRolloutStateCompleted, out.Services[0].Deployments[0].RolloutState)
	require.Equal(t, "(service web) has reached a steady state.", *out.Services[0].Events[0].Message)
}

func TestLoadBalancing(t *testing.T) {
	a := open(t, clock.NewStepping(clock.Epoch))
	balancers, err := a.elb.DescribeLoadBalancers(ctx, &elb.DescribeLoadBalancersInput{Names: []string{"staging"}})
	require.NoError(t, err)
	lb := balancers.LoadBalancers[0]
	listeners, err := a.elb.DescribeListeners(ctx, &elb.DescribeListenersInput{LoadBalancerArn: lb.LoadBalancerArn})
	require.NoError(t, err)
	require.Equal(t, a.server.FrontURL(), fmt.Sprintf("http://%s:%d", *lb.DNSName, *listeners.Listeners[0].Port))

	rules, err := a.elb.DescribeRules(ctx, &elb.DescribeRulesInput{ListenerArn: listeners.Listeners[0].ListenerArn})
	require.NoError(t, err)
	require.Len(t, rules.Rules, 3)
	require.Equal(t, []string{"/small*"}, rules.Rules[0].Conditions[0].PathPatternConfig.Values)
	require.True(t, *rules.Rules[2].IsDefault)

	groups, err := a.elb.DescribeTargetGroups(ctx, &elb.DescribeTargetGroupsInput{Names: []string{"web"}})
	require.NoError(t, err)
	g := groups.TargetGroups[0]
	require.Equal(t, []string{*lb.LoadBalancerArn}, g.LoadBalancerArns)
	require.EqualValues(t, 10, *g.HealthCheckIntervalSeconds)
	attributes, err := a.elb.DescribeTargetGroupAttributes(ctx, &elb.DescribeTargetGroupAttributesInput{TargetGroupArn: g.TargetGroupArn})
	require.NoError(t, err)
	require.Equal(t, elbtypes.TargetGroupAttribute{Key: aws.String("deregistration_delay.timeout_seconds"), Value: aws.String("30")}, attributes.Attributes[0])
	idle, err := a.elb.DescribeLoadBalancerAttributes(ctx, &elb.DescribeLoadBalancerAttributesInput{LoadBalancerArn: lb.LoadBalancerArn})
	require.NoError(t, err)
	require.Equal(t, "60", *idle.Attributes[0].Value)

	_, err = a.ecs.UpdateService(ctx, &ecs.UpdateServiceInput{Cluster: &web.Cluster, Service: &web.Name, DesiredCount: aws.Int32(1)})
	require.NoError(t, err)
	health, err := a.elb.DescribeTargetHealth(ctx, &elb.DescribeTargetHealthInput{TargetGroupArn: g.TargetGroupArn})
	require.NoError(t, err)
	require.Len(t, health.TargetHealthDescriptions, 2)
	states := map[elbtypes.TargetHealthStateEnum]*elbtypes.TargetHealth{}
	for _, d := range health.TargetHealthDescriptions {
		states[d.TargetHealth.State] = d.TargetHealth
	}
	require.Contains(t, states, elbtypes.TargetHealthStateEnumHealthy)
	require.Equal(t, "Target deregistration is in progress", *states[elbtypes.TargetHealthStateEnumDraining].Description)

	who, err := a.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	require.NoError(t, err)
	require.Equal(t, "111122223333", *who.Account)
}

// Load makes datapoints, datapoints an alarm, the alarm an activity; each is
// read through the protocol that the SDK speaks.
func TestMetricsAlarmsAndActivities(t *testing.T) {
	a := open(t, clock.NewStepping(clock.Epoch))
	var list []arrival
	for n := range uint64(600) {
		list = append(list, arrival{time.Duration(n) * time.Second / 2, n + 1, "/web/heavy", 0})
	}
	for n := range uint64(5 * 60 * 16) { // 16 a second of 105 ms, on two tasks of one vCPU: 84 %
		list = append(list, arrival{5*time.Minute + time.Duration(n)*time.Second/16, n + 1001, "/web/heavy", 0})
	}
	wait := a.schedule(list)
	a.pass(11 * time.Minute)
	wait()

	alarms, err := a.cw.DescribeAlarms(ctx, &cw.DescribeAlarmsInput{AlarmNamePrefix: aws.String("TargetTracking-service/staging-cluster/web")})
	require.NoError(t, err)
	require.Len(t, alarms.MetricAlarms, 2)
	high := alarms.MetricAlarms[0]
	require.Contains(t, *high.AlarmName, "-AlarmHigh-")
	require.EqualValues(t, 70, *high.Threshold)
	require.EqualValues(t, 3, *high.EvaluationPeriods)
	require.Nil(t, high.TreatMissingData)
	require.Equal(t, cwtypes.StatisticAverage, high.Statistic)
	one, err := a.cw.DescribeAlarms(ctx, &cw.DescribeAlarmsInput{AlarmNames: []string{*high.AlarmName}})
	require.NoError(t, err)
	require.Len(t, one.MetricAlarms, 1)
	none, err := a.cw.DescribeAlarms(ctx, &cw.DescribeAlarmsInput{StateValue: "ALARM", AlarmNamePrefix: aws.String("x")})
	require.NoError(t, err)
	require.Empty(t, none.MetricAlarms)

	history, err := a.cw.DescribeAlarmHistory(ctx, &cw.DescribeAlarmHistoryInput{AlarmName: high.AlarmName, HistoryItemType: "StateUpdate"})
	require.NoError(t, err)
	require.Equal(t, "Alarm updated from OK to ALARM", *history.AlarmHistoryItems[0].HistorySummary)
	require.Contains(t, *history.AlarmHistoryItems[0].HistoryData, "recentDatapoints")

	end := clock.Epoch.Add(10 * time.Minute)
	data, err := a.cw.GetMetricData(ctx, &cw.GetMetricDataInput{StartTime: aws.Time(clock.Epoch.Add(30 * time.Second)), EndTime: &end,
		ScanBy: cwtypes.ScanByTimestampAscending,
		MetricDataQueries: []cwtypes.MetricDataQuery{{Id: aws.String("cpu"), MetricStat: &cwtypes.MetricStat{
			Stat: aws.String("Average"), Period: aws.Int32(60),
			Metric: &cwtypes.Metric{Namespace: aws.String("AWS/ECS"), MetricName: aws.String("CPUUtilization"), Dimensions: high.Dimensions},
		}}}})
	require.NoError(t, err)
	cpu := data.MetricDataResults[0]
	require.Equal(t, clock.Epoch, cpu.Timestamps[0].UTC(), "the start is aligned to the period")
	require.Greater(t, len(cpu.Values), 5)
	require.InDelta(t, 10.5, cpu.Values[0], 0.5, "two a second")
	require.InDelta(t, 84, cpu.Values[6], 0.5)

	stats, err := a.cw.GetMetricStatistics(ctx, &cw.GetMetricStatisticsInput{StartTime: &clock.Epoch, EndTime: &end, Period: aws.Int32(60),
		Namespace: aws.String("AWS/ECS"), MetricName: aws.String("CPUUtilization"), Dimensions: high.Dimensions,
		Statistics: []cwtypes.Statistic{"Average", "Maximum"}})
	require.NoError(t, err)
	require.Equal(t, cpu.Values[0], *stats.Datapoints[0].Average)
	require.NotNil(t, stats.Datapoints[0].Maximum)

	activities, err := a.aas.DescribeScalingActivities(ctx, &aas.DescribeScalingActivitiesInput{ServiceNamespace: "ecs", ResourceId: webID})
	require.NoError(t, err)
	require.NotEmpty(t, activities.ScalingActivities)
	first := activities.ScalingActivities[len(activities.ScalingActivities)-1]
	require.Equal(t, "monitor alarm "+*high.AlarmName+" in state ALARM triggered policy cpu", *first.Cause)
	require.True(t, strings.HasPrefix(*first.Description, "Setting desired count to "))
	all, err := a.aas.DescribeScalingActivities(ctx, &aas.DescribeScalingActivitiesInput{
		ServiceNamespace: "ecs", ResourceId: webID, IncludeNotScaledActivities: aws.Bool(true)})
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(all.ScalingActivities), len(activities.ScalingActivities))
	var paged []aastypes.ScalingActivity
	in := &aas.DescribeScalingActivitiesInput{ServiceNamespace: "ecs", IncludeNotScaledActivities: aws.Bool(true), MaxResults: aws.Int32(1)}
	for pages := aas.NewDescribeScalingActivitiesPaginator(a.aas, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		require.NoError(t, err)
		paged = append(paged, page.ScalingActivities...)
	}
	require.Equal(t, all.ScalingActivities, paged)
	a.eventually(func() bool { return len(a.clock.Holders()) == 1 }) // the server gives its own up once the answer is sent
}
