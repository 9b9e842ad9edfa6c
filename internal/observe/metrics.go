package observe

import (
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// Keyed is a metric with the key under which its points stand in a timeline.
type Keyed struct {
	Key    string // timeline.Key*
	Metric scaling.Metric
}

// Metrics lists what a run watches of a service: CPU by average and by
// maximum, since one hot task hides under a calm average; and, where the
// service has a resource label (app/.../targetgroup/...), its requests per
// target, latencies and errors as the load balancer counts them. CPU is read
// at 20 s where one of the policies is a high-resolution one, else at 60 s.
//
// RequestCountPerTarget knows the statistic Sum alone, and it is an average
// [D]. Errors that the load balancer itself answers have no target group. [D]
func Metrics(s scaling.Service, label string, policies []scaling.Policy) []Keyed {
	period := time.Minute
	for _, p := range policies {
		if p.Metric == scaling.MetricCPUHighRes {
			period = 20 * time.Second
		}
	}
	lb, tg, labelled := scaling.SplitLabel(label)
	watched := scaling.Watched{Service: s, LoadBalancer: lb, TargetGroup: tg}
	list := []Keyed{
		{timeline.KeyCPU, watched.Metric(scaling.CPUUtilization, "Average", period)},
		{timeline.KeyCPUMax, watched.Metric(scaling.CPUUtilization, "Maximum", period)},
	}
	if !labelled {
		return list
	}
	return append(list,
		Keyed{timeline.KeyRequests, watched.Metric(scaling.RequestCountPerTarget, "Sum", time.Minute)},
		Keyed{timeline.KeyLatencyP95, watched.Metric(scaling.TargetResponseTime, "p95", time.Minute)},
		Keyed{timeline.KeyLatencyP99, watched.Metric(scaling.TargetResponseTime, "p99", time.Minute)},
		Keyed{timeline.KeyTarget5xx, watched.Metric(scaling.Target5xxCount, "Sum", time.Minute)},
		Keyed{timeline.KeyELB5xx, watched.Metric(scaling.ELB5xxCount, "Sum", time.Minute)},
	)
}
