package traffic

import (
	"context"
	"net"
	"net/url"
	"sync"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
	"scaleproof/internal/traffic/socket"
)

// Source is the source of the events that the engine emits.
const Source = "traffic"

// Config is what an engine sends, where, and in which time.
type Config struct {
	Clock *clock.Clock
	Plan  *plan.Plan
	// Base is what the kinds' paths are appended to.
	Base *url.URL
	// Headers of each kind by its name, secrets in place; they replace the
	// plan's, which have only references. Nil: no kind has any.
	Headers map[string]map[string]string
	// Network is where the engine may connect, and how.
	Network Network
	// Start is the instant at which the first stage begins.
	Start time.Time
	// Emit takes the events of stages and windows, in order of time, never
	// two calls at once. It runs in an event of the clock, or where lanes send
	// in their collector: it must not block.
	Emit func(...timeline.Event)

	dial func(ctx context.Context, network, address string) (net.Conn, error) // nil: the machine's network
}

// Engine sends a plan's requests when they are due. Its methods are safe for
// concurrent use; on a stepping clock those that change something are called
// from an event's function, or by a goroutine that holds the clock, so that
// the order of things does not depend on the machine. Make one with Start.
type Engine struct {
	driver
	watch *watch // nil on a stepping clock
}

// Close ends every goroutine and connection of the engine, whatever it is at,
// and waits for them. After the clock has stopped, or the engine is done.
func (e *Engine) Close() {
	e.driver.Close()
	if e.watch != nil {
		e.watch.close()
	}
}

// driver is one of the two ways to send: flights and lanes.
type driver interface {
	// Stop ends the sending for a reason: what is planned after this instant is
	// not planned, what waits to be sent is unsent, what is in flight drains.
	// Only the first reason counts.
	Stop(reason string)
	// Stopped is the reason of the stop; empty where there was none.
	Stopped() string
	// Scale makes the rates from this instant on the plan's times a factor, in
	// place of any factor before: 1 is the plan, 0 a pause. It is emitted, with
	// who asked for it. An error says why it cannot be: the ceiling would delay
	// what comes of it, or nothing is sent any more. It is called from an event's
	// function.
	Scale(factor float64, by string) error
	// Abort ends the drain: the last window is cut short at this instant, and
	// what is in flight in it stays so. It stops the sending too, where it goes on.
	Abort(reason string)
	// Wait parks the goroutine that holds the clock under id until the last
	// window was written. It says false where the clock stopped first.
	Wait(id string) bool
	// Close ends every goroutine and connection of the engine, whatever it is
	// at, and waits for them. After the clock has stopped, or the engine is done.
	Close()
	// Distortion is the 99th percentile of the part of the latencies that is the
	// machine's and not the emulated world's; zero on a stepping clock and where
	// nothing tells it. After the last window was written.
	Distortion() time.Duration
}

// flights drives each request as an event of the clock and a goroutine: the
// same order of things on every machine, over net/http.
type flights struct {
	standing
	emit     func(...timeline.Event)
	wire     transport
	criteria []Criterion
	work     chan *flight
	workers  sync.WaitGroup
	ctx      context.Context // ends the requests that are in flight when the engine is closed
	cancel   context.CancelFunc

	// Guarded by standing's mu.
	windows    *Windows
	distortion distortion
	sampling   *Sampling // nil: the body of every answer is looked at
	ahead      *Ahead    // nil: bodies are rendered as they are sent
	safety     *Safety
	arrivals   schedule
	planned    []clock.Event // the stages to come and the next arrival
	gate       Gate[*flight]
	flights    map[uint64]*flight // sent, or about to be, and not ended
	sending    bool               // more is planned
}

// holder is the id under which Start holds the clock while it schedules.
const holder = "traffic"

// schedule yields the requests to send, in order of time.
type schedule interface {
	Next() (plan.Arrival, bool)
	Peek() (plan.Arrival, bool)
	Rescale(at time.Duration, factor float64)
	Ended(number uint64, at time.Duration) bool
}

// Start begins to send a plan's schedule: the first stage begins at
// Config.Start.
func Start(c Config) *Engine {
	var w *watch
	if c.Clock.Mode() != clock.Stepping {
		w = newWatch(c)
		c.Emit = w.tell
	}
	return &Engine{drive(c), w}
}

// drive starts the driver that a plan needs.
func drive(c Config) driver {
	if templates, ok := onLanes(c); ok {
		if s, err := startLanes(c, templates, lanesOf(c.Plan), socket.Open); err == nil {
			return s
		} // this machine is at its end: each request will say of what
	}
	return start(c, c.Plan.Flow())
}

func start(c Config, arrivals schedule) *flights {
	e := &flights{
		arrivals: arrivals, emit: c.Emit,
		wire: newHTTP(c), work: make(chan *flight),
		windows: NewWindows(c.Start, c.Plan.Window, lateAfter(c.Clock), kindNames(c.Plan)),
		safety:  NewSafety(c.Plan), flights: map[uint64]*flight{}, sending: true,
	}
	e.init(c)
	e.gate = NewGate[*flight](c.Clock, c.Plan, e.turn)
	if c.Clock.Mode() != clock.Stepping {
		sampling := NewSampling(c.Plan.Window)
		e.sampling = &sampling
		e.ahead = NewAhead(c.Plan, c.Start, aheadBytes)
	}
	e.ctx, e.cancel = context.WithCancel(context.Background())
	for _, k := range c.Plan.Kinds {
		e.criteria = append(e.criteria, NewCriterion(k))
	}
	c.Clock.Hold(holder)
	defer c.Clock.Release(holder)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.scheduleStages()
	e.scheduleArrival()
	e.scheduleWindow()
	return e
}

// lateAfter is LateAfter, and on a clock that runs faster than the machine's
// as much of the machine's time: a generator cannot be asked for more, and
// what it adds to the latencies is told as their distortion.
func lateAfter(c *clock.Clock) time.Duration {
	if c.Mode() != clock.Scaled {
		return timeline.LateAfter
	}
	return time.Duration(float64(timeline.LateAfter) * max(1, c.Speed()))
}

func kindNames(p *plan.Plan) (names []string) {
	for _, k := range p.Kinds {
		names = append(names, k.Name)
	}
	return names
}

// Keys of the events of one instant at clock.RankWindow: what ends comes
// before what begins.
const (
	keyWindow = 0
	keyStage  = 1 // plus the stage's index
)

func (e *flights) scheduleStages() {
	for i, s := range e.plan.Stages {
		at := e.base.Add(s.Start)
		begins := timeline.New(at, Source, s.Name, timeline.Stage{Index: i, Name: s.Name, For: s.For, Ramp: s.Ramp})
		e.planned = append(e.planned, e.clock.At(at, clock.RankWindow, keyStage+uint64(i), func() { e.emit(begins) }))
	}
}

func (e *flights) scheduleWindow() {
	e.clock.At(e.windows.End(), clock.RankWindow, keyWindow, e.closeWindow)
}

// closeWindow writes the window that ends now. The last is the first at whose
// end the plan is over, or stopped, and drained.
func (e *flights) closeWindow() {
	e.mu.Lock()
	if e.ended { // aborted on a clock that follows the wall, at this moment
		e.mu.Unlock()
		return
	}
	end := e.windows.End()
	w := e.windows.Close(end)
	events := []timeline.Event{timeline.New(end, Source, "", w)}
	if tripped, ok := e.safety.Trips(w); ok && e.reason == "" {
		events = append(events, timeline.New(end, Source, "", tripped))
		e.stop(tripped.Rule)
	}
	over := !e.sending && (e.reason != "" || !end.Before(e.end)) && e.windows.Drained()
	if over {
		e.finish()
	} else {
		e.scheduleWindow()
	}
	waiters := e.waiters
	e.mu.Unlock()
	e.emit(events...)
	if over {
		wake(waiters)
	}
}
