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
	"scaleproof/internal/judge"
	"scaleproof/internal/live"
	"scaleproof/internal/metrics"
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
	network traffic.Network
	dir     string
	metrics *metrics.Endpoint // where its numbers are served; nil: nowhere
	json    bool              // the run is told as one JSON object, and not as a table
	base    *judge.Baseline   // what the run is compared with; nil: with nothing

	file     *os.File
	timeline *timeline.Writer
	journal  *policies.Journal
	observer *observe.Observer
	settled  *observe.Settled

	foreseen *foresight
	unwanted context.Context    // done when the prediction is given up
	forego   context.CancelFunc // gives it up

	over   context.Context // done when the run is over
	finish context.CancelFunc

	mu         sync.Mutex
	factor     float64 // of the plan's rates
	pace       float64 // that which a pause ends with
	view       *live.View
	waiter     *clock.Waiter // of the present sleep; nil outside
	engine     *traffic.Engine
	interrupts int
	stuck      string // what the watchdog found
	phase      string
}

// begin makes a session that is not over until finish is called.
func begin(s *session) *session {
	s.over, s.finish = context.WithCancel(context.Background())
	s.unwanted, s.forego = context.WithCancel(s.over)
	s.factor, s.pace = 1, 1
	return s
}

// record opens the run's timeline.
func (s *session) record() error {
	f, err := os.OpenFile(filepath.Join(s.dir, timeline.FileName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("create the timeline: %w", err)
	}
	s.file, s.timeline = f, timeline.NewWriter(f)
	if s.metrics != nil {
		s.timeline.Tap(s.metrics.Feed)
	}
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
	s.foretell()
	return s.send(ctx, predict.Tail, s.plan.Removals())
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
		return fmt.Errorf("%s lacks data %v after the policies were put: is the service running, does the load balancer send it requests, and does the request policy name that target group (its resource label)?",
			strings.Join(s.settled.Waiting(), ", "), predict.SettleLimit)
	}
	return s.broken()
}

// send sends the traffic, makes the removals in it, and looks on for tail after it and until every
// answer came in.
func (s *session) send(ctx context.Context, tail time.Duration, removals []plan.Removal) error {
	if s.interrupted() > 0 {
		return nil
	}
	s.enter(timeline.PhaseTraffic)
	engine := traffic.Start(traffic.Config{
		Clock: s.clock, Plan: s.plan, Base: s.front, Network: s.network,
		Headers: s.headers(), Start: s.clock.Now(), Emit: s.sent,
	})
	s.mu.Lock()
	s.engine = engine
	early := s.interrupts > 0 || s.stuck != ""
	s.mu.Unlock()
	if early { // it came while there was no engine to stop; only a clock that nobody holds goes on meanwhile
		s.clock.At(s.clock.Now(), clock.RankInterrupt, 0, func() { s.halt("interrupted", s.interrupted() != 1) })
	}
	err := s.roll(ctx, removals)
	s.enter(timeline.PhaseDrain)
	s.sleep(tail)
	engine.Wait(holder)
	engine.Close()
	if d := engine.Distortion(); d > 0 {
		info := timeline.ClockInfo{Mode: string(s.clock.Mode()), Speed: s.clock.Speed(), Distortion: d}
		s.write(timeline.New(s.clock.Now(), "run", "", info))
	}
	return errors.Join(err, s.broken())
}

// roll sleeps through the traffic, and removes the policies that a stage is to
// be without as it begins. One that cannot be removed is told in the timeline,
// ends the traffic, and is an error.
func (s *session) roll(ctx context.Context, removals []plan.Removal) error {
	began := s.clock.Now()
	for _, r := range removals {
		if !s.sleep(began.Add(r.At).Sub(s.clock.Now())) {
			return nil
		}
		if err := s.executor().Apply(ctx, []scaling.Change{r.Change(s.plan.Service)}); err != nil {
			s.halt("a policy could not be removed", false)
			return fmt.Errorf("roll back: %w", err)
		}
	}
	s.sleep(began.Add(s.plan.Total()).Sub(s.clock.Now()))
	return nil
}

// sent takes events of the engine. A safety rule that stopped the traffic ends
// the wait for its end. A timeline that cannot be written ends the traffic:
// what is sent from then on would prove nothing.
func (s *session) sent(events ...timeline.Event) {
	s.write(events...)
	if s.timeline.Err() != nil {
		s.clock.At(s.clock.Now(), clock.RankInterrupt, 0, func() { s.halt("the timeline cannot be written", false) })
	}
	for _, e := range events {
		if _, ok := e.Data.(timeline.Stop); ok {
			s.clock.At(s.clock.Now(), clock.RankChange, 0, s.wake)
		}
	}
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
