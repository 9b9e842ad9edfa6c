package scaling

import "time"

// Namespaces of the metrics of a service. [D]
const (
	NamespaceECS = "AWS/ECS"
	NamespaceALB = "AWS/ApplicationELB"
)

// CloudWatch's names of what a service is watched by. [D] The first two are
// ECS's, the others the load balancer's.
const (
	CPUUtilization        = "CPUUtilization"
	MemoryUtilization     = "MemoryUtilization"
	RequestCountPerTarget = "RequestCountPerTarget"
	TargetResponseTime    = "TargetResponseTime"
	RequestCount          = "RequestCount"
	Target5xxCount        = "HTTPCode_Target_5XX_Count"
	ELB5xxCount           = "HTTPCode_ELB_5XX_Count"
	HealthyHostCount      = "HealthyHostCount"
)

// MetricNames lists them. It is not to be changed.
var MetricNames = []string{
	CPUUtilization, MemoryUtilization, RequestCountPerTarget, TargetResponseTime,
	RequestCount, Target5xxCount, ELB5xxCount, HealthyHostCount,
}

// Watched is what the metrics of a service are kept by.
type Watched struct {
	Service      Service
	LoadBalancer string // app/<name>/<id>
	TargetGroup  string // targetgroup/<name>/<id>
}

// Metric is one of the service's by its name, with the dimensions in AWS's
// order. [R][E]
func (w Watched) Metric(name, statistic string, period time.Duration) Metric {
	m := Metric{Namespace: NamespaceALB, Name: name, Statistic: statistic, Period: period}
	if name == CPUUtilization || name == MemoryUtilization {
		m.Namespace = NamespaceECS
		m.Dimensions = []Dimension{{"ClusterName", w.Service.Cluster}, {"ServiceName", w.Service.Name}}
		return m
	}
	m.Dimensions = []Dimension{{"LoadBalancer", w.LoadBalancer}, {"TargetGroup", w.TargetGroup}}
	if name == ELB5xxCount { // what no target answered is counted of the whole load balancer [D]
		m.Dimensions = m.Dimensions[:1]
	}
	return m
}
