package predict

import (
	"context"
	"errors"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/model"
	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// Known is World as it is known before a run: nothing happens to it but the
// traffic, nothing goes wrong in it, and the autoscaler is right. Its seed is
// the given one, whatever the environment sets.
func Known(env *scenario.Environment, seed uint64, began time.Time) model.Config {
	c := World(env, seed, began)
	c.Seed = seed
	c.Happenings, c.Faults, c.Deviations = nil, nil, nil
	return c
}

// Course lives the plan's run in the known world of a seed, and returns what it
// came to. The environment must be an emulated one. Errors are Run's, and the
// context's where that ends first.
func Course(ctx context.Context, env *scenario.Environment, p *plan.Plan, seed uint64, o Options) (timeline.Course, error) {
	var events []timeline.Event
	o.Context = ctx
	o.Emit = func(e timeline.Event) { events = append(events, e) }
	if err := Run(Live(Known(env, seed, clock.Epoch), clock.Epoch, p), p, o); err != nil {
		return timeline.Course{}, err
	}
	course, ok := timeline.CourseOf(events)
	if !ok {
		return timeline.Course{}, errors.New("the predicted run sends nothing")
	}
	return course, nil
}
