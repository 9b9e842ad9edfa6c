package demand

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A part of a recording has its rates at the same instants, and a faster one
// at that many times earlier ones.
func TestPartsOfARecording(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Recording{Source: "r"}
		for range rapid.IntRange(1, 20).Draw(t, "stretches") {
			r.Stretches = append(r.Stretches, Stretch{
				For:   time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "for")),
				Rates: []float64{rapid.Float64Range(0, 100).Draw(t, "rate")},
			})
		}
		at := func(r Recording, at time.Duration) float64 {
			for _, s := range r.Stretches {
				if at < s.For {
					return s.Rates[0]
				}
				at -= s.For
			}
			return -1
		}
		total := r.Total()
		from := time.Duration(rapid.Int64Range(0, int64(total)).Draw(t, "from"))
		length := time.Duration(rapid.Int64Range(1, int64(total)).Draw(t, "length"))
		part, ok := r.From(from).First(length)
		require.Equal(t, from+length <= total, ok)
		require.Equal(t, min(length, total-from), part.Total())
		by := rapid.SampledFrom([]float64{0.25, 0.5, 1, 2, 3, 60}).Draw(t, "by")
		faster := r.Faster(by)
		require.InDelta(t, float64(total)/by, float64(faster.Total()), 1)
		for range 10 {
			x := time.Duration(rapid.Int64Range(0, int64(total)-1).Draw(t, "at"))
			if x >= from && x-from < part.Total() {
				require.Equal(t, at(r, x), at(part, x-from), "%v", x)
			}
		}
		if len(faster.Stretches) == len(r.Stretches) {
			for i, s := range r.Stretches {
				require.InDelta(t, float64(s.For)/by, float64(faster.Stretches[i].For), 1)
				require.Equal(t, s.Rates, faster.Stretches[i].Rates)
			}
		}
		require.InDelta(t, r.Requests()/by, faster.Requests(), 1e-6*(1+r.Requests()))
		require.LessOrEqual(t, part.Highest(), r.Highest())
	})
}

// What a nanosecond is too long for is left out, and the rest stays where it is.
func TestFasterThanANanosecond(t *testing.T) {
	r := Recording{Stretches: []Stretch{{1, []float64{1}}, {time.Second, []float64{2}}, {1, []float64{3}}}}
	require.Equal(t, []Stretch{{time.Millisecond, []float64{2}}}, r.Faster(1000).Stretches)
}
