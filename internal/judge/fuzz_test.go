package judge

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

// Whatever stands in a timeline: an error or a verdict, never a panic, and a
// pass only where the run says that it came to its end.
func FuzzJudge(f *testing.F) {
	for _, length := range []time.Duration{0, 2 * time.Minute} {
		short := cpuHeavy() // one order in the baseline, so that each check has something to do
		short.plan.Stages = short.plan.Stages[:1]
		short.plan.Stages[0].For, short.plan.Window = length, time.Minute
		short.orders = short.orders[:1]
		short.orders[0].at = time.Minute
		told := short.events()
		c, _ := timeline.CourseOf(told)
		for _, p := range []timeline.Payload{nil, timeline.Prediction{Course: c, Seeds: []uint64{1}, Band: timeline.BandOf([]timeline.Course{c})}} {
			var b bytes.Buffer
			timeline.NewWriter(&b).Write(foretell(told, p)...)
			f.Add(b.Bytes())
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		events, err := timeline.Read(bytes.NewReader(text), "fuzz")
		if err != nil {
			return
		}
		v, err := Judge(events)
		if err != nil {
			return
		}
		if v.Answer == Pass {
			ended, ok := events[len(events)-1].Data.(timeline.Ended)
			require.True(t, ok && ended.Outcome == timeline.EndComplete, v.Sentence)
		}
		require.NoError(t, Table(&bytes.Buffer{}, v, true, 0))
		require.NoError(t, v.WriteJSON(&bytes.Buffer{}))
	})
}

// Moved second by second through the poll that sees it, a change takes the
// answer from pass to fail only by way of inconclusive.
func TestNoAnswerJumpsFromPassToFail(t *testing.T) {
	last := Pass
	seen := map[Answer]bool{}
	for ready := minutes(4.2); ready <= minutes(4.8); ready += time.Second {
		told := cpuHeavy()                                  // ordered at 8m30s; the climb ends at 13m
		told.readyAfter, told.offset = ready, 4*time.Second // no poll at the stage's end itself
		now := Pass
		for _, r := range of(t, told.judge(t), "capacity.stage-end") {
			if r.Subject == "climb" {
				now = r.Answer
			}
		}
		require.False(t, last == Pass && now == Fail, "healthy %v after the order", ready)
		last, seen[now] = now, true
	}
	require.Len(t, seen, 3)
}
