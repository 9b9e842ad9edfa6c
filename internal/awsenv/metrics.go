package awsenv

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cw "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"scaleproof/internal/scaling"
)

const (
	namesPerCall   = 100 // alarm names in one DescribeAlarms [D]
	queriesPerCall = 500 // queries in one GetMetricData [D]
)

// Alarms reads the metric alarms of these names, in order of name. Names that
// CloudWatch does not know are left out, as it does. No names, no call.
func (e *Env) Alarms(ctx context.Context, names []string) (*scaling.AlarmSet, error) {
	set := &scaling.AlarmSet{}
	for chunk := range slices.Chunk(names, namesPerCall) {
		pages := cloudwatch.NewDescribeAlarmsPaginator(e.metrics, &cloudwatch.DescribeAlarmsInput{AlarmNames: chunk})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, fail("cloudwatch DescribeAlarms", err)
			}
			for _, a := range page.MetricAlarms {
				set.List = append(set.List, alarm(a))
			}
		}
	}
	slices.SortFunc(set.List, func(a, b scaling.Alarm) int { return strings.Compare(a.Name, b.Name) })
	return set, nil
}

// Metrics reads the points of the metrics whose periods begin in [from, to),
// one series for each metric, in their order, points in order of time.
func (e *Env) Metrics(ctx context.Context, metrics []scaling.Metric, from, to time.Time) (*scaling.MetricSet, error) {
	set := &scaling.MetricSet{}
	for chunk := range slices.Chunk(metrics, queriesPerCall) {
		list, err := e.series(ctx, chunk, from, to)
		if err != nil {
			return nil, err
		}
		set.List = append(set.List, list...)
	}
	return set, nil
}

func (e *Env) series(ctx context.Context, metrics []scaling.Metric, from, to time.Time) ([]scaling.Series, error) {
	const call = "cloudwatch GetMetricData"
	list := make([]scaling.Series, len(metrics))
	byID := map[string]*scaling.Series{}
	in := &cloudwatch.GetMetricDataInput{StartTime: aws.Time(from), EndTime: aws.Time(to), ScanBy: cw.ScanByTimestampAscending}
	for i, m := range metrics {
		id := fmt.Sprintf("m%d", i)
		list[i].Metric, byID[id] = m, &list[i]
		in.MetricDataQueries = append(in.MetricDataQueries, query(id, m))
	}
	pages := cloudwatch.NewGetMetricDataPaginator(e.metrics, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fail(call, err)
		}
		for _, r := range page.MetricDataResults {
			s := byID[aws.ToString(r.Id)]
			switch {
			case s == nil || len(r.Timestamps) != len(r.Values):
				return nil, &Error{Call: call, Message: "an answer that does not match the question"}
			case r.StatusCode == cw.StatusCodeInternalError || r.StatusCode == cw.StatusCodeForbidden:
				return nil, &Error{Call: call, Code: string(r.StatusCode), Message: s.Metric.Name}
			}
			for i, t := range r.Timestamps {
				s.Points = append(s.Points, scaling.Point{Start: utc(&t), Value: r.Values[i]})
			}
		}
	}
	for i := range list {
		slices.SortFunc(list[i].Points, func(a, b scaling.Point) int { return a.Start.Compare(b.Start) })
	}
	return list, nil
}

func query(id string, m scaling.Metric) cw.MetricDataQuery {
	var dims []cw.Dimension
	for _, d := range m.Dimensions {
		dims = append(dims, cw.Dimension{Name: aws.String(d.Name), Value: aws.String(d.Value)})
	}
	return cw.MetricDataQuery{
		Id: aws.String(id), ReturnData: aws.Bool(true),
		MetricStat: &cw.MetricStat{
			Metric: &cw.Metric{Namespace: aws.String(m.Namespace), MetricName: aws.String(m.Name), Dimensions: dims},
			Period: seconds(m.Period), Stat: aws.String(m.Statistic),
		},
	}
}
