package predict

import (
	"context"
	"errors"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// Course lives the plan's run in the environment's world of a seed, whatever
// seed it sets itself, and returns what it came to. The environment must be an
// emulated one. Errors are Run's, and the context's where that ends first.
func Course(ctx context.Context, env *scenario.Environment, p *plan.Plan, seed uint64, o Options) (timeline.Course, error) {
	c := World(env, seed, clock.Epoch)
	c.Seed = seed
	var events []timeline.Event
	o.Context = ctx
	o.Emit = func(e timeline.Event) { events = append(events, e) }
	if err := Run(Live(c, clock.Epoch, p), p, o); err != nil {
		return timeline.Course{}, err
	}
	course, ok := timeline.CourseOf(events)
	if !ok {
		return timeline.Course{}, errors.New("the predicted run sends nothing")
	}
	return course, nil
}
