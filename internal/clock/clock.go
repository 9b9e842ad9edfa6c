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
// never moves between the two. That giving up is one step with the look
// whether somebody woke it already: in two steps it could give up the hold
// that its waker had just taken.
//
//	c := clock.NewStepping(clock.Epoch)
//	c.Hold("main")
//	c.At(c.Now().Add(time.Minute), clock.RankPoll, 0, poll)
//	c.Sleep("main", c.Now().Add(time.Hour), 0) // poll runs meanwhile
//	c.Release("main")
//
// Events run in the goroutine that gave up the last hold (on a clock that
// follows the wall in its timer's), so that whoever calls Release, At, Wait or
// LimitSpeed must hold no lock that an event's function takes.
//
// Note: a free-running accelerated clock was tried and rejected for the
// embedded environment. At speed 60 the machine's own wake-ups cost
// 100-360 ms of service latency at p99, and seconds under garbage collection.
// Counting holds instead of naming them was rejected too: an answer and a
// deadline both end a request, and a count that two of them lower goes
// negative.
package clock

import (
	"sync"
	"sync/atomic"
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
// use. Make one with NewWall, NewScaled, Follow or NewStepping.
type Clock struct {
	mode   Mode
	origin time.Time    // service time when the clock was made, from which it counts
	now    atomic.Int64 // ns since origin. Stepping: the present, which mu guards against change; otherwise 0

	mu        sync.Mutex
	speed     float64       // service seconds per wall second; on Stepping an upper bound, 0 for none
	began     time.Time     // wall time at which it was origin, or on Stepping `paced`
	paced     time.Duration // Stepping: service time from which a limited speed counts, since origin
	queue     queue
	scheduled uint64 // events ever
	holds     map[string]*hold
	running   bool // an event's function runs, or is about to
	stopped   bool
	stop      chan struct{}
	timer     *time.Timer
	still     stillness
	stats     Stats
}

// Stats counts what a clock did. The counts are of this process and stand in
// no timeline.
type Stats struct {
	Events  uint64 // event functions run
	Holds   uint64 // holds taken anew
	Longest int    // most holds at one time
}

// NewWall returns a clock that tells the machine's time.
func NewWall() *Clock {
	began := time.Now()
	return newClock(Wall, began, began, 1)
}

// NewScaled returns a clock on which it is start now, and on which speed
// service seconds pass in each second. Speed must be positive.
func NewScaled(start time.Time, speed float64) *Clock {
	if !(speed > 0) {
		panic("clock: speed must be positive")
	}
	return newClock(Scaled, start, time.Now(), speed)
}

// NewStepping returns a clock that stands at start until it is given events.
func NewStepping(start time.Time) *Clock { return newClock(Stepping, start, time.Now(), 0) }

func newClock(mode Mode, now, began time.Time, speed float64) *Clock {
	return &Clock{
		mode: mode, speed: speed, origin: now.UTC().Round(0), began: began,
		holds: map[string]*hold{}, stop: make(chan struct{}),
	}
}

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
func (c *Clock) Now() time.Time { return c.origin.Add(c.present()) }

// Both is the present service time, and the machine's realtime clock at the
// same moment in nanoseconds since 1970: what a kernel's own stamps are to be
// read by. Not for a stepping clock, whose time has nothing to do with the
// machine's.
func (c *Clock) Both() (service time.Time, realtime int64) {
	wall := time.Now()
	return c.origin.Add(stretch(wall.Sub(c.began), c.speed)), wall.UnixNano()
}

// Until is how long, on the wall, until a service time: negative where it is
// past. On a stepping clock that nothing limits it is none.
func (c *Clock) Until(at time.Time) time.Duration { return c.wait(at.Sub(c.origin)) }

// present is the present service time, since origin. Only LimitSpeed sets
// began and speed later, and only on a stepping clock: no lock is needed.
func (c *Clock) present() time.Duration {
	if c.mode == Stepping {
		return time.Duration(c.now.Load())
	}
	return stretch(time.Since(c.began), c.speed)
}

// Stop ends the clock: no further event runs, and all who wait return. An
// event whose function runs at this moment is not waited for.
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

// Stats returns what the clock did so far.
func (c *Clock) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stats
}
