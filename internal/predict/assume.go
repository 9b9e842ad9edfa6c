package predict

import (
	"fmt"
	"strings"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/scenario"
)

// Assume gives a real environment a world in which one of its services can be
// predicted, and says in words what it had to assume: delays as they are on
// Fargate, and AWS's defaults. What cannot be assumed is the size of a task and
// what a request costs; without them there is no prediction. It changes the
// environment.
func Assume(env *scenario.Environment, key string) (assumed []string, err error) {
	s := env.Services[key]
	if s.Task == nil || len(s.Costs) == 0 {
		return nil, fmt.Errorf("service %s of environment %s has no %s; a prediction needs the size of a task and what a request costs; measure them on one task and write them down as task: and costs:",
			key, env.Name, strings.Join(lacking(s), " and no "))
	}
	balancer, _, ok := scaling.SplitLabel(s.ResourceLabel)
	if !ok {
		balancer = "app/assumed/0000000000000000"
	}
	em := &scenario.Emulator{
		LoadBalancer: balancer, Task: *s.Task,
		// From running to registered 41 to 61 s were recorded on Fargate [R]; the
		// others are as in the shipped environments.
		Delays:              scenario.Delays{Publication: between(60, 120), Start: between(20, 90), Health: between(40, 65)},
		HealthCheck:         scenario.HealthCheck{Path: "/", Interval: seconds(30), Timeout: seconds(5)}, // AWS's defaults [D]
		DeregistrationDelay: seconds(300),                                                                // AWS's default [D]
		Rules:               []scenario.Rule{{Paths: []string{"/*"}, Service: key}},
		Costs:               append([]scenario.Cost{{Method: "GET", Path: "/", CPU: scenario.Duration(time.Millisecond)}}, s.Costs...),
		Past:                scenario.Past{Lived: seconds(1800)},
	}
	env.Emulator = em
	return []string{
		fmt.Sprintf("the delays: a metric is published %s after its minute, a task runs %s after its order and serves %s later",
			inSeconds(em.Delays.Publication), inSeconds(em.Delays.Start), inSeconds(em.Delays.Health)),
		fmt.Sprintf("AWS's defaults: health checks each %.0f s with a time-out of %.0f s, a deregistration delay of %.0f s",
			em.HealthCheck.Interval.Std().Seconds(), em.HealthCheck.Timeout.Std().Seconds(), em.DeregistrationDelay.Std().Seconds()),
		"the start: the least number of tasks, and no policy that stands already",
	}, nil
}

func lacking(s scenario.Service) (what []string) {
	if s.Task == nil {
		what = append(what, "task:")
	}
	if len(s.Costs) == 0 {
		what = append(what, "costs:")
	}
	return what
}

func seconds(n int) scenario.Duration { return scenario.Duration(time.Duration(n) * time.Second) }

func between(least, most int) scenario.Spread {
	return scenario.Spread{Min: seconds(least), Max: seconds(most)}
}

func inSeconds(s scenario.Spread) string {
	return fmt.Sprintf("%.0f to %.0f s", s.Min.Std().Seconds(), s.Max.Std().Seconds())
}
