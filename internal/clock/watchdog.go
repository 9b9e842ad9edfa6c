package clock

import "time"

// patience is the number of successive ticks, a second of the wall apart, for
// which a watched hold may stand without movement.
const patience = 5

// Watch looks at the holds once a second of the wall, until the clock stops,
// and calls stuck once with the id of one through which nothing moved in five
// successive ticks. A process that is stopped misses ticks, not its run:
// that is why ticks are counted and not time.
func (c *Clock) Watch(stuck func(id string)) {
	if c.mode != Stepping {
		return
	}
	go func() { // ends when the clock stops, or after it found a hold stuck
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
	return stuck, ok
}
