package judge

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

var observationCompleteProof = proof{
	id:    "observation.complete",
	never: true,
	stories: []story{
		{name: "no holes", want: Pass},
		{name: "one failed poll is no hole", want: Pass, edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartTargets: {minutes(30), minutes(30) + 11*time.Second}}
		}},
		{name: "targets unseen for two minutes", want: Inconclusive, says: "Nobody looked at the targets", edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartTargets: {minutes(30), minutes(32)}}
		}},
		{name: "polls throttled for two minutes", want: Inconclusive, says: "AWS throttled the polls", edit: refusedPolls("autoscaling DescribeScalingActivities: ThrottlingException: Rate exceeded")},
		{name: "polls refused for two minutes", want: Inconclusive, says: "for want of a right", edit: refusedPolls("AccessDeniedException: User is not authorized")},
		{name: "no answer for two minutes", want: Inconclusive, says: "check the network", edit: refusedPolls("dial tcp: i/o timeout")},
		{name: "a datapoint is missing", want: Inconclusive, says: "1 datapoint of cpu is missing", edit: func(t *tale) {
			own := t.cpu
			t.cpu = func(at time.Duration) (float64, bool) { v, _ := own(at); return v, at != minutes(30) }
		}},
		{name: "an alarm of 20 s read by the minute", want: Inconclusive, says: "CPU was read over 1m, and the alarm", edit: func(t *tale) {
			t.alarms[cpuHigh].Metric.Period = 20 * time.Second
		}},
		{name: "an alarm of 20 s read at 20 s", from: fine, want: Pass},
	},
	edits: []edit{
		{"activities unseen for minutes of the settle", "", Inconclusive, func(t *tape) {
			t.blind(timeline.PartActivities, minutes(45), minutes(48))
		}},
	},
	unsure: []blur{
		{"a datapoint of CPU is missing", "", func(t *tape) {
			t.drop(func(e timeline.Event) bool {
				p, ok := e.Data.(timeline.MetricPoint)
				return ok && p.Key == timeline.KeyCPU && e.At.After(t.at(minutes(50))) && e.At.Before(t.at(minutes(51.01)))
			})
		}},
	},
}

// refusedPolls has the polls of activities fail for two minutes.
func refusedPolls(with string) func(*tale) {
	return func(t *tale) {
		t.blind = map[string][2]time.Duration{timeline.PartActivities: {minutes(30), minutes(32)}}
		for at := minutes(30); at < minutes(32); at += 15 * time.Second {
			t.extra = append(t.extra, timeline.New(dawn.Add(at), "autoscaling", web.String(),
				timeline.Gap{Part: timeline.PartActivities, Error: with, Since: dawn.Add(minutes(29.75))}))
		}
	}
}

// Polls that were throttled are told apart from others, with how many and for
// how long, where they left no hole too.
func TestThrottledPollsAreCounted(t *testing.T) {
	measured := func(edit func(*tale)) string {
		told := cpuHeavy()
		edit(told)
		for _, r := range of(t, told.judge(t), "observation.complete") {
			if r.Subject == timeline.PartActivities {
				return r.Measured
			}
		}
		return ""
	}
	require.Equal(t, "1 hole, the longest 2m15s; 8 polls failed, 8 throttled for up to 2m", measured(refusedPolls("ThrottlingException: Rate exceeded")))
	require.Equal(t, "longest pause 15s; 1 poll failed", measured(func(t *tale) {
		t.extra = append(t.extra, timeline.New(dawn.Add(minutes(30)), "autoscaling", web.String(), timeline.Gap{Part: timeline.PartActivities, Error: "no answer"}))
	}))
}

// Half of all polls throttled: where each second one is, two looks lie no
// further apart than a hole takes, and everything is answered as ever; where it
// hits any, some lie further apart, and what falls between them is inconclusive.
// It fails nobody.
func TestHalfThePollsThrottled(t *testing.T) {
	told := cpuHeavy()
	told.throttled = func(_ string, i int) bool { return i%2 == 1 }
	v := told.judge(t)
	require.Equal(t, Pass, v.Answer, v.Sentence)
	for _, r := range of(t, v, "observation.complete") {
		if slices.Contains(parts, r.Subject) {
			require.Contains(t, r.Measured, "polls failed", r.Subject)
			require.Contains(t, r.Measured, "throttled", r.Subject)
		}
	}
	for seed := range uint64(5) {
		draw := rand.New(rand.NewPCG(seed, 1))
		told := cpuHeavy()
		told.throttled = func(string, int) bool { return draw.IntN(2) == 0 }
		v := told.judge(t)
		require.Equal(t, Inconclusive, v.Answer, v.Sentence)
		require.Equal(t, Inconclusive, answer(t, v, "observation.complete"))
		sayWhatToDo(t, v)
		for _, r := range v.Results {
			require.NotEqual(t, Fail, r.Answer, "seed %d: %s: %s", seed, r.ID, r.Explanation)
		}
		for _, r := range of(t, v, "observation.complete") {
			if r.Answer == Inconclusive && slices.Contains(parts, r.Subject) {
				require.Contains(t, r.Explanation, "AWS throttled", r.Subject)
			}
		}
	}
}
