package forecast

import (
	"time"

	"scaleproof/internal/timeline"
)

// grown is a curve with a value from an instant on, which must lie behind the
// last point's; a value that holds already adds nothing.
func grown(c timeline.Curve, at time.Duration, value int64) timeline.Curve {
	if n := len(c); n > 0 && c[n-1].Value == value {
		return c
	}
	return append(c, timeline.Point{At: at, Value: value})
}
