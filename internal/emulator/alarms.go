package emulator

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cw "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"scaleproof/internal/scaling"
)

func describeAlarms(p present, in *cw.DescribeAlarmsInput) (*cw.DescribeAlarmsOutput, error) {
	if len(in.AlarmNames) > 0 && in.AlarmNamePrefix != nil { // [D]
		return nil, refuse("ValidationError", "AlarmNames and AlarmNamePrefix cannot both be given")
	}
	found := []types.MetricAlarm{}
	for _, a := range p.world.Alarms() {
		if chosen(in, a) {
			found = append(found, metricAlarm(a))
		}
	}
	page, next, err := paged(found, func(a types.MetricAlarm) string { return *a.AlarmName }, pageCloudWatch(in.NextToken, in.MaxRecords, 50))
	return &cw.DescribeAlarmsOutput{MetricAlarms: page, CompositeAlarms: []types.CompositeAlarm{}, NextToken: next}, err
}

func chosen(in *cw.DescribeAlarmsInput, a scaling.Alarm) bool {
	return (len(in.AlarmNames) == 0 || slices.Contains(in.AlarmNames, a.Name)) &&
		strings.HasPrefix(a.Name, aws.ToString(in.AlarmNamePrefix)) &&
		(in.StateValue == "" || string(in.StateValue) == a.State) &&
		(len(in.AlarmTypes) == 0 || slices.Contains(in.AlarmTypes, types.AlarmTypeMetricAlarm)) &&
		(in.ActionPrefix == nil || slices.ContainsFunc(a.Actions, func(arn string) bool { return strings.HasPrefix(arn, *in.ActionPrefix) }))
}

func metricAlarm(a scaling.Alarm) types.MetricAlarm {
	out := types.MetricAlarm{
		AlarmName: &a.Name, AlarmArn: orNil(a.ARN), AlarmDescription: orNil(a.Description),
		Namespace: &a.Metric.Namespace, MetricName: &a.Metric.Name, Dimensions: dimensions(a.Metric.Dimensions),
		Period: seconds(a.Metric.Period), Unit: types.StandardUnit(a.Unit),
		EvaluationPeriods: count(a.EvaluationPeriods), Threshold: &a.Threshold,
		ComparisonOperator: types.ComparisonOperator(a.Comparison), TreatMissingData: orNil(a.TreatMissing),
		ActionsEnabled: &a.ActionsEnabled, AlarmActions: append([]string{}, a.Actions...), OKActions: []string{}, InsufficientDataActions: []string{},
		StateValue: types.StateValue(a.State), StateReason: orNil(a.StateReason), StateReasonData: orNil(a.StateReasonData),
		StateUpdatedTimestamp: instant(a.StateSince), StateTransitionedTimestamp: instant(a.StateSince),
		AlarmConfigurationUpdatedTimestamp: instant(a.ConfiguredAt),
	}
	if a.DatapointsToAlarm > 0 {
		out.DatapointsToAlarm = count(a.DatapointsToAlarm)
	}
	if plain(a.Metric.Statistic) {
		out.Statistic = types.Statistic(a.Metric.Statistic)
	} else {
		out.ExtendedStatistic = orNil(a.Metric.Statistic)
	}
	return out
}

// plain says that a statistic is none of the extended ones, as percentiles
// are.
func plain(statistic string) bool {
	return slices.Contains(types.Statistic("").Values(), types.Statistic(statistic))
}

func dimensions(list []scaling.Dimension) []types.Dimension {
	out := []types.Dimension{}
	for _, d := range list {
		out = append(out, types.Dimension{Name: &d.Name, Value: &d.Value})
	}
	return out
}

// describeAlarmHistory is newest first unless told otherwise. [D] Without a
// name it is the history of the alarms that stand.
func describeAlarmHistory(p present, in *cw.DescribeAlarmHistoryInput) (*cw.DescribeAlarmHistoryOutput, error) {
	names := one(in.AlarmName)
	if names == nil {
		for _, a := range p.world.Alarms() {
			names = append(names, a.Name)
		}
	}
	var items []scaling.HistoryItem
	for _, name := range names {
		for _, h := range p.world.History(name) {
			if wanted(in, h) {
				items = append(items, h)
			}
		}
	}
	slices.SortStableFunc(items, func(a, b scaling.HistoryItem) int { return a.At.Compare(b.At) })
	if in.ScanBy != types.ScanByTimestampAscending {
		slices.Reverse(items)
	}
	page, next, err := paged(items, historyID, pageCloudWatch(in.NextToken, in.MaxRecords, 100))
	out := &cw.DescribeAlarmHistoryOutput{AlarmHistoryItems: []types.AlarmHistoryItem{}, NextToken: next}
	for _, h := range page {
		out.AlarmHistoryItems = append(out.AlarmHistoryItems, types.AlarmHistoryItem{
			AlarmName: &h.Alarm, AlarmType: types.AlarmTypeMetricAlarm, Timestamp: &h.At,
			HistoryItemType: types.HistoryItemType(h.Kind), HistorySummary: &h.Summary, HistoryData: orNil(h.Data),
		})
	}
	return out, err
}

func wanted(in *cw.DescribeAlarmHistoryInput, h scaling.HistoryItem) bool {
	return (in.HistoryItemType == "" || string(in.HistoryItemType) == h.Kind) &&
		(in.StartDate == nil || !h.At.Before(*in.StartDate)) &&
		(in.EndDate == nil || !h.At.After(*in.EndDate)) &&
		(len(in.AlarmTypes) == 0 || slices.Contains(in.AlarmTypes, types.AlarmTypeMetricAlarm))
}

func historyID(h scaling.HistoryItem) string {
	return h.Alarm + h.At.Format("20060102150405.000000000") + h.Kind + h.Summary
}
