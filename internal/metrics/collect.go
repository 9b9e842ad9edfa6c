package metrics

import (
	"maps"
	"slices"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"scaleproof/internal/export"
	"scaleproof/internal/hdr"
)

const prefix = "scaleproof_"

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(prefix+name, help, labels, nil)
}

var (
	runInfo     = desc("run_info", "What runs; always 1.", "command", "scenario", "environment", "service")
	stageInfo   = desc("stage_info", "The stage of the traffic that began last; always 1.", "stage", "index")
	serviceTime = desc("service_time_seconds", "Service time of what was told last, in seconds since 1970.")
	broken      = desc("windows_unreadable_total", "Windows whose histograms could not be read: what is told is not all.")
	planned     = desc("rate_planned", "Requests per second that were due in the last window.")
	achieved    = desc("rate_achieved", "Requests per second that left in the last window.")
	factor      = desc("rate_factor", "By what a person has changed the plan's rates; 1: not.")
	starved     = desc("generator_starved_total", "Windows in which the generator fell behind its schedule, by what it lacked.", "cause")
	inFlight    = desc("requests_in_flight", "Requests that were sent and have not ended, at the end of the last window.")
	scheduled   = desc("requests_scheduled_total", "Requests that were due.", "kind")
	sent        = desc("requests_sent_total", "Requests that left.", "kind")
	late        = desc("requests_late_total", "Requests that left more than 10 ms after they were due.", "kind")
	unsent      = desc("requests_unsent_total", "Requests that were given up, by reason.", "kind", "reason")
	completed   = desc("requests_completed_total", "Requests that ended, by status, or by class of error where there was no answer.", "kind", "result")
	failed      = desc("requests_failed_total", "Requests that ended and were no success, by the same results, or as content where only the body fell short.", "kind", "result")
	latency     = desc("latency_seconds", "From the instant each request was due. Those without an answer are above every bound, and not in the sum.", "kind")
	service     = desc("service_seconds", "From the instant each request really left. Those without an answer are above every bound, and not in the sum.", "kind")
	lateness    = desc("lateness_seconds", "How long after it was due each request left.", "kind")
)

var descs = []*prometheus.Desc{runInfo, stageInfo, serviceTime, broken, planned, achieved, factor, starved, inFlight, scheduled, sent, late, unsent, completed, failed, latency, service, lateness}

// Bounds of the histograms' buckets, in seconds.
var (
	latencyBounds  = []float64{0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60}
	latenessBounds = []float64{0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.1, 1, 10}
)

// Describe is a prometheus.Collector's.
func (e *Endpoint) Describe(out chan<- *prometheus.Desc) {
	for _, d := range descs {
		out <- d
	}
}

// Collect is a prometheus.Collector's.
func (e *Endpoint) Collect(out chan<- prometheus.Metric) {
	for _, m := range e.collect() {
		out <- m
	}
}

// collect makes all metrics before any is handed on, so that they are of one
// moment and the reader cannot hold up the run.
func (e *Endpoint) collect() (list []prometheus.Metric) {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := &e.state
	add := func(d *prometheus.Desc, t prometheus.ValueType, v float64, labels ...string) {
		list = append(list, prometheus.MustNewConstMetric(d, t, v, labels...))
	}
	if s.known {
		add(runInfo, prometheus.GaugeValue, 1, s.started.Command, s.started.Scenario, s.started.Environment, s.started.Service.String())
		add(serviceTime, prometheus.GaugeValue, float64(s.now.UnixMilli())/1000)
	}
	if s.staged {
		add(stageInfo, prometheus.GaugeValue, 1, s.stage.Name, strconv.Itoa(s.stage.Index))
	}
	due, left := 0.0, 0.0
	if seconds := s.window.Length.Seconds(); seconds > 0 {
		for _, k := range s.window.Kinds {
			due, left = due+float64(k.Planned)/seconds, left+float64(k.Sent)/seconds
		}
	}
	add(planned, prometheus.GaugeValue, due)
	add(achieved, prometheus.GaugeValue, left)
	rate := 1.0
	if s.changed {
		rate = s.rate.Factor
	}
	add(factor, prometheus.GaugeValue, rate)
	for _, cause := range slices.Sorted(maps.Keys(s.starved)) {
		add(starved, prometheus.CounterValue, float64(s.starved[cause]), cause)
	}
	add(inFlight, prometheus.GaugeValue, float64(s.totals.InFlight))
	add(broken, prometheus.CounterValue, float64(s.broken))
	for _, k := range s.totals.Kinds() {
		add(scheduled, prometheus.CounterValue, float64(k.Scheduled), k.Name)
		add(sent, prometheus.CounterValue, float64(k.Sent), k.Name)
		add(late, prometheus.CounterValue, float64(k.Late), k.Name)
		for _, by := range []struct {
			desc   *prometheus.Desc
			counts map[string]int64
		}{{unsent, k.Unsent}, {completed, k.Completed}, {failed, k.Failed}} {
			for _, key := range slices.Sorted(maps.Keys(by.counts)) {
				add(by.desc, prometheus.CounterValue, float64(by.counts[key]), k.Name, key)
			}
		}
		list = append(list, histograms(k)...)
	}
	return list
}

func histograms(k *export.Kind) []prometheus.Metric {
	unanswered := k.Unanswered()
	lag, onTime := k.Lateness()
	return []prometheus.Metric{
		histogram(latency, latencyBounds, &k.Latency, 0, unanswered, k.Name),
		histogram(service, latencyBounds, k.Service(), 0, unanswered, k.Name),
		histogram(lateness, latenessBounds, lag, onTime, 0, k.Name),
	}
}

// histogram is one of microseconds, with so many values of zero beside it and so
// many above every bound. A value counts below a bound where all of its bucket
// lies there, which is right to a thousandth; the sum takes it for the bucket's
// middle.
func histogram(d *prometheus.Desc, bounds []float64, of *hdr.Sum, zeros, above int64, kind string) prometheus.Metric {
	buckets := make(map[float64]uint64, len(bounds))
	count, sum, next := zeros, 0.0, 0
	for b := range of.Buckets() {
		for ; next < len(bounds) && float64(b.Most) > bounds[next]*1e6; next++ {
			buckets[bounds[next]] = uint64(count)
		}
		count += b.Count
		sum += float64(b.Count) * float64(b.Least+b.Most) / 2e6
	}
	for ; next < len(bounds); next++ {
		buckets[bounds[next]] = uint64(count)
	}
	return prometheus.MustNewConstHistogram(d, uint64(count+above), sum, buckets, kind)
}
