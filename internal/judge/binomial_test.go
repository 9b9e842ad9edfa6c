package judge

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// slowly is the chance of at most k, summed by logarithms.
func slowly(n, k int64, p float64) (sum float64) {
	of := func(x int64) float64 { v, _ := math.Lgamma(float64(x + 1)); return v }
	for i := range k + 1 {
		sum += math.Exp(of(n) - of(i) - of(n-i) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return sum
}

func TestChance(t *testing.T) {
	for _, n := range []int64{1, 10, 300, 5000, 1_000_000} {
		for _, k := range []int64{0, 1, 5, 90} {
			for _, p := range []float64{1e-6, 0.001, 0.1, 0.5, 0.9} {
				if k < n {
					require.InDelta(t, slowly(n, k, p), chance(n, k, p), 1e-8, "%d of %d at %v", k, n, p)
				}
			}
		}
	}
}

// Values of tables: none of 300 leaves at most 1.75 %, one of 100 between
// 0.005 % and 7.2 %.
func TestBinomial(t *testing.T) {
	low, high := binomial(300, 0)
	require.Zero(t, low)
	require.InDelta(t, 1-math.Pow(0.005, 1./300), high, 1e-9)
	low, high = binomial(100, 1)
	require.InDelta(t, 1-math.Pow(0.995, 1./100), low, 1e-9)
	require.InDelta(t, 0.0720, high, 5e-4)
	low, high = binomial(100, 100)
	require.InDelta(t, math.Pow(0.005, 1./100), low, 1e-9)
	require.InDelta(t, 1, high, 1e-12)
	low, high = binomial(0, 0)
	require.Equal(t, [2]float64{0, 1}, [2]float64{low, high})
}

// Where the ways of reckoning meet they say the same.
func TestBinomialHasNoStep(t *testing.T) {
	for _, n := range []int64{1000, 100_000} {
		a, b := binomial(n, mostSummed)
		c, d := wilson(float64(n), mostSummed)
		require.InDelta(t, a, c, (b-a)/30)
		require.InDelta(t, b, d, (b-a)/30)
	}
}

// In 99 of 100 samples the share lies in the interval, whatever it is: exactly
// that is what a verdict rests on.
func TestBinomialHoldsWhatItPromises(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, p := range []float64{0.0005, 0.004, 0.02, 0.3} {
		const samples, n = 2000, 400
		missed := 0
		for range samples {
			k := int64(0)
			for range n {
				if r.Float64() < p {
					k++
				}
			}
			if low, high := binomial(n, k); p < low || p > high {
				missed++
			}
		}
		require.LessOrEqual(t, missed, 35, "at %v", p) // 20 expected at most
	}
}
