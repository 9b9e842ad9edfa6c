package clock

import (
	"sync"
	"time"
)

// Waiter parks one goroutine in service time. The goroutine gives up its hold
// while it waits, and whatever wakes it takes the hold for it. A Waiter is
// used once.
type Waiter struct {
	c    *Clock
	id   string
	keep bool

	mu    sync.Mutex
	woken bool
	wake  chan struct{}
}

// Waiter returns a waiter for the goroutine that holds the clock under id.
func (c *Clock) Waiter(id string) *Waiter {
	return &Waiter{c: c, id: id, keep: c.kept(id), wake: make(chan struct{})}
}

// Wake takes the hold and lets the goroutine go on. Only the first call does
// anything; it says whether it was that. After Wait returned false it does
// nothing.
func (w *Waiter) Wake() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.woken {
		return false
	}
	w.woken = true
	w.c.hold(w.id, !w.keep)
	close(w.wake)
	return true
}

// Wait gives up the hold and blocks until Wake is called (true; the hold is
// taken again), or until done or the clock is closed (false; it is not). A nil
// done is never closed. A Wake before Wait leaves the hold where it is.
func (w *Waiter) Wait(done <-chan struct{}) bool {
	w.park()
	select {
	case <-w.wake:
		return true
	case <-done:
	case <-w.c.stop:
	}
	// A wake that came at the same moment counts: its hold must be given up
	// by somebody, and its sender believes that we go on.
	w.mu.Lock()
	defer w.mu.Unlock()
	woken := w.woken
	w.woken = true
	return woken
}

// park gives up the hold unless somebody woke us already. Events run only
// after mu is free, since one of them may be the one that wakes us.
func (w *Waiter) park() {
	w.mu.Lock()
	dropped := !w.woken && w.c.drop(w.id)
	w.mu.Unlock()
	if dropped {
		w.c.pump()
	}
}

// Sleep parks the goroutine that holds the clock under id until an instant,
// at rank RankChange and the given key. It says false where the clock stopped
// first. It must not be called from an event's function.
func (c *Clock) Sleep(id string, until time.Time, key uint64) bool {
	w := c.Waiter(id)
	e := c.At(until, RankChange, key, func() { w.Wake() })
	if w.Wait(nil) {
		return true
	}
	c.Cancel(e)
	return false
}
