package traffic

import (
	"slices"

	"scaleproof/internal/clock"
	"scaleproof/internal/timeline"
)

// finish ends the engine; the caller wakes those who wait, with mu free.
func (e *Engine) finish() {
	e.ended = true
	close(e.work)
	e.wire.closeIdle()
}

func wake(waiters []*clock.Waiter) {
	for _, w := range waiters {
		w.Wake()
	}
}

// Stop ends the sending for a reason: what is planned after this instant is
// not planned, what waits at the ceiling is unsent, what is in flight drains.
// Only the first reason counts.
func (e *Engine) Stop(reason string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.reason == "" && !e.ended {
		e.stop(reason)
	}
}

func (e *Engine) stop(reason string) {
	e.reason, e.sending = reason, false
	for _, event := range e.planned {
		e.clock.Cancel(event)
	}
	now := e.clock.Now()
	for _, f := range e.gate.Empty() {
		e.giveUp(f, now, UnsentStopped)
	}
}

// Stopped is the reason of the stop; empty where there was none.
func (e *Engine) Stopped() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.reason
}

// Abort ends the drain: the last window is cut short at this instant, and what
// is in flight in it stays so. It stops the sending too, where it goes on.
func (e *Engine) Abort(reason string) {
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

// Wait parks the goroutine that holds the clock under id until the last window
// was written. It says false where the clock stopped first.
func (e *Engine) Wait(id string) bool {
	w := e.clock.Waiter(id)
	e.mu.Lock()
	if e.ended {
		e.mu.Unlock()
		return true
	}
	e.waiters = append(e.waiters, w)
	e.mu.Unlock()
	return w.Wait(nil)
}

// Close ends every goroutine and connection of the engine, whatever it is at,
// and waits for them. After the clock has stopped, or the engine is done.
func (e *Engine) Close() {
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
	e.wire.closeIdle()
}
