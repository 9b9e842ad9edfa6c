package model

import (
	"fmt"
	"strings"
)

// reach moves a task to the next state of its life, if it still goes there.
func (w *World) reach(t *task, to taskState) {
	s := t.service
	switch {
	case to == taskInitial && t.state == taskPending:
		w.enter(t, to)
		t.mark = w.now
		s.running++
		w.say(s, "registered 1 targets in (target-group %s)", w.targetGroupARN(s))
		delay := w.spread(s.cfg.Health, drawHealth, s.key, uint64(t.ordinal))
		w.push(w.now+delay, evTask, uint32(t.n), uint32(taskHealthy))
	case to == taskHealthy && t.state == taskInitial:
		w.enter(t, to)
		w.push(w.now+int64(s.cfg.HealthCheck.Interval), evCheck, uint32(t.n), 0)
	case to == taskStopped && t.state == taskDraining:
		w.stop(t)
		w.say(s, "has stopped 1 running tasks: (task %s).", t.id)
	default:
		return
	}
	w.reconcile(s)
}

// enter sets a task's state.
func (w *World) enter(t *task, to taskState) {
	t.state = to
	w.log("task %s %s service=%s", t.id, to, t.service.cfg.Service.Name)
	w.elect(t.service)
}

// setDesired gives the scheduler a new desired count.
func (w *World) setDesired(s *service, n int) {
	s.desired = n
	w.reconcile(s)
}

// reconcile starts and stops tasks until those that stay are as many as are
// desired, each unhealthy one with a replacement beside it.
func (w *World) reconcile(s *service) {
	w.stopSurplus(s)
	w.stopReplaced(s)
	unhealthy := s.count(func(x taskState) bool { return x == taskUnhealthy })
	staying := s.count(taskState.staying)
	w.start(s, s.desired+min(unhealthy, s.desired)-staying)
	w.settle(s)
}

// start orders n tasks.
func (w *World) start(s *service, n int) {
	if n <= 0 {
		return
	}
	var ids strings.Builder
	for range n {
		t := w.newTask(s)
		w.log("task %s pending service=%s", t.id, s.cfg.Service.Name)
		ids.WriteString(" (task " + t.id + ")")
		delay := w.spread(s.cfg.Start, drawStart, s.key, uint64(t.ordinal))
		w.push(w.now+delay, evTask, uint32(t.n), uint32(taskInitial))
	}
	w.say(s, "has started %d tasks:%s.", n, ids.String())
}

// stopSurplus stops tasks beyond the desired count: unhealthy ones are not
// counted. Those not yet running go first, then the newest.
func (w *World) stopSurplus(s *service) {
	surplus := s.count(func(x taskState) bool { return x.staying() && x != taskUnhealthy }) - s.desired
	var gone []*task
	for _, state := range []taskState{taskPending, taskInitial, taskHealthy} {
		for i := len(s.tasks) - 1; i >= 0 && len(gone) < surplus; i-- {
			if s.tasks[i].state == state {
				gone = append(gone, s.tasks[i])
			}
		}
	}
	w.retire(s, gone)
}

// stopReplaced stops unhealthy tasks: all of them once the desired count is
// healthy beside them, else those beyond the desired count, oldest first, so
// that replacements that fail too do not pile up.
func (w *World) stopReplaced(s *service) {
	surplus := s.count(func(x taskState) bool { return x == taskUnhealthy })
	if s.count(func(x taskState) bool { return x == taskHealthy }) < s.desired {
		surplus -= s.desired
	}
	var gone []*task
	for _, t := range s.tasks {
		if t.state == taskUnhealthy && len(gone) < surplus {
			gone = append(gone, t)
		}
	}
	w.retire(s, gone)
}

// retire stops tasks that have not run and drains the others.
func (w *World) retire(s *service, gone []*task) {
	draining := 0
	for _, t := range gone {
		if t.state == taskPending {
			w.stop(t)
			continue
		}
		draining++
		w.enter(t, taskDraining)
		w.push(w.now+int64(w.rules.drain(s.cfg.DeregistrationDelay)), evTask, uint32(t.n), uint32(taskStopped))
	}
	if draining > 0 {
		w.say(s, "has begun draining connections on %d tasks.", draining)
		w.say(s, "deregistered %d targets in (target-group %s)", draining, w.targetGroupARN(s))
	}
}

// stop ends a task.
func (w *World) stop(t *task) {
	s := t.service
	if t.state.running() {
		s.running--
		w.kill(t)
	}
	for i, o := range s.tasks {
		if o == t {
			s.tasks = append(s.tasks[:i:i], s.tasks[i+1:]...)
			break
		}
	}
	w.enter(t, taskStopped)
}

// settle says what follows from the tasks' states: a steady state, and the
// end of the activity that waited for it.
func (w *World) settle(s *service) {
	healthy := s.count(func(x taskState) bool { return x == taskHealthy })
	steady := len(s.tasks) == s.desired && healthy == s.desired
	if steady && !s.steady {
		w.say(s, "has reached a steady state.")
	}
	s.steady = steady
	pending := s.count(func(x taskState) bool { return x == taskPending })
	if s.running == s.desired && pending == 0 {
		w.fulfilled(s)
	}
}

// unhealthyMessage is what ECS says of a target that failed its checks. [D]
func unhealthyMessage(t *task, arn, reason string) string {
	return fmt.Sprintf("(task %s) (port %d) is unhealthy in (target-group %s) due to (reason %s)", t.id, port, arn, reason)
}
