package clock

import (
	"math"
	"time"
)

// leeway is how far, in time of the wall, a limited clock may run ahead to
// make up for a late timer. Beyond it lost time stays lost: the limit is an
// upper bound for each second, also after the process stood still.
const leeway = 100 * time.Millisecond

// LimitSpeed lets a stepping clock pass at most speed service seconds in each
// second of the wall, from now on: the next event waits on one wall timer.
// Zero lifts the limit. On other clocks it does nothing. An event at the
// present instant, an interrupt, does not wait.
func (c *Clock) LimitSpeed(speed float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mode != Stepping {
		return
	}
	c.speed, c.began, c.paced = max(0, speed), time.Now(), c.present()
	c.run()
}

// wait is the time on the wall until an event at a service time since origin
// is due; on a stepping clock that nothing limits there is none.
func (c *Clock) wait(at time.Duration) time.Duration {
	if c.mode != Stepping {
		return shrink(at-c.present(), c.speed)
	}
	if c.speed == 0 {
		return 0
	}
	wall := time.Now()
	wait := shrink(at-c.paced, c.speed) - wall.Sub(c.began)
	if wait < -leeway && at > c.present() {
		c.began, c.paced = wall, at
	}
	return wait
}

// arm sets the one timer.
func (c *Clock) arm(wait time.Duration) {
	if c.timer == nil {
		c.timer = time.AfterFunc(wait, c.pump) // ends when the events that are due have run
		return
	}
	c.timer.Reset(wait)
}

// stretch is the service time that passes in a duration of the wall.
func stretch(wall time.Duration, speed float64) time.Duration {
	if speed == 1 {
		return wall
	}
	return time.Duration(float64(wall) * speed)
}

// shrink is the time of the wall that a duration of service time takes,
// rounded up: an event must not find a present that lies before it.
func shrink(service time.Duration, speed float64) time.Duration {
	if speed == 1 {
		return service
	}
	return time.Duration(math.Ceil(float64(service) / speed))
}
