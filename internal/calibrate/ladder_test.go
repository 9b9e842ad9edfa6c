package calibrate

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/scaling"
)

// Whatever a request costs and wherever the service saturates, no step is
// above the limit, none but the first raises the CPU by more than the aim, and
// the ladder comes to an end.
func TestLadderIsSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cost := rapid.Float64Range(0, 50).Draw(t, "points for each request a second")
		aim := rapid.Float64Range(LeastRoom, 40).Draw(t, "aim")
		most := rapid.Float64Range(0.1, 500).Draw(t, "most")
		full := rapid.Float64Range(0.05, 1000).Draw(t, "saturated from")
		noise := rapid.Float64Range(0, aim/noiseTimes).Draw(t, "noise")
		l := NewLadder(1, aim, most)
		for n := 0; ; n++ {
			require.Less(t, n, mostRungs+mostTries+1, "it goes on and on")
			rate, measure := l.Next()
			require.LessOrEqual(t, rate, most)
			require.Positive(t, rate)
			if n > 0 && (l.Saturated() == 0 || rate < l.Saturated()) {
				require.LessOrEqual(t, rate*cost, max(aim, cost)*1.001, "step %d", n)
			}
			switch {
			case rate > full:
				if l.Crowded() != nil {
					return
				}
			case measure:
				return
			default:
				l.Saw(rate*cost, noise)
			}
		}
	})
}

// The usual cases, by hand.
func TestLadder(t *testing.T) {
	step := func(l *Ladder, rate float64, ready bool) {
		t.Helper()
		got, measure := l.Next()
		require.InDelta(t, rate, got, 1e-9)
		require.Equal(t, ready, measure)
	}
	heavy := NewLadder(1, 40, 100) // 10 points for one a second
	step(heavy, 1, false)
	heavy.Saw(10, 0.1)
	step(heavy, 4, true)

	light := NewLadder(1, 40, 13) // 0.2 points: it could be 2
	light.Saw(0.2, 0.1)
	step(light, 13, true)

	tiny := NewLadder(1, 40, 1000)
	tiny.Saw(0, 0.1)
	step(tiny, 20, false)
	tiny.Saw(0, 0.1)
	step(tiny, 400, false)

	full := NewLadder(1, 40, 100)
	full.Saw(10, 0.1)
	require.NoError(t, full.Crowded())
	step(full, 2, true)
	require.Equal(t, 4.0, full.Saturated())
	require.NoError(t, full.Crowded())
	require.ErrorIs(t, full.Crowded(), ErrCrowded)

	huge := NewLadder(1, 40, 100)
	require.NoError(t, huge.Crowded())
	step(huge, 1./6, false)

	lost := NewLadder(1, 40, 100)
	var err error
	for range mostRungs {
		require.NoError(t, err)
		err = lost.Unknown()
		step(lost, 1, false)
	}
	require.ErrorIs(t, err, ErrFew)
}

// A kind that takes long has many in flight without anything being wrong, and
// begins at a lower rate, since all of that time may be CPU.
func TestAllowed(t *testing.T) {
	require.Equal(t, int64(4*2), Allowed(0.2, 0, 2))
	require.Equal(t, int64(25+4), Allowed(4, 5*time.Second, 1))
	require.Equal(t, int64(6), Allowed(1, 100*time.Millisecond, 3), "6.1")
	require.Equal(t, int64(112), Allowed(100, 100*time.Millisecond, 3))
	require.Equal(t, 1.0, First(0))
	require.Equal(t, 1.0, First(500*time.Millisecond))
	require.Equal(t, 0.1, First(5*time.Second))
}

func TestLimits(t *testing.T) {
	alarm := func(metric, comparison string, threshold float64) scaling.Alarm {
		return scaling.Alarm{Metric: scaling.Metric{Name: metric}, Comparison: comparison, Threshold: threshold}
	}
	require.Equal(t, Limits{CPU: 40}, LimitsOf(nil))
	l := LimitsOf([]scaling.Alarm{
		alarm(scaling.CPUUtilization, scaling.GreaterThan, 70), alarm(scaling.CPUUtilization, "LessThanThreshold", 10),
		alarm(scaling.RequestCountPerTarget, scaling.GreaterThan, 1000), alarm(scaling.RequestCountPerTarget, scaling.GreaterThan, 1500),
	})
	require.Equal(t, Limits{CPU: 40, PerTarget: 800}, l)
	require.Equal(t, 24.0, LimitsOf([]scaling.Alarm{alarm(scaling.CPUUtilization, scaling.GreaterOrEqual, 30)}).CPU)

	points, rate, err := l.Room(Value{Mean: 10}, 200, 2)
	require.NoError(t, err)
	require.Equal(t, []float64{30, 20}, []float64{points, rate})
	_, _, err = l.Room(Value{Mean: 36}, 0, 2)
	require.ErrorContains(t, err, "wait until there is room")
	_, _, err = l.Room(Value{Mean: 10}, 800, 2)
	require.ErrorContains(t, err, "others send 800 requests per target and minute")
}
