package predict

import (
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/model"
	"scaleproof/internal/observe"
	"scaleproof/internal/policies"
	"scaleproof/internal/timeline"
)

// undo brings the start back, and ends.
func (r *prediction) undo() {
	r.emits(r.state.Close(observe.Default)...)
	r.enter(timeline.PhaseUndo)
	r.restore(undoAttempts)
}

// undoAttempts is how often the undo looks, a second apart, where looks are
// refused.
const undoAttempts = 60

func (r *prediction) restore(attempts int) {
	live, err := r.world.Look(r.plan.Service, model.What{Scalable: true, Policies: true, Scheduled: true})
	if err != nil && attempts > 1 {
		r.clock.At(r.clock.Now().Add(time.Second), clock.RankChange, 0, func() { r.restore(attempts - 1) })
		return
	}
	if err == nil {
		err = r.do(policies.Undo(r.journal, live), true)
	}
	if stands, blind := r.world.Look(r.plan.Service, model.What{Scalable: true, Policies: true}); blind == nil {
		r.emit(timeline.New(r.clock.Now(), "run", r.plan.Service.String(), timeline.NewStanding(timeline.AfterChanges, stands, "")))
	}
	if r.err == nil {
		r.err = err
	}
	r.enter(timeline.PhaseDone)
	ended := timeline.Ended{Outcome: timeline.EndComplete, Restored: err == nil}
	if reason := r.generator.reason; reason != "" {
		ended.Outcome, ended.Reason = timeline.EndStopped, reason
	}
	r.emit(timeline.New(r.clock.Now(), "run", r.plan.Service.String(), ended))
	r.clock.Stop()
}
