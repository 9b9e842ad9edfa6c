package traffic

import (
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/clock"
	"scaleproof/internal/timeline"
)

// What several senders did, merged, is what one would have told that did it
// all, to the byte: counts, and each of the three histograms.
func TestMergedWindowsAreOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kinds := []string{"a", "b"}
		fresh := func() *Windows { return NewWindows(clock.Epoch, time.Second, timeline.LateAfter, kinds) }
		one, parts := fresh(), []*Windows{fresh(), fresh(), fresh()}
		for range rapid.IntRange(0, 40).Draw(t, "requests") {
			kind := rapid.IntRange(0, 1).Draw(t, "kind")
			due := clock.Epoch.Add(time.Duration(rapid.IntRange(0, 999).Draw(t, "due")) * time.Millisecond)
			late := time.Duration(rapid.SampledFrom([]int{0, 0, 0, 1, 500, 15_000, 1_500_000}).Draw(t, "late")) * time.Microsecond
			took := time.Duration(rapid.IntRange(0, 200_000).Draw(t, "took")) * time.Microsecond
			end := rapid.IntRange(0, 4).Draw(t, "end")
			for _, w := range []*Windows{one, parts[rapid.IntRange(0, 2).Draw(t, "who")]} {
				w.Planned(due, kind)
				if end == 0 {
					w.Unsent(due, kind, UnsentCeiling)
					continue
				}
				w.Sent(due.Add(late), due, kind)
				switch end {
				case 1:
					w.Ended(due.Add(late+took), kind, Outcome{Class: ClassReset, Failed: true})
				case 2: // in flight
				default:
					w.Ended(due.Add(late+took), kind, Outcome{Status: 200, Latency: late + took, Waited: late})
				}
			}
		}
		var e encoder
		for range 4 {
			end := one.End()
			merged := parts[0].cut(end)
			merged.merge(parts[1].cut(end))
			merged.merge(parts[2].cut(end))
			require.Equal(t, one.Close(end), merged.tell(kinds, &e))
		}
	})
}

// Where all left when they were due there is one histogram, and where one did
// not there are all.
func TestTimesApart(t *testing.T) {
	w := NewWindows(clock.Epoch, time.Second, timeline.LateAfter, []string{"a"})
	send := func(late time.Duration) {
		w.Planned(clock.Epoch, 0)
		w.Sent(clock.Epoch.Add(late), clock.Epoch, 0)
		w.Ended(clock.Epoch.Add(late+20*ms), 0, Outcome{Status: 200, Latency: late + 20*ms, Waited: late})
	}
	send(0)
	send(0)
	k := w.Close(w.End()).Kinds[0]
	require.Empty(t, k.Service)
	require.Empty(t, k.Lateness)

	w = NewWindows(clock.Epoch, time.Second, timeline.LateAfter, []string{"a"})
	send(0)
	send(0)
	send(30 * ms)
	send(0)
	k = w.Close(w.End()).Kinds[0]
	require.EqualValues(t, 1, k.Late)
	count := func(encoded string) (n, at20, at0 int64) {
		h, err := hdrhistogram.Decode([]byte(encoded))
		require.NoError(t, err)
		for _, bar := range h.Distribution() {
			if bar.From <= 20_000 && 20_000 <= bar.To {
				at20 += bar.Count
			}
			if bar.From == 0 {
				at0 += bar.Count
			}
		}
		return h.TotalCount(), at20, at0
	}
	n, at20, _ := count(k.Latency)
	require.Equal(t, []int64{4, 3}, []int64{n, at20})
	n, at20, _ = count(k.Service)
	require.Equal(t, []int64{4, 4}, []int64{n, at20}, "each took the service as long")
	n, _, at0 := count(k.Lateness)
	require.Equal(t, []int64{4, 3}, []int64{n, at0})
}
