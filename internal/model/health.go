package model

// checking is what a target group knows of a target from its health checks.
type checking struct {
	checks   uint32 // sent
	views    []view // by node
	timedOut bool   // the last failure was a time-out, not a refusal
}

// view is what one of the load balancer's nodes knows: each checks every
// target by itself. [D]
type view struct {
	awaited       uint32 // the check whose answer is awaited, 0 for none
	passes, fails int    // successive
	ill           bool   // it has counted enough failures, and not enough passes since
}

// mostNodes is how many nodes a load balancer may have here.
const mostNodes = 255

func newChecking(nodes int) checking { return checking{views: make([]view, nodes)} }

// ill says that the target group takes a target for unhealthy: while one of
// the nodes does. [U]
func (c *checking) ill() bool {
	for k := range c.views {
		if c.views[k].ill {
			return true
		}
	}
	return false
}

// awaits finds the node that awaits the answer of a check, nil where none does
// any more, and has it await none.
func (c *checking) awaits(n uint32) *view {
	for k := range c.views {
		if v := &c.views[k]; v.awaited == n {
			v.awaited = 0
			return v
		}
	}
	return nil
}

// watch has every node check a target, the first after a delay and the others
// within an interval of it. A new target's first check that passes makes it
// healthy [D]; where there are no checks, the delay does.
func (w *World) watch(t *task, delay int64) {
	interval := t.service.cfg.HealthCheck.Interval
	if interval <= 0 {
		w.push(w.now+delay, evTask, uint32(t.n), uint32(taskHealthy))
		return
	}
	w.push(w.now+delay, evCheck, uint32(t.n), 0)
	for k := 1; k < len(t.views); k++ {
		later := w.spread(Spread{0, interval - 1}, drawCheck, t.service.key+uint64(k), uint64(t.ordinal))
		w.push(w.now+delay+later, evCheck, uint32(t.n), uint32(k))
	}
}

// check sends a task its health check. It costs what a request for its path
// does and queues behind the others, so that it fails exactly when the task is
// so far behind that it is not done with it in time.
func (w *World) check(t *task, node int) {
	h := t.service.cfg.HealthCheck
	if t.state != taskInitial && t.state != taskHealthy && t.state != taskUnhealthy {
		return
	}
	w.push(w.now+int64(h.Interval), evCheck, uint32(t.n), uint32(node))
	v := &t.views[node]
	t.checks = max((t.checks+1)&(1<<indexBits-1), 1)
	v.awaited = t.checks
	if t.refusal() != "" {
		w.checkRefused(t, t.checks)
		return
	}
	i := w.flights.take()
	f := &w.flights.all[i]
	f.number, f.at, f.task, f.check, f.later = uint64(t.checks), w.now, t.n, true, none
	f.cpu, f.wait = t.service.checked.cost(0)
	w.accept(t, i)
	if v.awaited != 0 {
		timeout := h.Timeout
		if timeout <= 0 || timeout > h.Interval {
			timeout = h.Interval
		}
		w.push(w.now+int64(timeout), evCheckTimeout, uint32(t.n), t.checks)
	}
}

// checked is a check that the task answered; only the awaited one counts.
func (w *World) checked(t *task, n uint32) {
	v := t.awaits(n)
	if v == nil {
		return
	}
	v.fails = 0
	v.passes++
	v.ill = v.ill && v.passes < t.service.cfg.HealthCheck.Healthy
	switch {
	case t.state == taskInitial && !t.ill():
		w.reach(t, taskHealthy)
	case t.state == taskUnhealthy && !t.ill():
		w.enter(t, taskHealthy)
		w.reconcile(t.service)
	}
}

func (w *World) checkTimedOut(t *task, n uint32) {
	if v := t.awaits(n); v != nil && t.state < taskStopping {
		t.timedOut = true
		w.checkFailed(t, v, "Request timed out")
	}
}

// checkRefused is a check that the task answered with 503.
func (w *World) checkRefused(t *task, n uint32) {
	if v := t.awaits(n); v != nil {
		t.timedOut = false
		w.checkFailed(t, v, "Health checks failed with these codes: [503]")
	}
}

// checkFailed counts a failure; enough of them make the target unhealthy, and
// ECS replaces the task, once the grace that it has after it began to run is
// over. [D]
func (w *World) checkFailed(t *task, v *view, reason string) {
	v.passes = 0
	v.fails++
	v.ill = v.ill || v.fails >= max(t.service.cfg.HealthCheck.Unhealthy, 1)
	if v.ill && w.now-t.started >= int64(t.service.cfg.Grace) && (t.state == taskHealthy || t.state == taskInitial) {
		w.enter(t, taskUnhealthy)
		w.say(t.service, "%s", unhealthyMessage(t, w.targetGroupARN(t.service), reason))
		w.reconcile(t.service)
	}
}
