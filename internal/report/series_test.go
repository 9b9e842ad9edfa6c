package report

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// valueAt reads a line as an eye does: the last value at or before a place.
func valueAt(l Line, at time.Duration) float64 {
	v := math.NaN()
	for _, p := range l.Points {
		if p.At <= at {
			v = p.Value
		}
	}
	return v
}

// Each published point stands on its line, in the middle of its period, and
// nothing else does.
func TestMetricsAreTheTimelines(t *testing.T) {
	each(t, metricsAreTheTimelines)
}

// each runs a comparison on the made-up run and on one that the model gave.
func each(t *testing.T, f func(*testing.T, []timeline.Event)) {
	t.Run("made up", func(t *testing.T) { f(t, cpuHeavy()) })
	t.Run("predicted", func(t *testing.T) {
		events, _ := predicted(t, "cpu-heavy")
		f(t, events)
	})
}

func metricsAreTheTimelines(t *testing.T, events []timeline.Event) {
	p := Build(events)
	for key, line := range map[string]Line{
		timeline.KeyCPU:      p.Panel(PanelCPU).Line("average"),
		timeline.KeyCPUMax:   p.Panel(PanelCPU).Line("maximum"),
		timeline.KeyRequests: p.Panel(PanelRequests).Line("requests per target"),
	} {
		n := 0
		for _, e := range events {
			m, ok := e.Data.(timeline.MetricPoint)
			if !ok || m.Key != key {
				continue
			}
			if at := e.At.Sub(p.Origin) + m.Period/2; p.shown(at) {
				n++
				require.Contains(t, line.Points, Point{at, m.Value}, key)
			}
		}
		require.Len(t, line.Points, n, key)
		require.GreaterOrEqual(t, n, 50, key)
	}
}

// A hole in a metric is a hole in its line.
func TestMetricHole(t *testing.T) {
	var kept []timeline.Event
	events := cpuHeavy()
	origin := Build(events).Origin
	for _, e := range events {
		m, ok := e.Data.(timeline.MetricPoint)
		at := e.At.Sub(origin)
		if ok && m.Key == timeline.KeyCPU && at >= 20*time.Minute && at < 25*time.Minute {
			continue
		}
		kept = append(kept, e)
	}
	line := Build(kept).Panel(PanelCPU).Line("average")
	gaps := 0
	for _, q := range line.Points {
		if math.IsNaN(q.Value) {
			gaps++
			require.True(t, q.At >= 20*time.Minute && q.At <= 25*time.Minute, q.At)
		}
	}
	require.Equal(t, 1, gaps)
	require.Len(t, pieces(line, 3600), 2, "drawn in two pieces")
}

// Between two observations a count is what was seen last.
func TestCountsHold(t *testing.T) {
	each(t, countsHold)
	events := cpuHeavy()
	p := Build(events)
	tasks := p.Panel(PanelTasks)
	require.Equal(t, p.From, tasks.Line("desired").Points[0].At, "what was seen before the axis begins is carried to it")
	require.Equal(t, 1.0, tasks.Line("minimum").Points[0].Value)
	require.Equal(t, 5.0, tasks.Line("maximum").Points[0].Value)
	require.Equal(t, 70.0, p.Panel(PanelCPU).Line("target").Points[0].Value)
	require.Equal(t, 1500.0, p.Panel(PanelRequests).Line("target").Points[0].Value)
}

func countsHold(t *testing.T, events []timeline.Event) {
	p := Build(events)
	tasks := p.Panel(PanelTasks)
	n := 0
	for _, e := range events {
		at := e.At.Sub(p.Origin)
		if !p.shown(at) {
			continue
		}
		switch d := e.Data.(type) {
		case timeline.Counts:
			n++
			require.Equal(t, float64(d.Desired), valueAt(tasks.Line("desired"), at))
			require.Equal(t, float64(d.Running), valueAt(tasks.Line("running"), at))
		case timeline.Health:
			require.Equal(t, float64(d.Healthy), valueAt(tasks.Line("healthy"), at))
		}
	}
	require.GreaterOrEqual(t, n, 6)
}

// What a step line draws goes along, then up: never half a task.
func TestStepsAreDrawnAsSteps(t *testing.T) {
	got := pieces(Line{Hold: true, Points: []Point{{0, 1}, {10 * time.Second, 2}, {20 * time.Second, math.NaN()}, {30 * time.Second, 3}}}, 40)
	require.Equal(t, [][][2]float64{{{0, 1}, {10, 1}, {10, 2}, {20, 2}}, {{30, 3}, {40, 3}}}, got)
}

// Load and errors, added up over the whole axis, are those of the windows.
func TestCountsOfRequestsAddUp(t *testing.T) { each(t, requestsAddUp) }

func requestsAddUp(t *testing.T, events []timeline.Event) {
	p := Build(events)
	var planned, sent, failed float64
	for _, e := range events {
		if w, ok := e.Data.(timeline.Window); ok {
			for _, k := range w.Kinds {
				planned += float64(k.Planned)
				sent += float64(k.Sent)
				for _, n := range k.Failed {
					failed += float64(n)
				}
			}
		}
	}
	require.NotZero(t, planned)
	per := p.Bucket.Seconds()
	require.InDelta(t, planned, total(p.Panel(PanelRate).Line("planned"))*per, 1e-6)
	require.InDelta(t, sent, total(p.Panel(PanelRate).Line("sent"))*per, 1e-6)
	require.Equal(t, failed, total(p.Panel(PanelErrors).Line("failed")))
	require.Equal(t, failed, total(p.Panel(PanelErrors).Line("answered 5xx")))
}

// A percentile that is drawn is the percentile of all the samples of its
// stretch, taken with the library's other kind of histogram.
func TestPercentilesAreOfMergedHistograms(t *testing.T) { each(t, percentilesAreMerged) }

func percentilesAreMerged(t *testing.T, events []timeline.Event) {
	p := Build(events)
	require.Equal(t, 10*time.Second, p.Bucket)
	slow := 0
	for _, place := range []time.Duration{0, 5 * time.Minute, 17 * time.Minute, 30 * time.Minute, 54 * time.Minute} {
		judged := hdrhistogram.New(1, int64(time.Hour/time.Microsecond), 3)
		others := hdrhistogram.New(1, int64(time.Hour/time.Microsecond), 3)
		for _, e := range events {
			w, ok := e.Data.(timeline.Window)
			at := w.Start.Sub(p.Origin)
			if !ok || at < place || at >= place+3*p.Bucket {
				continue
			}
			for _, k := range w.Kinds {
				if k.Latency == "" {
					continue
				}
				h, err := hdrhistogram.Decode([]byte(k.Latency))
				require.NoError(t, err)
				if k.Kind == "slow" {
					others.Merge(h)
					slow++
				} else {
					judged.Merge(h)
				}
			}
		}
		lat := p.Panel(PanelLatency)
		middle := place + 3*p.Bucket/2
		for name, q := range map[string]float64{"p50": 50, "p95": 95, "p99": 99} {
			require.Equal(t, float64(judged.ValueAtPercentile(q))/1000, valueAt(lat.Line(name), middle), "%s at %s", name, place)
		}
		if others.TotalCount() > 0 {
			require.Equal(t, float64(others.ValueAtPercentile(99))/1000, valueAt(lat.Line("p99 of the other kinds"), middle))
		}
	}
	require.NotZero(t, slow)
}

// A stretch in which nothing was answered is a gap in the latencies, never a
// fast answer.
func TestNoAnswersNoLatency(t *testing.T) {
	events := cpuHeavy()
	origin := Build(events).Origin
	for i, e := range events {
		w, ok := e.Data.(timeline.Window)
		if at := e.At.Sub(origin); ok && at > 10*time.Minute && at <= 10*time.Minute+30*time.Second {
			w.Kinds = nil
			events[i].Data = w
		}
	}
	line := Build(events).Panel(PanelLatency).Line("p99")
	require.True(t, math.IsNaN(valueAt(line, 10*time.Minute+15*time.Second)))
	require.False(t, math.IsNaN(valueAt(line, 10*time.Minute+45*time.Second)))
}

// Each activity is one mark, coloured by its policy, with the step that it
// took; its later states change nothing but its status.
func TestMarks(t *testing.T) {
	p := Build(cpuHeavy())
	type brief struct {
		at       time.Duration
		lane     Tone
		step     string
		status   string
		fruitful bool
	}
	var got []brief
	for _, m := range p.Marks {
		got = append(got, brief{m.At, m.Lane, stepOrReason(m), m.Status, !m.NotScaled})
	}
	require.Equal(t, []brief{
		{9*time.Minute + 40*time.Second, ToneCPU, "1→2", scaling.StatusSuccessful, true},
		{17*time.Minute + 12*time.Second, ToneCPU, "2→4", scaling.StatusSuccessful, true},
		{41*time.Minute + 5*time.Second, ToneCPU, "4→3", scaling.StatusSuccessful, true},
		{46*time.Minute + 40*time.Second, ToneCPU, "3→2", scaling.StatusSuccessful, true},
		{52 * time.Minute, ToneCPU, "2→1", scaling.StatusSuccessful, true},
		{54 * time.Minute, ToneRequests, "not scaled: AlreadyAtMinCapacity", scaling.StatusFailed, false},
	}, got)
	require.Equal(t, []Lane{{ToneRequests, "requests"}, {ToneCPU, "cpu"}}, p.Lanes)
}

// The cause alone decides the colour; a policy that nobody saw is unknown and
// not guessed from its name.
func TestLaneOfCause(t *testing.T) {
	roles := map[string]string{"a": "cpu", "b": "requests", "m": "memory"}
	for cause, want := range map[scaling.Cause]Tone{
		{Kind: scaling.CauseAlarm, Policy: "a"}:       ToneCPU,
		{Kind: scaling.CauseAlarm, Policy: "b"}:       ToneRequests,
		{Kind: scaling.CauseAlarm, Policy: "m"}:       ToneUnknown,
		{Kind: scaling.CauseAlarm, Policy: cpuPolicy}: ToneUnknown,
		{Kind: scaling.CauseBounds}:                   ToneBounds,
		{Kind: scaling.CauseScheduled}:                ToneScheduled,
		{Kind: scaling.CauseUnknown}:                  ToneUnknown,
	} {
		require.Equal(t, want, laneOf(cause, roles), cause)
	}
}

// The axis begins with the traffic and ends where the undo begins; what the
// run does after that to its own policies is not drawn as if it had happened
// to the service.
func TestAxis(t *testing.T) {
	events := cpuHeavy()
	p := Build(events)
	require.Equal(t, events[0].At.Add(4*time.Minute), p.Origin)
	require.Equal(t, -2*time.Minute, p.From)
	require.Equal(t, 55*time.Minute+30*time.Second, p.To)
	require.Equal(t, []Band{
		{"baseline", 0, 3 * time.Minute}, {"climb", 3 * time.Minute, 13 * time.Minute},
		{"peak", 13 * time.Minute, 23 * time.Minute}, {"settle", 23 * time.Minute, 55 * time.Minute},
	}, p.Stages)
	require.Len(t, p.Panel(PanelCPU).Line("target").Points, 1, "the removal in the undo lies beyond the axis")
}

// The stretches keep a line below 360 points at every length of run.
func TestResolution(t *testing.T) {
	for _, c := range []struct{ span, window, want time.Duration }{
		{time.Minute, time.Second, time.Second},
		{55 * time.Minute, time.Second, 10 * time.Second},
		{5 * time.Hour, 10 * time.Second, time.Minute},
		{48 * time.Hour, time.Minute, 10 * time.Minute},
		{5 * time.Minute, 10 * time.Second, 10 * time.Second},
	} {
		require.Equal(t, c.want, resolution(c.span, c.window), c)
	}
}

// A report comes out of every beginning of a timeline: that is what a killed
// run leaves.
func TestAnyBeginningIsDrawn(t *testing.T) {
	events := cpuHeavy()
	for _, n := range []int{1, 3, 13, 41, 400} {
		_, err := compose(events[:n], judge.Verdict{Answer: judge.Inconclusive})
		require.NoError(t, err, "after %d events", n)
	}
	_, err := compose(nil, judge.Verdict{})
	require.NoError(t, err)
}

// A gap is null in the page's data and never NaN, which is no JSON.
func TestPointsAreJSON(t *testing.T) {
	b, err := json.Marshal([]Point{{1500 * time.Millisecond, 2}, {2 * time.Second, math.NaN()}})
	require.NoError(t, err)
	require.JSONEq(t, `[[1.5,2],[2,null]]`, string(b))
}
