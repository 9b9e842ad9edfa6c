package traffic

import (
	"sync"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// standing is how the sending stands, whichever driver does it. Its mu guards
// the driver's own state too.
type standing struct {
	clock *clock.Clock
	plan  *plan.Plan
	base  time.Time // the first stage's beginning
	end   time.Time // the last stage's end

	mu      sync.Mutex
	factor  float64 // of the plan's rates
	reason  string  // of the stop; empty: none
	ended   bool    // the last window was written
	waiters []*clock.Waiter
}

// init is of a run that begins.
func (s *standing) init(c Config) {
	s.clock, s.plan, s.base, s.end, s.factor = c.Clock, c.Plan, c.Start, c.Start.Add(c.Plan.Total()), 1
}

// Stopped is the driver's.
func (s *standing) Stopped() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reason
}

// Wait is the driver's.
func (s *standing) Wait(id string) bool {
	w := s.clock.Waiter(id)
	s.mu.Lock()
	if s.ended {
		s.mu.Unlock()
		return true
	}
	s.waiters = append(s.waiters, w)
	s.mu.Unlock()
	return w.Wait(nil)
}

// rescale changes the factor of the rates and returns the event that tells of
// it; changed is false where it is the factor already. It is called with mu
// held.
func (s *standing) rescale(now time.Time, factor float64, by string) (event timeline.Event, changed bool, err error) {
	if s.reason != "" || s.ended {
		return timeline.Event{}, false, errOver
	}
	event, err = rate(s.plan, s.base, now, factor, by)
	if err != nil || factor == s.factor {
		return timeline.Event{}, false, err
	}
	s.factor = factor
	return event, true, nil
}
