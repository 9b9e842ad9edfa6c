package emulator_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cw "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/scaling"
)

// An alarm of one's own, by the SDK: what is put is what is described, it
// calls the policy that its action names, and its periods may be longer than a
// minute, as those of the metrics that are read.
func TestAlarmsOfOnesOwn(t *testing.T) {
	a := open(t, clock.NewStepping(clock.Epoch))
	dims := []cwtypes.Dimension{{Name: aws.String("ClusterName"), Value: &web.Cluster}, {Name: aws.String("ServiceName"), Value: &web.Name}}
	in := &cw.PutMetricAlarmInput{
		AlarmName: aws.String("idle"), Namespace: aws.String("AWS/ECS"), MetricName: aws.String("CPUUtilization"), Dimensions: dims,
		Statistic: cwtypes.StatisticMaximum, Period: aws.Int32(300), EvaluationPeriods: aws.Int32(2), DatapointsToAlarm: aws.Int32(1),
		Threshold: aws.Float64(0), ComparisonOperator: cwtypes.ComparisonOperatorLessThanOrEqualToThreshold,
		TreatMissingData: aws.String("notBreaching"), AlarmActions: []string{"arn:aws:sns:eu-west-1:111122223333:pager"}, AlarmDescription: aws.String("quiet"),
	}
	_, err := a.cw.PutMetricAlarm(ctx, in)
	require.NoError(t, err)
	describe := func() cwtypes.MetricAlarm {
		out, err := a.cw.DescribeAlarms(ctx, &cw.DescribeAlarmsInput{AlarmNames: []string{"idle"}})
		require.NoError(t, err)
		require.Len(t, out.MetricAlarms, 1)
		return out.MetricAlarms[0]
	}
	got := describe()
	require.Equal(t, cwtypes.StateValueInsufficientData, got.StateValue)
	require.Equal(t, *in, cw.PutMetricAlarmInput{
		AlarmName: got.AlarmName, Namespace: got.Namespace, MetricName: got.MetricName, Dimensions: got.Dimensions, Statistic: got.Statistic,
		Period: got.Period, EvaluationPeriods: got.EvaluationPeriods, DatapointsToAlarm: got.DatapointsToAlarm, Threshold: got.Threshold,
		ComparisonOperator: got.ComparisonOperator, TreatMissingData: got.TreatMissingData, AlarmActions: got.AlarmActions, AlarmDescription: got.AlarmDescription,
	})
	a.pass(13 * time.Minute)
	require.Equal(t, cwtypes.StateValueAlarm, describe().StateValue)
	require.True(t, *got.ActionsEnabled)

	end := clock.Epoch.Add(13 * time.Minute)
	stats, err := a.cw.GetMetricStatistics(ctx, &cw.GetMetricStatisticsInput{StartTime: aws.Time(clock.Epoch.Add(2 * time.Minute)), EndTime: &end, Period: aws.Int32(300),
		Namespace: in.Namespace, MetricName: in.MetricName, Dimensions: dims, Statistics: []cwtypes.Statistic{"SampleCount"}})
	require.NoError(t, err)
	require.Equal(t, clock.Epoch, stats.Datapoints[0].Timestamp.UTC(), "aligned")
	require.EqualValues(t, 10, *stats.Datapoints[0].SampleCount, "two tasks, five minutes")

	_, err = a.cw.DisableAlarmActions(ctx, &cw.DisableAlarmActionsInput{AlarmNames: []string{"idle", "unknown"}})
	require.NoError(t, err)
	require.False(t, *describe().ActionsEnabled)
	_, err = a.cw.EnableAlarmActions(ctx, &cw.EnableAlarmActionsInput{AlarmNames: []string{"idle"}})
	require.NoError(t, err)
	require.True(t, *describe().ActionsEnabled)

	_, err = a.cw.SetAlarmState(ctx, &cw.SetAlarmStateInput{AlarmName: aws.String("idle"), StateValue: "OK", StateReason: aws.String("trying")})
	require.NoError(t, err)
	require.Equal(t, "trying", *describe().StateReason)
	_, err = a.cw.SetAlarmState(ctx, &cw.SetAlarmStateInput{AlarmName: aws.String("unknown"), StateValue: "OK", StateReason: aws.String("trying")})
	var missing *cwtypes.ResourceNotFound
	require.ErrorAs(t, err, &missing)

	_, err = a.cw.DeleteAlarms(ctx, &cw.DeleteAlarmsInput{AlarmNames: []string{"idle", "unknown"}})
	require.ErrorAs(t, err, &missing)
	require.NotEmpty(t, describe(), "none is deleted where one is unknown")
	_, err = a.cw.DeleteAlarms(ctx, &cw.DeleteAlarmsInput{AlarmNames: []string{"idle"}})
	require.NoError(t, err)
	history, err := a.cw.DescribeAlarmHistory(ctx, &cw.DescribeAlarmHistoryInput{AlarmName: aws.String("idle"), HistoryItemType: "ConfigurationUpdate"})
	require.NoError(t, err)
	require.Equal(t, `Alarm "idle" deleted`, *history.AlarmHistoryItems[0].HistorySummary)
	require.Len(t, history.AlarmHistoryItems, 4, "made, switched twice, deleted")

	in.OKActions = in.AlarmActions
	_, err = a.cw.PutMetricAlarm(ctx, in)
	require.Equal(t, "ValidationError", code(err))
	in.OKActions, in.DatapointsToAlarm = nil, aws.Int32(3)
	_, err = a.cw.PutMetricAlarm(ctx, in)
	require.Equal(t, "ValidationError", code(err))
}

// A service with high-resolution metrics answers at 20 s and at a minute by one
// name. The other service has none of 20 s.
func TestHighResolutionMetrics(t *testing.T) {
	c := world()
	c.Services[0].Resolution = 20 * time.Second
	a := connect(startWorld(t, clock.NewStepping(clock.Epoch), c, nil))
	a.pass(5 * time.Minute)
	read := func(s scaling.Service, period int32) int {
		dims := []cwtypes.Dimension{{Name: aws.String("ClusterName"), Value: &s.Cluster}, {Name: aws.String("ServiceName"), Value: &s.Name}}
		out, err := a.cw.GetMetricData(ctx, &cw.GetMetricDataInput{StartTime: &clock.Epoch, EndTime: aws.Time(clock.Epoch.Add(3 * time.Minute)),
			MetricDataQueries: []cwtypes.MetricDataQuery{{Id: aws.String("q"), MetricStat: &cwtypes.MetricStat{
				Stat: aws.String("Average"), Period: &period,
				Metric: &cwtypes.Metric{Namespace: aws.String("AWS/ECS"), MetricName: aws.String("CPUUtilization"), Dimensions: dims},
			}}}})
		require.NoError(t, err)
		return len(out.MetricDataResults[0].Values)
	}
	require.Equal(t, 9, read(web, 20))
	require.Equal(t, 3, read(web, 60))
	other := scaling.Service{Cluster: web.Cluster, Name: "small"}
	require.Zero(t, read(other, 20))
	require.Equal(t, 3, read(other, 60))
}
