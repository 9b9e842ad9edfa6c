package report

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// world is a made-up run of the cpu-heavy scenario: 55 minutes, two
// scale-outs by the CPU policy, two scale-ins, one activity that did not
// scale. It is not what the model would give, only as much and as varied.
type world struct {
	begin   time.Time // of the run; traffic begins four minutes later
	service scaling.Service
	events  []timeline.Event
	desired []Point
}

var worldStages = []struct {
	name    string
	length  time.Duration
	cpu     float64 // tasks' worth of CPU, at 70 %
	heavy   float64 // requests per second
	light   float64
	slow    float64
	measure float64 // ms
}{
	{"baseline", 3 * time.Minute, 0.5, 3.2, 6.8, 0, 125},
	{"climb", 10 * time.Minute, 1.25, 8.1, 4.4, 0, 260},
	{"peak", 10 * time.Minute, 2.5, 16.4, 6.1, 0, 300},
	{"settle", 32 * time.Minute, 0.5, 3.2, 4.8, 2, 130},
}

// cpuHeavy is the made-up run; each caller gets a slice of its own.
func cpuHeavy() []timeline.Event { return slices.Clone(madeUp()) }

var madeUp = sync.OnceValue(func() []timeline.Event {
	w := &world{begin: time.Date(2026, 1, 1, 0, 30, 0, 0, time.UTC), service: scaling.Service{Cluster: "staging-cluster", Name: "staging-web-ingestion"}}
	w.started()
	w.policies()
	w.scale()
	w.traffic()
	w.metrics()
	w.finish()
	for i := range w.events {
		w.events[i].Seq = int64(i + 1)
	}
	return w.events
})

func (w *world) origin() time.Time            { return w.begin.Add(4 * time.Minute) }
func (w *world) add(e timeline.Event)         { w.events = append(w.events, e) }
func (w *world) at(d time.Duration) time.Time { return w.origin().Add(d) }

func (w *world) started() {
	plan, err := json.Marshal(map[string]any{
		"summary": "High CPU at a normal request count. Only the CPU policy should act.",
		"region":  "eu-west-1", "emulated": true, "arrivals": "poisson",
		"task":    map[string]any{"vcpu": 1, "workers": 1},
		"service": w.service,
		"expect":  []any{map[string]any{"latency": map[string]any{"p99": "5s", "of": []string{"heavy", "light"}}}},
	})
	if err != nil {
		panic(err)
	}
	w.add(timeline.New(w.begin, "run", "", timeline.Started{
		Format: timeline.Format, Command: "validate run", Scenario: "cpu-heavy", Environment: "local",
		Service: w.service, Seed: 7, Plan: plan, Versions: map[string]string{"scaleproof": "devel", "go": "go1.26"},
	}))
	w.add(timeline.New(w.begin, "run", "", timeline.ClockInfo{Mode: "stepping"}))
	for i, name := range []string{timeline.PhasePreflight, timeline.PhaseApply, timeline.PhaseAlarms} {
		w.add(timeline.New(w.begin.Add(time.Duration(i)*time.Second), "run", "", timeline.Phase{Name: name}))
	}
}

const (
	cpuPolicy = "staging-web-ingestion-cpu-tracking-policy"
	reqPolicy = "staging-web-ingestion-request-tracking-policy"
	someUUID  = "0f9d3c52-6a0b-4c58-9a53-2f1f6f1f5b11"
)

func (w *world) policies() {
	at := w.begin.Add(2 * time.Second)
	w.add(timeline.Observed(at, at, w.begin, "autoscaling", w.service.String(), timeline.Capacity{
		Target: &scaling.ScalableTarget{Service: w.service, Bounds: scaling.Bounds{Min: 1, Max: 5}}}))
	for _, p := range []scaling.Policy{
		{Name: cpuPolicy, Type: scaling.TargetTracking, Metric: scaling.MetricCPU, Target: 70, ScaleOutCooldown: time.Minute, ScaleInCooldown: 5 * time.Minute},
		{Name: reqPolicy, Type: scaling.TargetTracking, Metric: scaling.MetricRequestCount, Target: 1500, ScaleOutCooldown: time.Minute, ScaleInCooldown: 5 * time.Minute},
	} {
		w.add(timeline.Observed(at, at, w.begin, "autoscaling", p.Name, timeline.PolicyState{Policy: p}))
		w.alarm(p.Name, false, at, scaling.AlarmInAlarm)
	}
}

func (w *world) alarm(policy string, high bool, at time.Time, state string) {
	a := scaling.Alarm{Name: scaling.AlarmName(w.service, high, someUUID) + policy, State: state, StateSince: at, Comparison: scaling.LessThan}
	if high {
		a.Comparison = scaling.GreaterThan
	}
	w.add(timeline.Observed(at, at.Add(10*time.Second), at.Add(-20*time.Second), "cloudwatch", a.Name,
		timeline.AlarmState{Alarm: a, Transition: true, Policy: policy}))
}

// scale writes counts, health, alarms and activities.
func (w *world) scale() {
	w.counts(-4*time.Minute, 1, 1, 1)
	type step struct {
		at   time.Duration
		to   int
		from int
	}
	for _, s := range []step{{9*time.Minute + 40*time.Second, 2, 1}, {17*time.Minute + 12*time.Second, 4, 2},
		{41*time.Minute + 5*time.Second, 3, 4}, {46*time.Minute + 40*time.Second, 2, 3}, {52 * time.Minute, 1, 2}} {
		high := s.to > s.from
		w.alarm(cpuPolicy, high, w.at(s.at-15*time.Second), scaling.AlarmInAlarm)
		w.activity(s.at, s.to, scaling.Cause{Kind: scaling.CauseAlarm, Alarm: scaling.AlarmName(w.service, high, someUUID), Policy: cpuPolicy})
		w.counts(s.at+3*time.Second, s.to, s.from, s.from)
		if high {
			w.counts(s.at+55*time.Second, s.to, s.to, s.from)
			w.counts(s.at+75*time.Second, s.to, s.to, s.to)
			w.alarm(cpuPolicy, true, w.at(s.at+150*time.Second), scaling.AlarmOK)
		} else {
			w.counts(s.at+33*time.Second, s.to, s.to, s.to)
		}
	}
	w.notScaled(54 * time.Minute)
}

func (w *world) counts(at time.Duration, desired, running, healthy int) {
	t := w.at(at)
	w.desired = append(w.desired, Point{at, float64(healthy)})
	w.add(timeline.Observed(t, t, t.Add(-5*time.Second), "ecs", w.service.String(), timeline.Counts{Desired: desired, Running: running, Pending: max(0, desired-running)}))
	w.add(timeline.Observed(t, t, t.Add(-5*time.Second), "elbv2", w.service.String(), timeline.Health{Healthy: healthy}))
}

func (w *world) activity(at time.Duration, to int, cause scaling.Cause) {
	a := scaling.Activity{ID: at.String(), Description: scaling.DescribeDesired(to), Cause: cause.String(), Start: w.at(at), Status: scaling.StatusInProgress}
	w.add(timeline.Observed(a.Start, a.Start.Add(4*time.Second), a.Start.Add(-time.Second), "autoscaling", a.ID, timeline.ActivityState{Activity: a}))
	a.Status, a.End = scaling.StatusSuccessful, a.Start.Add(50*time.Second)
	w.add(timeline.Observed(a.Start, a.End, a.Start, "autoscaling", a.ID, timeline.ActivityState{Activity: a}))
}

func (w *world) notScaled(at time.Duration) {
	a := scaling.Activity{ID: "not", Description: "Attempting to scale due to alarm triggered", Status: scaling.StatusFailed, Start: w.at(at),
		Cause:     scaling.Cause{Kind: scaling.CauseAlarm, Alarm: scaling.AlarmName(w.service, false, someUUID), Policy: reqPolicy}.String(),
		NotScaled: []scaling.NotScaledReason{{Code: scaling.AlreadyAtMinCapacity, Min: 1}}}
	w.add(timeline.Observed(a.Start, a.Start.Add(4*time.Second), a.Start.Add(-time.Second), "autoscaling", a.ID, timeline.ActivityState{Activity: a}))
}

func (w *world) healthy(at time.Duration) float64 {
	n := 1.0
	for _, d := range w.desired {
		if d.At <= at {
			n = d.Value
		}
	}
	return n
}

// windowLength is longer than a run's, for the time that encoding takes; the
// predicted run has windows of a second.
const windowLength = 5 * time.Second

// traffic writes the windows.
func (w *world) traffic() {
	w.add(timeline.New(w.origin(), "run", "", timeline.Phase{Name: timeline.PhaseTraffic}))
	r := rand.New(rand.NewPCG(7, 7))
	var start time.Duration
	for i, s := range worldStages {
		w.add(timeline.New(w.at(start), "run", s.name, timeline.Stage{Index: i, Name: s.name, For: s.length}))
		for t := start; t < start+s.length; t += windowLength {
			win := timeline.Window{Start: w.at(t), Length: windowLength}
			load := s.cpu / 0.7 / w.healthy(t)
			win.Kinds = append(win.Kinds, kind(r, "heavy", s.heavy, s.measure*math.Max(1, load*load*2), t > 19*time.Minute && t < 19*time.Minute+20*time.Second))
			win.Kinds = append(win.Kinds, kind(r, "light", s.light, s.measure*0.3, false))
			if s.slow > 0 {
				win.Kinds = append(win.Kinds, kind(r, "slow", s.slow, 5000, false))
			}
			w.add(timeline.New(win.Start.Add(windowLength), "traffic", "", win))
		}
		start += s.length
	}
	w.add(timeline.New(w.at(start), "run", "", timeline.Phase{Name: timeline.PhaseDrain}))
}

// kind draws a window of a kind: a rate a second, around a latency in
// milliseconds.
func kind(r *rand.Rand, name string, rate, ms float64, failing bool) timeline.KindWindow {
	rate *= windowLength.Seconds()
	n := int64(rate)
	if r.Float64() < rate-float64(n) {
		n++
	}
	k := timeline.KindWindow{Kind: name, Planned: n, Sent: n, Completed: map[string]int64{}}
	h := hdrhistogram.NewPacked(1, int64(time.Hour/time.Microsecond), 3)
	for range n {
		if err := h.RecordValue(int64(ms * 1000 * (0.7 + 0.6*r.ExpFloat64()))); err != nil {
			panic(err)
		}
	}
	k.Completed["200"] = n
	if failing && n > 0 {
		k.Completed["200"] = n - 1
		k.Completed["503"] = 1
		k.Failed = map[string]int64{"503": 1}
	}
	if n > 0 {
		enc, err := h.EncodeV2()
		if err != nil {
			panic(err)
		}
		k.Latency = string(enc)
	}
	return k
}

func (w *world) metrics() {
	r := rand.New(rand.NewPCG(8, 8))
	start := time.Duration(0)
	point := func(at time.Duration, key string, v float64) {
		t := w.at(at)
		w.add(timeline.Observed(t, t.Add(2*time.Minute), t.Add(time.Minute), "cloudwatch", key,
			timeline.MetricPoint{Key: key, Value: math.Round(v*100) / 100, Period: time.Minute}))
	}
	for _, s := range worldStages {
		for t := start; t < start+s.length; t += time.Minute {
			n := w.healthy(t)
			cpu := math.Min(100, s.cpu*70/n+3*r.NormFloat64())
			point(t, timeline.KeyCPU, cpu)
			point(t, timeline.KeyCPUMax, math.Min(100, cpu*1.25+4))
			point(t, timeline.KeyRequests, (s.heavy+s.light)*60/n*(1+0.03*r.NormFloat64()))
		}
		start += s.length
	}
}

func (w *world) finish() {
	at := w.at(55*time.Minute + 30*time.Second)
	w.add(timeline.New(at, "run", "", timeline.Phase{Name: timeline.PhaseUndo}))
	w.add(timeline.New(at.Add(time.Second), "run", "", timeline.PolicyState{Policy: scaling.Policy{Name: cpuPolicy, Metric: scaling.MetricCPU}, Removed: true}))
	w.add(timeline.New(at.Add(2*time.Second), "run", "", timeline.Ended{Outcome: timeline.EndComplete, Restored: true}))
}
