package judge

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/hdr"
	"scaleproof/internal/timeline"
)

// Whatever part of their latencies requests waited at the generator, what is
// certain without it is never more than what is true without it; and where they
// did not wait, it is all of it.
func TestLeastIsCertain(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	near := func(d time.Duration) time.Duration { return d + d/500 + time.Millisecond } // a histogram's resolution
	for range 200 {
		s := samples{merged: hdrhistogram.New(1, 3_600_000_000, 3)}
		lateness := hdrhistogram.New(1, 3_600_000_000, 3)
		n := 100 + random.IntN(2000)
		share, longest := random.Float64(), time.Duration(random.Int64N(int64(3*time.Second)))
		var rest []time.Duration
		waited := false
		for range n {
			own := time.Duration(0)
			if random.Float64() < share/10 {
				own, waited = time.Duration(random.Int64N(int64(longest)+1)), true
			}
			r := time.Duration(random.ExpFloat64() * float64(200*time.Millisecond))
			rest = append(rest, r)
			require.NoError(t, s.merged.RecordValue((own + r).Microseconds()))
			require.NoError(t, lateness.RecordValue(own.Microseconds()))
		}
		slices.Sort(rest)
		s.answered = int64(n)
		encoded, err := lateness.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
		require.NoError(t, err)
		s.lag.sum = &hdr.Sum{}
		require.NoError(t, s.lag.sum.Add(string(encoded)))
		for _, permill := range []int64{500, 950, 990} {
			value, known := s.least(s.rank(permill))
			require.True(t, known)
			require.LessOrEqual(t, value, near(rest[s.rank(permill)-1]))
			if !waited {
				whole, _ := s.quantile(permill)
				require.InDelta(t, whole.Seconds(), value.Seconds(), 2e-5)
			}
		}
	}
}

// What held the generator back is added up over windows, the gravest is named,
// and the sentence ends with what to do.
func TestStarvation(t *testing.T) {
	f, err := read(golden(t, "cpu-heavy").events)
	require.NoError(t, err)
	from := f.stages[1].from
	second := func(n int) time.Time { return from.Add(time.Duration(n) * time.Second) }
	f.starved = []starved{
		{timeline.Starved{Cause: timeline.StarvedQuota, From: from, To: second(1), Late: 40, Longest: time.Second, Lost: 800 * time.Millisecond}, 1},
		{timeline.Starved{Cause: timeline.StarvedContention, From: second(1), To: second(2), Late: 50, Longest: 3 * time.Second, Lost: time.Second}, 2},
		{timeline.Starved{Cause: timeline.StarvedQuota, From: second(2), To: second(3), Late: 30, Longest: 2 * time.Second, Lost: 700 * time.Millisecond, Unsent: 2}, 3},
	}
	said := f.behind(from, second(10), "nobody knows")
	require.Contains(t, said, ": its CPU quota held the generator back for 1.5s of the 3s to ")
	require.Contains(t, said, "(70 requests late by up to 2s, 2 not sent); give it a larger quota")
	require.Contains(t, f.behind(second(1), second(2), "nobody knows"), "other work on its machine")
	require.Equal(t, "; nobody knows", f.behind(second(5), second(10), "nobody knows"))
	require.Empty(t, f.behind(second(5), second(10), ""))

	// Time-outs while it was behind by a third of them are not the service's.
	kind := f.plan.Kinds[0]
	kind.Timeout = 9 * time.Second
	before := f.windowsIn(f.stages[0].from, from)
	at := f.windowsIn(second(1), f.stages[1].to)
	require.True(t, f.unfair(at[0], kind))
	require.False(t, f.unfair(before[0], kind))
	kind.Timeout = 10 * time.Second
	require.False(t, f.unfair(at[0], kind))
}
