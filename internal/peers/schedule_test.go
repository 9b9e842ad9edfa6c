package main

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const us = int64(time.Microsecond)

// Who is on time deviates by nothing; who is late by a constant is on time
// after another beginning, and late after the one that was agreed on.
func TestDeviation(t *testing.T) {
	due := spaced(1000, 10_000)
	require.Equal(t, 100*us, due[1])
	require.Equal(t, 99_900*us, due[999])
	came := slices.Clone(due)
	for i := range came {
		came[i] += 7_000_000 + 40*us
	}
	require.Equal(t, spread{40 * time.Microsecond, 40 * time.Microsecond}, deviation(came, due, 7_000_000))
	require.Equal(t, 7_000_000+40*us, fit(came, due))
	require.Zero(t, deviation(came, due, fit(came, due)))
	require.InDelta(t, 10_000, rateOf(came), 1e-6)
	require.Equal(t, deviation(came[:10], due[:10], 0), deviation(came[:10], due, 0))
	require.Zero(t, deviation(nil, due, 0))
	require.Zero(t, fit(nil, due))
	require.Zero(t, rateOf(came[:1]))
}

// Percentiles count who is early as who is late, and one in a hundred is
// beyond the 99th.
func TestDeviationOfFew(t *testing.T) {
	due := spaced(1000, 1000)
	came := slices.Clone(due)
	for i := range came {
		came[i] += int64(i%2*2-1) * us * 5
	}
	for i := range 10 {
		came[i*100] += 900 * us
	}
	require.Equal(t, spread{5 * time.Microsecond, 5 * time.Microsecond}, deviation(came, due, 0))
	came[50] += 900 * us
	require.Equal(t, spread{5 * time.Microsecond, 895 * time.Microsecond}, deviation(came, due, 0))
}

// No other beginning has a smaller median deviation, whatever the rest does:
// a search over all that could says so.
func TestFitIsTheBest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		n := 1 + r.IntN(30)
		due, came := spaced(n, 1000), make([]int64, n)
		for i := range came {
			came[i] = due[i] + r.Int64N(2000)*2
			if r.IntN(3) == 0 {
				came[i] += 1_000_000
			}
		}
		found := deviation(came, due, fit(came, due)).p50
		for began := int64(0); began < 4100; began++ {
			require.LessOrEqual(t, found, deviation(came, due, began).p50)
		}
	}
}

// Of 500 requests a second for 20 s, a thousand are due while the target
// stands still for two: the 100th longest wait is 1.8 s, whether a tool leaves
// those out or sends them all when it can, after some to warm up.
func TestTruth(t *testing.T) {
	due := spaced(10_000, 500)
	stops, goes := int64(9*time.Second), int64(11*time.Second)
	var dropped, late []int64
	late = append(late, -5*us, -3*us)
	for _, d := range due {
		if stands := d >= stops && d < goes; stands {
			late = append(late, goes+(d-stops)/1000)
		} else {
			dropped, late = append(dropped, d+100*us), append(late, d+100*us)
		}
	}
	slices.Sort(late)
	for _, answered := range [][]int64{dropped, late} {
		got := truth(due, answered)
		require.InDelta(t, 1.80, got.p99.Seconds(), 0.003)
		require.InDelta(t, 1.98, got.p999.Seconds(), 0.003)
		require.InDelta(t, 2.00, got.max.Seconds(), 0.003)
	}
	require.Zero(t, truth(due, nil).max)
	require.Equal(t, 100*time.Microsecond, truth(due, append([]int64{-7 * us}, shifted(due, 100*us)...)).max)
}

func shifted(list []int64, by int64) []int64 {
	list = slices.Clone(list)
	for i := range list {
		list[i] += by
	}
	return list
}
