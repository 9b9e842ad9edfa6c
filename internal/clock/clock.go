// Package clock gives a run its time, in one of three ways, and runs the
// run's events in it.
//
//   - Wall: service time is the machine's. For real AWS.
//   - Scaled: service time passes at a multiple of the machine's. For
//     `validate emulate`, whose clients are other processes.
//   - Stepping: service time stands still while anything holds the clock (a
//     request on the wire, an SDK call, code at work) and otherwise jumps to
//     the next event. For the embedded environment. A latency measured on it
//     is the model's to the nanosecond, on any machine under any load, and a
//     run goes as fast as the processor.
//
// The three are one queue of events in order of (time, rank, key), never in
// the order in which they were scheduled; they differ only in what lets the
// next event run. One event runs at a time. An event's function must not
// block: one that has to make a call takes a hold, starts a goroutine that
// gives it up, and returns.
//
// Whoever makes or serves a request holds the clock under the request's id.
// Holds are a set, so that taking one twice and giving it up twice are
// harmless; the last to give one up runs the next events itself. A goroutine
// that waits for something in service time gives up its hold while it waits
// (Waiter), and whatever wakes it takes the hold for it, so that the clock
// never moves between the two.
//
//	c := clock.NewStepping(clock.Epoch)
//	c.Hold("main")
//	c.At(c.Now().Add(time.Minute), clock.RankPoll, 0, poll)
//	c.Sleep("main", c.Now().Add(time.Hour), 0) // poll runs meanwhile
//	c.Release("main")
//
// Note: a free-running accelerated clock was tried and rejected for the
// embedded environment. At speed 60 the machine's own wake-ups cost
// 100-360 ms of service latency at p99, and seconds under garbage collection.
// Counting holds instead of naming them was rejected too: an answer and a
// deadline both end a request, and a count that two of them lower goes
// negative.
package clock

import (
	"container/heap"
	"sort"
	"sync"
	"time"
)

// Epoch is the instant at which service time begins on a stepping clock.
var Epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Rank orders events of the same instant. Lower runs first.
type Rank uint8

// The ranks, in the order in which events of one instant run.
const (
	RankInterrupt Rank = iota // a person's interrupt
	RankWindow                // ends of windows and stages
	RankModel                 // the model's own events
	RankAnswer                // answers of the model, by request number
	RankDeadline              // deadlines and closes, by request number
	RankArrival               // arrivals, by kind and number
	RankChange                // the run's own goroutine: changes, waits
	RankPoll                  // polls of the observer
)

// Mode is one of the three ways in which a clock gives the time.
type Mode string

// The three modes.
const (
	Wall     Mode = "wall"
	Scaled   Mode = "scaled"
	Stepping Mode = "stepping"
)

// Clock tells service time and runs events in it. It is safe for concurrent
// use. Make one with NewWall, NewScaled or NewStepping.
type Clock struct {
	mode  Mode
	speed float64 // service seconds per wall second; on Stepping an upper bound, 0 for none

	mu      sync.Mutex
	now     time.Time // Stepping: the present; Scaled and Wall: service time at `began`
	began   time.Time // wall time at which `now` was true
	queue   queue
	seq     uint64 // of the last event scheduled
	holds   map[string]*hold
	running bool // an event's function runs, or is about to
	stopped bool
	stop    chan struct{}
	timer   *time.Timer
	stats   Stats
}

// Stats counts what a clock did. The counts are of this process and stand in
// no timeline.
type Stats struct {
	Events  uint64 // event functions run
	Holds   uint64 // holds taken anew
	Longest int    // most holds at one time
}

type hold struct {
	watched bool
	ticks   int // watchdog ticks since anything moved
}

// NewWall returns a clock that tells the machine's time.
func NewWall() *Clock { return newClock(Wall, time.Now().UTC().Round(0), 1) }

// NewScaled returns a clock on which it is start now, and on which speed
// service seconds pass in each second. Speed must be positive.
func NewScaled(start time.Time, speed float64) *Clock {
	if !(speed > 0) {
		panic("clock: speed must be positive")
	}
	return newClock(Scaled, start, speed)
}

// NewStepping returns a clock that stands at start until it is given events.
func NewStepping(start time.Time) *Clock { return newClock(Stepping, start, 0) }

func newClock(mode Mode, start time.Time, speed float64) *Clock {
	return &Clock{
		mode: mode, speed: speed, now: start.UTC().Round(0), began: time.Now(),
		holds: map[string]*hold{}, stop: make(chan struct{}),
	}
}

// LimitSpeed lets a stepping clock pass at most speed service seconds in each
// second of the wall, from now on: the next event waits on one wall timer.
// Zero lifts the limit. On other clocks it does nothing.
func (c *Clock) LimitSpeed(speed float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mode != Stepping {
		return
	}
	c.speed, c.began = speed, time.Now()
	c.base()
	c.run()
}

// base restarts the pace of a limited clock at the present.
func (c *Clock) base() { c.queue.paceFrom = c.now }

// Mode says in which way the clock gives the time.
func (c *Clock) Mode() Mode { return c.mode }

// Speed is the number of service seconds in a second of the wall: 1 on a wall
// clock, 0 on a stepping clock that nothing limits.
func (c *Clock) Speed() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.speed
}

// Now is the present service time, in UTC, without a monotonic reading.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.present()
}

func (c *Clock) present() time.Time {
	if c.mode == Stepping {
		return c.now
	}
	return c.now.Add(scale(time.Since(c.began), c.speed))
}

func scale(d time.Duration, by float64) time.Duration {
	if by == 1 {
		return d
	}
	return time.Duration(float64(d) * by)
}

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
func (c *Clock) At(at time.Time, rank Rank, key uint64, fn func()) *Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mode == Stepping && at.Before(c.now) {
		at = c.now
	}
	c.seq++
	e := &Event{at: at, rank: rank, key: key, seq: c.seq, fn: fn}
	heap.Push(&c.queue, e)
	if e.index == 0 && !c.running {
		// On a stepping clock the event runs only once the last hold is given
		// up. Where nothing holds, nobody would ever come to run it, so it
		// runs here; the caller that wants order holds the clock.
		c.run()
	}
	return e
}

// Cancel takes back an event that has not run; it says whether it did so.
func (c *Clock) Cancel(e *Event) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e == nil || e.index < 0 {
		return false
	}
	heap.Remove(&c.queue, e.index)
	return true
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
	if c.mode != Stepping {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.holds[id]; !ok {
		return
	}
	delete(c.holds, id)
	c.run()
}

// run runs events until something holds the clock, the next one is not due on
// the wall, or none is left. Called and left with mu held.
func (c *Clock) run() {
	if c.running {
		return // the one who runs looks again after each event
	}
	c.running = true
	for !c.stopped && len(c.holds) == 0 && len(c.queue.events) > 0 {
		e := c.queue.events[0]
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

// wait is the time on the wall until an event is due; on a stepping clock
// that nothing limits there is none.
func (c *Clock) wait(e *Event) time.Duration {
	if c.mode != Stepping {
		return scale(e.at.Sub(c.present()), 1/c.speed)
	}
	if c.speed <= 0 {
		return 0
	}
	return scale(e.at.Sub(c.queue.paceFrom), 1/c.speed) - time.Since(c.began)
}

func (c *Clock) arm(wait time.Duration) {
	if c.timer != nil {
		c.timer.Stop()
	}
	c.timer = time.AfterFunc(wait, func() { // ends when the events that are due have run
		c.mu.Lock()
		defer c.mu.Unlock()
		c.run()
	})
}

// Stop ends the clock: no further event runs, and all who wait return.
func (c *Clock) Stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped {
		return
	}
	c.stopped = true
	close(c.stop)
	if c.timer != nil {
		c.timer.Stop()
	}
}

// Stopped is closed when the clock has stopped.
func (c *Clock) Stopped() <-chan struct{} { return c.stop }

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

// Stats returns what the clock did so far.
func (c *Clock) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stats
}
