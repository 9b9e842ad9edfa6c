package report

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
	"scaleproof/internal/timeline"
)

// foretold is the made-up run that was predicted to be another: the orders two
// minutes earlier, half the CPU, and never more than three tasks, in two worlds
// a minute apart.
func foretoldRun(t testing.TB) ([]timeline.Event, timeline.Prediction) {
	t.Helper()
	told := cpuHeavy()
	seen, ok := timeline.CourseOf(told)
	require.True(t, ok)
	other := func(by time.Duration) timeline.Course {
		c := seen
		c.Running, c.Orders, c.CPU.Points = nil, nil, nil
		for _, p := range seen.Running {
			c.Running = append(c.Running, timeline.Point{At: max(p.At-by, 0), Value: min(p.Value, 3)})
		}
		for _, o := range seen.Orders {
			o.At -= by
			c.Orders = append(c.Orders, o)
		}
		for _, p := range seen.CPU.Points {
			c.CPU.Points = append(c.CPU.Points, timeline.Point{At: p.At, Value: p.Value / 2})
		}
		return c
	}
	courses := []timeline.Course{other(2 * time.Minute), other(time.Minute)}
	p := timeline.Prediction{Seed: 1, Seeds: []uint64{1, 2}, Course: courses[0], Band: timeline.BandOf(courses)}
	return foretelling(told, p), p
}

// foretelling puts a payload before the traffic.
func foretelling(told []timeline.Event, p timeline.Payload) (events []timeline.Event) {
	for _, e := range told {
		if e.Data == (timeline.Phase{Name: timeline.PhaseTraffic}) {
			events = append(events, timeline.New(e.At, "run", "", p))
		}
		events = append(events, e)
	}
	for i := range events {
		events[i].Seq = int64(i + 1)
	}
	return events
}

// What is drawn of the prediction is what stands in the timeline, and what is
// drawn of the run is the same as without it.
func TestPredictionIsDrawn(t *testing.T) {
	events, told := foretoldRun(t)
	p, bare := Build(events), Build(cpuHeavy())
	running := p.Panel(PanelTasks).Line("predicted running")
	require.True(t, running.Expected && running.Hold)
	for at := time.Duration(0); at < told.Course.Length; at += 10 * time.Second {
		want, _ := told.Course.Running.At(at)
		require.Equal(t, float64(want), valueAt(running, at), at)
		least, _ := told.Band.Running.Least.At(at)
		most, _ := told.Band.Running.Most.At(at)
		require.Equal(t, float64(least), valueAt(p.Panel(PanelTasks).Range.Least, at), at)
		require.Equal(t, float64(most), valueAt(p.Panel(PanelTasks).Range.Most, at), at)
	}
	cpu := p.Panel(PanelCPU).Line("predicted")
	require.Len(t, cpu.Points, len(told.Course.CPU.Points))
	for i, q := range told.Course.CPU.Points {
		require.Equal(t, Point{q.At + 30*time.Second, float64(q.Value) / 1000}, cpu.Points[i])
	}
	require.Len(t, p.Ghosts, len(told.Course.Orders))
	for i, o := range told.Course.Orders {
		require.Equal(t, [3]any{o.At, o.From, o.To}, [3]any{p.Ghosts[i].At, p.Ghosts[i].From, p.Ghosts[i].To})
		require.Equal(t, ToneCPU, p.Ghosts[i].Lane)
	}

	require.Empty(t, bare.Ghosts)
	for _, panel := range p.List {
		require.True(t, bare.Panel(panel.ID).Range.empty())
		lines := slices.DeleteFunc(slices.Clone(panel.Lines), func(l Line) bool { return l.Expected })
		require.Equal(t, asText(t, bare.Panel(panel.ID).Lines), asText(t, lines))
	}
}

// asText writes lines, gaps too, which equal nothing.
func asText(t *testing.T, lines []Line) string {
	t.Helper()
	b, err := json.Marshal(lines)
	require.NoError(t, err)
	return string(b)
}

// A prediction that ends before the axis ends there; one that is longer ends
// with the axis.
func TestPredictionOfAnotherLength(t *testing.T) {
	events, told := foretoldRun(t)
	for _, length := range []time.Duration{20 * time.Minute, 10 * time.Hour} {
		other := told
		other.Course.Length, other.Band.Length = length, length
		p := Build(foretelling(slices.DeleteFunc(slices.Clone(events), func(e timeline.Event) bool {
			_, is := e.Data.(timeline.Prediction)
			return is
		}), other))
		last := p.Panel(PanelTasks).Line("predicted running").Points
		require.Equal(t, length < p.To, math.IsNaN(last[len(last)-1].Value))
		require.LessOrEqual(t, last[len(last)-1].At, min(length, p.To))
	}
}

// The page tells the divergence in a card, in a sentence at its head where it
// is large, and in tables; and why there is none where there is none.
func TestPageOfThePrediction(t *testing.T) {
	events, _ := foretoldRun(t)
	page := func(events []timeline.Event) string {
		v, err := judge.Judge(events)
		require.NoError(t, err)
		p, f := Build(events), readFacts(events)
		out, err := html(events, v, f, p)
		require.NoError(t, err)
		return string(out)
	}
	has := func(text, want string) { require.True(t, strings.Contains(text, want), want) }
	text := page(events)
	v, err := judge.Judge(events)
	require.NoError(t, err)
	require.True(t, v.Divergence.Large)
	has(text, "Off the prediction")
	has(text, seconds(v.Divergence.Running.Size)+"</p>")
	require.Equal(t, 2, strings.Count(text, "Not as predicted: "), "at the head and in its section")
	has(text, "more tasks, by cpu")
	has(text, "&#43;02:00") // late

	text = page(foretelling(cpuHeavy(), timeline.Unpredicted{Reason: "nobody knows <the> service"}))
	has(text, "The run was not predicted: nobody knows &lt;the&gt; service.")
	has(text, "not predicted</p>")
	has(page(cpuHeavy()), "The run was not predicted: the timeline holds no prediction.")
	require.False(t, strings.Contains(page(cpuHeavy()), "Dotted is what"))
}

// The page with a prediction opens without a word on the console, and its
// charts hold the prediction's points.
func TestPredictionInBrowser(t *testing.T) {
	ctx := browser(t)
	events, _ := foretoldRun(t)
	v, err := judge.Judge(events)
	require.NoError(t, err)
	p, f := Build(events), readFacts(events)
	page, err := html(events, v, f, p)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), PageFile)
	require.NoError(t, os.WriteFile(file, page, 0o644))
	require.Empty(t, said(t, ctx, file))
	sameCharts(t, ctx, p)
}
