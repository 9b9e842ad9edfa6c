package run

import (
	"context"
	"fmt"
	"sync"

	"scaleproof/internal/forecast"
	"scaleproof/internal/plan"
	"scaleproof/internal/predict"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// A prediction lives the run in several worlds, whose delays are drawn anew:
// mostWorlds of them, or as many as a number of requests goes round, one at
// least. The number must not depend on the machine: it is in the timeline.
const (
	mostWorlds   = 6
	mostForeseen = 400_000 // requests, in all worlds
)

// foresight is the prediction of a run, made beside what comes before the
// traffic.
type foresight struct {
	done chan struct{}    // closed when nothing works at it any more
	told timeline.Payload // once done; nil where it was given up
}

// foresee begins to predict the run from what is known before it: the plan and
// the environment. end gives up what is not done yet.
func (s *session) foresee(ctx context.Context, o predict.Options) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	context.AfterFunc(s.unwanted, cancel)
	f := &foresight{done: make(chan struct{})}
	s.foreseen = f
	env := s.doc.Clone().Environment
	predict.Forget(&env)
	go func() { // ends with the prediction, or soon after forego
		defer close(f.done)
		if told := predicted(ctx, &env, s.plan, s.place.seed, o); ctx.Err() == nil {
			f.told = told
		}
	}()
	return func() {
		cancel()
		<-f.done
	}
}

// foretell writes the prediction into the timeline once it is made. Where an
// interrupt gave it up, that comes to pass before the run goes on.
func (s *session) foretell() {
	<-s.foreseen.done
	if s.foreseen.told == nil {
		s.sleep(0)
		return
	}
	s.write(timeline.New(s.clock.Now(), "run", "", s.foreseen.told))
}

// predicted is the prediction as an event says it, or why there is none.
func predicted(ctx context.Context, env *scenario.Environment, p *plan.Plan, seed uint64, o predict.Options) timeline.Payload {
	if env.Emulator == nil {
		return timeline.Unpredicted{Reason: fmt.Sprintf("environment %s does not say what a request costs and how long a task takes to start (it has no emulator:)", env.Name)}
	}
	seeds := forecast.From(predict.Seed(env, seed), worlds(p.Expected()))
	courses, errs := make([]timeline.Course, len(seeds)), make([]error, len(seeds))
	var group sync.WaitGroup
	for i, seed := range seeds {
		group.Go(func() { courses[i], errs[i] = predict.Course(ctx, env, p, seed, o) })
	}
	group.Wait()
	for i, err := range errs {
		if err != nil {
			return timeline.Unpredicted{Reason: fmt.Sprintf("in the world of seed %d: %v", seeds[i], err)}
		}
	}
	return timeline.Prediction{Seed: seeds[0], Course: courses[0], Seeds: seeds, Band: timeline.BandOf(courses)}
}

// worlds is in how many worlds to predict a number of requests.
func worlds(requests float64) int {
	n := mostWorlds
	for n > 1 && requests*float64(n) > mostForeseen {
		n--
	}
	return n
}
