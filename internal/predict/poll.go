package predict

import (
	"scaleproof/internal/clock"
	"scaleproof/internal/model"
	"scaleproof/internal/observe"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// poll looks at the parts that are due, as the observer does.
func (r *prediction) poll() {
	if r.phase == timeline.PhaseDone {
		return
	}
	if r.Context != nil && r.Context.Err() != nil {
		r.err = r.Context.Err()
		r.clock.Stop()
		return
	}
	now := r.clock.Now()
	r.look(observe.Default.Due(r.start, r.polled, now))
	r.polled = now
	if r.phase == timeline.PhaseAlarms && r.settled.Done() {
		r.phase = timeline.PhaseTraffic
		r.clock.At(now, clock.RankChange, 0, r.traffic)
	}
	next, _ := observe.Default.Next(r.start, now)
	r.clock.At(next, clock.RankPoll, 0, r.poll)
}

func (r *prediction) look(parts []string) {
	r.state.Poll(parts, r.clock.Now, func(a observe.Ask) (scaling.Look, error) {
		r.link.took(r.world.Advance(r.clock.Now())) // what is told, and refused, depends on when it is asked
		l, err := r.world.Look(a.Service, what(a))
		l.At = r.clock.Now()
		return l, err
	}, r.emits)
}

// what asks the world for what the AWS APIs would be asked for.
func what(a observe.Ask) model.What {
	w := model.What{Since: a.Since, Until: a.Until}
	switch a.Part {
	case timeline.PartService:
		w.Service = true
	case timeline.PartTargets:
		w.Targets = true
	case timeline.PartScaling:
		w.Scalable, w.Policies = true, true
	case timeline.PartAlarms:
		w.Alarms = true
	case timeline.PartActivities:
		w.Activities = true
	case timeline.PartMetrics:
		w.Metrics = a.Metrics
	}
	return w
}
