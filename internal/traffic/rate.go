package traffic

import (
	"errors"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// Scale implements driver.
func (e *flights) Scale(factor float64, by string) error {
	e.mu.Lock()
	now := e.clock.Now()
	event, changed, err := e.rescale(now, factor, by)
	if !changed {
		e.mu.Unlock()
		return err
	}
	e.arrivals.Rescale(now.Sub(e.base), factor)
	e.ahead.Rescale(now.Sub(e.base), factor)
	for _, next := range e.planned[len(e.plan.Stages):] {
		e.clock.Cancel(next)
	}
	e.sending = true
	e.scheduleArrival()
	e.mu.Unlock()
	e.emit(event)
	return nil
}

// errOver is why rates are not rescaled any more.
var errOver = errors.New("the rate cannot be changed any more: the traffic is over")

// rate is the event of a change of a plan's rates, or why they cannot be
// changed so. The traffic began at base.
func rate(p *plan.Plan, base, now time.Time, factor float64, by string) (timeline.Event, error) {
	at := now.Sub(base)
	stage := p.StageAt(at)
	if stage < 0 {
		return timeline.Event{}, errOver
	}
	if err := p.Rescalable(at, factor); err != nil {
		return timeline.Event{}, err
	}
	name := p.Stages[stage].Name
	return timeline.New(now, Source, name, timeline.Rate{Factor: factor, By: by, Stage: name}), nil
}
