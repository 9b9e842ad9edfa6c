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
	wanted, err := tracking(in)
	if err != nil {
		return nil, err
	}
	stands, err := p.world.Do(p.now, scaling.Change{Op: scaling.PutPolicy, Service: s, Policy: &wanted})
	if err != nil {
		return nil, err
	}
	return &aas.PutScalingPolicyOutput{PolicyARN: &stands.ARN, Alarms: alarmRefs(stands.Alarms)}, nil
}

// tracking reads the settings of a target tracking policy on a predefined
// metric. Every other kind is a thing that AWS does and this does not, and is
// refused as such.
func tracking(in *aas.PutScalingPolicyInput) (scaling.Policy, error) {
	if in.PolicyType != "" && !slices.Contains(in.PolicyType.Values(), in.PolicyType) {
		return scaling.Policy{}, refuse("ValidationException", fmt.Sprintf("1 validation error detected: Value '%s' at "+
			"'policyType' failed to satisfy constraint: Member must satisfy enum value set: %v", in.PolicyType, in.PolicyType.Values()))
	}
	config := in.TargetTrackingScalingPolicyConfiguration
	if in.PolicyType != scaling.TargetTracking || config == nil {
		return scaling.Policy{}, refuse("ValidationException", "only policies of type TargetTrackingScaling are emulated")
	}
	metric := config.PredefinedMetricSpecification
	if metric == nil || config.CustomizedMetricSpecification != nil {
		return scaling.Policy{}, refuse("ValidationException", "only predefined metrics are emulated")
	}
	return scaling.Policy{
		Name: aws.ToString(in.PolicyName), Type: scaling.TargetTracking,
		Metric: string(metric.PredefinedMetricType), ResourceLabel: aws.ToString(metric.ResourceLabel),
		Target:           aws.ToFloat64(config.TargetValue),
		ScaleOutCooldown: span(config.ScaleOutCooldown), ScaleInCooldown: span(config.ScaleInCooldown),
		DisableScaleIn: aws.ToBool(config.DisableScaleIn),
	}, nil
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
	services, err := p.selected(in.ServiceNamespace, one(in.ResourceId), in.ScalableDimension)
	if err != nil {
		return nil, err
	}
	all := []types.ScalingPolicy{}
	for _, s := range services {
		look, err := p.world.Look(s, model.What{Policies: true})
		if err != nil {
			return nil, err
		}
		for _, q := range look.Policies.List {
			if len(in.PolicyNames) == 0 || slices.Contains(in.PolicyNames, q.Name) {
				all = append(all, policy(s, q))
			}
		}
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
			PredefinedMetricSpecification: &types.PredefinedMetricSpecification{
				PredefinedMetricType: types.MetricType(q.Metric), ResourceLabel: orNil(q.ResourceLabel),
			},
		}
	}
	return out
}
