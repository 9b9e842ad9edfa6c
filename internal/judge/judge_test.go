package judge

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/timeline"
)

func TestCpuHeavyPasses(t *testing.T) {
	v := cpuHeavy().judge(t)
	for _, r := range v.Results {
		require.Equal(t, Pass, r.Answer, "%+v", r)
	}
	require.Equal(t, Pass, v.Answer)
	require.Equal(t, 0, v.ExitCode())
	require.Equal(t, "pass: cpu-heavy scaled web-ingestion 1 -> 3 on CPU, first order about 5 minutes after the load rose, back to 1 by the end", v.Sentence)
}

// A bare load is judged for what the generator did and what users saw.
func TestLoadgenIsJudgedForTheLoadAlone(t *testing.T) {
	told := cpuHeavy()
	told.command = "loadgen run"
	v := told.judge(t)
	require.Equal(t, Pass, v.Answer, v.Sentence)
	seen := map[string]bool{}
	for _, r := range v.Results {
		seen[r.ID] = true
	}
	require.Equal(t, map[string]bool{"run.complete": true, "load.delivered": true, "load.accepted": true, "errors": true, "latency": true}, seen)
}

// The negative controls of the shipped scenarios: demand halved, so that no
// policy asks for a second task.
func TestHalvedDemandDoesNotPass(t *testing.T) {
	told := cpuHeavy()
	halve(told, 1)
	told.orders = nil
	require.NotEqual(t, Pass, told.judge(t).Answer)
}

// Where a reaction takes longer than its budget the answer is fail, within it
// pass, and the limit is the live alarm's.
func TestBudgetComesFromTheLiveAlarm(t *testing.T) {
	for _, c := range []struct {
		name  string
		from  func() *tale
		order float64 // minutes into the traffic; the load rises at 3m
		want  Answer
	}{
		{"3 x 60 s, after 8 minutes", cpuHeavy, 11.5, Pass},
		{"3 x 20 s, after 8 minutes", fine, 11.5, Fail},
		{"3 x 20 s, after 5 minutes", fine, 8.5, Pass},
	} {
		t.Run(c.name, func(t *testing.T) {
			told := c.from()
			told.orders[0].at = minutes(c.order)
			require.Equal(t, c.want, answer(t, told.judge(t), "scale-out.in-time"))
		})
	}
}

func TestOrderAndDuplicationOfEventsDoNotMatter(t *testing.T) {
	events := cpuHeavy().events()
	want := verdictBytes(t, events)
	r := rand.New(rand.NewPCG(1, 2))
	for range 3 {
		moved := append(append([]timeline.Event{}, events...), events[10:200]...)
		r.Shuffle(len(moved), func(i, j int) { moved[i], moved[j] = moved[j], moved[i] })
		require.Equal(t, want, verdictBytes(t, moved))
	}
}

func verdictBytes(t *testing.T, events []timeline.Event) string {
	v, err := Judge(events)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, v.WriteJSON(&b))
	return b.String()
}

// The file and what was in memory are judged alike, in any zone of the reader.
func TestJudgingWhatWasReadBack(t *testing.T) {
	events := cpuHeavy().events()
	var file bytes.Buffer
	timeline.NewWriter(&file).Write(events...)
	back, err := timeline.Read(&file, "timeline.jsonl")
	require.NoError(t, err)
	want := verdictBytes(t, events)
	require.Equal(t, want, verdictBytes(t, back))
	zone := time.FixedZone("elsewhere", 9*3600)
	for i := range back {
		back[i].At, back[i].Seen = back[i].At.In(zone), back[i].Seen.In(zone)
	}
	require.Equal(t, want, verdictBytes(t, back))
}

func TestBrokenTimelinesAreErrors(t *testing.T) {
	events := cpuHeavy().events()
	for name, broken := range map[string][]timeline.Event{
		"empty":                nil,
		"no run.started":       events[1:],
		"a line in it is lost": append(append([]timeline.Event{}, events[:50]...), events[51:]...),
		"two of one number":    append(append([]timeline.Event{}, events...), func() timeline.Event { e := events[99]; e.Seq = 5; return e }()),
	} {
		_, err := Judge(broken)
		require.Error(t, err, name)
	}
}

// A timeline that ends too early is never a pass.
func TestNoPrefixPasses(t *testing.T) {
	events := cpuHeavy().events()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, len(events)-1).Draw(t, "events")
		v, err := Judge(events[:n])
		if err != nil {
			return
		}
		require.NotEqual(t, Pass, v.Answer, v.Sentence)
	})
}

// Whatever is lost from the observation, a run that passed never fails for it:
// the autoscaler is not blamed for a weak witness.
func TestHolesNeverFail(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		told := cpuHeavy()
		part := rapid.SampledFrom(parts).Draw(t, "part")
		from := rapid.IntRange(0, 55*60).Draw(t, "from")
		length := rapid.IntRange(120, 1200).Draw(t, "length")
		told.blind = map[string][2]time.Duration{part: {time.Duration(from) * time.Second, time.Duration(from+length) * time.Second}}
		v, err := Judge(told.events())
		require.NoError(t, err)
		require.NotEqual(t, Fail, v.Answer, v.Sentence)
	})
}
