package model

import (
	"fmt"

	"scaleproof/internal/scaling"
)

// port is where every task listens.
const port = 3000

// eventsKept is how many of the scheduler's messages ECS shows. [D]
const eventsKept = 100

// service is one ECS service with its target group, its scalable target and
// its metrics.
type service struct {
	n   int    // its place among the world's services
	key uint64 // of its draws
	cfg Service

	desired  int
	tasks    []*task // not stopped, oldest first
	running  int     // of tasks, draining ones included
	steady   bool    // the last message said so
	started  int     // tasks ever started
	throttle throttle
	events   []scaling.ServiceEvent
	said     int // messages ever written

	rollout     Rollout
	deployments []*deployment // the primary first, then older ones of which tasks are left
	lastGood    *deployment   // the last that was completed
	begun       int           // deployments ever begun

	targets
	checked *route // of a health check

	sums       sums
	resolution int64               // ns that a slot of CPU and memory is long
	series     [metricCount]series // of closed slots

	scaler scaler
}

// addService makes a service with its first tasks, healthy.
func (w *World) addService(n int, c Service) {
	c.Target, c.Policies = clone(c.Target), append([]scaling.Policy(nil), c.Policies...)
	s := &service{n: n, key: key(c.Service.ResourceID()), cfg: c, desired: c.Desired, rollout: c.RolloutOrDefault(), scaler: scaler{ended: never}}
	s.targets = w.newTargets(s)
	w.firstDeployment(s)
	w.services = append(w.services, s)
	w.byName[c.Service] = s
	w.scheduleSlots(s)
	for range c.Desired {
		t := w.newTask(s)
		t.state, t.pulled, t.started = taskHealthy, w.now, w.now
		w.watch(t, w.spread(Spread{0, max(c.HealthCheck.Interval-1, 0)}, drawCheck, s.key, uint64(t.ordinal)))
		w.fate(t)
	}
	s.running = c.Desired
	w.elect(s)
	s.sums.hostLow = s.sums.healthy
	w.settle(s)
}

// named finds a service by its ECS name alone, as rules do.
func (w *World) named(name string) *service {
	for _, s := range w.services {
		if s.cfg.Service.Name == name {
			return s
		}
	}
	return nil
}

// newTask makes a task of the primary deployment that is ordered now.
func (w *World) newTask(s *service) *task {
	t := &task{
		n: int32(len(w.tasks)), id: w.taskID(s, s.started), ordinal: s.started, service: s, deployment: s.primary(), mark: w.now,
		ip:      fmt.Sprintf("10.0.%d.%d", 16*(s.n%16)+int(w.draw(drawAddress, s.key, 0)%16), 4+s.started%250),
		record:  record{created: w.now, pulled: never, started: never, stopping: never, stopped: never},
		process: newProcess(s.cfg.Task), target: target{outstanding: make([]int32, w.nodes)}, checking: newChecking(w.nodes),
	}
	s.started++
	s.tasks = append(s.tasks, t)
	w.tasks = append(w.tasks, t)
	return t
}

// say writes one of the scheduler's messages.
func (w *World) say(s *service, format string, args ...any) {
	m := "(service " + s.cfg.Service.Name + ") " + fmt.Sprintf(format, args...)
	s.said++
	s.events = append(s.events, scaling.ServiceEvent{ID: w.uuid(drawEvent, s, s.said), At: w.time(w.now), Message: m})
	if len(s.events) > 2*eventsKept {
		s.events = append(s.events[:0], s.events[len(s.events)-eventsKept:]...)
	}
}

func (w *World) targetGroupARN(s *service) string {
	return "arn:aws:elasticloadbalancing:" + w.cfg.Region + ":" + w.cfg.Account + ":" + s.cfg.TargetGroup
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}
