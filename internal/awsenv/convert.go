package awsenv

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	cw "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"scaleproof/internal/scaling"
)

// utc reads a time off the wire, to the millisecond; nil is the zero time.
func utc(t *time.Time) time.Time {
	if t == nil || t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Round(time.Millisecond)
}

func tasks(n *int32) int { return int(aws.ToInt32(n)) }

func count(n *int) *int32 {
	if n == nil {
		return nil
	}
	return aws.Int32(int32(*n))
}

func seconds(d time.Duration) *int32 { return aws.Int32(int32(d / time.Second)) }

// defaultCooldown is what ECS uses where a policy sets none. [D]
const defaultCooldown = 300 * time.Second

func cooldown(s *int32) time.Duration {
	if s == nil {
		return defaultCooldown
	}
	return time.Duration(*s) * time.Second
}

func suspended(s *aas.SuspendedState) scaling.Suspended {
	if s == nil {
		return scaling.Suspended{}
	}
	return scaling.Suspended{
		ScaleIn:   aws.ToBool(s.DynamicScalingInSuspended),
		ScaleOut:  aws.ToBool(s.DynamicScalingOutSuspended),
		Scheduled: aws.ToBool(s.ScheduledScalingSuspended),
	}
}

func policy(p aas.ScalingPolicy) scaling.Policy {
	out := scaling.Policy{
		Name: aws.ToString(p.PolicyName), Type: string(p.PolicyType),
		ARN: aws.ToString(p.PolicyARN), Created: utc(p.CreationTime), Alarms: alarmRefs(p.Alarms),
	}
	out.Step = steps(p.StepScalingPolicyConfiguration)
	t := p.TargetTrackingScalingPolicyConfiguration
	if t == nil {
		return out
	}
	out.Target = aws.ToFloat64(t.TargetValue)
	out.ScaleOutCooldown, out.ScaleInCooldown = cooldown(t.ScaleOutCooldown), cooldown(t.ScaleInCooldown)
	out.DisableScaleIn = aws.ToBool(t.DisableScaleIn)
	if m := t.PredefinedMetricSpecification; m != nil {
		out.Metric, out.ResourceLabel = string(m.PredefinedMetricType), aws.ToString(m.ResourceLabel)
	}
	out.Custom = customMetric(t.CustomizedMetricSpecification)
	return out
}

// customMetric is nil too for an expression over several metrics.
func customMetric(m *aas.CustomizedMetricSpecification) *scaling.CustomMetric {
	if m == nil || len(m.Metrics) > 0 {
		return nil
	}
	out := &scaling.CustomMetric{
		Namespace: aws.ToString(m.Namespace), Name: aws.ToString(m.MetricName),
		Statistic: string(m.Statistic), Unit: aws.ToString(m.Unit),
	}
	for _, d := range m.Dimensions {
		out.Dimensions = append(out.Dimensions, scaling.Dimension{Name: aws.ToString(d.Name), Value: aws.ToString(d.Value)})
	}
	return out
}

func steps(c *aas.StepScalingPolicyConfiguration) *scaling.Steps {
	if c == nil {
		return nil
	}
	out := &scaling.Steps{
		Adjustment: string(c.AdjustmentType), Cooldown: cooldown(c.Cooldown),
		Aggregation: string(c.MetricAggregationType), MinMagnitude: tasks(c.MinAdjustmentMagnitude),
	}
	for _, a := range c.StepAdjustments {
		out.List = append(out.List, scaling.Step{
			Lower: a.MetricIntervalLowerBound, Upper: a.MetricIntervalUpperBound, Change: tasks(a.ScalingAdjustment),
		})
	}
	return out
}

func alarmRefs(list []aas.Alarm) []scaling.AlarmRef {
	var refs []scaling.AlarmRef
	for _, a := range list {
		refs = append(refs, scaling.AlarmRef{Name: aws.ToString(a.AlarmName), ARN: aws.ToString(a.AlarmARN)})
	}
	return refs
}

func tracking(p scaling.Policy) *aas.TargetTrackingScalingPolicyConfiguration {
	m := &aas.PredefinedMetricSpecification{PredefinedMetricType: aas.MetricType(p.Metric)}
	if p.ResourceLabel != "" {
		m.ResourceLabel = aws.String(p.ResourceLabel)
	}
	return &aas.TargetTrackingScalingPolicyConfiguration{
		TargetValue: aws.Float64(p.Target), PredefinedMetricSpecification: m,
		ScaleOutCooldown: seconds(p.ScaleOutCooldown), ScaleInCooldown: seconds(p.ScaleInCooldown),
		DisableScaleIn: aws.Bool(p.DisableScaleIn),
	}
}

func scheduledAction(a aas.ScheduledAction) scaling.ScheduledAction {
	out := scaling.ScheduledAction{
		Name: aws.ToString(a.ScheduledActionName), Schedule: aws.ToString(a.Schedule), Zone: aws.ToString(a.Timezone),
		Start: utc(a.StartTime), End: utc(a.EndTime), ARN: aws.ToString(a.ScheduledActionARN), Created: utc(a.CreationTime),
	}
	if t := a.ScalableTargetAction; t != nil {
		out.Min, out.Max = bound(t.MinCapacity), bound(t.MaxCapacity)
	}
	return out
}

func bound(n *int32) *int {
	if n == nil {
		return nil
	}
	v := int(*n)
	return &v
}

func activity(a aas.ScalingActivity) scaling.Activity {
	out := scaling.Activity{
		ID: aws.ToString(a.ActivityId), Description: aws.ToString(a.Description), Cause: aws.ToString(a.Cause),
		Start: utc(a.StartTime), End: utc(a.EndTime), Status: string(a.StatusCode),
		StatusMessage: aws.ToString(a.StatusMessage), Details: aws.ToString(a.Details),
	}
	for _, r := range a.NotScaledReasons {
		out.NotScaled = append(out.NotScaled, scaling.NotScaledReason{
			Code: aws.ToString(r.Code), Max: tasks(r.MaxCapacity), Min: tasks(r.MinCapacity), Current: tasks(r.CurrentCapacity),
		})
	}
	return out
}

func alarm(a cw.MetricAlarm) scaling.Alarm {
	statistic := string(a.Statistic)
	if statistic == "" {
		statistic = aws.ToString(a.ExtendedStatistic)
	}
	since := utc(a.StateTransitionedTimestamp)
	if since.IsZero() {
		// Older answers know only when the state was last written. [D]
		since = utc(a.StateUpdatedTimestamp)
	}
	return scaling.Alarm{
		Name: aws.ToString(a.AlarmName), ARN: aws.ToString(a.AlarmArn), Description: aws.ToString(a.AlarmDescription),
		Metric: scaling.Metric{
			Namespace: aws.ToString(a.Namespace), Name: aws.ToString(a.MetricName), Dimensions: dimensions(a.Dimensions),
			Statistic: statistic, Period: time.Duration(tasks(a.Period)) * time.Second,
		},
		Unit: string(a.Unit), EvaluationPeriods: tasks(a.EvaluationPeriods), DatapointsToAlarm: tasks(a.DatapointsToAlarm),
		Threshold: aws.ToFloat64(a.Threshold), Comparison: string(a.ComparisonOperator),
		TreatMissing: aws.ToString(a.TreatMissingData), ActionsEnabled: aws.ToBool(a.ActionsEnabled), Actions: a.AlarmActions,
		State: string(a.StateValue), StateReason: aws.ToString(a.StateReason), StateReasonData: aws.ToString(a.StateReasonData),
		StateSince: since, ConfiguredAt: utc(a.AlarmConfigurationUpdatedTimestamp),
	}
}

func dimensions(list []cw.Dimension) []scaling.Dimension {
	var out []scaling.Dimension
	for _, d := range list {
		out = append(out, scaling.Dimension{Name: aws.ToString(d.Name), Value: aws.ToString(d.Value)})
	}
	return out
}
