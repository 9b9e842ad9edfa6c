package emulator

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cw "github.com/aws/aws-sdk-go-v2/service/cloudwatch"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// putMetricAlarm makes an alarm of anybody's. What the world has no part for
// is refused by name: tags are let in and not kept.
func putMetricAlarm(p present, in *cw.PutMetricAlarmInput) (*cw.PutMetricAlarmOutput, error) {
	for _, part := range []struct {
		name  string
		given bool
	}{
		{"Metrics", len(in.Metrics) > 0}, {"ThresholdMetricId", in.ThresholdMetricId != nil},
		{"EvaluateLowSampleCountPercentile", in.EvaluateLowSampleCountPercentile != nil},
		{"OKActions", len(in.OKActions) > 0}, {"InsufficientDataActions", len(in.InsufficientDataActions) > 0},
	} {
		if part.given {
			return nil, refuse("ValidationError", part.name+" of an alarm is not emulated")
		}
	}
	statistic := string(in.Statistic)
	if statistic == "" {
		statistic = aws.ToString(in.ExtendedStatistic)
	}
	return &cw.PutMetricAlarmOutput{}, p.change(scaling.PutAlarm, scaling.Alarm{
		Name: aws.ToString(in.AlarmName), Description: aws.ToString(in.AlarmDescription),
		Metric: asked(in.Namespace, in.MetricName, in.Dimensions, statistic, in.Period), Unit: string(in.Unit),
		EvaluationPeriods: int(aws.ToInt32(in.EvaluationPeriods)), DatapointsToAlarm: int(aws.ToInt32(in.DatapointsToAlarm)),
		Threshold: aws.ToFloat64(in.Threshold), Comparison: string(in.ComparisonOperator), TreatMissing: aws.ToString(in.TreatMissingData),
		ActionsEnabled: in.ActionsEnabled == nil || *in.ActionsEnabled, // [D]
		Actions:        in.AlarmActions,
	})
}

// change does something to an alarm.
func (p present) change(op scaling.Operation, a scaling.Alarm) error {
	_, err := p.world.Do(p.now, scaling.Change{Op: op, Alarm: &a})
	return err
}

// deleteAlarms deletes all that are named, or none where one is not known. [D]
func deleteAlarms(p present, in *cw.DeleteAlarmsInput) (*cw.DeleteAlarmsOutput, error) {
	standing := p.world.Alarms()
	for _, name := range in.AlarmNames {
		if !slices.ContainsFunc(standing, func(a scaling.Alarm) bool { return a.Name == name }) {
			return nil, refuse(model.CodeUnknownAlarm, "Unknown alarm "+name)
		}
	}
	return &cw.DeleteAlarmsOutput{}, p.changeAll(scaling.DeleteAlarm, in.AlarmNames)
}

func (p present) changeAll(op scaling.Operation, names []string) error {
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if err := p.change(op, scaling.Alarm{Name: name}); err != nil {
			return err
		}
	}
	return nil
}

func setAlarmState(p present, in *cw.SetAlarmStateInput) (*cw.SetAlarmStateOutput, error) {
	return &cw.SetAlarmStateOutput{}, p.change(scaling.SetAlarmState, scaling.Alarm{
		Name: aws.ToString(in.AlarmName), State: string(in.StateValue),
		StateReason: aws.ToString(in.StateReason), StateReasonData: aws.ToString(in.StateReasonData),
	})
}

func enableAlarmActions(p present, in *cw.EnableAlarmActionsInput) (*cw.EnableAlarmActionsOutput, error) {
	return &cw.EnableAlarmActionsOutput{}, p.changeAll(scaling.EnableAlarmActions, in.AlarmNames)
}

func disableAlarmActions(p present, in *cw.DisableAlarmActionsInput) (*cw.DisableAlarmActionsOutput, error) {
	return &cw.DisableAlarmActionsOutput{}, p.changeAll(scaling.DisableAlarmActions, in.AlarmNames)
}

// periodKnown says that CloudWatch has periods of a length. [D]
func periodKnown(d time.Duration) bool {
	return slices.Contains([]time.Duration{1, 5, 10, 20, 30}, d/time.Second) && d%time.Second == 0 || d > 0 && d%time.Minute == 0
}
