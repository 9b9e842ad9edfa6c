package traffic

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// choices counts what becomes of so many answers of one window.
func choices(s *Sampling, kind int, from uint64, answers int, window int64) (by [3]int) {
	for n := range uint64(answers) {
		by[s.Look(kind, plan.Number(kind, from+n), window)]++
	}
	return by
}

func TestFewAnswersAreAllLookedAt(t *testing.T) {
	var s Sampling
	require.Equal(t, [3]int{300, 0, 0}, choices(&s, 0, 0, 300, 1))
	require.Equal(t, [3]int{300, 0, 0}, choices(&s, 0, 300, 300, 2), "each window begins anew")
	require.Equal(t, [3]int{300, 0, 0}, choices(&s, 3, 0, 300, 2), "each kind has its own")
	s = NewSampling(10 * time.Second)
	require.Equal(t, [3]int{3000, 0, 0}, choices(&s, 0, 0, 3000, 1), "a long window is looked at for longer")
	s = NewSampling(100 * time.Millisecond)
	require.Equal(t, [3]int{300, 0, 0}, choices(&s, 0, 0, 300, 1), "a short one no less")
}

func TestOfManyAnswersALotIsLookedAt(t *testing.T) {
	var s Sampling
	by := choices(&s, 0, 0, 300+8_000, 7)
	require.Equal(t, 300, by[LookAll])
	require.InDelta(t, 1000, by[LookSampled], 100) // three standard deviations
	require.Equal(t, 8_000, by[LookSampled]+by[LookNone])
}

// Whoever refuses every second request, or every hundredth, is found out at
// the share that is true.
func TestTheLotFollowsNoPattern(t *testing.T) {
	for _, every := range []uint64{2, 32, 100} {
		var s Sampling
		var looked, refused float64
		for n := range uint64(2_000_000) {
			if s.Look(0, plan.Number(0, n), 1) == LookSampled {
				looked++
				if n%every == 0 {
					refused++
				}
			}
		}
		require.InEpsilon(t, 1/float64(every), refused/looked, 0.15, "one in %d", every)
	}
}

func TestWithoutSamplingAllAreLookedAt(t *testing.T) {
	require.Equal(t, [3]int{5000, 0, 0}, choices(nil, 0, 0, 5000, 1))
}

func TestLookAllocatesNothing(t *testing.T) {
	var s Sampling
	s.Look(1, 1, 1)
	n := uint64(0)
	require.Zero(t, testing.AllocsPerRun(1000, func() { s.Look(1, n, int64(n/500)); n++ }))
}

// What nobody looked at is told apart from what was good.
func TestAWindowTellsOfItsSample(t *testing.T) {
	start := time.Unix(0, 0)
	w := NewWindows(start, time.Second, time.Millisecond, []string{"a"})
	end := func(o Outcome) {
		w.Planned(start, 0)
		w.Sent(start, start, 0)
		o.Status = 207
		w.Ended(start, 0, o)
	}
	end(Outcome{Look: LookAll, Failed: true, Content: true})
	end(Outcome{Look: LookSampled, Failed: true, Content: true})
	end(Outcome{Look: LookSampled})
	for range 5 {
		end(Outcome{Look: LookNone})
	}
	k := w.Close(w.End()).Kinds[0]
	require.Equal(t, &timeline.Sample{Checked: 2, Refused: 1, Unchecked: 5}, k.Sample)
	require.Equal(t, map[string]int64{"content": 2}, k.Failed)
	require.EqualValues(t, 2, k.Hidden())

	w.Planned(w.End(), 0)
	w.Sent(w.End(), w.End(), 0)
	w.Ended(w.End(), 0, Outcome{Status: 207})
	w.Close(w.End())
	require.Nil(t, w.Close(w.End()).Kinds[0].Sample, "a window in which all were looked at tells of none")
}

// On the wall the engine looks at the first answers of a window and at a lot of
// the others, and counts each answer once.
func TestTheEngineSamplesOnTheWall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewWall()
		defer c.Stop()
		p := steady(1000, 2*time.Second)
		p.Ceiling, p.Window = 5000, time.Second
		p.Kinds[0].Success.JSON = map[string]any{"errors.length": 0}
		windows := onTheWall(t, c, p, func(w http.ResponseWriter, r *http.Request) {
			w.Write([]byte(`{"errors":[{}]}`))
		})
		checked := int64(0)
		for _, w := range windows {
			for _, k := range w.Kinds {
				s := timeline.Sample{}
				if k.Sample != nil {
					s = *k.Sample
				}
				looked := k.Completed["200"] - s.Unchecked
				require.Equal(t, looked, k.Failed[FailedContent], "all that was looked at was refused")
				require.GreaterOrEqual(t, looked, min(300, k.Completed["200"]))
				require.Equal(t, s.Checked, s.Refused)
				checked += s.Checked
			}
		}
		require.Positive(t, checked)
	})
}
