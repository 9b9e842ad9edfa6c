package clock

import "sort"

// hold is one member of the set that keeps a stepping clock where it is.
type hold struct {
	watched bool
	ticks   int // watchdog ticks since anything moved
}

// Hold keeps a stepping clock where it is until Release is called with the
// same id. The watchdog watches it.
func (c *Clock) Hold(id string) { c.hold(id, true) }

// Keep is Hold for code at work that no byte moves through: the run's own
// goroutine. The watchdog does not watch it.
func (c *Clock) Keep(id string) { c.hold(id, false) }

func (c *Clock) hold(id string, watched bool) {
	if c.mode != Stepping {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.holds[id]; h != nil {
		h.ticks = 0
		return
	}
	c.holds[id] = &hold{watched: watched}
	c.stats.Holds++
	c.stats.Longest = max(c.stats.Longest, len(c.holds))
}

// Held says whether an id holds the clock.
func (c *Clock) Held(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.holds[id] != nil
}

// kept says whether id holds the clock by Keep.
func (c *Clock) kept(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.holds[id]
	return h != nil && !h.watched
}

// Moved tells the watchdog that the hold's owner makes progress.
func (c *Clock) Moved(id string) {
	if c.mode != Stepping {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.holds[id]; h != nil {
		h.ticks = 0
	}
}

// Release gives up a hold; without that hold it does nothing. The last one to
// release runs the events that are due, in its own goroutine.
func (c *Clock) Release(id string) {
	if c.mode == Stepping && c.drop(id) {
		c.pump()
	}
}

// drop gives up a hold and runs nothing; it says whether there was one.
func (c *Clock) drop(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, held := c.holds[id]
	delete(c.holds, id)
	return held
}

// Holders lists the ids that hold the clock, sorted.
func (c *Clock) Holders() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	ids := make([]string, 0, len(c.holds))
	for id := range c.holds {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	return ids
}
