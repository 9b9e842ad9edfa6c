package model

// checking is what a target group knows of a target from its health checks.
type checking struct {
	checks, awaited uint32 // health checks sent; the one whose answer is awaited, 0 for none
	passes, fails   int    // successive
	timedOut        bool   // the last failure was a time-out, not a refusal
}

// scheduleFirstCheck spreads the checks of the tasks that the world begins
// with over the interval.
func (w *World) scheduleFirstCheck(t *task) {
	interval := t.service.cfg.HealthCheck.Interval
	if interval <= 0 {
		return
	}
	delay := w.spread(Spread{0, interval - 1}, drawCheck, t.service.key, uint64(t.ordinal))
	w.push(w.now+delay, evCheck, uint32(t.n), 0)
}

// check sends a task its health check. It costs what a request for its path
// does and queues behind the others, so that it fails exactly when the task is
// so far behind that it is not done with it in time.
func (w *World) check(t *task) {
	h := t.service.cfg.HealthCheck
	if h.Interval <= 0 || t.state != taskHealthy && t.state != taskUnhealthy {
		return
	}
	w.push(w.now+int64(h.Interval), evCheck, uint32(t.n), 0)
	t.checks = (t.checks + 1) & (1<<indexBits - 1)
	t.awaited = t.checks
	if t.refusal() != "" {
		w.checkRefused(t, t.checks)
		return
	}
	i := w.flights.take()
	f := &w.flights.all[i]
	f.number, f.at, f.task, f.check, f.later = uint64(t.checks), w.now, t.n, true, none
	f.cpu, f.wait = t.service.checked.cost(0)
	w.accept(t, i)
	if t.awaited == t.checks {
		timeout := h.Timeout
		if timeout <= 0 || timeout > h.Interval {
			timeout = h.Interval
		}
		w.push(w.now+int64(timeout), evCheckTimeout, uint32(t.n), t.checks)
	}
}

// checked is a check that the task answered; only the awaited one counts.
func (w *World) checked(t *task, n uint32) {
	if t.awaited != n {
		return
	}
	t.awaited, t.fails = 0, 0
	t.passes++
	if t.state == taskUnhealthy && t.passes >= t.service.cfg.HealthCheck.Healthy {
		w.enter(t, taskHealthy)
		w.reconcile(t.service)
	}
}

func (w *World) checkTimedOut(t *task, n uint32) {
	if t.awaited == n && t.state < taskStopping {
		t.awaited, t.timedOut = 0, true
		w.checkFailed(t, "Request timed out")
	}
}

// checkRefused is a check that the task answered with 503.
func (w *World) checkRefused(t *task, n uint32) {
	if t.awaited == n {
		t.awaited, t.timedOut = 0, false
		w.checkFailed(t, "Health checks failed with these codes: [503]")
	}
}

// checkFailed counts a failure; enough of them make the target unhealthy, and
// ECS replaces the task. [D]
func (w *World) checkFailed(t *task, reason string) {
	t.passes = 0
	t.fails++
	if t.state == taskHealthy && t.fails >= max(t.service.cfg.HealthCheck.Unhealthy, 1) {
		w.enter(t, taskUnhealthy)
		w.say(t.service, "%s", unhealthyMessage(t, w.targetGroupARN(t.service), reason))
		w.reconcile(t.service)
	}
}
