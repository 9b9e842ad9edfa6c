package model

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/flaw"
	"scaleproof/internal/scaling"
)

// faulty is the small world with faults, after six minutes in which its
// bounds moved each minute: five activities of bounds.
func faulty(t *testing.T, faults ...Fault) *World {
	c := small().Config()
	c.Faults = faults
	w := New(c)
	for n := 2; n < 7; n++ {
		low := n
		_, err := w.Do(c.Start.Add(time.Duration(n)*time.Minute), scaling.Change{
			Op: scaling.RegisterTarget, Service: c.Services[0].Service, Min: &low,
		})
		require.NoError(t, err)
	}
	return w
}

// causes are the minima that the listed activities speak of.
func causes(t *testing.T, w *World, after time.Duration) (list []int) {
	w.Advance(w.cfg.Start.Add(after))
	l, err := w.Look(w.services[0].cfg.Service, What{Activities: true})
	require.NoError(t, err)
	for _, a := range l.Activities.List {
		if c := scaling.ParseCause(a.Cause); c.Kind == scaling.CauseBounds {
			list = append(list, c.Value)
		}
	}
	return list
}

func TestActivitiesLate(t *testing.T) {
	w := faulty(t, Fault{Kind: flaw.ActivitiesLate, Size: int64(3 * time.Minute), From: small().cfg.Start.Add(4 * time.Minute)})
	require.Equal(t, []int{2, 3}, causes(t, w, 6*time.Minute), "those before the fault are listed at once")
	require.Equal(t, []int{2, 3, 4}, causes(t, w, 7*time.Minute))
	require.Equal(t, []int{2, 3, 4, 5, 6}, causes(t, w, 9*time.Minute))
}

func TestActivitiesDisordered(t *testing.T) {
	w := faulty(t, Fault{Kind: flaw.ActivitiesDisorder, Size: int64(10 * time.Minute)})
	soon := causes(t, w, 6*time.Minute)
	require.NotEmpty(t, soon)
	require.Less(t, len(soon), 5)
	all := causes(t, w, 16*time.Minute)
	require.Equal(t, []int{2, 3, 4, 5, 6}, all)
	require.NotEqual(t, all[:len(soon)], soon, "a later one was listed before an earlier")
}

// Reads are refused in their interval, by part and by chance, and whoever asks
// twice at one instant is told the same.
func TestLooksRefused(t *testing.T) {
	start := small().cfg.Start
	w := faulty(t,
		Fault{Kind: flaw.LooksRefused, Of: "alarms", From: start.Add(10 * time.Minute), For: time.Minute},
		Fault{Kind: flaw.LooksRefused, Of: "scaling", From: start.Add(12 * time.Minute)},
		Fault{Kind: flaw.LooksRefused, Of: "service", Size: unit / 4})
	name := w.services[0].cfg.Service
	look := func(at time.Duration, what What) error {
		w.Advance(start.Add(at))
		_, err := w.Look(name, what)
		_, again := w.Look(name, what)
		require.Equal(t, err, again)
		return err
	}
	lost := 0
	for i := range 200 {
		if look(7*time.Minute+time.Duration(i)*time.Second, What{Service: true}) != nil {
			lost++
		}
	}
	require.InDelta(t, 50, lost, 20)
	alarms := What{Alarms: true}
	require.Error(t, look(10*time.Minute+30*time.Second, alarms))
	require.Equal(t, refused("ThrottlingException", "Rate exceeded"), look(10*time.Minute+59*time.Second, alarms))
	require.NoError(t, look(10*time.Minute+59*time.Second, What{Activities: true}), "another part")
	require.NoError(t, look(11*time.Minute, alarms), "over")
	for _, what := range []What{{Scalable: true}, {Policies: true}, {Scheduled: true}} {
		require.Error(t, look(12*time.Minute, what), "%+v is of the part scaling", what)
	}
}

// What a fault can be confined to is what there is: the world's metrics.
func TestMetricsAreTheListed(t *testing.T) {
	require.Equal(t, scaling.MetricNames, metricNames[:])
	for _, k := range flaw.Faults {
		if k.Name == flaw.MetricsLate || k.Name == flaw.MetricsMissing {
			require.Equal(t, metricNames[:], k.Of, k.Name)
		}
	}
}

func TestUnknownFaultPanics(t *testing.T) {
	c := small().Config()
	c.Faults = []Fault{{Kind: "rain"}}
	require.PanicsWithValue(t, `model: no fault "rain"`, func() { New(c) })
}
