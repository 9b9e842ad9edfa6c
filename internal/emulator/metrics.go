package emulator

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cw "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// asked is the metric that a query names, in the project's words.
func asked(namespace, name *string, dims []types.Dimension, statistic string, period *int32) scaling.Metric {
	m := scaling.Metric{
		Namespace: aws.ToString(namespace), Name: aws.ToString(name), Statistic: statistic,
		Period: time.Duration(aws.ToInt32(period)) * time.Second,
	}
	for _, d := range dims {
		m.Dimensions = append(m.Dimensions, scaling.Dimension{Name: aws.ToString(d.Name), Value: aws.ToString(d.Value)})
	}
	return m
}

// points reads a metric's points in [start, end), oldest first. [D] The world
// finds a metric by its dimensions, whichever service is asked; one that it
// does not know has no points, as in CloudWatch.
func (p present) points(m scaling.Metric, start, end time.Time) ([]scaling.Point, error) {
	if !periodKnown(m.Period) {
		return nil, refuse("ValidationError", "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60")
	}
	if len(p.config.Services) == 0 {
		return nil, nil
	}
	look, err := p.world.Look(p.config.Services[0].Service, model.What{Metrics: []scaling.Metric{m}, Since: start, Until: end})
	if err != nil {
		return nil, err
	}
	return look.Metrics.List[0].Points, nil
}

func getMetricData(p present, in *cw.GetMetricDataInput) (*cw.GetMetricDataOutput, error) {
	if in.StartTime == nil || in.EndTime == nil || !in.StartTime.Before(*in.EndTime) {
		return nil, refuse("ValidationError", "The parameter StartTime must be less than the parameter EndTime.")
	}
	if len(in.MetricDataQueries) > 500 { // [D]
		return nil, refuse("ValidationError", "The collection MetricDataQueries must not have a size greater than 500.")
	}
	out := &cw.GetMetricDataOutput{MetricDataResults: []types.MetricDataResult{}, Messages: []types.MessageData{}}
	for _, q := range in.MetricDataQueries {
		if q.MetricStat == nil || q.MetricStat.Metric == nil || q.Expression != nil {
			return nil, refuse("ValidationError", fmt.Sprintf("query %s: only metrics are emulated, no expressions", aws.ToString(q.Id)))
		}
		if q.ReturnData != nil && !*q.ReturnData {
			continue
		}
		r, err := p.result(in, q)
		if err != nil {
			return nil, err
		}
		out.MetricDataResults = append(out.MetricDataResults, r)
	}
	return out, nil
}

func (p present) result(in *cw.GetMetricDataInput, q types.MetricDataQuery) (types.MetricDataResult, error) {
	stat := q.MetricStat
	m := asked(stat.Metric.Namespace, stat.Metric.MetricName, stat.Metric.Dimensions, aws.ToString(stat.Stat), stat.Period)
	points, err := p.points(m, aligned(*in.StartTime, m.Period), *in.EndTime)
	if err != nil {
		return types.MetricDataResult{}, err
	}
	if in.ScanBy != types.ScanByTimestampAscending { // newest first by default [D]
		slices.Reverse(points)
	}
	r := types.MetricDataResult{
		Id: q.Id, Label: q.Label, StatusCode: types.StatusCodeComplete, Timestamps: []time.Time{}, Values: []float64{},
	}
	if r.Label == nil {
		r.Label = stat.Metric.MetricName
	}
	for _, point := range points {
		r.Timestamps, r.Values = append(r.Timestamps, point.Start), append(r.Values, point.Value)
	}
	return r, nil
}

// aligned is the beginning of the period that an instant lies in [D], counted
// from 1970.
func aligned(t time.Time, period time.Duration) time.Time {
	seconds := int64(period / time.Second)
	if seconds <= 0 || t.Unix() <= 0 {
		return t
	}
	return time.Unix(t.Unix()/seconds*seconds, 0).UTC()
}

func getMetricStatistics(p present, in *cw.GetMetricStatisticsInput) (*cw.GetMetricStatisticsOutput, error) {
	statistics := slices.Clone(in.ExtendedStatistics)
	for _, s := range in.Statistics {
		statistics = append(statistics, string(s))
	}
	if len(statistics) == 0 || in.StartTime == nil || in.EndTime == nil || aws.ToInt32(in.Period) <= 0 {
		return nil, refuse("InvalidParameterCombination", "statistics, a period, a start and an end are needed")
	}
	if !in.StartTime.Before(*in.EndTime) { // the code was recorded of equal ones [R]
		return nil, refuse("InvalidParameterValue", "The parameter StartTime must be less than the parameter EndTime.")
	}
	byStart := map[time.Time]*types.Datapoint{}
	var order []time.Time
	for _, s := range statistics {
		m := asked(in.Namespace, in.MetricName, in.Dimensions, s, in.Period)
		points, err := p.points(m, aligned(*in.StartTime, m.Period), *in.EndTime)
		if err != nil {
			return nil, err
		}
		for _, q := range points {
			if byStart[q.Start] == nil {
				byStart[q.Start] = &types.Datapoint{Timestamp: &q.Start, Unit: unit(m)}
				order = append(order, q.Start)
			}
			set(byStart[q.Start], s, q.Value)
		}
	}
	if len(order) > 1440 { // [R]
		return nil, refuse("InvalidParameterCombination", fmt.Sprintf("You have requested up to %d datapoints, which exceeds the limit of 1,440.", len(order)))
	}
	out := &cw.GetMetricStatisticsOutput{Label: in.MetricName, Datapoints: []types.Datapoint{}}
	for _, at := range order {
		out.Datapoints = append(out.Datapoints, *byStart[at])
	}
	return out, nil
}

func set(d *types.Datapoint, statistic string, value float64) {
	switch types.Statistic(statistic) {
	case types.StatisticAverage:
		d.Average = &value
	case types.StatisticSum:
		d.Sum = &value
	case types.StatisticMinimum:
		d.Minimum = &value
	case types.StatisticMaximum:
		d.Maximum = &value
	case types.StatisticSampleCount:
		d.SampleCount = &value
	default:
		if d.ExtendedStatistics == nil {
			d.ExtendedStatistics = map[string]float64{}
		}
		d.ExtendedStatistics[statistic] = value
	}
}

// unit is a metric's unit by its name. [D]
func unit(m scaling.Metric) types.StandardUnit {
	switch {
	case strings.HasSuffix(m.Name, "Utilization"):
		return types.StandardUnitPercent
	case strings.HasSuffix(m.Name, "Time"):
		return types.StandardUnitSeconds
	}
	return types.StandardUnitCount
}
