package clock

import "time"

// Event names something that was scheduled. The zero Event is none.
type Event struct {
	number uint64 // of its scheduling, from 1 on
	place  int32  // in the queue
}

// At schedules fn for an instant; one in the past is due now. Events of one
// instant run by rank, then by key; only where both are equal by the order in
// which they were scheduled.
//
// On a stepping clock that nothing holds, nobody would come to run the event:
// there it runs before At returns, as far as a limited speed allows. A caller
// that wants order holds the clock.
func (c *Clock) At(at time.Time, rank Rank, key uint64, fn func()) Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	due := max(at.Sub(c.origin), time.Duration(c.now.Load()))
	c.scheduled++
	e := c.queue.push(waiting{at: due, rank: rank, key: key, number: c.scheduled}, fn)
	switch {
	case c.running || c.stopped || !c.queue.first(e):
		// An earlier event has a timer or a runner, and the runner looks again.
	case c.mode == Stepping:
		c.run()
	default:
		// Never in the caller's goroutine, even when due: the caller may hold
		// a lock, and on these clocks no hold tells it apart.
		c.arm(max(0, c.wait(due)))
	}
	return e
}

// Cancel takes back an event that has not run; it says whether it did so.
func (c *Clock) Cancel(e Event) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.queue.remove(e)
}

// pump runs what may run.
func (c *Clock) pump() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.run()
}

// run runs events until something holds the clock, the next one is not due on
// the wall, or none is left. Called and left with mu held.
func (c *Clock) run() {
	if c.running {
		return // the one who runs looks again after each event
	}
	c.running = true
	for !c.stopped && len(c.holds) == 0 && !c.queue.empty() {
		at := c.queue.heap[0].at
		if wait := c.wait(at); wait > 0 {
			c.arm(wait)
			break
		}
		fn := c.queue.pop()
		if c.mode == Stepping {
			c.now.Store(int64(at)) // none is scheduled before the present
		}
		c.stats.Events++
		c.mu.Unlock()
		fn()
		c.mu.Lock()
	}
	c.running = false
}
