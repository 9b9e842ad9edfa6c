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

// metricNames are CloudWatch's, in the order of the constants.
var metricNames = [metricCount]string(scaling.MetricNames)

// watched is what a service's metrics are kept by.
func (w *World) watched(s *service) scaling.Watched {
	return scaling.Watched{Service: s.cfg.Service, LoadBalancer: w.cfg.LoadBalancer.Label, TargetGroup: s.cfg.TargetGroup}
}

// source finds the service and metric that a metric's name means; ok is false
// where there is none such: CloudWatch then has no data, which is no error.
func (w *World) source(m scaling.Metric) (s *service, id metricID, ok bool) {
	for id = range metricCount {
		if metricNames[id] != m.Name {
			continue
		}
		for _, s := range w.services {
			own := w.watched(s).Metric(m.Name, "", 0)
			if own.Namespace == m.Namespace && sameDimensions(own.Dimensions, m.Dimensions, id == metricPerTarget) {
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

// stats are the samples of a stretch of time, summed up so that those of two
// stretches add: the average is scale x top / bottom, in millionths.
type stats struct {
	n           int64 // SampleCount
	top, bottom int64
	low, high   int64 // millionths
}

// scales are the metrics' factors of the average.
var scales = [metricCount]int64{
	metricCPU:       100 * unit, // used over reserved milli-CPU x ns
	metricMemory:    1,
	metricPerTarget: 1,
	metricLatency:   1, // ns over a thousand times the requests
	metricRequests:  1, metricTarget5xx: 1, metricELB5xx: 1,
	metricHealthy: unit, // targets x ns over ns
}

// single is one sample.
func single(v int64) stats { return stats{n: 1, top: v, bottom: 1, low: v, high: v} }

// add merges other samples of the same metric.
func (a *stats) add(b stats) {
	if a.n == 0 {
		*a = b
		return
	}
	a.n, a.top, a.bottom = a.n+b.n, a.top+b.top, a.bottom+b.bottom
	a.low, a.high = min(a.low, b.low), max(a.high, b.high)
}

func (a *stats) average(id metricID) int64 { return mulDiv(a.top, scales[id], a.bottom) }

// sum is the average of all samples times their number, without the rounding
// between.
func (a *stats) sum(id metricID) int64 { return mulDiv(a.top, scales[id]*a.n, a.bottom) }

// statistic reads one statistic of a metric's slot, in millionths; ok is false
// where the metric has none such.
func (x *slot) statistic(id metricID, name string) (v int64, ok bool) {
	switch name {
	case "Average":
		return x.average(id), true
	case "Sum":
		return x.sum(id), true
	case "Minimum":
		return x.low, true
	case "Maximum":
		return x.high, true
	case "SampleCount":
		return x.n * unit, true
	}
	if id != metricLatency {
		return 0, false
	}
	share, ok := parsePercentile(name)
	if !ok {
		return 0, false
	}
	return min(percentile(x.latency, x.n, share)/1000, x.high), true
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
