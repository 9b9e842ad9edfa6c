package model

import (
	"strconv"
	"strings"

	"scaleproof/internal/scaling"
)

// metricID is one of the CloudWatch metrics that a service has.
type metricID uint8

const (
	metricCPU metricID = iota
	metricMemory
	metricPerTarget
	metricLatency
	metricRequests
	metricTarget5xx
	metricELB5xx
	metricHealthy
	metricCount
)

const (
	nsECS = "AWS/ECS"
	nsALB = "AWS/ApplicationELB"
)

// metricNames are the metrics' names; those up to metricMemory are ECS's.
var metricNames = [metricCount]string{
	"CPUUtilization", "MemoryUtilization", "RequestCountPerTarget", "TargetResponseTime",
	"RequestCount", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count", "HealthyHostCount",
}

func (id metricID) namespace() string {
	if id <= metricMemory {
		return nsECS
	}
	return nsALB
}

// dimensions of a service's metric, as AWS orders them. [R][E]
func (w *World) dimensions(s *service, id metricID) []scaling.Dimension {
	if id <= metricMemory {
		return []scaling.Dimension{{Name: "ClusterName", Value: s.cfg.Service.Cluster}, {Name: "ServiceName", Value: s.cfg.Service.Name}}
	}
	return []scaling.Dimension{{Name: "LoadBalancer", Value: w.cfg.LoadBalancer.Label}, {Name: "TargetGroup", Value: s.cfg.TargetGroup}}
}

// source finds the service and metric that a metric's name means; ok is false
// where there is none such: CloudWatch then has no data, which is no error.
func (w *World) source(m scaling.Metric) (s *service, id metricID, ok bool) {
	for id = range metricCount {
		if metricNames[id] != m.Name || id.namespace() != m.Namespace {
			continue
		}
		for _, s := range w.services {
			if sameDimensions(w.dimensions(s, id), m.Dimensions, id == metricPerTarget) {
				return s, id, true
			}
		}
	}
	return nil, 0, false
}

// sameDimensions compares without regard to order. RequestCountPerTarget is
// also kept by target group alone. [D]
func sameDimensions(want, got []scaling.Dimension, groupAlone bool) bool {
	if groupAlone && len(got) == 1 {
		return got[0] == want[1]
	}
	if len(got) != len(want) {
		return false
	}
	for _, d := range want {
		found := false
		for _, g := range got {
			found = found || d == g
		}
		if !found {
			return false
		}
	}
	return true
}

// unit is the millionth in which all values are kept.
const unit = 1_000_000

func value(micro int64) float64 { return float64(micro) / unit }

// micro rounds a value of the configuration to millionths.
func micro(v float64) int64 {
	if v < 0 {
		return -micro(-v)
	}
	return int64(float64(v*unit) + 0.5)
}

// minute is what one minute came to. A metric that had nothing to count in it
// has no datapoint, which is not one of zero.
type minute struct {
	number    int64 // since 1970
	has       [metricCount]bool
	published [metricCount]bool
	stats     [metricCount]stats
	latency   []bucket
}

// stats are a datapoint's statistics, in millionths.
type stats struct {
	n                   int64 // SampleCount
	sum, low, high, avg int64
}

func single(v int64) stats { return stats{n: 1, sum: v, low: v, high: v, avg: v} }

// statistic reads one statistic of a closed minute, in millionths.
func (m *minute) statistic(id metricID, name string) (int64, bool) {
	st := &m.stats[id]
	switch name {
	case "Average":
		return st.avg, true
	case "Sum":
		return st.sum, true
	case "Minimum":
		return st.low, true
	case "Maximum":
		return st.high, true
	case "SampleCount":
		return st.n * unit, true
	}
	if id != metricLatency {
		return 0, false
	}
	share, ok := parsePercentile(name)
	if !ok {
		return 0, false
	}
	return min(percentile(m.latency, st.n, share)/1000, st.high), true
}

// parsePercentile reads pNN or pNN.N as a share in hundred-thousandths.
func parsePercentile(name string) (int64, bool) {
	rest, ok := strings.CutPrefix(name, "p")
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseFloat(rest, 64)
	if err != nil || !(v >= 0 && v <= 100) {
		return 0, false
	}
	return int64(float64(v*1000) + 0.5), true
}

// at returns the minute of a number, nil where it is not kept.
func (s *service) at(number int64) *minute {
	if len(s.minutes) == 0 {
		return nil
	}
	i := number - s.minutes[0].number
	if i < 0 || i >= int64(len(s.minutes)) {
		return nil
	}
	return &s.minutes[i]
}

// statisticKnown says that a statistic is one that CloudWatch has and the
// world can show.
func statisticKnown(name string) bool {
	switch name {
	case "Average", "Sum", "Minimum", "Maximum", "SampleCount":
		return true
	}
	_, ok := parsePercentile(name)
	return ok
}
