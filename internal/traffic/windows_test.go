package traffic

import (
	"strconv"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/clock"
	"scaleproof/internal/timeline"
)

// sums are the counts of windows taken together.
type sums struct {
	planned, sent, late, unsent, completed, failed, measured, clamped int64
}

func sumOf(t require.TestingT, windows ...timeline.Window) (s sums) {
	for _, w := range windows {
		for _, k := range w.Kinds {
			s.planned += k.Planned
			s.sent += k.Sent
			s.late += k.Late
			s.unsent += total(k.Unsent)
			s.completed += total(k.Completed)
			s.failed += total(k.Failed)
			s.clamped += k.Clamped
			if k.Latency != "" {
				h, err := hdrhistogram.Decode([]byte(k.Latency))
				require.NoError(t, err)
				s.measured += h.TotalCount()
			}
		}
	}
	return s
}

// Whatever happens in whatever order, also when it is told late: nothing is
// lost and nothing is made up. After every window, planned = sent + unsent +
// waiting and sent = completed + in flight; each answer is in a histogram.
func TestWindowsConserve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := clock.Epoch
		w := NewWindows(now, time.Second, timeline.LateAfter, []string{"a", "b"})
		var closed []timeline.Window
		var waiting, flying []int // kinds
		var answered int64
		draw := func(from []int) (kind int, rest []int) {
			i := rapid.IntRange(0, len(from)-1).Draw(t, "which")
			return from[i], append(append([]int{}, from[:i]...), from[i+1:]...)
		}
		at := func() time.Time { // some things are told late, or for a window to come
			return now.Add(time.Duration(rapid.IntRange(-1500, 1500).Draw(t, "ms")) * time.Millisecond)
		}
		kind := rapid.IntRange(0, 1)
		t.Repeat(map[string]func(*rapid.T){
			"planned": func(t *rapid.T) {
				k := kind.Draw(t, "kind")
				w.Planned(at(), k)
				waiting = append(waiting, k)
			},
			"sent": func(t *rapid.T) {
				if len(waiting) > 0 {
					var k int
					k, waiting = draw(waiting)
					w.Sent(at(), now, k)
					flying = append(flying, k)
				}
			},
			"unsent": func(t *rapid.T) {
				if len(waiting) > 0 {
					var k int
					k, waiting = draw(waiting)
					w.Unsent(at(), k, UnsentCeiling)
				}
			},
			"ended": func(t *rapid.T) {
				if len(flying) > 0 {
					var k int
					k, flying = draw(flying)
					o := Outcome{Status: 200, Latency: time.Duration(rapid.Int64Range(-1, 2*int64(Top)).Draw(t, "latency"))}
					if rapid.Bool().Draw(t, "fails") {
						o = Outcome{Class: ClassReset, Failed: true}
					} else {
						answered++
					}
					w.Ended(at(), k, o)
				}
			},
			"close": func(t *rapid.T) {
				now = w.End()
				closed = append(closed, w.Close(now))
			},
			"": func(t *rapid.T) {
				require.EqualValues(t, len(waiting), w.waiting)
				require.EqualValues(t, len(flying), w.inFlight)
			},
		})
		for range 4 { // until nothing that was told for a later window is open
			closed = append(closed, w.Close(w.End()))
			last := closed[len(closed)-1]
			require.Equal(t, time.Second, last.Length)
		}
		for i, c := range closed {
			require.Equal(t, clock.Epoch.Add(time.Duration(i)*time.Second), c.Start)
			s := sumOf(t, closed[:i+1]...)
			require.Equal(t, s.sent-s.completed, c.InFlight)
		}
		s := sumOf(t, closed...)
		require.Equal(t, s.planned, s.sent+s.unsent+int64(len(waiting)))
		require.Equal(t, answered, s.measured)
		require.LessOrEqual(t, s.failed, s.completed)
	})
}

// What one window looks like: kinds in the plan's order, those with nothing
// to say left out, each count under its key.
func TestAWindow(t *testing.T) {
	at := clock.Epoch.Add(500 * time.Millisecond)
	w := NewWindows(clock.Epoch, time.Second, timeline.LateAfter, []string{"heavy", "light", "slow"})
	for range 5 {
		w.Planned(at, 2)
		w.Sent(at, at, 2)
	}
	w.Planned(at, 0)
	w.Sent(at, at.Add(-timeline.LateAfter), 0)
	w.Planned(at, 0)
	w.Sent(at, at.Add(-timeline.LateAfter-1), 0)
	w.Planned(at, 0)
	w.Unsent(at, 0, UnsentStopped)
	w.Ended(at, 2, Outcome{Status: 207, Latency: 1500 * time.Nanosecond})
	w.Ended(at, 2, Outcome{Status: 207, Failed: true, Content: true, Latency: 2 * Top})
	w.Ended(at, 2, Outcome{Status: 502, Failed: true, Latency: time.Millisecond})
	w.Ended(at, 2, Outcome{Class: ClassTimeout, Failed: true})

	got := w.Close(w.End())
	require.Equal(t, int64(3), got.InFlight)
	require.Len(t, got.Kinds, 2)
	late, err := hdrhistogram.Decode([]byte(got.Kinds[0].Lateness))
	require.NoError(t, err)
	require.EqualValues(t, 2, late.TotalCount())
	require.InDelta(t, timeline.LateAfter.Microseconds(), late.Min(), 8)
	got.Kinds[0].Lateness = ""
	require.Equal(t, timeline.KindWindow{
		Kind: "heavy", Planned: 3, Sent: 2, Late: 1, Unsent: map[string]int64{"stopped": 1},
	}, got.Kinds[0])
	h, err := hdrhistogram.Decode([]byte(got.Kinds[1].Latency))
	require.NoError(t, err)
	got.Kinds[1].Latency = ""
	require.Equal(t, timeline.KindWindow{
		Kind: "slow", Planned: 5, Sent: 5, Clamped: 1,
		Completed: map[string]int64{"207": 2, "502": 1, "timeout": 1},
		Failed:    map[string]int64{"content": 1, "502": 1, "timeout": 1},
	}, got.Kinds[1])
	require.EqualValues(t, 3, h.TotalCount(), "what was not answered has no latency")
	require.EqualValues(t, 2, h.Min(), "rounded to the nearest microsecond")
	require.GreaterOrEqual(t, h.Max(), Top.Microseconds())

	require.Empty(t, w.Close(w.End()).Kinds, "nothing stays behind")
}

// A window that is cut short ends where it was cut, and the next begins there.
func TestCutShort(t *testing.T) {
	w := NewWindows(clock.Epoch, time.Minute, timeline.LateAfter, []string{"a"})
	cut := clock.Epoch.Add(17 * time.Second)
	require.Equal(t, 17*time.Second, w.Close(cut).Length)
	require.Equal(t, cut, w.Close(cut.Add(time.Hour)).Start)
}

// The latency that is read back is the one that was told, to three digits.
func TestLatencyIsKept(t *testing.T) {
	for _, ms := range []int64{1, 20, 107, 2200, 29999, 3_000_000} {
		t.Run(strconv.FormatInt(ms, 10), func(t *testing.T) {
			w := NewWindows(clock.Epoch, time.Second, timeline.LateAfter, []string{"a"})
			w.Ended(clock.Epoch, 0, Outcome{Status: 200, Latency: time.Duration(ms) * time.Millisecond})
			h, err := hdrhistogram.Decode([]byte(w.Close(w.End()).Kinds[0].Latency))
			require.NoError(t, err)
			require.InEpsilon(t, ms*1000, h.ValueAtQuantile(50), 0.001)
		})
	}
}
