package traffic

import (
	"slices"

	"scaleproof/internal/clock"
	"scaleproof/internal/timeline"
)

// finish ends the engine; the caller wakes those who wait, with mu free.
func (e *flights) finish() {
	e.ended = true
	close(e.work)
	e.wire.closeIdle()
}

func wake(waiters []*clock.Waiter) {
	for _, w := range waiters {
		w.Wake()
	}
}

// Stop is the driver's.
func (e *flights) Stop(reason string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.reason == "" && !e.ended {
		e.stop(reason)
	}
}

func (e *flights) stop(reason string) {
	e.reason, e.sending = reason, false
	for _, event := range e.planned {
		e.clock.Cancel(event)
	}
	now := e.clock.Now()
	for _, f := range e.gate.Empty() {
		e.giveUp(f, now, UnsentStopped)
	}
}

// Abort is the driver's.
func (e *flights) Abort(reason string) {
	e.mu.Lock()
	if e.ended {
		e.mu.Unlock()
		return
	}
	if e.reason == "" {
		e.stop(reason)
	}
	now := e.clock.Now()
	w := e.windows.Close(now)
	var left []*flight
	for _, f := range e.flights {
		left = append(left, f)
	}
	slices.SortFunc(left, byNumber)
	for _, f := range left {
		f.over = true
		e.clock.Hold(f.id) // the far end gives it up when it sees the close
		e.clock.Cancel(f.deadline)
	}
	clear(e.flights)
	e.finish()
	waiters := e.waiters
	e.mu.Unlock()
	e.emit(timeline.New(now, Source, "", w))
	for _, f := range left {
		f.cancel()
	}
	wake(waiters)
}

// Close is the driver's.
func (e *flights) Close() {
	e.mu.Lock()
	if !e.ended {
		if e.reason == "" {
			e.stop("closed")
		}
		for _, f := range e.flights {
			f.over = true
			e.clock.Cancel(f.deadline)
			defer e.clock.Release(f.id)
		}
		clear(e.flights)
		e.finish()
	}
	e.mu.Unlock()
	e.cancel()
	e.workers.Wait()
	e.ahead.Close()
	e.wire.closeIdle()
}
