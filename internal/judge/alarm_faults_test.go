package judge

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// The alarms of a tale, in their order.
const (
	cpuHigh = iota
	cpuLow
	requestsHigh
	requestsLow
)

// An alarm that could not do what target tracking does with it is no proof of
// its policy.
func TestAlarmsThatAreNotThePolicys(t *testing.T) {
	dims := func(all ...scaling.Dimension) []scaling.Dimension { return all }
	for _, c := range []struct {
		what, says string
		alarm      int
		edit       func(*scaling.Alarm)
	}{
		{"no actions", "among its 0 actions", cpuHigh, func(a *scaling.Alarm) { a.Actions = nil }},
		{"a topic alone is told", "among its 1 actions", cpuLow, func(a *scaling.Alarm) { a.Actions = []string{"arn:aws:sns:eu-west-1:123456789012:ops"} }},
		{"acts for a policy whose name begins alike", "among its 1 actions", cpuHigh, func(a *scaling.Alarm) {
			a.Actions = []string{scaling.PolicyARN("eu-west-1", "123456789012", uuid(1), web, cpuPolicy+"-old")}
		}},
		{"another service", "ServiceName other", cpuHigh, func(a *scaling.Alarm) {
			a.Metric.Dimensions = dims(a.Metric.Dimensions[0], scaling.Dimension{Name: "ServiceName", Value: "other"})
		}},
		{"the whole cluster", "no dimension", cpuHigh, func(a *scaling.Alarm) { a.Metric.Dimensions = a.Metric.Dimensions[:1] }},
		{"no dimension at all", "no dimension", requestsHigh, func(a *scaling.Alarm) { a.Metric.Dimensions = nil }},
		{"the load balancer alone", "no dimension", requestsHigh, func(a *scaling.Alarm) { a.Metric.Dimensions = a.Metric.Dimensions[:1] }},
		{"another target group", "TargetGroup targetgroup/b/2", requestsLow, func(a *scaling.Alarm) {
			a.Metric.Dimensions = dims(a.Metric.Dimensions[0], scaling.Dimension{Name: "TargetGroup", Value: "targetgroup/b/2"})
		}},
		{"another load balancer", "LoadBalancer app/b/2", requestsHigh, func(a *scaling.Alarm) {
			a.Metric.Dimensions = dims(scaling.Dimension{Name: "LoadBalancer", Value: "app/b/2"}, a.Metric.Dimensions[1])
		}},
		{"one zone", "AvailabilityZone", requestsHigh, func(a *scaling.Alarm) {
			a.Metric.Dimensions = dims(a.Metric.Dimensions[1], scaling.Dimension{Name: "AvailabilityZone", Value: "eu-west-1a"})
		}},
		{"another metric", "MemoryUtilization", cpuHigh, func(a *scaling.Alarm) { a.Metric.Name = "MemoryUtilization" }},
		{"another namespace", "AWS/EC2", cpuLow, func(a *scaling.Alarm) { a.Metric.Namespace = "AWS/EC2" }},
		{"the hottest task", "the Maximum of", cpuHigh, func(a *scaling.Alarm) { a.Metric.Statistic = "Maximum" }},
		{"an average of averages", "the Average of", requestsHigh, func(a *scaling.Alarm) { a.Metric.Statistic = "Average" }},
		{"a low threshold that nothing reaches", "more than a quarter", cpuLow, func(a *scaling.Alarm) { a.Threshold = 20 }},
		{"a low threshold below zero", "more than a quarter", cpuLow, func(a *scaling.Alarm) { a.Threshold = -1 }},
		{"a low alarm at the target", "not below", cpuLow, func(a *scaling.Alarm) { a.Threshold = 70 }},
		{"a low alarm of another kind", "compares by", cpuLow, func(a *scaling.Alarm) { a.Comparison = "LessThanLowerThreshold" }},
		{"more datapoints than it looks at", "4 of 3 datapoints", cpuHigh, func(a *scaling.Alarm) { a.DatapointsToAlarm = 4 }},
		{"no datapoints", "0 of 0 datapoints", cpuHigh, func(a *scaling.Alarm) { a.EvaluationPeriods = 0 }},
		{"no period", "which cannot be", cpuHigh, func(a *scaling.Alarm) { a.Metric.Period = 0 }},
		{"a week of datapoints", "which cannot be", cpuLow, func(a *scaling.Alarm) { a.EvaluationPeriods = 7 * 24 * 60 }},
		{"missing data breaches", "missing data", cpuHigh, func(a *scaling.Alarm) { a.TreatMissing = "breaching" }},
	} {
		t.Run(c.what, func(t *testing.T) {
			told := cpuHeavy()
			c.edit(&told.alarms[c.alarm])
			v := told.judge(t)
			require.Equal(t, Fail, answer(t, v, "policies.exact"), "%+v", of(t, v, "policies.exact"))
			require.Contains(t, v.Results[indexOf(v, "policies.exact", Fail)].Explanation, c.says)
		})
	}
}

// What AWS may choose, and what nobody knows of it, is not held against it.
func TestAlarmsThatAreThePolicys(t *testing.T) {
	for what, edit := range map[string]func(*tale){
		"as recorded":                  func(*tale) {},
		"two of three datapoints":      func(t *tale) { t.alarms[cpuHigh].DatapointsToAlarm = 2 },
		"datapoints written out":       func(t *tale) { t.alarms[cpuHigh].DatapointsToAlarm = 3 },
		"a low alarm 15 % below":       func(t *tale) { t.alarms[cpuLow].Threshold = 59.5 },
		"two minutes, five and twenty": func(t *tale) { slower(t, 2*time.Minute, 5, 20) },
		"missing data written out":     func(t *tale) { t.alarms[cpuHigh].TreatMissing = "missing" },
		"the target group alone":       func(t *tale) { m := &t.alarms[requestsHigh].Metric; m.Dimensions = m.Dimensions[1:] },
		"a topic is told too": func(t *tale) {
			t.alarms[cpuLow].Actions = append([]string{"arn:aws:sns:eu-west-1:123456789012:ops"}, t.alarms[cpuLow].Actions...)
		},
		"the bare ARN":                       func(t *tale) { t.alarms[cpuLow].Actions = []string{arnOf(t.standing[0])} },
		"the policy was seen without an ARN": func(t *tale) { t.standing[0].ARN = "" },
		"high resolution": func(t *tale) {
			t.plan.Policies[0].Metric, t.standing[0].Metric = scaling.MetricCPUHighRes, scaling.MetricCPUHighRes
			for i, a := range alarmsOf(t.standing[0], 10) {
				t.alarms[i] = a
			}
		},
		"high resolution by another name": func(t *tale) {
			t.plan.Policies[0].Metric, t.standing[0].Metric = scaling.MetricCPUHighRes, scaling.MetricCPUHighRes
			for i := range t.alarms[:2] {
				m := &t.alarms[i].Metric
				m.Name, m.Period = "CPUUtilizationHighResolution", 20*time.Second
				m.Dimensions = append(m.Dimensions[:2:2], scaling.Dimension{Name: "Resolution", Value: "20"})
			}
		},
	} {
		t.Run(what, func(t *testing.T) {
			told := cpuHeavy()
			edit(told)
			v := told.judge(t)
			require.Equal(t, Pass, answer(t, v, "policies.exact"), "%+v", of(t, v, "policies.exact"))
		})
	}
}

// How alarms stood before anybody looked is not known.
func TestAlarmsSeenTooLate(t *testing.T) {
	told := cpuHeavy()
	told.blind = map[string][2]time.Duration{timeline.PartAlarms: {-lead, minutes(5)}}
	v := told.judge(t)
	require.Equal(t, Inconclusive, answer(t, v, "policies.exact"), "%+v", of(t, v, "policies.exact"))
	require.Contains(t, of(t, v, "policies.exact")[0].Explanation, "first seen")
}

func slower(t *tale, period time.Duration, high, low int) {
	for i, n := range []int{high, low} {
		t.alarms[i].Metric.Period, t.alarms[i].EvaluationPeriods = period, n
	}
}

// indexOf finds the first result of a check with an answer.
func indexOf(v Verdict, id string, want Answer) int {
	for i, r := range v.Results {
		if r.ID == id && r.Answer == want {
			return i
		}
	}
	panic("no such result")
}
