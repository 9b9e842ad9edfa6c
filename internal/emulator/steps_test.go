package emulator_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
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
}
