package traffic

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/timeline"
)

// scaled runs a plan whose rates are changed as the run goes.
func scaled(t *testing.T, rate float64, changes map[time.Duration]float64) *rig {
	p := steady(rate, 20*time.Second)
	p.Arrivals, p.Ceiling = "uniform", 100
	r := runOf(t, p, nil, fast)
	for at, factor := range changes {
		r.clock.At(clock.Epoch.Add(at), clock.RankInterrupt, 0, func() {
			require.NoError(t, r.Scale(factor, timeline.BySocket))
		})
	}
	return r
}

// rates are the changes of rate that were emitted.
func (r *rig) rates() (list []timeline.Event) {
	for _, e := range r.events {
		if e.Kind == "traffic.rate" {
			list = append(list, e)
		}
	}
	return list
}

// A change takes effect at its instant and is told once; every request that
// is due by then is sent, on time, and counted as planned.
func TestScale(t *testing.T) {
	r := scaled(t, 40, map[time.Duration]float64{5 * time.Second: 2, 10 * time.Second: 0, 15 * time.Second: 1, 16 * time.Second: 1})
	windows := r.end(t)
	for i, w := range windows[:20] {
		want := int64(40)
		switch {
		case i >= 5 && i < 10:
			want = 80
		case i >= 10 && i < 15:
			want = 0
		}
		s := sumOf(t, w)
		require.InDelta(t, want, s.planned, 1, "second %d", i)
		require.Equal(t, s.planned, s.sent)
	}
	s := sumOf(t, windows...)
	require.InDelta(t, 15*40+5*40, s.planned, 1)
	require.Equal(t, s.planned, s.completed)
	for i, a := range r.service.came {
		require.Equal(t, uint64(i), a.number&0xffffff, "none left out, none doubled")
	}
	told := r.rates()
	require.Len(t, told, 3, "what changes nothing is not told")
	for i, want := range []timeline.Rate{{Factor: 2, By: "socket", Stage: "only"}, {By: "socket", Stage: "only"}, {Factor: 1, By: "socket", Stage: "only"}} {
		require.Equal(t, clock.Epoch.Add(time.Duration(5+5*i)*time.Second), told[i].At)
		require.Equal(t, want, told[i].Data)
		require.Equal(t, "only", told[i].Subject)
	}
}

// A run that is paused to its end ends.
func TestScaleToNothing(t *testing.T) {
	r := scaled(t, 40, map[time.Duration]float64{1500 * ms: 0})
	windows := r.end(t)
	require.Len(t, windows, 20)
	require.InDelta(t, 60, sumOf(t, windows...).planned, 1)
}

// Runs whose rates are changed at the same instants are the same, byte for byte.
func TestScaledRunsAreIdentical(t *testing.T) {
	once := func() string {
		r := scaled(t, 40, map[time.Duration]float64{5123456789: 1.7, 9 * time.Second: 0.3})
		r.end(t)
		b, err := json.Marshal(r.events)
		require.NoError(t, err)
		return string(b)
	}
	require.Equal(t, once(), once())
}

// What the ceiling would delay is refused, with the highest factor that it
// would not; so is what is no factor, and a change when the traffic is over.
func TestScaleRefused(t *testing.T) {
	r := scaled(t, 40, nil)
	r.clock.At(clock.Epoch.Add(time.Second), clock.RankInterrupt, 0, func() {
		require.EqualError(t, r.Scale(3, timeline.ByKey), "3 times the plan's rates come to 120/s, which the ceiling of 100/s (traffic.ceiling) would delay: the highest factor is 2.499")
		require.NoError(t, r.Scale(2.499, timeline.ByKey))
		require.ErrorContains(t, r.Scale(-1, timeline.ByKey), "-1 is no factor of the rates")
	})
	r.clock.At(clock.Epoch.Add(2*time.Second), clock.RankInterrupt, 1, func() {
		r.Stop("interrupted")
		require.ErrorIs(t, r.Scale(1, timeline.ByKey), errOver)
	})
	windows := r.end(t)
	require.ErrorIs(t, r.Scale(1, timeline.ByKey), errOver)
	require.Len(t, r.rates(), 1)
	require.InDelta(t, 40+100, sumOf(t, windows...).sent, 1)
}
