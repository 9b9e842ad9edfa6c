package emulator_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	cw "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/scaling"
)

// What is put of a step policy and of one with a customised metric is what is
// described, field by field.
func TestOtherPolicies(t *testing.T) {
	a := open(t, clock.NewStepping(clock.Epoch))
	steps := &aas.PutScalingPolicyInput{
		PolicyName: aws.String("steps"), ServiceNamespace: "ecs", ResourceId: webID, ScalableDimension: dimension,
		PolicyType: aastypes.PolicyTypeStepScaling,
		StepScalingPolicyConfiguration: &aastypes.StepScalingPolicyConfiguration{
			AdjustmentType: aastypes.AdjustmentTypePercentChangeInCapacity, Cooldown: aws.Int32(120),
			MetricAggregationType: aastypes.MetricAggregationTypeMaximum, MinAdjustmentMagnitude: aws.Int32(2),
			StepAdjustments: []aastypes.StepAdjustment{
				{MetricIntervalLowerBound: aws.Float64(0), MetricIntervalUpperBound: aws.Float64(15), ScalingAdjustment: aws.Int32(10)},
				{MetricIntervalLowerBound: aws.Float64(15), ScalingAdjustment: aws.Int32(30)},
			},
		},
	}
	custom := put("custom", "", 0.5)
	custom.TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification = nil
	custom.TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification = &aastypes.CustomizedMetricSpecification{
		Namespace: aws.String("AWS/ApplicationELB"), MetricName: aws.String("TargetResponseTime"),
		Statistic: aastypes.MetricStatisticAverage, Unit: aws.String("Seconds"),
		Dimensions: []aastypes.MetricDimension{
			{Name: aws.String("LoadBalancer"), Value: aws.String(balancer)}, {Name: aws.String("TargetGroup"), Value: aws.String(group)},
		},
	}
	made, err := a.aas.PutScalingPolicy(ctx, steps)
	require.NoError(t, err)
	require.Empty(t, made.Alarms, "a step policy has the alarms that others make")
	made, err = a.aas.PutScalingPolicy(ctx, custom)
	require.NoError(t, err)
	require.Len(t, made.Alarms, 2)

	out, err := a.aas.DescribeScalingPolicies(ctx, &aas.DescribeScalingPoliciesInput{ServiceNamespace: "ecs", PolicyNames: []string{"custom", "steps"}})
	require.NoError(t, err)
	require.Len(t, out.ScalingPolicies, 2)
	require.Equal(t, steps.StepScalingPolicyConfiguration, out.ScalingPolicies[1].StepScalingPolicyConfiguration)
	require.Nil(t, out.ScalingPolicies[1].TargetTrackingScalingPolicyConfiguration)
	stands := out.ScalingPolicies[0].TargetTrackingScalingPolicyConfiguration
	require.Equal(t, custom.TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification, stands.CustomizedMetricSpecification)
	require.Nil(t, stands.PredefinedMetricSpecification)

	math := put("math", "", 1)
	math.TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification = nil
	math.TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification = &aastypes.CustomizedMetricSpecification{
		Metrics: []aastypes.TargetTrackingMetricDataQuery{{Id: aws.String("e1"), Expression: aws.String("m1 / 2")}},
	}
	both := put("both", "ECSServiceAverageMemoryUtilization", 50)
	both.TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification = custom.TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification
	bare := put("bare", "ECSServiceAverageMemoryUtilization", 50)
	bare.PolicyType = aastypes.PolicyTypeStepScaling
	for name, in := range map[string]*aas.PutScalingPolicyInput{"metric math": math, "two metrics": both, "no steps": bare} {
		_, err := a.aas.PutScalingPolicy(ctx, in)
		require.Equal(t, "ValidationException", code(err), name)
	}
	// The pinned SDK has no constant for it; AWS takes the string.
	_, err = a.aas.PutScalingPolicy(ctx, put("fine", scaling.MetricMemoryHighRes, 50))
	require.ErrorContains(t, err, "High-resolution metrics are not fully enabled on the ECS service.")
}

// A step policy whose alarm is made by PutMetricAlarm with the policy's ARN as
// its action: the alarm is listed with it, calls it, and is the cause that the
// activity names.
func TestStepPolicyIsCalledByAnAlarmOfOnesOwn(t *testing.T) {
	a := open(t, clock.NewStepping(clock.Epoch))
	made, err := a.aas.PutScalingPolicy(ctx, &aas.PutScalingPolicyInput{
		PolicyName: aws.String("shrink"), ServiceNamespace: "ecs", ResourceId: webID, ScalableDimension: dimension,
		PolicyType: aastypes.PolicyTypeStepScaling,
		StepScalingPolicyConfiguration: &aastypes.StepScalingPolicyConfiguration{
			AdjustmentType:  aastypes.AdjustmentTypeChangeInCapacity,
			StepAdjustments: []aastypes.StepAdjustment{{MetricIntervalUpperBound: aws.Float64(0), ScalingAdjustment: aws.Int32(-1)}},
		},
	})
	require.NoError(t, err)
	_, err = a.cw.PutMetricAlarm(ctx, &cw.PutMetricAlarmInput{
		AlarmName: aws.String("idle"), AlarmActions: []string{*made.PolicyARN}, EvaluationPeriods: aws.Int32(1), Period: aws.Int32(60),
		Namespace: aws.String("AWS/ECS"), MetricName: aws.String("CPUUtilization"), Statistic: cwtypes.StatisticAverage,
		ComparisonOperator: cwtypes.ComparisonOperatorLessThanThreshold, Threshold: aws.Float64(20),
		Dimensions: []cwtypes.Dimension{{Name: aws.String("ClusterName"), Value: &web.Cluster}, {Name: aws.String("ServiceName"), Value: &web.Name}},
	})
	require.NoError(t, err)
	stands, err := a.aas.DescribeScalingPolicies(ctx, &aas.DescribeScalingPoliciesInput{ServiceNamespace: "ecs", PolicyNames: []string{"shrink"}})
	require.NoError(t, err)
	require.Equal(t, "idle", *stands.ScalingPolicies[0].Alarms[0].AlarmName)

	a.pass(10 * time.Minute)
	in := &aas.DescribeScalingActivitiesInput{ServiceNamespace: "ecs", ResourceId: webID}
	out, err := a.aas.DescribeScalingActivities(ctx, in)
	require.NoError(t, err)
	require.Len(t, out.ScalingActivities, 1, "to the minimum, and no further")
	done := out.ScalingActivities[0]
	require.Equal(t, "monitor alarm idle in state ALARM triggered policy shrink", *done.Cause)
	require.Equal(t, "Setting desired count to 1.", *done.Description)
	require.Equal(t, aastypes.ScalingActivityStatusCodeSuccessful, done.StatusCode)
	require.NotNil(t, done.EndTime)

	in.IncludeNotScaledActivities = aws.Bool(true)
	out, err = a.aas.DescribeScalingActivities(ctx, in)
	require.NoError(t, err)
	require.Len(t, out.ScalingActivities, 2, "the calls at the minimum, told once")
	refused := out.ScalingActivities[0]
	require.Equal(t, "Attempting to scale due to alarm triggered", *refused.Description)
	require.Equal(t, aastypes.ScalingActivityStatusCodeFailed, refused.StatusCode)
	require.Equal(t, "AlreadyAtMinCapacity", *refused.NotScaledReasons[0].Code)
	require.EqualValues(t, 1, *refused.NotScaledReasons[0].MinCapacity)
	require.Nil(t, refused.NotScaledReasons[0].MaxCapacity)
	require.Nil(t, refused.EndTime, "as in AWS's sample")
}
