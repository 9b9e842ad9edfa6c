package clock

import (
	"fmt"
	"time"
)

// asked is how often Follow asks. The shortest of the round trips counts,
// since half of it is the error.
const asked = 5

// Follow returns a scaled clock that tells the time of another process's: read
// asks that process for its present service time and its speed. The two differ
// by at most half of the shortest round trip, times the speed. A stepping or
// stopped clock (speed not positive) cannot be followed: there are no holds
// across processes.
func Follow(read func() (now time.Time, speed float64, err error)) (*Clock, error) {
	var c *Clock
	var shortest time.Duration
	for range asked {
		before := time.Now()
		now, speed, err := read()
		trip := time.Since(before)
		if err != nil {
			return nil, fmt.Errorf("follow the clock: %w", err)
		}
		if !(speed > 0) {
			return nil, fmt.Errorf("follow the clock: its speed is %v", speed)
		}
		if c == nil || trip < shortest {
			c, shortest = newClock(Scaled, now, before.Add(trip/2), speed), trip
		}
	}
	return c, nil
}
