package run

import (
	"fmt"
	"time"

	"scaleproof/internal/clock"
)

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

// watch passes interrupts on until the run is done, and ends a run whose
// clock stands still.
func (s *session) watch() {
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
			case <-s.over.Done():
				return
			case <-s.con.Interrupts:
				s.stopAsked()
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
