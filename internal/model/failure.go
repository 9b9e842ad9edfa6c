package model

import (
	"time"

	"scaleproof/internal/flaw"
)

// startFailure is why a task stops before it runs. [P]
const startFailure = "ResourceInitializationError: unable to pull secrets or registry auth"

// exitReason is why a task stops by itself. [D]
const exitReason = "Essential container in task exited"

// Chance is a probability in millionths.
type Chance int

// certain is the chance of what always happens.
const certain Chance = 1_000_000

// happens says whether what has a chance happens to an entity.
func (w *World) happens(c Chance, what, entity, index uint64) bool {
	return c > 0 && w.draw(what, entity, index)%uint64(certain) < uint64(c)
}

// Failures are what may go wrong with the tasks of a service; the zero value
// is nothing.
type Failures struct {
	Start Chance // that a task stops before it runs
	Crash Chance // that a task which runs stops by itself
	Life  Spread // from RUNNING to that end
}

// throttle is how ECS slows down the orders of a service whose tasks stop
// before they run, again and again: the time between them is increased up to
// 27 minutes, a task that runs ends it. [D] How it grows is not documented:
// here it doubles, from the third failure in a row on. [U]
type throttle struct {
	failed int   // in a row
	wait   int64 // the last, ns
	until  int64 // nothing is ordered before
}

const (
	throttleFrom  = 3
	throttleFirst = int64(time.Minute)
	throttleMost  = int64(27 * time.Minute) // [D]
)

// stillborn draws whether a task stops in place of running.
func (w *World) stillborn(t *task) bool {
	c := t.deployment.stillborn
	if share, ok := w.active(flaw.StartsFail, t.service, "", w.now); ok {
		c = max(c, Chance(share))
	}
	return w.happens(c, drawStillborn, t.service.key, uint64(t.ordinal))
}

// slowed is how long a part of a task's start takes that begins now.
func (w *World) slowed(s *service, delay int64) int64 {
	if factor, ok := w.active(flaw.StartsSlow, s, "", w.now); ok {
		return mulDiv(delay, factor, unit)
	}
	return delay
}

// failStart ends a task that did not come to run.
func (w *World) failStart(t *task) {
	s := t.service
	w.say(s, "was unable to place a task. Reason: %s.", startFailure) // [P]
	w.quit(t, stopFailed, startFailure)
	w.failed(t)
	th := &s.throttle
	th.failed++
	if th.failed < throttleFrom || w.now < th.until {
		return
	}
	if th.wait == 0 {
		w.say(s, "is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.") // [D]
		th.wait = throttleFirst / 2
	}
	th.wait = min(2*th.wait, throttleMost)
	th.until = w.now + th.wait
	w.push(th.until, evRetry, uint32(s.n), 0)
}

// fate draws whether and when a task that runs stops by itself.
func (w *World) fate(t *task) {
	f, k := t.service.cfg.Failures, t.service.key
	if w.happens(f.Crash, drawCrash, k, uint64(t.ordinal)) {
		w.push(w.now+w.spread(f.Life, drawLife, k, uint64(t.ordinal)), evCrash, uint32(t.n), 0)
	}
}

// crash has a task that runs stop by itself: what it works on is cut, and ECS
// takes it from the load balancer and replaces it. That ECS learns of it some
// seconds later in truth is left out. [U]
func (w *World) crash(t *task) {
	if !t.state.running() {
		return
	}
	s := t.service
	if t.state == taskInitial {
		w.failed(t)
	}
	if t.state != taskDraining {
		w.say(s, "deregistered 1 targets in (target-group %s)", w.targetGroupARN(s))
	}
	w.quit(t, stopExited, exitReason)
	w.reconcile(s)
}
