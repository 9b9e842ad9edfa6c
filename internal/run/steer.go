package run

import (
	"errors"
	"fmt"

	"scaleproof/internal/clock"
	"scaleproof/internal/control"
	"scaleproof/internal/demand"
	"scaleproof/internal/timeline"
)

// steering is what may be done to a run that goes on, and by whom.
type steering struct {
	*session
	by string // timeline.ByKey or timeline.BySocket
}

// State implements control's target.
func (x steering) State() any {
	x.mu.Lock()
	view, factor := x.view, x.factor
	x.mu.Unlock()
	status := view.Status()
	status.Factor = factor // the timeline may tell of it a moment later
	return status
}

// Steer does what a person asks for as an event at the present service time, as
// an interrupt is one.
func (x steering) Steer(r control.Request) error {
	if r.Do == control.Stop {
		x.stopAsked()
		return nil
	}
	answer := make(chan error, 1)
	x.clock.At(x.clock.Now(), clock.RankInterrupt, 0, func() { answer <- x.rescale(r, x.by) })
	select {
	case err := <-answer:
		return err
	case <-x.over.Done():
		return errors.New("the run is over")
	}
}

// scale makes the rates the plan's times a factor; 0 is a pause.
func (x steering) scale(factor float64) error {
	if factor == 0 {
		return x.Steer(control.Request{Do: control.Pause})
	}
	return x.Steer(control.Request{Do: control.Rate, Factor: factor})
}

// rescale is the event of a change of the rate.
func (s *session) rescale(r control.Request, by string) error {
	s.mu.Lock()
	engine, phase, pace := s.engine, s.phase, s.pace
	s.mu.Unlock()
	if engine == nil {
		return fmt.Errorf("no traffic flows yet: the run is in its phase %s", phase)
	}
	factor := r.Factor
	switch r.Do {
	case control.Pause:
		factor = 0
	case control.Resume:
		factor = pace
	}
	if err := engine.Scale(factor, by); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.factor = factor; factor > 0 {
		s.pace = factor
	}
	return nil
}

// stopAsked passes on that a person wants the run to end.
func (s *session) stopAsked() {
	s.clock.At(s.clock.Now(), clock.RankInterrupt, 0, s.interrupt)
	s.forego()
}

// listen makes the control socket, where one is wanted, and returns what closes
// it.
func (s *session) listen(path string) (closed func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	server, err := control.Listen(path, steering{s, timeline.BySocket})
	if err != nil {
		return nil, refuse(err)
	}
	return server.Close, nil
}

// Control asks a run that goes on for something, through its control socket,
// and prints how it stands.
func Control(con Console, path, do string, factor []string) error {
	r := control.Request{Do: do}
	if len(factor) > 0 {
		var err error
		if r.Factor, err = demand.Factor(factor[0]); err != nil {
			return &Usage{err}
		}
	}
	a, err := control.Ask(path, r)
	if err != nil {
		return &Usage{err}
	}
	if a.Error != "" {
		return refuse(errors.New(a.Error))
	}
	fmt.Fprintf(con.Out, "%s\n", a.Run)
	return nil
}
