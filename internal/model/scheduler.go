package model

import (
	"fmt"
	"strings"
	"time"
)

// setDesired gives the scheduler a new desired count.
func (w *World) setDesired(s *service, n int) {
	s.desired = n
	w.reconcile(s)
}

// reconcile starts and stops tasks until those that are kept are as many as
// are desired. Tasks that are to be replaced, since they are unhealthy or of
// an older deployment, go as their replacements come.
func (w *World) reconcile(s *service) {
	w.stopSurplus(s)
	w.stopReplaced(s)
	w.startMissing(s)
	w.settle(s)
}

// keeps says that a task counts towards the desired count: it stays, and is
// not to be replaced. A deployment that failed replaces nothing any more.
func (s *service) keeps(t *task) bool {
	d := s.primary()
	return t.state.staying() && t.state != taskUnhealthy && (t.deployment == d || d.Rollout == rolloutFailed)
}

// limits are how few tasks may be healthy, and how many there may be, while
// some are replaced. [D]
func (s *service) limits() (least, most int) {
	return (s.desired*s.rollout.MinimumHealthy + 99) / 100, max(s.desired*s.rollout.Maximum/100, s.desired)
}

// stopSurplus stops kept tasks beyond the desired count. Those not yet running
// go first, then the newest.
func (w *World) stopSurplus(s *service) {
	surplus := s.count(s.keeps) - s.desired
	var gone []*task
	for _, state := range []taskState{taskProvisioning, taskPending, taskInitial, taskHealthy} {
		for i := len(s.tasks) - 1; i >= 0 && len(gone) < surplus; i-- {
			if t := s.tasks[i]; t.state == state && s.keeps(t) {
				gone = append(gone, t)
			}
		}
	}
	w.retire(s, gone, "Scaling activity initiated by (deployment "+s.primary().ID+")")
}

// stopReplaced stops tasks that are to be replaced, oldest first. Of an older
// deployment those that are not healthy yet go at once, healthy ones as far as
// enough stay healthy. [D] Unhealthy ones go when as many are healthy as are
// desired; before that only as far as the limit leaves no room to start their
// replacements, and enough stay that run. [D]
func (w *World) stopReplaced(s *service) {
	least, most := s.limits()
	healthy, unhealthy := s.count(state(taskHealthy)), s.count(state(taskUnhealthy))
	if healthy < s.desired {
		running := s.count(func(t *task) bool { return t.state.running() && t.state.staying() })
		unhealthy = min(unhealthy-(most-s.desired), running-least)
	}
	var old, ill []*task
	for _, t := range s.tasks {
		switch {
		case !t.state.staying() || s.keeps(t):
		case t.state == taskUnhealthy:
			if len(ill) < unhealthy {
				ill = append(ill, t)
			}
		case t.state == taskHealthy:
			if healthy > least {
				healthy--
				old = append(old, t)
			}
		default:
			old = append(old, t)
		}
	}
	for _, t := range ill {
		w.failed(t)
	}
	w.retire(s, append(old, ill...), "Task was replaced by (deployment "+s.primary().ID+")")
}

// startMissing orders the tasks that are missing, as far as there is room.
// While a deployment goes on, tasks that drain take room too: they are
// RUNNING, and that is what the limit counts. [D]
func (w *World) startMissing(s *service) {
	if w.now < s.throttle.until || s.primary().Rollout == rolloutFailed {
		return
	}
	_, most := s.limits()
	occupied := s.count(func(t *task) bool { return t.state.staying() || t.state == taskDraining && s.deploying() })
	n := min(s.desired-s.count(s.keeps), most-occupied)
	if n <= 0 {
		return
	}
	var ids strings.Builder
	for range n {
		ids.WriteString(" (task " + w.order(s).id + ")")
	}
	w.say(s, "has started %d tasks:%s.", n, ids.String())
}

// retire stops tasks that have not run and drains the others.
func (w *World) retire(s *service, gone []*task, reason string) {
	draining := 0
	for _, t := range gone {
		if t.state.starting() {
			w.quit(t, stopScheduler, reason)
			continue
		}
		draining++
		t.reason, t.code = reason, stopScheduler
		w.enter(t, taskDraining)
		delay := by(w, s, func(r *rules) time.Duration { return r.drain(s.cfg.DeregistrationDelay) })
		w.push(w.now+int64(delay), evTask, uint32(t.n), uint32(taskStopping))
	}
	if draining > 0 {
		w.say(s, "has begun draining connections on %d tasks.", draining)
		w.say(s, "deregistered %d targets in (target-group %s)", draining, w.targetGroupARN(s))
	}
}

// settle says what follows from the tasks' states: the end of a deployment, a
// steady state, and the end of the activity that waited for it.
func (w *World) settle(s *service) {
	healthy := s.count(func(t *task) bool { return t.state == taskHealthy && s.keeps(t) })
	steady := len(s.tasks) == s.desired && healthy == s.desired
	s.forget()
	if steady && s.deploying() {
		w.completed(s)
	}
	if steady && !s.steady {
		w.say(s, "has reached a steady state.")
	}
	s.steady = steady
	// While a deployment goes on, old and new tasks count, and more may run
	// than are desired. [U]
	reached := s.running == s.desired || s.deploying() && s.running > s.desired
	if reached && s.count(starting) == 0 {
		w.fulfilled(s)
	}
}

// unhealthyMessage is what ECS says of a target that failed its checks. [D]
func unhealthyMessage(t *task, arn, reason string) string {
	return fmt.Sprintf("(task %s) (port %d) is unhealthy in (target-group %s) due to (reason %s)", t.id, port, arn, reason)
}

func starting(t *task) bool { return t.state.starting() }

// state makes a question of a state, for count.
func state(is taskState) func(*task) bool { return func(t *task) bool { return t.state == is } }

// count returns how many tasks are such.
func (s *service) count(such func(*task) bool) (n int) {
	for _, t := range s.tasks {
		if such(t) {
			n++
		}
	}
	return n
}
