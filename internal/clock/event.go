package clock

import (
	"container/heap"
	"time"
)

// Event is something that will happen at an instant of service time.
type Event struct {
	at    time.Time
	rank  Rank
	key   uint64
	seq   uint64
	fn    func()
	index int // in the queue; -1 once it ran or was cancelled
}

// At schedules fn for an instant; one in the past is due now. Events of one
// instant run by rank, then by key; only where both are equal by the order in
// which they were scheduled.
//
// On a stepping clock that nothing holds, nobody would come to run the event:
// there it runs before At returns, as far as a limited speed allows. A caller
// that wants order holds the clock.
func (c *Clock) At(at time.Time, rank Rank, key uint64, fn func()) *Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	at = plain(at)
	if c.mode == Stepping && at.Before(c.now) {
		at = c.now
	}
	c.seq++
	e := &Event{at: at, rank: rank, key: key, seq: c.seq, fn: fn}
	heap.Push(&c.queue, e)
	switch {
	case e.index != 0 || c.running || c.stopped:
		// An earlier event has a timer or a runner, and the runner looks again.
	case c.mode == Stepping:
		c.run()
	default:
		// Never in the caller's goroutine, even when due: the caller may hold
		// a lock, and on these clocks no hold tells it apart.
		c.arm(max(0, c.wait(e)))
	}
	return e
}

// Cancel takes back an event that has not run; it says whether it did so. A
// nil event is none.
func (c *Clock) Cancel(e *Event) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e == nil || e.index < 0 {
		return false
	}
	heap.Remove(&c.queue, e.index)
	return true
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
	for !c.stopped && len(c.holds) == 0 && len(c.queue) > 0 {
		e := c.queue[0]
		if wait := c.wait(e); wait > 0 {
			c.arm(wait)
			break
		}
		heap.Pop(&c.queue)
		if c.mode == Stepping && e.at.After(c.now) {
			c.now = e.at
		}
		c.stats.Events++
		c.mu.Unlock()
		e.fn()
		c.mu.Lock()
	}
	c.running = false
}
