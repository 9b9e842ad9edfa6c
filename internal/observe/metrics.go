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
	ecs := []scaling.Dimension{{Name: "ClusterName", Value: s.Cluster}, {Name: "ServiceName", Value: s.Name}}
	cpu := func(key, statistic string) Keyed {
		return Keyed{key, scaling.Metric{Namespace: "AWS/ECS", Name: "CPUUtilization", Dimensions: ecs, Statistic: statistic, Period: period}}
	}
	list := []Keyed{cpu(timeline.KeyCPU, "Average"), cpu(timeline.KeyCPUMax, "Maximum")}
	lb, tg, ok := scaling.SplitLabel(label)
	if !ok {
		return list
	}
	both := []scaling.Dimension{{Name: "LoadBalancer", Value: lb}, {Name: "TargetGroup", Value: tg}}
	alb := func(key, name, statistic string, dims []scaling.Dimension) Keyed {
		return Keyed{key, scaling.Metric{Namespace: "AWS/ApplicationELB", Name: name, Dimensions: dims, Statistic: statistic, Period: time.Minute}}
	}
	return append(list,
		alb(timeline.KeyRequests, "RequestCountPerTarget", "Sum", both),
		alb(timeline.KeyLatencyP95, "TargetResponseTime", "p95", both),
		alb(timeline.KeyLatencyP99, "TargetResponseTime", "p99", both),
		alb(timeline.KeyTarget5xx, "HTTPCode_Target_5XX_Count", "Sum", both),
		alb(timeline.KeyELB5xx, "HTTPCode_ELB_5XX_Count", "Sum", both[:1]),
	)
}
