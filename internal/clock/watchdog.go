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
// and calls stuck: with the id of each hold through which nothing moved in
// five successive ticks, or with StuckEvent or StuckNobody where that has been
// so for as many; again after as many more, where it still is. A process that
// is stopped misses ticks, not its run: that is why ticks are counted and not
// time. It does not end with the first: of several that are stuck, each keeps
// time from going on.
func (c *Clock) Watch(stuck func(id string)) {
	if c.mode != Stepping {
		return
	}
	go func() { // ends when the clock stops
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-c.stop:
				return
			case <-tick.C:
				for id, ok := c.tick(); ok; id, ok = c.further() {
					stuck(id)
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
	for _, h := range c.holds {
		if h.watched {
			h.ticks++
		}
	}
	if stuck, ok = c.stuckHold(); ok {
		return stuck, true
	}
	return c.tickStill()
}

// further is the next hold that the last tick found stuck.
func (c *Clock) further() (stuck string, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stuckHold()
}

// stuckHold is the first of the stuck holds by id; it begins anew to count.
func (c *Clock) stuckHold() (stuck string, ok bool) {
	for id, h := range c.holds {
		if h.watched && h.ticks >= patience && (!ok || id < stuck) {
			stuck, ok = id, true
		}
	}
	if ok {
		c.holds[stuck].ticks = 0
	}
	return stuck, ok
}

func (c *Clock) tickStill() (stuck string, ok bool) {
	s := &c.still
	moved := s.events != c.stats.Events
	s.events = c.stats.Events
	s.inside, s.empty = s.inside+1, s.empty+1
	if moved || !c.running {
		s.inside = 0
	}
	if moved || c.running || c.stopped || len(c.holds) > 0 || !c.queue.empty() {
		s.empty = 0
	}
	switch {
	case s.inside >= patience:
		s.inside = 0
		return StuckEvent, true
	case s.empty >= patience:
		s.empty = 0
		return StuckNobody, true
	}
	return "", false
}
