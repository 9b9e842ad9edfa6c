package traffic

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

// windowOf is a second in which so many requests ended and failed.
func windowOf(ended, failed int64) timeline.Window {
	return timeline.Window{Length: time.Second, Kinds: []timeline.KindWindow{{
		Completed: map[string]int64{"200": ended - failed, "502": failed},
		Failed:    map[string]int64{"502": failed},
	}}}
}

func TestRule(t *testing.T) {
	for name, c := range map[string]struct {
		windows [][2]int64 // ended, failed
		at      int        // window that trips the rule; 0: none
	}{
		"all good":                      {[][2]int64{{9, 0}, {9, 0}, {9, 0}, {9, 0}}, 0},
		"all bad, once there are three": {[][2]int64{{9, 9}, {9, 9}, {9, 9}, {9, 9}}, 3},
		"just half is not above it":     {[][2]int64{{2, 1}, {2, 1}, {2, 1}, {2, 1}}, 0},
		"one good answer hides nothing": {[][2]int64{{1, 1}, {1, 0}, {1, 1}, {1, 1}}, 3},
		"it slides":                     {[][2]int64{{9, 0}, {9, 0}, {9, 9}, {9, 9}}, 4},
		"nothing ended":                 {[][2]int64{{0, 0}, {0, 0}, {0, 0}, {0, 0}}, 0},
		"long ago":                      {[][2]int64{{90, 90}, {0, 0}, {1, 0}, {1, 0}}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			rules := &Safety{[]rule{{above: 50, span: 3 * time.Second}}}
			tripped := 0
			for i, w := range c.windows {
				stop, ok := rules.Trips(windowOf(w[0], w[1]))
				if ok && tripped == 0 {
					tripped = i + 1
					require.Equal(t, "errors above 50% for 3s", stop.Rule)
					require.Contains(t, stop.Measured, "requests that ended in 3s failed")
				}
			}
			require.Equal(t, c.at, tripped)
		})
	}
}

// Windows longer than the stretch: one is enough.
func TestRuleOverLongWindows(t *testing.T) {
	rules := &Safety{[]rule{{above: 50, span: 30 * time.Second}}}
	w := windowOf(10, 6)
	w.Length = time.Minute
	stop, ok := rules.Trips(w)
	require.True(t, ok)
	require.Equal(t, "6 of 10 requests that ended in 1m0s failed", stop.Measured)
}
