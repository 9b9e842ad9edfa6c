package timeline

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scaling"
)

var at = time.Date(2026, 1, 1, 0, 0, 5, 250_000_000, time.UTC)

// one of each kind, with something in every field that could get lost.
func samples() []Event {
	started := Started{
		Format: Format, Command: "validate run", Scenario: "s", Environment: "e", Service: scaling.Service{Cluster: "c", Name: "n"},
		Seed: 1<<63 + 1, Hashes: map[string]string{"a.yaml": "00"}, ExpectFail: []string{"latency"}, Strict: true,
		Plan: json.RawMessage(`{"x":1}`),
	}
	alarm := scaling.Alarm{Name: "a", Comparison: scaling.GreaterThan, Threshold: 70, EvaluationPeriods: 3, State: scaling.AlarmOK, StateSince: at}
	exact := func(p Payload) Event { return New(at, "run", "subject", p) }
	polled := func(p Payload) Event {
		return Observed(at, at.Add(3*time.Second), at.Add(-7*time.Second), "ecs", "subject", p)
	}
	return []Event{
		exact(started),
		exact(Phase{PhaseTraffic}),
		exact(Changed{Change: scaling.Change{Op: scaling.PutPolicy, Policy: &scaling.Policy{Name: "p", Target: 70}}, Undo: true, Error: "no"}),
		exact(Ended{EndStopped, "too many errors", true}),
		exact(ClockInfo{"scaled", 60, time.Second}),
		exact(Stage{2, "peak", time.Hour, time.Minute}),
		exact(Window{at, time.Second, 3, []KindWindow{{Kind: "heavy", Planned: 4, Sent: 3, Late: 1,
			Unsent: map[string]int64{"ceiling": 1}, Completed: map[string]int64{"200": 2}, Failed: map[string]int64{"content": 1}, Clamped: 1, Latency: "x"}}}),
		exact(Heartbeat{PartAlarms, at, 4, time.Second}),
		exact(Gap{PartAlarms, "throttled", at}),
		polled(MetricPoint{KeyCPU, 0.1 + 0.2, time.Minute}),
		polled(Counts{3, 2, 1}),
		polled(Health{1, 1, 1, 1, []scaling.TargetHealth{{ID: "10.0.0.1:80", State: "healthy"}}}),
		polled(Deployment{scaling.Deployment{ID: "d", Rollout: "COMPLETED", Updated: at}}),
		polled(Capacity{&scaling.ScalableTarget{Bounds: scaling.Bounds{Min: 1, Max: 5}}}),
		polled(Capacity{}),
		polled(PolicyState{Policy: scaling.Policy{Name: "p"}}),
		polled(PolicyState{Policy: scaling.Policy{Name: "p"}, Removed: true}),
		polled(AlarmState{Alarm: alarm, Policy: "p"}),
		polled(AlarmGone{Alarm: "a", Policy: "p"}),
		polled(AlarmState{Alarm: alarm, Transition: true, From: scaling.AlarmOK}),
		polled(ActivityState{scaling.Activity{ID: "a", Start: at, NotScaled: []scaling.NotScaledReason{{Code: scaling.AlreadyAtMaxCapacity, Max: 5}}}}),
		exact(Stop{"errors above 50%", "61%"}),
		exact(Rate{1.5, ByKey, "peak"}),
		exact(Starved{Cause: StarvedQuota, From: at, To: at.Add(time.Second), Late: 3, Longest: time.Second, Lost: time.Millisecond, Unsent: 1, Detail: "quota 1ms"}),
		exact(Prediction{Seed: 7, Course: Course{Length: time.Hour, Desired: Curve{{0, 1}, {time.Minute, 2}}, CPU: Samples{time.Minute, []Point{{0, 41_000}}}}, Seeds: []uint64{7}}),
		exact(Unpredicted{"no model of it"}),
		exact(NewStanding(BeforeChanges, scaling.Look{Scalable: &scaling.ScalableState{}, Policies: &scaling.PolicySet{List: []scaling.Policy{{Name: "cpu", Target: 70}}}}, "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/1")),
	}
}

func written(t testing.TB, events []Event) []byte {
	var b bytes.Buffer
	w := NewWriter(&b)
	w.Write(events...)
	require.NoError(t, w.Err())
	return b.Bytes()
}

// What is written is what is read, of every kind that there is.
func TestRoundTrip(t *testing.T) {
	events := samples()
	got, err := Read(bytes.NewReader(written(t, events)), "t")
	require.NoError(t, err)
	kinds := map[string]bool{}
	for i := range events {
		events[i].Seq = int64(i + 1)
		kinds[events[i].Kind] = true
	}
	require.Equal(t, events, got)
	require.ElementsMatch(t, slices.Collect(maps.Keys(payloads)), slices.Collect(maps.Keys(kinds)), "a kind has no sample here")
}

// A killed process leaves whole lines and at most one that is not terminated.
func TestUnterminatedLastLineIsIgnored(t *testing.T) {
	whole := written(t, samples())
	last := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1
	for cut := last; cut < len(whole); cut++ {
		got, err := Read(bytes.NewReader(whole[:cut]), "t")
		require.NoError(t, err)
		require.Len(t, got, len(samples())-1)
	}
}

// Anything else that is wrong is told with its place, and nothing is skipped.
func TestFaultsAreTold(t *testing.T) {
	lines := strings.SplitAfter(string(written(t, samples())), "\n")
	for name, c := range map[string]struct {
		text string
		want string
	}{
		"empty":               {"", "t:1: no event"},
		"not JSON":            {lines[0] + "{]\n", "t:2: invalid character"},
		"lost line":           {lines[0] + lines[2], "t:2: event 3 stands where event 2 belongs"},
		"doubled line":        {lines[0] + lines[0], "t:2: event 1 stands where event 2 belongs"},
		"unknown kind":        {lines[0] + strings.Replace(lines[1], "run.phase", "run.fase", 1), `t:2: unknown kind of event "run.fase"`},
		"payload of no shape": {lines[0] + strings.Replace(lines[1], `{"name":"traffic"}`, `{"name":5}`, 1), "t:2: run.phase: json"},
		"no beginning":        {strings.Replace(lines[1], `"seq":2`, `"seq":1`, 1), "t:1: a timeline begins with run.started, not run.phase"},
		"another format":      {strings.Replace(lines[0], `"format":1`, `"format":9`, 1), "t:1: format 9; this version reads format 1"},
	} {
		_, err := Read(strings.NewReader(c.text), "t")
		require.ErrorContains(t, err, c.want, name)
	}
}

// The first error of a write stays, and nothing comes after it.
func TestWriterStopsAtItsFirstError(t *testing.T) {
	full := errors.New("disk full")
	w := NewWriter(&limited{lines: 1, err: full})
	var told int
	w.Tap(func(Event) { told++ })
	w.Write(samples()[:3]...)
	require.ErrorIs(t, w.Err(), full)
	require.Equal(t, 1, told, "what was not written is not told")
}

type limited struct {
	lines int
	err   error
}

func (l *limited) Write(b []byte) (int, error) {
	if l.lines--; l.lines < 0 {
		return 0, l.err
	}
	return len(b), nil
}
