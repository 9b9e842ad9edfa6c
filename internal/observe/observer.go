package observe

import (
	"context"
	"sync"
	"time"

	"scaleproof/internal/awsenv"
	"scaleproof/internal/clock"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// looker answers questions about a service. FromAWS makes one from the SDK's
// clients.
type looker interface {
	Look(ctx context.Context, ask Ask) (scaling.Look, error)
}

// Config is what an observer is made from.
type Config struct {
	Clock    *clock.Clock
	Source   looker
	Service  scaling.Service
	Metrics  []Keyed              // of Metrics
	Emit     func(timeline.Event) // called from one goroutine at a time
	Start    time.Time            // of the first poll; one in the past is due now
	Schedule Schedule             // nil: Default
	Key      uint64               // orders the polls of several services at one instant
	Context  context.Context      // of the calls; nil: context.Background()
}

// Observer polls one service until it is stopped. Each poll is an event of
// the clock at RankPoll: it takes a hold, and a goroutine asks for the parts
// that are due, one call after another, emits what is new, schedules the next
// poll and gives the hold up. There is one poll at a time. On a clock that
// runs by itself a poll that overruns the next one delays it, and takes on
// what fell due meanwhile; the heartbeats show that.
type Observer struct {
	c     Config
	state *State
	hold  string

	mu      sync.Mutex
	next    clock.Event
	armed   int       // polls scheduled so far
	polled  time.Time // parts due until then were asked for
	polling bool      // a poll is under way
	running sync.WaitGroup
	ended   *clock.Waiter // woken when the last poll has ended; nil: nobody waits
	stopped bool
}

// Start schedules the first poll. On a stepping clock the caller holds it.
func Start(c Config) *Observer {
	if c.Schedule == nil {
		c.Schedule = Default
	}
	if c.Context == nil {
		c.Context = context.Background()
	}
	o := &Observer{c: c, state: NewState(c.Service, c.Start, c.Metrics), hold: "poll " + c.Service.String()}
	o.polled = c.Start.Add(-1)
	o.schedule()
	return o
}

// schedule arms the next poll. It is called without mu: on a clock that runs
// by itself a poll that is already due begins inside At.
func (o *Observer) schedule() {
	o.mu.Lock()
	at, ok := o.c.Schedule.Next(o.c.Start, o.polled)
	o.armed++
	mine := o.armed
	o.mu.Unlock()
	if !ok {
		return
	}
	e := o.c.Clock.At(at, clock.RankPoll, o.c.Key, o.begin)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.stopped {
		o.c.Clock.Cancel(e)
	} else if o.armed == mine {
		o.next = e
	}
}

// begin is the event's function: it must not block.
func (o *Observer) begin() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.stopped {
		return
	}
	now := o.c.Clock.Now()
	due := o.c.Schedule.Due(o.c.Start, o.polled, now)
	o.polled = now
	o.c.Clock.Keep(o.hold)
	o.polling = true
	o.running.Add(1)
	go func() { // ends with the last of the poll's calls
		defer o.running.Done()
		o.poll(due)
		o.over()
		o.c.Clock.Release(o.hold)
	}()
}

// over ends a poll: it schedules the next, or wakes who waits for the last.
func (o *Observer) over() {
	o.mu.Lock()
	o.polling = false
	w := o.ended
	o.mu.Unlock()
	if w != nil {
		w.Wake()
		return
	}
	o.schedule()
}

func (o *Observer) poll(due []string) {
	ctx := awsenv.Holding(o.c.Context, o.hold)
	look := func(a Ask) (scaling.Look, error) { return o.c.Source.Look(ctx, a) }
	o.state.Poll(due, o.c.Clock.Now, look, o.emit)
}

func (o *Observer) emit(events ...timeline.Event) {
	for _, e := range events {
		o.c.Emit(e)
	}
}

// Stop ends the observation: it waits for a poll that is under way and emits
// the last heartbeats. It is called once, by the goroutine that holds the
// clock under holder, never by an event's function. That hold is given up
// while a poll is waited for: its answer may be one that time must pass for.
func (o *Observer) Stop(holder string) {
	o.mu.Lock()
	o.stopped = true
	o.c.Clock.Cancel(o.next)
	if o.polling {
		o.ended = o.c.Clock.Waiter(holder)
	}
	w := o.ended
	o.mu.Unlock()
	if w != nil {
		w.Wait(nil)
	}
	o.running.Wait() // where the clock was stopped before the poll ended
	o.emit(o.state.Close(o.c.Schedule)...)
}
