package run

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/calibrate"
	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
	"scaleproof/internal/traffic"
)

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
	most := min(underCeiling*b.plan.Ceiling, float64(b.requests)/float64(len(b.plan.Kinds))/calibrate.Length.Seconds())
	if rate > 0 {
		most = min(most, rate)
	}
	if least := calibrate.Greeting * float64(tasks); most < least {
		return fmt.Errorf("each kind may be sent at %s/s, and its first minute is at %s/s: allow more requests (--requests %d), or a higher ceiling, or wait until others send less",
			rated(most), rated(least), int(math.Ceil(least*calibrate.Length.Seconds()))*len(b.plan.Kinds))
	}
	for range b.plan.Kinds {
		b.parts = append(b.parts, section{points: points, most: most})
	}
	b.say("%.1f %% CPU at rest on %s; each kind goes up to %.1f %% CPU or %s/s", rest.Mean, tasksText(tasks), b.limits.CPU, rated(most))
	return nil
}

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
	rate := calibrate.Greeting * tasks
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
		var failed errFailed
		switch {
		case errors.As(err, &failed):
			s.gone = err.Error()
			return err
		case !full:
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
	b.allowed, b.full, b.ended = calibrate.Allowed(rate, b.parts[kind].mean, b.record.Tasks())+b.distorted(rate), 0, false
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

// distorted is how many more requests may be in flight on a clock that is
// faster than the machine's, on which each hitch of the machine is so many
// times as long.
func (b *probe) distorted(rate float64) int64 {
	if b.clock.Mode() != clock.Scaled {
		return 0
	}
	return int64(rate * hitch.Seconds() * b.clock.Speed())
}

// hitch is how long a busy machine may stand still, by its own time.
const hitch = 100 * time.Millisecond

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
		return errFailed{fmt.Sprintf("%d of %d requests %s failed (%s): what fails costs something else than what succeeds", n, ended, name, strings.Join(by, ", "))}
	case stopped != "":
		return errFailed{fmt.Sprintf("%s was stopped: %s", name, stopped)}
	case ended == 0:
		return errFailed{fmt.Sprintf("no request %s was answered", name)}
	}
	return nil
}
