package emulator

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// cooldown is what AWS takes where an ECS policy names none. [D]
const cooldown = 300

func putScalingPolicy(p present, in *aas.PutScalingPolicyInput) (*aas.PutScalingPolicyOutput, error) {
	s, err := target(in.ServiceNamespace, in.ResourceId, in.ScalableDimension)
	if err != nil {
		return nil, err
	}
	wanted, err := settings(in)
	if err != nil {
		return nil, err
	}
	stands, err := p.world.Do(p.now, scaling.Change{Op: scaling.PutPolicy, Service: s, Policy: &wanted})
	if err != nil {
		return nil, err
	}
	return &aas.PutScalingPolicyOutput{PolicyARN: &stands.ARN, Alarms: alarmRefs(stands.Alarms)}, nil
}

// settings reads a policy that tracks a target or goes by steps. Predictive
// scaling and metric math are things that AWS does and this does not, and are
// refused as such.
func settings(in *aas.PutScalingPolicyInput) (scaling.Policy, error) {
	if in.PolicyType != "" && !slices.Contains(in.PolicyType.Values(), in.PolicyType) {
		return scaling.Policy{}, refuse("ValidationException", fmt.Sprintf("1 validation error detected: Value '%s' at "+
			"'policyType' failed to satisfy constraint: Member must satisfy enum value set: %v", in.PolicyType, in.PolicyType.Values()))
	}
	p := scaling.Policy{Name: aws.ToString(in.PolicyName), Type: string(in.PolicyType)}
	switch track, steps := in.TargetTrackingScalingPolicyConfiguration, in.StepScalingPolicyConfiguration; {
	case in.PolicyType == types.PolicyTypeTargetTrackingScaling && track != nil && steps == nil:
		return p, tracking(&p, track)
	case in.PolicyType == types.PolicyTypeStepScaling && steps != nil && track == nil:
		p.Step = stepping(steps)
		return p, nil
	case in.PolicyType == types.PolicyTypePredictiveScaling:
		return p, refuse("ValidationException", "predictive scaling is not emulated")
	}
	return p, refuse("ValidationException", "a policy has the type TargetTrackingScaling or StepScaling, and the configuration of its type alone") // [U]
}

func tracking(p *scaling.Policy, config *types.TargetTrackingScalingPolicyConfiguration) error {
	p.Target, p.DisableScaleIn = aws.ToFloat64(config.TargetValue), aws.ToBool(config.DisableScaleIn)
	p.ScaleOutCooldown, p.ScaleInCooldown = span(config.ScaleOutCooldown), span(config.ScaleInCooldown)
	metric, custom := config.PredefinedMetricSpecification, config.CustomizedMetricSpecification
	if (metric == nil) == (custom == nil) {
		return refuse("ValidationException", "a policy that tracks a target has either a predefined or a customized metric") // [U]
	}
	if metric != nil {
		p.Metric, p.ResourceLabel = string(metric.PredefinedMetricType), aws.ToString(metric.ResourceLabel)
		return nil
	}
	if len(custom.Metrics) > 0 {
		return refuse("ValidationException", "metric math is not emulated: a customized metric is one metric here")
	}
	p.Custom = &scaling.CustomMetric{
		Namespace: aws.ToString(custom.Namespace), Name: aws.ToString(custom.MetricName),
		Statistic: string(custom.Statistic), Unit: aws.ToString(custom.Unit),
	}
	for _, d := range custom.Dimensions {
		p.Custom.Dimensions = append(p.Custom.Dimensions, scaling.Dimension{Name: aws.ToString(d.Name), Value: aws.ToString(d.Value)})
	}
	return nil
}

func stepping(config *types.StepScalingPolicyConfiguration) *scaling.Steps {
	s := &scaling.Steps{
		Adjustment: string(config.AdjustmentType), Cooldown: span(config.Cooldown),
		Aggregation: string(config.MetricAggregationType), MinMagnitude: int(aws.ToInt32(config.MinAdjustmentMagnitude)),
	}
	for _, a := range config.StepAdjustments {
		s.List = append(s.List, scaling.Step{
			Lower: a.MetricIntervalLowerBound, Upper: a.MetricIntervalUpperBound, Change: int(aws.ToInt32(a.ScalingAdjustment)),
		})
	}
	return s
}

func span(seconds *int32) time.Duration {
	if seconds == nil {
		return cooldown * time.Second
	}
	return time.Duration(*seconds) * time.Second
}

func alarmRefs(refs []scaling.AlarmRef) []types.Alarm {
	out := []types.Alarm{}
	for _, r := range refs {
		out = append(out, types.Alarm{AlarmName: &r.Name, AlarmARN: &r.ARN})
	}
	return out
}

func deleteScalingPolicy(p present, in *aas.DeleteScalingPolicyInput) (*aas.DeleteScalingPolicyOutput, error) {
	s, err := target(in.ServiceNamespace, in.ResourceId, in.ScalableDimension)
	if err == nil {
		c := scaling.Change{Op: scaling.DeletePolicy, Service: s, Policy: &scaling.Policy{Name: aws.ToString(in.PolicyName)}}
		_, err = p.world.Do(p.now, c)
	}
	return &aas.DeleteScalingPolicyOutput{}, err
}

func describeScalingPolicies(p present, in *aas.DescribeScalingPoliciesInput) (*aas.DescribeScalingPoliciesOutput, error) {
	all, err := listed(p, in.ServiceNamespace, one(in.ResourceId), in.ScalableDimension, model.What{Policies: true}, func(s scaling.Service, look scaling.Look) (list []types.ScalingPolicy) {
		for _, q := range look.Policies.List {
			if len(in.PolicyNames) == 0 || slices.Contains(in.PolicyNames, q.Name) {
				list = append(list, policy(s, q))
			}
		}
		return list
	})
	if err != nil {
		return nil, err
	}
	page, next, err := paged(all, func(q types.ScalingPolicy) string { return *q.PolicyARN }, pageAAS(in.NextToken, in.MaxResults, 10))
	return &aas.DescribeScalingPoliciesOutput{ScalingPolicies: page, NextToken: next}, err
}

func policy(s scaling.Service, q scaling.Policy) types.ScalingPolicy {
	out := types.ScalingPolicy{
		ServiceNamespace: scaling.Namespace, ScalableDimension: scaling.ScalableDimension,
		ResourceId: aws.String(s.ResourceID()), PolicyName: &q.Name, PolicyARN: &q.ARN,
		PolicyType: types.PolicyType(q.Type), CreationTime: instant(q.Created), Alarms: alarmRefs(q.Alarms),
	}
	if q.Type == scaling.TargetTracking {
		out.TargetTrackingScalingPolicyConfiguration = &types.TargetTrackingScalingPolicyConfiguration{
			TargetValue: &q.Target, DisableScaleIn: &q.DisableScaleIn,
			ScaleInCooldown: seconds(q.ScaleInCooldown), ScaleOutCooldown: seconds(q.ScaleOutCooldown),
			CustomizedMetricSpecification: customized(q.Custom),
		}
		if q.Metric != "" {
			out.TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification = &types.PredefinedMetricSpecification{
				PredefinedMetricType: types.MetricType(q.Metric), ResourceLabel: orNil(q.ResourceLabel),
			}
		}
	}
	if q.Step != nil {
		out.StepScalingPolicyConfiguration = steps(q.Step)
	}
	return out
}

func customized(c *scaling.CustomMetric) *types.CustomizedMetricSpecification {
	if c == nil {
		return nil
	}
	out := &types.CustomizedMetricSpecification{
		Namespace: &c.Namespace, MetricName: &c.Name, Statistic: types.MetricStatistic(c.Statistic), Unit: orNil(c.Unit),
	}
	for _, d := range c.Dimensions {
		out.Dimensions = append(out.Dimensions, types.MetricDimension{Name: &d.Name, Value: &d.Value})
	}
	return out
}

func steps(c *scaling.Steps) *types.StepScalingPolicyConfiguration {
	out := &types.StepScalingPolicyConfiguration{
		AdjustmentType: types.AdjustmentType(c.Adjustment), Cooldown: seconds(c.Cooldown),
		MetricAggregationType: types.MetricAggregationType(c.Aggregation),
	}
	if c.MinMagnitude > 0 {
		out.MinAdjustmentMagnitude = count(c.MinMagnitude)
	}
	for _, s := range c.List {
		out.StepAdjustments = append(out.StepAdjustments, types.StepAdjustment{
			MetricIntervalLowerBound: s.Lower, MetricIntervalUpperBound: s.Upper, ScalingAdjustment: count(s.Change),
		})
	}
	return out
}
