package run

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"scaleproof/internal/calibrate"
	"scaleproof/internal/clock"
	"scaleproof/internal/observe"
	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
	"scaleproof/internal/traffic"
)

// What a probe looks at: its tasks, which must stay, and its metrics.
var watching = observe.Schedule{
	{Part: timeline.PartService, Period: 15 * time.Second},
	{Part: timeline.PartMetrics, Period: 15 * time.Second},
}

const (
	// published is how long a datapoint is waited for after its minute.
	published = 6 * time.Minute
	// mostFailed is the share of a step's requests that may fail: what fails
	// costs something else.
	mostFailed = 0.02
	// crowded is the reason of a step that was ended since requests piled up.
	crowded = "requests pile up"
)

// stopEarly ends a step in which more than so many requests fail: a person who
// calibrates has a wrong key more often than an overloaded service.
var stopEarly = scenario.StopRule{Errors: &scenario.Errors{Above: &scenario.Share{Percent: 20}, For: scenario.Duration(10 * time.Second)}}

// probe is one calibration in progress. Its methods are called by the run's
// own goroutine, except saw, which the observer and the traffic call.
type probe struct {
	*session
	all      []plan.Kind // of the scenario, those that are not probed too
	limits   calibrate.Limits
	requests int // the most that are sent

	began   time.Time // the first minute of rest
	free    time.Time // from when on nothing of an earlier step is in a minute
	awaited time.Time // datapoints of minutes before it were waited for
	steps   int
	parts   []section // of the kinds, in their order

	guard   sync.Mutex // of what follows
	record  *calibrate.Record
	allowed int64 // requests in flight; 0: any
	ended   bool  // the step was told to end
}

// section is what is known of one kind.
type section struct {
	points float64           // of CPU that it may raise
	most   float64           // requests a second, of all tasks
	ladder *calibrate.Ladder // nil: it was not greeted
	mean   time.Duration     // latency of its first requests; zero: not known yet
	tried  time.Time         // of the latest single minute
	from   time.Time         // of the pattern, rest before it included; zero: not measured
	to     time.Time
	gone   string // why it is not measured
}

// saw takes an event of the observer or of the traffic. Requests that pile up
// and tasks that come or go end the step.
func (b *probe) saw(events ...timeline.Event) {
	b.write(events...)
	b.guard.Lock()
	defer b.guard.Unlock()
	for _, e := range events {
		b.record.Add(e)
		switch p := e.Data.(type) {
		case timeline.Window:
			if b.allowed > 0 && p.InFlight > b.allowed {
				b.end(crowded)
			}
		case timeline.Stop:
			b.clock.At(b.clock.Now(), clock.RankChange, 0, b.wake)
		}
	}
	if what, _ := b.record.Moved(); what != "" {
		b.end(what)
	}
	if b.timeline.Err() != nil {
		b.end("the timeline cannot be written")
	}
}

// end ends the present step, once.
func (b *probe) end(reason string) {
	if b.ended {
		return
	}
	b.ended = true
	b.clock.At(b.clock.Now(), clock.RankInterrupt, 0, func() { b.halt(reason, false) })
}

// errInterrupted ends a probe that a person ended.
var errInterrupted = errors.New("interrupted")

// errMoved is a service that did not stand still.
type errMoved struct{ what string }

func (e errMoved) Error() string { return e.what + " while the service was probed" }

// probe rests, greets each kind, climbs their ladders together, and measures one
// kind after the other. What it returns is why it ended before it was done.
func (b *probe) probe() error {
	b.began = b.minute()
	b.free, b.awaited = b.began.Add(2*time.Minute), b.began
	b.say("at rest for two minutes, to see what the service uses without us")
	if err := b.await(b.free); err != nil {
		return b.unsent(err)
	}
	if err := b.room(); err != nil {
		return b.unsent(err)
	}
	for kind := range b.parts {
		if err := b.greet(kind); err != nil {
			return err
		}
	}
	for b.climbing() {
		if err := b.climb(); err != nil {
			return err
		}
	}
	for kind := range b.parts {
		if err := b.measure(kind); err != nil {
			return err
		}
	}
	return b.await(b.free.Add(time.Minute))
}

// unsent is why a probe ended that sent nothing: it could not begin, unless a
// person did not want it to.
func (b *probe) unsent(err error) error {
	if b.interrupted() > 0 || b.broken() != nil {
		return err
	}
	return refuse(err)
}

// minute is the next whole minute of service time.
func (b *probe) minute() time.Time {
	now := b.clock.Now()
	if whole := now.Truncate(time.Minute); whole.Equal(now) {
		return now
	}
	return now.Truncate(time.Minute).Add(time.Minute)
}

// rest sleeps until an instant. It is an error where something ends it.
func (b *probe) rest(until time.Time) error {
	b.sleep(max(0, until.Sub(b.clock.Now())))
	if err := b.broken(); err != nil {
		return err
	}
	if b.interrupted() > 0 {
		return errInterrupted
	}
	b.guard.Lock()
	defer b.guard.Unlock()
	if what, _ := b.record.Moved(); what != "" {
		return errMoved{what}
	}
	return nil
}

// await waits for the datapoints of the minutes before an instant. Those that
// do not come are missing from what follows.
func (b *probe) await(to time.Time) error {
	from := b.awaited
	for limit := to.Add(published); b.clock.Now().Before(limit); {
		if !b.clock.Now().Before(to) && b.published(from, to) {
			break
		}
		if err := b.rest(b.clock.Now().Add(watching[1].Period)); err != nil {
			return err
		}
	}
	b.awaited = to
	if !slices.ContainsFunc(b.minutes(from, to), func(m calibrate.Minute) bool { return m.CPU != nil }) {
		return fmt.Errorf("CloudWatch has no CPU datapoint of service %s of the minutes from %s to %s", b.plan.Service, from.Format(time.TimeOnly), to.Format(time.TimeOnly))
	}
	return nil
}

func (b *probe) published(from, to time.Time) bool {
	b.guard.Lock()
	defer b.guard.Unlock()
	return b.record.Published(from, to)
}

func (b *probe) minutes(from, to time.Time) []calibrate.Minute {
	b.guard.Lock()
	defer b.guard.Unlock()
	return b.record.Minutes(from, to)
}

// room says how far each kind may go, by what the service does at rest.
func (b *probe) room() error {
	minutes := b.minutes(b.began.Add(-time.Minute), b.clock.Now()) // those of the wait were of rest too
	rest, _, ok := calibrate.Rest(minutes)
	if !ok {
		return fmt.Errorf("CloudWatch has too few CPU datapoints of service %s since %s", b.plan.Service, b.began.Format(time.TimeOnly))
	}
	tasks := b.tasks()
	points, rate, err := b.limits.Room(rest, calibrate.Others(minutes[1:]), tasks)
	if err != nil {
		return err
	}
	most := min(surely*b.plan.Ceiling, float64(b.requests)/float64(len(b.plan.Kinds))/calibrate.Length.Seconds())
	if rate > 0 {
		most = min(most, rate)
	}
	for range b.plan.Kinds {
		b.parts = append(b.parts, section{points: points, most: most})
	}
	b.say("%.1f %% CPU at rest on %s; each kind goes up to %.1f %% CPU or %s/s", rest.Mean, tasksText(tasks), b.limits.CPU, rated(most))
	return nil
}

// surely is the part of the ceiling that evenly spaced requests keep below.
const surely = 0.9

func (b *probe) tasks() int {
	b.guard.Lock()
	defer b.guard.Unlock()
	return b.record.Tasks()
}

func (b *probe) climbing() bool {
	return slices.ContainsFunc(b.parts, func(s section) bool { return !s.ready() })
}

func (s section) ready() bool {
	if s.gone != "" {
		return true
	}
	_, measure := s.ladder.Next()
	return measure
}

// greet sends a kind's first requests, by whose latency its ladder begins.
func (b *probe) greet(kind int) (err error) {
	s, tasks := &b.parts[kind], float64(b.tasks())
	rate := min(calibrate.Greeting*tasks, s.most)
	at, full, err := b.step(kind, rate, plan.Level{For: time.Minute, Rate: rate})
	if err != nil {
		return err
	}
	b.guard.Lock()
	s.mean, err = b.record.Mean(at, b.free)
	b.guard.Unlock()
	s.ladder = calibrate.NewLadder(calibrate.First(s.mean)*tasks, s.points, s.most)
	if full {
		s.gone = fmt.Sprintf("requests pile up already at %s/s", rated(rate))
	}
	b.say("%s: an answer takes %v", b.plan.Kinds[kind].Name, s.mean.Round(time.Millisecond/10))
	return err
}

// climb gives each kind that has not found its rate a minute at the next one,
// waits for what CloudWatch says of it, and lets the ladders judge.
func (b *probe) climb() error {
	var climbed []int
	for kind := range b.parts {
		s := &b.parts[kind]
		if s.ready() {
			continue
		}
		rate, _ := s.ladder.Next()
		at, full, err := b.step(kind, rate, plan.Level{For: time.Minute, Rate: rate})
		if err != nil {
			return err
		}
		if s.tried = at; full {
			s.giveUp(s.ladder.Crowded())
			continue
		}
		climbed = append(climbed, kind)
	}
	if err := b.await(b.free); err != nil {
		return err
	}
	for _, kind := range climbed {
		b.judge(kind)
	}
	return nil
}

// judge shows a kind's ladder what its minute came to.
func (b *probe) judge(kind int) {
	s := &b.parts[kind]
	b.guard.Lock()
	defer b.guard.Unlock()
	rise, noise, known := calibrate.Rise(b.record.Minutes(b.began.Add(-time.Minute), b.free), s.tried)
	rate, _ := s.ladder.Next()
	name := b.plan.Kinds[kind].Name
	if !known {
		b.say("%s at %s/s: no datapoint came; again", name, rated(rate))
		s.giveUp(s.ladder.Unknown())
		return
	}
	s.ladder.Saw(rise, noise)
	next, _ := s.ladder.Next()
	b.say("%s at %s/s: %+.1f points of CPU; next %s/s", name, rated(rate), rise, rated(next))
}

func (s *section) giveUp(err error) {
	if err != nil {
		s.gone = err.Error()
	}
}

// measure sends a kind's pattern, at lower rates where requests pile up.
func (b *probe) measure(kind int) error {
	s := &b.parts[kind]
	for s.gone == "" {
		rate, _ := s.ladder.Next()
		var levels []plan.Level
		for _, part := range calibrate.Pattern {
			levels = append(levels, plan.Level{For: time.Duration(part.Minutes) * time.Minute, Rate: rate * part.Of})
		}
		b.say("%s: measuring at %s/s and %s/s for %v", b.plan.Kinds[kind].Name, rated(rate), rated(rate/2), scenario.Duration(total(levels)))
		at, full, err := b.step(kind, rate, levels...)
		if !full {
			s.from, s.to = at.Add(-2*time.Minute), b.free.Add(time.Minute)
			return err
		}
		s.giveUp(s.ladder.Crowded())
	}
	return nil
}

func total(levels []plan.Level) (d time.Duration) {
	for _, l := range levels {
		d += l.For
	}
	return d
}

// step sends a kind alone, from a whole minute on that holds nothing of what
// was sent before. full says that requests piled up and the step was ended.
func (b *probe) step(kind int, rate float64, levels ...plan.Level) (at time.Time, full bool, err error) {
	at = b.minute()
	if at.Before(b.free) {
		at = b.free
	}
	if len(levels) > 1 && at.Before(b.free.Add(time.Minute)) {
		at = at.Add(time.Minute) // a pattern begins after a whole minute of rest
	}
	if err := b.rest(at); err != nil {
		return at, false, err
	}
	p := b.plan.Step(b.steps, kind, levels...)
	p.StopWhen = append(slices.Clone(p.StopWhen), stopEarly)
	b.steps++
	b.guard.Lock()
	b.allowed, b.ended = calibrate.Allowed(rate, b.parts[kind].mean, b.record.Tasks()), false
	b.guard.Unlock()
	engine := traffic.Start(traffic.Config{Clock: b.clock, Plan: p, Base: b.front, Headers: b.headers(), Start: at, Emit: b.saw})
	b.mu.Lock()
	b.engine = engine
	b.mu.Unlock()
	err = b.rest(at.Add(p.Total()))
	if err != nil {
		engine.Stop(err.Error())
	}
	engine.Wait(holder)
	engine.Close()
	b.free = b.clock.Now().Truncate(time.Minute).Add(time.Minute)
	if stopped := engine.Stopped(); err == nil && stopped == crowded {
		b.say("%s at %s/s: requests pile up, stopped", b.plan.Kinds[kind].Name, rated(rate))
		return at, true, nil
	} else if err == nil {
		err = b.accepted(kind, at, stopped)
	}
	return at, false, err
}

// accepted wants a step's requests to have succeeded.
func (b *probe) accepted(kind int, at time.Time, stopped string) error {
	b.guard.Lock()
	ended, failed := b.record.Failures(kind, at, b.free)
	b.guard.Unlock()
	var n int64
	var by []string
	for _, why := range slices.Sorted(maps.Keys(failed)) {
		n += failed[why]
		by = append(by, fmt.Sprintf("%s: %d", why, failed[why]))
	}
	name := b.plan.Kinds[kind].Name
	switch {
	case float64(n) > mostFailed*float64(ended):
		return fmt.Errorf("%d of %d requests %s failed (%s): what fails costs something else than what succeeds", n, ended, name, strings.Join(by, ", "))
	case stopped != "":
		return fmt.Errorf("%s was stopped: %s", name, stopped)
	case ended == 0:
		return fmt.Errorf("no request %s was answered", name)
	}
	return nil
}

// say tells how the probe goes.
func (b *probe) say(format string, args ...any) {
	fmt.Fprintf(b.con.Err, "%s  %s\n", b.clock.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
}
