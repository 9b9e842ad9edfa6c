package traffic

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
)

func TestModelled(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"model;dur=125.000000": 125 * time.Millisecond,
		"model;dur=0.5":        500 * time.Microsecond,
		"":                     0,
		"model":                0,
		"model;dur=":           0,
		"model;dur=-3":         0,
		"model;dur=NaN":        0,
		"model;dur=1e300":      0,
		"cache;dur=3":          0,
	} {
		require.Equal(t, want, modelled(header), header)
	}
}

// What counts is what the machine added, and only where one can be told.
func TestDistortion(t *testing.T) {
	var d distortion
	require.Zero(t, d.p99(), "nothing was measured")
	d.measure(clock.Stepping, time.Second, time.Millisecond)
	d.measure(clock.Wall, time.Second, 0)
	require.Zero(t, d.p99(), "a stepping clock has none, and a real service tells none")
	for range 99 {
		d.measure(clock.Scaled, 130*time.Millisecond, 125*time.Millisecond)
	}
	d.measure(clock.Scaled, 10*time.Second, 125*time.Millisecond)
	require.InDelta(t, 5*time.Millisecond, d.p99(), float64(10*time.Microsecond))
}
