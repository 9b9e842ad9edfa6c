package live

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var begin = time.Date(2026, 1, 1, 0, 30, 0, 0, time.UTC)

const cpuPolicy = "staging-web-cpu-tracking-policy"

// at is a moment after the beginning of traffic.
func at(d time.Duration) time.Time { return begin.Add(4*time.Minute + d) }

func started(t *testing.T) timeline.Event {
	plan, err := json.Marshal(map[string]any{"stages": []any{
		map[string]any{"name": "baseline", "for": 3 * time.Minute}, map[string]any{"name": "climb", "start": 3 * time.Minute, "for": 10 * time.Minute}}})
	require.NoError(t, err)
	return timeline.New(begin, "run", "", timeline.Started{Scenario: "cpu-heavy", Environment: "local",
		Service: scaling.Service{Cluster: "staging-cluster", Name: "staging-web"}, Plan: plan})
}

func window(t *testing.T, start time.Time, planned, sent, failed int64, ms int64) timeline.Event {
	h := hdrhistogram.NewPacked(1, int64(time.Hour/time.Microsecond), 3)
	require.NoError(t, h.RecordValues(ms*1000, sent))
	enc, err := h.EncodeV2()
	require.NoError(t, err)
	k := timeline.KindWindow{Kind: "heavy", Planned: planned, Sent: sent, Latency: string(enc)}
	if failed > 0 {
		k.Failed = map[string]int64{"503": failed}
	}
	return timeline.New(start.Add(time.Second), "traffic", "", timeline.Window{Start: start, Length: time.Second, Kinds: []timeline.KindWindow{k}})
}

func activity(to int, start time.Time) timeline.Event {
	s := scaling.Service{Cluster: "staging-cluster", Name: "staging-web"}
	a := scaling.Activity{ID: "a", Description: scaling.DescribeDesired(to), Start: start, Status: scaling.StatusInProgress,
		Cause: scaling.Cause{Kind: scaling.CauseAlarm, Alarm: scaling.AlarmName(s, true, "x"), Policy: cpuPolicy}.String()}
	return timeline.Observed(start, start.Add(4*time.Second), start, "autoscaling", "a", timeline.ActivityState{Activity: a})
}

// story is the first part of a run: the beginning, a stage, load, a metric,
// tasks and a scale-out.
func story(t *testing.T) []timeline.Event {
	seen := func(key string, v float64, when time.Time) timeline.Event {
		return timeline.New(when, "cloudwatch", key, timeline.MetricPoint{Key: key, Value: v, Period: time.Minute})
	}
	list := []timeline.Event{
		started(t),
		timeline.New(begin, "run", "", timeline.Phase{Name: timeline.PhasePreflight}),
		timeline.New(begin, "autoscaling", cpuPolicy, timeline.PolicyState{Policy: scaling.Policy{Name: cpuPolicy, Metric: scaling.MetricCPU, Target: 70}}),
		timeline.New(at(0), "run", "", timeline.Phase{Name: timeline.PhaseTraffic}),
		timeline.New(at(0), "run", "baseline", timeline.Stage{Name: "baseline", For: 3 * time.Minute}),
		timeline.New(at(3*time.Minute), "run", "climb", timeline.Stage{Index: 1, Name: "climb", For: 10 * time.Minute}),
		seen(timeline.KeyCPU, 91.4, at(6*time.Minute)),
		timeline.New(at(6*time.Minute), "ecs", "staging-web", timeline.Counts{Desired: 2, Running: 1}),
		activity(2, at(6*time.Minute)),
	}
	for i := range 12 {
		list = append(list, window(t, at(7*time.Minute+time.Duration(i)*time.Second), 12, 10, 0, 240))
	}
	return list
}

func stateOf(events []timeline.Event) *state {
	var s state
	for _, e := range events {
		s.apply(e)
	}
	return &s
}

// The line names all that a person watches for, and gives way from the least
// important end when the terminal is narrow.
func TestRender(t *testing.T) {
	s := stateOf(story(t))
	for _, c := range []struct {
		width int
		want  string
	}{
		{120, "07:12 (05:48 left)  climb  10/12 req/s  p99 240 ms  cpu 91% of 70  tasks 1 of 2  to 2 by cpu at 06:00"},
		{80, "07:12 (05:48 left)  climb  10/12 req/s  p99 240 ms  cpu 91% of 70  tasks 1 of 2"},
		{78, "07:12 (05:48 left)  climb  p99 240 ms  cpu 91% of 70  tasks 1 of 2"},
		{40, "07:12 (05:48 left)  climb  p99 240 ms"},
		{10, "07:12 (05…"},
	} {
		got := render(s, nil, c.width, false)
		require.LessOrEqual(t, cells(got), c.width)
		require.Equal(t, c.want, got, "width %d", c.width)
	}
}

// Whatever is in a stage's name, the line stays within the terminal and says
// nothing that the terminal would obey.
func TestRenderHostileNames(t *testing.T) {
	s := stateOf(append(story(t), timeline.New(at(8*time.Minute), "run", "", timeline.Stage{Name: "\x1b[2J負荷\n試験\r", For: time.Minute})))
	for width := range 140 {
		got := render(s, nil, width, false)
		require.LessOrEqual(t, cells(got), width)
		require.NotContains(t, got, "\x1b")
		require.NotContains(t, got, "\n")
		require.NotContains(t, got, "\r")
	}
}

// Colour adds escapes and nothing else.
func TestRenderColor(t *testing.T) {
	s := stateOf(story(t))
	colored := render(s, nil, 120, true)
	require.Contains(t, colored, "\x1b["+yellow+"mcpu 91% of 70\x1b[0m")
	plain := strings.NewReplacer("\x1b[0m", "", "\x1b["+bold+"m", "", "\x1b["+dim+"m", "", "\x1b["+red+"m", "", "\x1b["+yellow+"m", "", "\x1b["+cyan+"m", "").Replace(colored)
	require.Equal(t, render(s, nil, 120, false), plain)
}

// Rates and percentiles are those of the last seconds, not of the whole run.
func TestRatesFollowTheLoad(t *testing.T) {
	s := stateOf(story(t))
	for i := range 20 {
		s.apply(window(t, at(8*time.Minute+time.Duration(i)*time.Second), 30, 30, 1, 900))
	}
	line := render(s, nil, 200, false)
	require.Contains(t, line, "30/30 req/s")
	require.Contains(t, line, "p99 900 ms")
	require.Contains(t, line, "20 failed")
}

// The CPU is that of the newest period, whichever point is seen last.
func TestCPUIsTheNewest(t *testing.T) {
	s := stateOf(story(t))
	old := timeline.MetricPoint{Key: timeline.KeyCPU, Value: 3, Period: time.Minute}
	s.apply(timeline.Observed(at(time.Minute), at(8*time.Minute), at(7*time.Minute), "cloudwatch", timeline.KeyCPU, old))
	require.Contains(t, render(s, nil, 200, false), "cpu 91% of 70")
}

// Before traffic there is no time to tell, and no number is made up.
func TestRenderBeforeTraffic(t *testing.T) {
	require.Equal(t, "starting", render(&state{}, nil, 80, false))
	require.Equal(t, "preflight", render(stateOf(story(t)[:2]), nil, 80, false))
}

// buffer may be read while the view writes.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// Without a terminal each thing that people wait for is one plain line, and
// progress is told once in a while and only when there is any.
func TestPlainLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out buffer
		v := New(Config{Out: &out})
		for _, e := range story(t) {
			v.Feed(e)
		}
		time.Sleep(1500 * time.Millisecond)
		require.Equal(t, strings.Join([]string{
			"cpu-heavy on local, staging-cluster/staging-web",
			"phase preflight",
			"phase traffic",
			"00:00  stage baseline, 3 min",
			"03:00  stage climb, 10 min",
			"06:04  scaling to 2 by cpu at 06:00", "",
		}, "\n"), out.String())

		before := len(out.String())
		v.Feed(window(t, at(8*time.Minute), 12, 12, 0, 240))
		time.Sleep(10 * time.Second)
		told := out.String()[before:]
		require.Equal(t, "08:01 (04:59 left)  climb  12/12 req/s  p99 240 ms  cpu 91% of 70  tasks 1 of 2  to 2 by cpu at 06:00"+
			"  0 in flight  late p99 0 ms  last 10 s: p50 240 ms p95 240 ms p99 240 ms p99.9 240 ms  whole: p50 240 ms p95 240 ms p99 240 ms p99.9 240 ms\n", told)
		before = len(out.String())
		time.Sleep(time.Minute)
		require.Empty(t, out.String()[before:], "nothing happened, so nothing is told")
		v.Stop()
		require.NotContains(t, out.String(), "\x1b")
		require.NotContains(t, out.String(), "\r")
	})
}

// On a terminal one line is drawn again and again, and Stop leaves none of it.
func TestTerminal(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	synctest.Test(t, func(t *testing.T) {
		var out buffer
		v := New(Config{Out: &out, Terminal: true, Width: func() int { return 100 }})
		for _, e := range story(t) {
			v.Feed(e)
		}
		time.Sleep(time.Second + redraw/2)
		require.Equal(t, 8, strings.Count(out.String(), "climb  10/12"), "eight times a second")
		v.Stop()
		v.Stop()
		require.True(t, strings.HasSuffix(out.String(), clearLine))
		require.NotContains(t, strings.ReplaceAll(out.String(), clearLine, ""), "\x1b", "NO_COLOR is respected")
	})
}

// The same activity is seen many times and told once; one that scaled nothing
// is not told.
func TestActivitiesAreToldOnce(t *testing.T) {
	s := stateOf(story(t))
	require.Empty(t, s.apply(activity(2, at(6*time.Minute))))
	not := activity(0, at(9*time.Minute))
	a := not.Data.(timeline.ActivityState)
	a.Activity.ID, a.Activity.Description = "b", "Attempting to scale due to alarm triggered"
	a.Activity.NotScaled = []scaling.NotScaledReason{{Code: scaling.AlreadyAtMaxCapacity}}
	not.Data = a
	require.Empty(t, s.apply(not))
	require.Equal(t, "to 2 by cpu at 06:00", s.last)
}

// An outage is told once, and the next one again.
func TestOutageIsToldOnce(t *testing.T) {
	var s state
	gap := func(since time.Duration, err string) string {
		return s.apply(timeline.New(at(time.Hour), "ecs", "", timeline.Gap{Part: timeline.PartService, Error: err, Since: at(since)}))
	}
	require.Equal(t, "could not look at service: refused", gap(0, "refused"))
	require.Empty(t, gap(0, "refused"), "still the same")
	require.Equal(t, "could not look at service: throttled", gap(0, "throttled"), "for another reason")
	require.Equal(t, "could not look at service: throttled", gap(time.Minute, "throttled"), "a look between them succeeded")
}

// Who looks on knows from the first line that the world is disturbed on
// purpose.
func TestDisturbedIsTold(t *testing.T) {
	var s state
	told := s.apply(timeline.New(begin, "run", "", timeline.Started{Scenario: "cpu-heavy", Environment: "local",
		Service:             scaling.Service{Cluster: "staging-cluster", Name: "staging-web"},
		EnvironmentDocument: json.RawMessage(`{"emulator":{"deviations":[{"name":"no-scale-in"}]}}`)}))
	require.Equal(t, "cpu-heavy on local, staging-cluster/staging-web. Disturbed on purpose: the deviation no-scale-in.", told)
}
