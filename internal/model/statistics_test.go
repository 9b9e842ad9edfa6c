package model_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// raw is all that happened to a service, as a list: the statistics' slow twin
// reckons from nothing else.
type raw struct {
	tasks    int
	slot     time.Duration // that CPU is sampled in
	arrivals []time.Duration
	answers  []model.Answer
	lasted   map[uint64]time.Duration   // of requests, from arrival to answer
	busy     map[int][][2]time.Duration // by task: when its worker worked
	arrived  map[uint64]time.Duration   // by number
}

// work lets the one worker of each task work on its requests one after the
// other, as they came: round robin over the tasks.
func (r *raw) work(cpu []time.Duration) {
	free := make([]time.Duration, r.tasks)
	for i, at := range r.arrivals {
		task := i % r.tasks
		begin := max(at, free[task])
		free[task] = begin + cpu[i]
		r.busy[task] = append(r.busy[task], [2]time.Duration{begin, free[task]})
	}
}

// share is the percentage of a stretch that a task worked in.
func (r *raw) share(task int, from, to time.Duration) float64 {
	var sum time.Duration
	for _, b := range r.busy[task] {
		sum += max(0, min(b[1], to)-max(b[0], from))
	}
	return 100 * sum.Seconds() / (to - from).Seconds()
}

// cpu are the samples of a stretch: one of each task in each slot.
func (r *raw) cpu(from, to time.Duration) (all []float64) {
	for at := from; at < to; at += r.slot {
		for task := range r.tasks {
			all = append(all, r.share(task, at, at+r.slot))
		}
	}
	return all
}

// latencies of the requests that were answered well in (from, to], in order.
func (r *raw) latencies(from, to time.Duration) (all []float64) {
	for _, a := range r.answers {
		if at := a.At.Sub(start); at > from && at <= to && a.Status == 200 {
			all = append(all, r.lasted[a.Number].Seconds())
		}
	}
	slices.Sort(all)
	return all
}

func (r *raw) requests(from, to time.Duration) (n float64) {
	for _, at := range r.arrivals {
		if at >= from && at < to {
			n++
		}
	}
	return n
}

func sum(all []float64) (s float64) {
	for _, v := range all {
		s += v
	}
	return s
}

// statistic of samples in order, as CloudWatch defines it; a percentile is
// the least sample that enough do not exceed.
func statistic(all []float64, name string) float64 {
	switch name {
	case "Average":
		return sum(all) / float64(len(all))
	case "Sum":
		return sum(all)
	case "Minimum":
		return slices.Min(all)
	case "Maximum":
		return slices.Max(all)
	case "SampleCount":
		return float64(len(all))
	}
	var share float64
	fmt.Sscanf(name, "p%g", &share)
	return all[max(int(math.Ceil(share/100*float64(len(all)))), 1)-1]
}

// Each statistic of each period equals what the raw list of requests gives:
// whether slots are of 20 s or a minute, and however many of them a period
// is made of.
func TestStatisticsEqualTheRawRequests(t *testing.T) {
	points := 0
	rapid.Check(t, func(t *rapid.T) {
		r := &raw{
			tasks: rapid.IntRange(1, 3).Draw(t, "tasks"), lasted: map[uint64]time.Duration{}, arrived: map[uint64]time.Duration{},
			slot: rapid.SampledFrom([]time.Duration{20 * time.Second, time.Minute}).Draw(t, "resolution"), busy: map[int][][2]time.Duration{},
		}
		c := local(r.tasks)
		s := &c.Services[0]
		s.Policies, s.Target, s.HealthCheck.Interval = nil, nil, 0
		s.Resolution, s.Publication = r.slot, model.Spread{}
		c.LoadBalancer.IdleTimeout = time.Hour
		w := model.New(c)
		var cpu []time.Duration
		at := time.Duration(0)
		for range rapid.IntRange(0, 120).Draw(t, "requests") {
			at += time.Duration(rapid.OneOf(rapid.IntRange(0, 3000), rapid.IntRange(0, 60_000)).Draw(t, "gap ms")) * time.Millisecond
			n := uint64(len(cpu) + 1)
			path := rapid.SampledFrom([]string{"/heavy", "/light", "/slow", "/big"}).Draw(t, "path")
			cpu = append(cpu, map[string]time.Duration{"/heavy": 105 * time.Millisecond, "/light": 2 * time.Millisecond, "/slow": 2 * time.Millisecond, "/big": time.Second}[path])
			r.arrivals, r.arrived[n] = append(r.arrivals, at), at
			r.answers = append(r.answers, w.Submit(start.Add(at), model.Request{Number: n, Path: path, Body: 2000})...)
		}
		end := at.Truncate(10*time.Minute) + 20*time.Minute
		r.answers = append(r.answers, w.Advance(start.Add(end))...)
		for _, a := range r.answers {
			r.lasted[a.Number] = a.At.Sub(start.Add(r.arrived[a.Number]))
		}
		r.work(cpu)

		look := func(m scaling.Metric) map[time.Duration]float64 {
			l, err := w.Look(web, model.What{Metrics: []scaling.Metric{m}})
			require.NoError(t, err)
			got := map[time.Duration]float64{}
			for _, p := range l.Metrics.List[0].Points {
				got[p.Start.Sub(start)] = p.Value
			}
			points += len(got)
			return got
		}
		for _, period := range []time.Duration{20 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute} {
			// by metric: the samples of a stretch, or nothing
			check := func(namespace, name, stat string, near float64, samples func(from, to time.Duration) []float64) {
				got := look(scaling.Metric{Namespace: namespace, Name: name, Statistic: stat, Period: period, Dimensions: dimensions(namespace)})
				for from := time.Duration(0); from < end; from += period {
					v, ok := got[from]
					all := samples(from, from+period)
					require.Equal(t, len(all) > 0, ok, "%s %s of %v at %v", stat, name, period, from)
					if ok {
						want := statistic(all, stat)
						require.InDelta(t, want, v, 2e-6*float64(len(all))+near*want, "%s %s of %v at %v", stat, name, period, from)
					}
				}
			}
			if period%r.slot == 0 {
				for _, stat := range []string{"Average", "Minimum", "Maximum", "SampleCount", "Sum"} {
					check("AWS/ECS", "CPUUtilization", stat, 0, r.cpu)
				}
			}
			if period < time.Minute {
				continue // the load balancer counts by the minute
			}
			for _, stat := range []string{"Average", "Minimum", "Maximum", "SampleCount", "Sum"} {
				check("AWS/ApplicationELB", "TargetResponseTime", stat, 0, r.latencies)
			}
			for _, stat := range []string{"p0", "p50", "p90", "p99", "p99.9", "p100"} {
				check("AWS/ApplicationELB", "TargetResponseTime", stat, 1.0/64, r.latencies)
			}
			ones := func(from, to time.Duration) []float64 {
				return slices.Repeat([]float64{1}, int(r.requests(from, to)))
			}
			for _, stat := range []string{"Average", "SampleCount", "Sum"} {
				check("AWS/ApplicationELB", "RequestCount", stat, 0, ones)
			}
			perTarget := func(from, to time.Duration) (all []float64) { // zeros too
				for at := from; at < to; at += time.Minute {
					all = append(all, r.requests(at, at+time.Minute)/float64(r.tasks))
				}
				return all
			}
			check("AWS/ApplicationELB", "RequestCountPerTarget", "Sum", 0, perTarget)
		}
	})
	require.Greater(t, points, 1000)
}

func dimensions(namespace string) []scaling.Dimension {
	if namespace == "AWS/ECS" {
		return []scaling.Dimension{{Name: "ClusterName", Value: web.Cluster}, {Name: "ServiceName", Value: web.Name}}
	}
	return []scaling.Dimension{{Name: "LoadBalancer", Value: balancer}, {Name: "TargetGroup", Value: group}}
}
