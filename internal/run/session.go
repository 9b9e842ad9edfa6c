package run

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"scaleproof/internal/awsenv"
	"scaleproof/internal/clock"
	"scaleproof/internal/observe"
	"scaleproof/internal/plan"
	"scaleproof/internal/policies"
	"scaleproof/internal/predict"
	"scaleproof/internal/scaling"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
	"scaleproof/internal/traffic"
)

// holder is the id under which the run's own goroutine holds the clock. It
// gives it up only while it sleeps.
const holder = "run"

// session is one run in progress. Its methods are called by the run's own
// goroutine, except interrupt, which is an event of the clock.
type session struct {
	con     Console
	command string // "validate run" or "loadgen run"
	doc     *scenario.Document
	plan    *plan.Plan
	place   *place
	clock   *clock.Clock
	env     *awsenv.Env
	front   *url.URL
	dir     string

	file     *os.File
	timeline *timeline.Writer
	journal  *policies.Journal
	observer *observe.Observer
	settled  *observe.Settled

	mu         sync.Mutex
	waiter     *clock.Waiter // of the present sleep; nil outside
	engine     *traffic.Engine
	interrupts int
	stuck      string // what the watchdog found
	phase      string
}

// record opens the run's timeline.
func (s *session) record() error {
	f, err := os.OpenFile(filepath.Join(s.dir, timeline.FileName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("create the timeline: %w", err)
	}
	s.file, s.timeline = f, timeline.NewWriter(f)
	return nil
}

// enter writes that a phase begins, and makes what stands so far last.
func (s *session) enter(phase string) {
	s.mu.Lock()
	s.phase = phase
	s.mu.Unlock()
	s.write(timeline.New(s.clock.Now(), "run", "", timeline.Phase{Name: phase}))
	_ = s.file.Sync() // what a write could not do is told by the writer's error
}

func (s *session) write(events ...timeline.Event) { s.timeline.Write(events...) }

// execute does the run in order. Whatever happens after the first change, the
// undo is reached.
func (s *session) execute(ctx context.Context, started timeline.Started, o Options) error {
	now := s.clock.Now()
	s.write(timeline.New(now, "run", s.plan.Service.String(), started), s.clockInfo())
	s.enter(timeline.PhasePreflight)
	changes, err := s.preflight(ctx, o)
	if err != nil { // nothing was changed
		s.write(timeline.New(s.clock.Now(), "run", s.plan.Service.String(), s.ending(err, true)))
		return refuse(err)
	}
	err = s.work(ctx, changes)
	return errors.Join(err, s.undo(ctx, err))
}

// work is what lies between the first change and the undo.
func (s *session) work(ctx context.Context, changes []scaling.Change) error {
	s.enter(timeline.PhaseApply)
	if err := s.executor().Apply(ctx, changes); err != nil {
		return refuse(fmt.Errorf("apply the policies: %w", err))
	}
	s.enter(timeline.PhaseAlarms)
	s.observe(ctx)
	if err := s.settle(); err != nil {
		return refuse(err)
	}
	return s.send(predict.Tail)
}

func (s *session) clockInfo() timeline.Event {
	return timeline.New(s.clock.Now(), "run", "", timeline.ClockInfo{Mode: string(s.clock.Mode()), Speed: s.clock.Speed()})
}

// observe starts to look at the service, from now on until the undo.
func (s *session) observe(ctx context.Context) {
	s.settled = observe.NewSettled(s.plan.Policies)
	s.observer = observe.Start(observe.Config{
		Clock: s.clock, Source: observe.FromAWS(s.env, s.clock), Service: s.plan.Service,
		Metrics: observe.Metrics(s.plan.Service, s.plan.Label, s.plan.Policies),
		Emit:    s.saw, Start: s.clock.Now(), Context: context.WithoutCancel(ctx),
	})
}

// saw takes an event of the observer. Once the alarms have settled, the run
// goes on in an event of its own, after the poll that saw it.
func (s *session) saw(e timeline.Event) {
	s.write(e)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase != timeline.PhaseAlarms {
		return
	}
	s.settled.Saw(e)
	if w := s.waiter; w != nil && s.settled.Done() {
		s.waiter = nil
		s.clock.At(s.clock.Now(), clock.RankChange, 0, func() { w.Wake() })
	}
}

// settle waits until the alarms of the policies have data.
func (s *session) settle() error {
	if s.sleep(predict.SettleLimit) {
		return fmt.Errorf("%s lacks data %v after the policies were put: is the service running, and does the load balancer see it?",
			strings.Join(s.settled.Waiting(), ", "), predict.SettleLimit)
	}
	return s.broken()
}

// send sends the traffic, and looks on for tail after it and until every
// answer came in.
func (s *session) send(tail time.Duration) error {
	if s.interrupted() > 0 {
		return nil
	}
	s.enter(timeline.PhaseTraffic)
	engine := traffic.Start(traffic.Config{
		Clock: s.clock, Plan: s.plan, Base: s.front,
		Headers: s.headers(), Start: s.clock.Now(), Emit: s.sent,
	})
	s.mu.Lock()
	s.engine = engine
	early := s.interrupts > 0 || s.stuck != ""
	s.mu.Unlock()
	if early { // it came while there was no engine to stop; only a clock that nobody holds goes on meanwhile
		s.clock.At(s.clock.Now(), clock.RankInterrupt, 0, func() { s.halt("interrupted", s.interrupted() != 1) })
	}
	s.sleep(s.plan.Total())
	s.enter(timeline.PhaseDrain)
	s.sleep(tail)
	engine.Wait(holder)
	engine.Close()
	if d := engine.Distortion(); d > 0 {
		info := timeline.ClockInfo{Mode: string(s.clock.Mode()), Speed: s.clock.Speed(), Distortion: d}
		s.write(timeline.New(s.clock.Now(), "run", "", info))
	}
	return s.broken()
}

// sleep parks the run for a while of service time. It says whether the while
// passed: an interrupt, a stop of the traffic, or what the run waits for end
// it early.
func (s *session) sleep(d time.Duration) (passed bool) {
	w := s.clock.Waiter(holder)
	s.mu.Lock()
	if s.interrupts > 0 || s.stuck != "" {
		s.mu.Unlock()
		return false
	}
	s.waiter = w
	s.mu.Unlock()
	timer := s.clock.At(s.clock.Now().Add(d), clock.RankChange, 0, func() {
		s.mu.Lock()
		passed = s.waiter == w
		s.mu.Unlock()
		if passed {
			s.wake()
		}
	})
	w.Wait(nil)
	s.clock.Cancel(timer)
	s.mu.Lock()
	defer s.mu.Unlock()
	return passed
}

// sent takes events of the engine. A safety rule that stopped the traffic ends
// the wait for its end.
func (s *session) sent(events ...timeline.Event) {
	s.write(events...)
	for _, e := range events {
		if _, ok := e.Data.(timeline.Stop); ok {
			s.clock.At(s.clock.Now(), clock.RankChange, 0, s.wake)
		}
	}
}

// watch passes interrupts on until the run is done, and ends a run whose
// clock stands still.
func (s *session) watch(done <-chan struct{}) {
	s.clock.Watch(func(id string) {
		s.mu.Lock()
		first := s.stuck == ""
		if first {
			s.stuck = id
		}
		s.mu.Unlock()
		if id == clock.StuckEvent {
			s.clock.Stop() // nothing can run any more; the undo needs no clock
			return
		}
		if first {
			s.clock.At(s.clock.Now(), clock.RankInterrupt, 0, func() { s.halt("the clock stood still", true) })
		}
		s.clock.Release(id)
	})
	go func() { // ends with the run
		for {
			select {
			case <-done:
				return
			case <-s.con.Interrupts:
				s.clock.At(s.clock.Now(), clock.RankInterrupt, 0, s.interrupt)
			}
		}
	}()
}

// interrupt is the event of a person's interrupt. The first stops the
// sending and drains, the second ends the drain; before the traffic either
// goes straight to the undo, which none stops.
func (s *session) interrupt() {
	s.mu.Lock()
	s.interrupts++
	n := s.interrupts
	s.mu.Unlock()
	s.halt("interrupted", n > 1)
}

// halt ends the sending, or the drain too, and whatever the run waits for.
func (s *session) halt(reason string, drain bool) {
	s.mu.Lock()
	engine := s.engine
	s.mu.Unlock()
	switch {
	case engine == nil:
	case drain:
		engine.Abort(reason)
	default:
		engine.Stop(reason)
	}
	s.wake()
}

func (s *session) interrupted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.interrupts
}

// wake ends the present sleep.
func (s *session) wake() {
	s.mu.Lock()
	w := s.waiter
	s.waiter = nil
	s.mu.Unlock()
	if w != nil {
		w.Wake()
	}
}

// broken is what the watchdog found, as an error.
func (s *session) broken() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stuck == "" {
		return nil
	}
	return fmt.Errorf("the clock stood still for five seconds, held by %s", s.stuck)
}

// headers expands what the kinds' headers refer to. What comes out may hold
// secrets: it goes on the wire and nowhere else.
func (s *session) headers() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, k := range s.plan.Kinds {
		all[k.Name] = map[string]string{}
		for name, value := range k.Headers {
			all[k.Name][name] = s.doc.Expand(value)
		}
	}
	return all
}
