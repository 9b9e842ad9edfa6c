package forecast

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A latency is told in the unit in which it is no zero.
func TestLatencyText(t *testing.T) {
	for want, s := range map[string]Spread{
		"60 µs":                 {0.00006, 0.00006, 0.00006, 3},
		"1 ms (0 to 2)":         {0.0002, 0.001, 0.002, 3},
		"0.31 s (0.31 to 1.37)": {0.309, 0.31, 1.37, 3},
		"-":                     {},
	} {
		require.Equal(t, want, latencies(s))
	}
}
