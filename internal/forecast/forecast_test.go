package forecast_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/forecast"
	"scaleproof/internal/judge"
	"scaleproof/internal/plan"
	"scaleproof/internal/predict"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

func config(t testing.TB, file string, seeds ...uint64) forecast.Config {
	t.Helper()
	doc, p, err := plan.Open(file, scenario.LoadOptions{})
	require.NoError(t, err)
	return forecast.Config{
		Document: doc, Plan: p, Seeds: seeds,
		Started: timeline.Started{Format: timeline.Format, Command: "predict", Scenario: p.Scenario, Environment: p.Environment, Service: p.Service, Seed: p.Seed},
	}
}

const climb = "../../cmd/validate/testdata/scenarios/climb.yaml"

// every is what is asked of each band: of one course, its curve, and the band.
func every(f *forecast.Forecast) map[string]struct {
	band forecast.Band
	of   func(forecast.Run) timeline.Curve
} {
	type pair = struct {
		band forecast.Band
		of   func(forecast.Run) timeline.Curve
	}
	return map[string]pair{
		"desired":  {f.Courses.Desired, func(r forecast.Run) timeline.Curve { return r.Course.Desired }},
		"running":  {f.Courses.Running, func(r forecast.Run) timeline.Curve { return r.Course.Running }},
		"cpu":      {f.Courses.CPU, func(r forecast.Run) timeline.Curve { return r.Course.CPU.Points }},
		"requests": {f.Courses.Requests, func(r forecast.Run) timeline.Curve { return r.Course.Requests.Points }},
		"p50":      {f.Courses.P50, func(r forecast.Run) timeline.Curve { return r.Latency.P50 }},
		"p99":      {f.Courses.P99, func(r forecast.Run) timeline.Curve { return r.Latency.P99 }},
	}
}

// At every instant each seed's course lies in the envelope, some seed's on
// each of its borders, and half of them on or below its median.
func TestEverySeedLiesInTheEnvelope(t *testing.T) {
	f, err := forecast.Make(config(t, climb, 1, 2, 3, 4, 5))
	require.NoError(t, err)
	compared := 0
	for name, x := range every(f) {
		for at := time.Duration(0); at < f.Courses.Length; at += 700 * time.Millisecond {
			var values []int64
			for _, r := range f.Runs {
				if v, ok := x.of(r).At(at); ok && at < r.Course.Length {
					values = append(values, v)
				}
			}
			least, known := x.band.Least.At(at)
			if len(values) == 0 {
				continue
			}
			require.True(t, known, "%s at %v", name, at)
			median, _ := x.band.Median.At(at)
			most, _ := x.band.Most.At(at)
			slices.Sort(values)
			require.Equal(t, []int64{values[0], values[(len(values)-1)/2], values[len(values)-1]}, []int64{least, median, most}, "%s at %v", name, at)
			compared++
		}
	}
	require.Greater(t, compared, 5000)
	for i, s := range f.Stages {
		for _, r := range f.Runs {
			require.GreaterOrEqual(t, float64(r.Stages[i].Tasks), s.Tasks.Least)
			require.LessOrEqual(t, float64(r.Stages[i].Tasks), s.Tasks.Most)
		}
		require.Equal(t, 5, s.Tasks.Seeds)
	}
}

// The same inputs give the same forecast, to the byte, whichever processor
// came to which seed first.
func TestDeterministic(t *testing.T) {
	written := func() string {
		f, err := forecast.Make(config(t, climb, 1, 2, 3))
		require.NoError(t, err)
		var b bytes.Buffer
		require.NoError(t, json.NewEncoder(&b).Encode(f))
		require.NoError(t, f.WriteText(&b, true, nil))
		return b.String()
	}
	require.Equal(t, written(), written())
}

// A seed of a forecast is the prediction of that seed, judged as a run is: its
// course, its verdict, and how its requests ended are those of the timeline.
func TestASeedIsItsPrediction(t *testing.T) {
	c := config(t, climb, 7)
	var kept []timeline.Event
	c.Keep = func(seed uint64, events []timeline.Event) {
		require.Equal(t, uint64(7), seed)
		kept = events
	}
	f, err := forecast.Make(c)
	require.NoError(t, err)
	world := predict.World(&c.Document.Environment, 0, clock.Epoch)
	world.Seed = 7
	var events []timeline.Event
	started := c.Started
	started.Plan = plan.Raw(c.Plan)
	require.NoError(t, predict.Run(predict.Live(world, clock.Epoch, c.Plan), c.Plan, predict.Options{Started: started, Emit: func(e timeline.Event) {
		e.Seq = int64(len(events) + 1)
		events = append(events, e)
	}}))
	require.Equal(t, events, kept)
	v, err := judge.Judge(events)
	require.NoError(t, err)
	course, ok := timeline.CourseOf(events)
	require.True(t, ok)
	r := f.Runs[0]
	require.Equal(t, course, r.Course)
	require.Equal(t, v.Answer, r.Answer)
	require.Equal(t, v.Answer, f.Answer)
	var ended, failed int64
	for _, s := range r.Stages {
		ended, failed = ended+s.Ended, failed+s.Failed
	}
	require.Equal(t, [2]int64{course.Ended, course.Failed}, [2]int64{ended, failed})
}

// The moments are the seeds' own alarms and orders, each counted once.
func TestMoments(t *testing.T) {
	f, err := forecast.Make(config(t, climb, 1, 2, 3, 4))
	require.NoError(t, err)
	orders, alarms := 0, 0
	for _, m := range f.Moments {
		require.LessOrEqual(t, m.Least, m.Median)
		require.LessOrEqual(t, m.Median, m.Most)
		if m.What == "order" {
			orders += len(m.Seeds)
		} else {
			alarms += len(m.Seeds)
		}
	}
	wantOrders, wantAlarms := 0, 0
	for _, r := range f.Runs {
		wantOrders, wantAlarms = wantOrders+len(r.Course.Orders), wantAlarms+len(r.Alarms)
	}
	require.Equal(t, [2]int{wantOrders, wantAlarms}, [2]int{orders, alarms})
	require.Positive(t, orders)
	require.Positive(t, alarms)
}

// The answer is a pass or a fail only where all seeds agree on it.
func TestAnswer(t *testing.T) {
	run := func(list ...judge.Answer) *forecast.Forecast {
		c := config(t, climb)
		for i := range list {
			seed := uint64(i + 1)
			c.Seeds = append(c.Seeds, seed)
		}
		calls := make(chan judge.Answer, len(list))
		for _, a := range list {
			calls <- a
		}
		c.Judged = func(v judge.Verdict) judge.Verdict {
			v.Answer = <-calls
			return v
		}
		f, err := forecast.Make(c)
		require.NoError(t, err)
		return f
	}
	f := run(judge.Pass, judge.Pass)
	require.Equal(t, 0, f.ExitCode())
	require.Contains(t, f.Sentence, "climb would pass in 2 of 2 seeds: ")
	f = run(judge.Fail, judge.Fail)
	require.Equal(t, 1, f.ExitCode())
	f = run(judge.Pass, judge.Fail)
	require.Equal(t, 3, f.ExitCode())
	require.Contains(t, f.Sentence, "climb would pass in 1 of 2 seeds and fail in 1: ")
	f = run(judge.Pass, judge.Inconclusive)
	require.Equal(t, 3, f.ExitCode())
	f = run(judge.Inconclusive)
	require.Equal(t, 3, f.ExitCode())
}

// A picture in letters is as wide as it says, whatever the courses.
func TestTextIsOfOneWidth(t *testing.T) {
	f, err := forecast.Make(config(t, climb, 1, 2))
	require.NoError(t, err)
	var b strings.Builder
	require.NoError(t, f.WriteText(&b, false, nil))
	require.NotContains(t, b.String(), "\x1b")
	lines := strings.Split(b.String(), "\n")
	for _, l := range lines[:16] {
		require.LessOrEqual(t, len([]rune(l)), 100, l)
	}
	require.Equal(t, f.Sentence, lines[len(lines)-2])
	b.Reset()
	require.NoError(t, f.WriteText(&b, true, nil))
	require.Contains(t, b.String(), "\x1b[32mclimb would pass")
}

func TestSeeds(t *testing.T) {
	require.Equal(t, []uint64{3, 4, 5}, forecast.From(3, 3))
	require.Equal(t, []uint64{1, 2}, forecast.From(0, 2))
	require.Equal(t, []uint64{1<<64 - 1, 1}, forecast.From(1<<64-1, 2))
}

// The default number of seeds of a shipped scenario.
func BenchmarkMake(b *testing.B) {
	c := config(b, "../../scenarios/cpu-heavy.yaml", forecast.From(1, 10)...)
	for b.Loop() {
		_, err := forecast.Make(c)
		require.NoError(b, err)
	}
}

// docs/forecast.md has every key of the document.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/forecast.md")
	require.NoError(t, err)
	for _, v := range []any{forecast.Forecast{}, forecast.Courses{}} {
		of := reflect.TypeOf(v)
		for i := range of.NumField() {
			if tag, ok := of.Field(i).Tag.Lookup("json"); ok {
				key, _, _ := strings.Cut(tag, ",")
				require.Contains(t, string(page), "`"+key+"`", of.Name())
			}
		}
	}
}
