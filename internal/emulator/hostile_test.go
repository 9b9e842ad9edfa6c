package emulator_test

import (
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cw "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
)

// spare is what answering one absurd call may allocate. A list as long as its
// largest index would need a hundred times that.
const spare = 128 << 20

// frugal wants that do allocates little.
func frugal(t *testing.T, do func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(spare))
}

// The index of a list's member is a name and not a size.
func TestAHugeIndexCostsNothing(t *testing.T) {
	b := start(t, clock.NewStepping(clock.Epoch))
	arn := "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/" + balancer + "/0000000000000001"
	ask := func(form string) (status int, answer string) {
		resp, err := b.client.Post(b.server.Endpoint(), "application/x-www-form-urlencoded", strings.NewReader("Version=2015-12-01&Action="+form))
		require.NoError(t, err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, string(body)
	}
	for _, form := range []string{
		"DescribeListeners&ListenerArns.member.999999999=" + arn,
		"DescribeListeners&ListenerArns.member.999999999=" + arn + "&ListenerArns.member.1=" + arn,
		"DescribeListeners&ListenerArns.member.9223372036854775807=" + arn,
		"DescribeRules&PageSize=400&RuleArns.member.2147483647=" + strings.Replace(arn, "listener/", "listener-rule/", 1) + "/0",
	} {
		frugal(t, func() {
			status, answer := ask(form)
			require.Equal(t, http.StatusOK, status, answer)
			require.Contains(t, answer, "0000000000000001")
		})
	}
	for _, form := range []string{
		"DescribeListeners&ListenerArns.member.9223372036854775808=" + arn,
		"DescribeListeners&ListenerArns.member.0=" + arn,
		"DescribeListeners&ListenerArns.member.-999999999=" + arn,
		"DescribeListeners&ListenerArns.member" + strings.Repeat(".1", 1000) + "=" + arn,
	} {
		frugal(t, func() {
			status, answer := ask(form)
			require.Equal(t, http.StatusBadRequest, status, answer)
		})
	}
}

// A range of time holds what there is in it, however long it is, and one that
// ends before it begins is refused.
func TestAbsurdRangesOfTime(t *testing.T) {
	a := open(t, clock.NewStepping(clock.Epoch))
	a.pass(10 * time.Minute)
	namespace, name := aws.String("AWS/ECS"), aws.String("CPUUtilization")
	dims := []cwtypes.Dimension{
		{Name: aws.String("ClusterName"), Value: &web.Cluster}, {Name: aws.String("ServiceName"), Value: &web.Name},
	}
	day := func(year int) *time.Time { return aws.Time(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)) }
	for what, tc := range map[string]struct {
		start, end *time.Time
		code       string
		points     bool
	}{
		"all of time":       {day(1), day(5000), "", true},
		"since 1970":        {day(1970), day(2100), "", true},
		"long past":         {day(1), day(1000), "", false},
		"far future":        {day(4000), day(5000), "", false},
		"inverted":          {day(2100), day(1970), "ValidationError", false},
		"inverted, by ages": {day(5000), day(1), "ValidationError", false},
		"empty":             {day(2026), day(2026), "ValidationError", false},
	} {
		t.Run(what, func(t *testing.T) {
			var queries []cwtypes.MetricDataQuery
			for range 500 { // the most that one call may ask for
				queries = append(queries, cwtypes.MetricDataQuery{Id: aws.String("q"), MetricStat: &cwtypes.MetricStat{
					Stat: aws.String("Average"), Period: aws.Int32(60),
					Metric: &cwtypes.Metric{Namespace: namespace, MetricName: name, Dimensions: dims},
				}})
			}
			frugal(t, func() {
				data, err := a.cw.GetMetricData(ctx, &cw.GetMetricDataInput{StartTime: tc.start, EndTime: tc.end, MetricDataQueries: queries})
				require.Equal(t, tc.code, code(err))
				if tc.code == "" {
					require.Len(t, data.MetricDataResults, 500)
					require.Equal(t, tc.points, len(data.MetricDataResults[499].Values) > 0)
				}
			})
			frugal(t, func() {
				stats, err := a.cw.GetMetricStatistics(ctx, &cw.GetMetricStatisticsInput{StartTime: tc.start, EndTime: tc.end,
					Namespace: namespace, MetricName: name, Dimensions: dims, Period: aws.Int32(60), Statistics: []cwtypes.Statistic{"Average"}})
				if tc.code == "" {
					require.NoError(t, err)
					require.Equal(t, tc.points, len(stats.Datapoints) > 0)
				} else {
					require.Equal(t, "InvalidParameterValue", code(err))
				}
			})
		})
	}
	stats, err := a.cw.GetMetricStatistics(ctx, &cw.GetMetricStatisticsInput{StartTime: day(2026), EndTime: day(2027),
		Namespace: namespace, MetricName: name, Dimensions: dims, Period: aws.Int32(2147483640), Statistics: []cwtypes.Statistic{"Average"}})
	require.NoError(t, err)
	require.Len(t, stats.Datapoints, 1, "68 years are one period")
	_, err = a.cw.GetMetricStatistics(ctx, &cw.GetMetricStatisticsInput{StartTime: day(2026), EndTime: day(2027),
		Namespace: namespace, MetricName: name, Dimensions: dims, Period: aws.Int32(-60), Statistics: []cwtypes.Statistic{"Average"}})
	require.Equal(t, "InvalidParameterCombination", code(err))
}
