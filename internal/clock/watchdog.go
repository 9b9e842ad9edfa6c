package clock

import "time"

// patience is the number of successive ticks, a second of the wall apart, for
// which a watched hold may stand without movement.
const patience = 5

// What the watchdog says is stuck where it is not the holder of an id.
const (
	StuckEvent  = "an event's function that does not return"
	StuckNobody = "nobody: nothing holds the clock and no event is left to wake those who wait"
)

// Watch looks at a stepping clock once a second of the wall, until it stops,
// and calls stuck once: with the id of a hold through which nothing moved in
// five successive ticks, or with StuckEvent or StuckNobody where that has been
// so for as many. A process that is stopped misses ticks, not its run: that
// is why ticks are counted and not time.
func (c *Clock) Watch(stuck func(id string)) {
	if c.mode != Stepping {
		return
	}
	go func() { // ends when the clock stops, or after it found something stuck
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-c.stop:
				return
			case <-tick.C:
				if id, ok := c.tick(); ok {
					stuck(id)
					return
				}
			}
		}
	}()
}

// stillness is for how many ticks the clock as a whole has stood still.
type stillness struct {
	events        uint64 // run, when it was last looked at
	inside, empty int    // ticks
}

func (c *Clock) tick() (stuck string, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, h := range c.holds {
		if !h.watched {
			continue
		}
		h.ticks++
		if h.ticks >= patience && (!ok || id < stuck) {
			stuck, ok = id, true
		}
	}
	if ok {
		return stuck, true
	}
	return c.tickStill()
}

func (c *Clock) tickStill() (stuck string, ok bool) {
	s := &c.still
	moved := s.events != c.stats.Events
	s.events = c.stats.Events
	s.inside, s.empty = s.inside+1, s.empty+1
	if moved || !c.running {
		s.inside = 0
	}
	if moved || c.running || c.stopped || len(c.holds) > 0 || len(c.queue) > 0 {
		s.empty = 0
	}
	switch {
	case s.inside >= patience:
		return StuckEvent, true
	case s.empty >= patience:
		return StuckNobody, true
	}
	return "", false
}
