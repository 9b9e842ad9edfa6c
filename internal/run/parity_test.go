package run

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/model"
	"scaleproof/internal/plan"
	"scaleproof/internal/predict"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

var whole = flag.Bool("whole", false, "compare run and prediction of every shipped scenario and of twenty generated ones")

// console is that of a process without a terminal and without variables.
func console(out *bytes.Buffer) Console {
	return Console{
		Out: out, Err: out, Wall: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) },
		Lookup: func(string) (string, bool) { return "", false },
	}
}

// lived is what a run left behind.
type lived struct {
	plan   *plan.Plan
	trace  []string // of the world
	bytes  []byte   // of the timeline
	events []timeline.Event
}

// validate runs a scenario over sockets and the SDK, to one of the codes.
func validate(t *testing.T, path string, codes ...int) lived {
	t.Helper()
	l, err := begun(t, path)
	require.Contains(t, codes, Code(err), "%v", err)
	return l
}

// begun runs a scenario over sockets and the SDK; the error is the run's.
func begun(t *testing.T, path string) (lived, error) {
	t.Helper()
	var out bytes.Buffer
	var l lived
	reports := t.TempDir()
	ended := Validate(context.Background(), console(&out), Options{
		Scenario: path, Reports: reports, embedded: func(w *model.World, _ *clock.Clock) {
			w.Trace(func(line string) { l.trace = append(l.trace, line) })
		},
	})
	dirs, err := filepath.Glob(filepath.Join(reports, "*", timeline.FileName))
	require.NoError(t, err)
	require.Len(t, dirs, 1)
	l.bytes, err = os.ReadFile(dirs[0])
	require.NoError(t, err)
	l.events, err = timeline.Read(bytes.NewReader(l.bytes), path)
	require.NoError(t, err)
	_, l.plan = planned(t, path)
	t.Log(out.String(), ended)
	return l, ended
}

func planned(t *testing.T, path string) (*scenario.Document, *plan.Plan) {
	t.Helper()
	doc, err := scenario.Load(path, scenario.LoadOptions{})
	require.NoError(t, err)
	p, err := plan.Build(doc)
	require.NoError(t, err)
	return doc, p
}

// unsaturated are the scenarios in which tasks do all that they are asked to.
var unsaturated = []string{"cpu-heavy.yaml", "request-heavy.yaml", "combined.yaml", "gradual-ramp.yaml", "staircase.yaml", "rollback.yaml"}

// One model, two drivers: what runs over sockets and the SDK is what was
// predicted, in the world's own trace line for line and in the timeline event
// for event, but for the prediction that the run itself wrote before its
// traffic: that is the course of what came. What a plan says of its stages is
// what was sent, to the request, and what the CPU came to, within five points.
func TestRunEqualsPredictionAndPlan(t *testing.T) {
	files := []string{"../../scenarios/cpu-heavy.yaml", "../../scenarios/gradual-ramp.yaml"}
	if *whole {
		var err error
		files, err = filepath.Glob("../../scenarios/*.yaml")
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(files), 6)
		files = append(files, "../../scenarios/langfuse/ingestion.yaml")
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".yaml"), func(t *testing.T) {
			run := validate(t, path, ExitPass, ExitFail, ExitInconclusive)
			asPredicted(t, path, run)
			foretold, _ := apart(t, run.events)
			course, ok := timeline.CourseOf(run.events)
			require.True(t, ok)
			if doc, _ := planned(t, path); len(doc.Environment.Emulator.Happenings) == 0 {
				require.Equal(t, course, foretold.Course)
			} else { // nobody knows before a run what somebody else does in it
				require.NotEqual(t, course, foretold.Course)
			}
			asPlanned(t, run)
			if slices.Contains(unsaturated, filepath.Base(path)) {
				cpuAsPlanned(t, run)
			}
		})
	}
}

// So it is with scenarios that nobody wrote, whatever their verdict.
func TestRunEqualsPredictionOfGenerated(t *testing.T) {
	n := uint64(4)
	if *whole {
		n = 20
	}
	for seed := range n {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			path := generate(t, seed)
			asPredicted(t, path, validate(t, path, ExitPass, ExitFail, ExitInconclusive))
		})
	}
}

// asPredicted compares a run with the prediction of its scenario.
func asPredicted(t *testing.T, path string, run lived) {
	t.Helper()
	doc, p := planned(t, path)
	var trace []string
	var predicted []timeline.Event
	world := predict.Live(predict.World(&doc.Environment, p.Seed, clock.Epoch), clock.Epoch, p)
	require.NoError(t, predict.Run(world, p, predict.Options{
		Trace: func(line string) { trace = append(trace, line) },
		Emit: func(e timeline.Event) {
			e.Seq = int64(len(predicted) + 1)
			predicted = append(predicted, e)
		},
	}))
	require.NotEmpty(t, trace)
	sameLines(t, trace, run.trace)
	_, rest := apart(t, run.events)
	sameEvents(t, predicted, rest)
}

// What the sender itself does to a run is predicted as well: the ceiling that
// delays a burst and lets requests expire, wanted values in answers that are
// not there, and the safety rule that ends the traffic before its time.
func TestStoppedRunEqualsPrediction(t *testing.T) {
	run, err := begun(t, "testdata/tight.yaml")
	require.Error(t, err)
	asPredicted(t, "testdata/tight.yaml", run)
	var late, unsent, content int64
	stopped := false
	for _, e := range run.events {
		switch d := e.Data.(type) {
		case timeline.Window:
			for _, k := range d.Kinds {
				late, unsent, content = late+k.Late, unsent+k.Unsent["ceiling"], content+k.Failed["content"]
			}
		case timeline.Stop:
			stopped = true
		}
	}
	require.True(t, stopped)
	require.Positive(t, late)
	require.Positive(t, unsent)
	require.Positive(t, content)
}

// So is a limit of connections: who waits for one, who goes when one becomes
// free, whether by an answer or by a time-out, and who gives up. That they are
// rotated meanwhile, or all closed after one answer, changes nothing.
func TestRunOverFewConnectionsEqualsPrediction(t *testing.T) {
	run := validate(t, "testdata/few.yaml", ExitPass, ExitFail, ExitInconclusive)
	asPredicted(t, "testdata/few.yaml", run)
	var late, waited, unsent, timeouts, highest int64
	for _, e := range run.events {
		if d, ok := e.Data.(timeline.Window); ok {
			highest = max(highest, d.InFlight)
			for _, k := range d.Kinds {
				late, unsent, timeouts = late+k.Late, unsent+k.Unsent["connections"], timeouts+k.Completed["timeout"]
				if k.Service != "" {
					waited++
				}
			}
		}
	}
	require.EqualValues(t, 4, highest)
	require.Zero(t, late, "a wait for a connection is in the latency, and no lateness of the sender's")
	require.Positive(t, waited)
	require.Positive(t, unsent)
	require.Positive(t, timeouts)

	text, err := os.ReadFile("testdata/few.yaml")
	require.NoError(t, err)
	dir, err := filepath.Abs("../../scenarios/environments/local.yaml")
	require.NoError(t, err)
	variant := func(was, is string) (path string) {
		path = filepath.Join(t.TempDir(), "few.yaml")
		require.NoError(t, os.WriteFile(path, []byte(strings.NewReplacer(
			"../../../scenarios/environments/local.yaml", dir, was, is).Replace(string(text))), 0o644))
		return path
	}
	closed := variant("rotate: {after: 20s, requests: 50}", "keep_alive: false")
	sameLines(t, run.trace, validate(t, closed, ExitPass, ExitFail, ExitInconclusive).trace)

	// Over HTTP/2 as many requests as are due share one connection.
	one := variant("max: 4, rotate: {after: 20s, requests: 50}", "max: 1, protocol: http2")
	asPredicted(t, one, validate(t, one, ExitPass, ExitFail, ExitInconclusive))
}

func sameLines(t *testing.T, want, got []string) {
	t.Helper()
	for i := range min(len(want), len(got)) {
		require.Equal(t, want[i], got[i], "line %d of the trace", i+1)
	}
	require.Equal(t, len(want), len(got))
}

// apart takes the prediction out of a run's timeline, where it stands last
// before the traffic, and numbers the rest as if there had been none.
func apart(t *testing.T, events []timeline.Event) (p timeline.Prediction, rest []timeline.Event) {
	t.Helper()
	for i, e := range events {
		if d, ok := e.Data.(timeline.Prediction); ok {
			require.Equal(t, timeline.Phase{Name: timeline.PhaseTraffic}, events[i+1].Data)
			p = d
			continue
		}
		e.Seq = int64(len(rest) + 1)
		rest = append(rest, e)
	}
	require.Len(t, rest, len(events)-1, "one prediction")
	return p, rest
}

// sameEvents compares all but the first lines, which say who wrote them.
func sameEvents(t *testing.T, want, got []timeline.Event) {
	t.Helper()
	line := func(e timeline.Event) string {
		b, err := e.MarshalJSON()
		require.NoError(t, err)
		return string(b)
	}
	for i := 1; i < min(len(want), len(got)); i++ {
		require.Equal(t, line(want[i]), line(got[i]))
	}
	require.Equal(t, len(want), len(got))
}

// asPlanned compares arrivals by stage and kind exactly.
func asPlanned(t *testing.T, l lived) {
	t.Helper()
	want := map[string]int64{}
	schedule := l.plan.Schedule()
	for a, ok := schedule.Next(); ok; a, ok = schedule.Next() {
		want[l.plan.Stages[l.plan.StageAt(a.At)].Name+"/"+l.plan.Kinds[a.Kind].Name]++
	}
	begin := beginning(t, l.events)
	got := map[string]int64{}
	for _, e := range l.events {
		if d, ok := e.Data.(timeline.Window); ok {
			if i := l.plan.StageAt(d.Start.Sub(begin)); i >= 0 {
				for _, k := range d.Kinds {
					got[l.plan.Stages[i].Name+"/"+k.Kind] += k.Planned
				}
			}
		}
	}
	for name, n := range got {
		if n == 0 {
			delete(got, name) // answers that came in a stage that sends none
		}
	}
	require.Equal(t, want, got)
}

// cpuAsPlanned compares the CPU of each stage's rest, after the ramp and while
// nothing scales, within five points.
func cpuAsPlanned(t *testing.T, l lived) {
	t.Helper()
	begin, running, compared := beginning(t, l.events), map[time.Time]int{}, 0
	for _, e := range l.events {
		if d, ok := e.Data.(timeline.Counts); ok {
			running[e.Seen] = d.Running
		}
	}
	for _, e := range l.events {
		d, ok := e.Data.(timeline.MetricPoint)
		if !ok || d.Key != timeline.KeyCPU {
			continue
		}
		if n, expected, ok := rest(l.plan, begin, e.At, d.Period, running); ok {
			compared++
			require.InDelta(t, expected/float64(n), mean(l.events, e.At, 5), 5, "CPU from %v on", e.At.Sub(begin))
		}
	}
	require.Greater(t, compared, 5)
}

// rest says what the plan expects of the CPU of five minutes from an instant
// on, in percent of one task, where they lie in one stage behind its ramp and
// the number of tasks stands still.
func rest(p *plan.Plan, begin, from time.Time, period time.Duration, running map[time.Time]int) (tasks int, expected float64, ok bool) {
	i := p.StageAt(from.Sub(begin))
	if i < 0 {
		return 0, 0, false
	}
	s, end := p.Stages[i], from.Add(5*period)
	if from.Sub(begin) < s.Start+s.Ramp || end.Sub(begin) > s.End() {
		return 0, 0, false
	}
	var last time.Time
	for at, n := range running {
		if at.After(from.Add(-time.Minute)) && at.Before(end) {
			return 0, 0, false
		}
		if at.Before(from) && !at.Before(last) {
			last, tasks = at, n
		}
	}
	expected = s.MilliCPU / 10 / p.Task.VCPU
	return tasks, expected, tasks > 0 && expected/float64(tasks) < 90 // above, it saturates
}

// mean is the mean of n points of the CPU from an instant on.
func mean(events []timeline.Event, from time.Time, n int) (sum float64) {
	points := map[time.Time]float64{}
	for _, e := range events {
		if d, ok := e.Data.(timeline.MetricPoint); ok && d.Key == timeline.KeyCPU {
			points[e.At] = d.Value
		}
	}
	for i := range n {
		sum += points[from.Add(time.Duration(i)*time.Minute)]
	}
	return sum / float64(n)
}

func beginning(t *testing.T, events []timeline.Event) time.Time {
	t.Helper()
	for _, e := range events {
		if _, ok := e.Data.(timeline.Stage); ok {
			return e.At
		}
	}
	require.Fail(t, "no stage began")
	return time.Time{}
}
