package run

import (
	"context"
	"errors"
	"fmt"

	"scaleproof/internal/policies"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// executor makes the run's changes, and tells the timeline of each.
func (s *session) executor() policies.Executor {
	return policies.Executor{
		Env: s.env, Clock: s.clock, Holder: holder, Journal: s.journal,
		OnChange: func(c scaling.Change, undo bool, err error) {
			p := timeline.Changed{Change: c, Undo: undo}
			if err != nil {
				p.Error = err.Error()
			}
			s.write(timeline.New(s.clock.Now(), "run", c.Service.String(), p))
		},
	}
}

// undo brings back what the run changed, and says how the run ended. It is
// reached on every path, and no interrupt stops it.
func (s *session) undo(ctx context.Context, failed error) error {
	ctx = context.WithoutCancel(ctx)
	if s.observer != nil {
		s.observer.Stop(holder)
	}
	s.enter(timeline.PhaseUndo)
	left, live, err := s.executor().Restore(ctx)
	if live.Scalable != nil && live.Policies != nil { // else nobody saw the end, which the judge says
		s.write(timeline.New(s.clock.Now(), "run", s.plan.Service.String(), timeline.NewStanding(timeline.AfterChanges, live, "")))
	}
	s.enter(timeline.PhaseDone)
	s.write(timeline.New(s.clock.Now(), "run", s.plan.Service.String(), s.ending(failed, err == nil)))
	for _, d := range left {
		fmt.Fprintf(s.con.Err, "note: %s is not as it was before the run, and not by its doing: %s\n", s.plan.Service, d)
	}
	if err != nil {
		err = &NotRestored{fmt.Errorf("%w\nwhat the run changed may still stand; bring it back with: validate restore %s", err, s.dir)}
	}
	return errors.Join(err, s.timeline.Err(), s.journal.Close())
}

// ending is the run's last word.
func (s *session) ending(failed error, restored bool) timeline.Ended {
	s.mu.Lock()
	defer s.mu.Unlock()
	end := timeline.Ended{Outcome: timeline.EndComplete, Restored: restored}
	switch {
	case failed != nil:
		end.Outcome, end.Reason = timeline.EndFailed, failed.Error()
	case s.interrupts > 0:
		end.Outcome = timeline.EndInterrupted
	case s.engine != nil && s.engine.Stopped() != "":
		end.Outcome, end.Reason = timeline.EndStopped, s.engine.Stopped()
	}
	return end
}
