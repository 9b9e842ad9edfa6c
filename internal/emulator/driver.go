package emulator

import (
	"slices"
	"sync"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// driver binds the world to the clock. The world's next event is one event of
// the clock, put anew whenever the world was touched; each answer is an event
// of its own at its instant, in order of request numbers, which wakes the one
// who waits for it. It is safe for concurrent use.
//
// The lock is never held while the clock is called to schedule: on a clock
// that follows the wall an event that is due may run then and there.
type driver struct {
	clock *clock.Clock

	mu      sync.Mutex
	world   *model.World
	flights map[uint64]*flight
	due     time.Time   // instant of event; zero where none is put
	event   clock.Event // none while it is being put
	ended   bool        // the world stands still from now on
}

// flight is one request inside the world.
type flight struct {
	number  uint64
	entered time.Time
	waiter  *clock.Waiter

	answered bool         // the world has answered; guarded by driver.mu
	answer   model.Answer // set before the waiter is woken
}

func newDriver(c *clock.Clock, w *model.World) *driver {
	d := &driver{clock: c, world: w, flights: map[uint64]*flight{}}
	d.touch(nil)
	return d
}

// touch brings the world to the present and lets do act on it there. The time
// is read under the lock that do runs under, so that the world is never asked
// about its past.
func (d *driver) touch(do func(w *model.World, now time.Time) []model.Answer) {
	d.mu.Lock()
	now := d.clock.Now()
	answers := slices.Clone(d.world.Advance(now)) // the world's slice lasts until its next call
	if do != nil {
		answers = append(answers, do(d.world, now)...)
	}
	for _, a := range answers {
		if f := d.flights[a.Number]; f != nil {
			f.answered = true
		}
	}
	d.mu.Unlock()

	for _, a := range answers {
		d.clock.At(a.At, clock.RankAnswer, a.Number, func() { d.deliver(a) })
	}
	d.put()
}

// put schedules the world's next event, unless one that is no later stands.
// One that came to stand too early finds nothing to do, and puts the next.
func (d *driver) put() {
	d.mu.Lock()
	next, ok := d.world.Next()
	if !ok || d.ended || !d.due.IsZero() && !next.Before(d.due) {
		d.mu.Unlock()
		return
	}
	old := d.event
	d.due, d.event = next, clock.Event{}
	d.mu.Unlock()

	d.clock.Cancel(old)
	event := d.clock.At(next, clock.RankModel, 0, func() { d.step(next) })

	d.mu.Lock()
	if d.event == (clock.Event{}) && d.due.Equal(next) {
		d.event = event
	}
	d.mu.Unlock()
}

// end takes the world's event back: nobody is left to see what would happen.
func (d *driver) end() {
	d.mu.Lock()
	d.ended = true
	event := d.event
	d.mu.Unlock()
	d.clock.Cancel(event)
}

// step is the world's event that was put for an instant.
func (d *driver) step(at time.Time) {
	d.mu.Lock()
	if d.due.Equal(at) {
		d.due, d.event = time.Time{}, clock.Event{}
	}
	ended := d.ended
	d.mu.Unlock()
	if !ended {
		d.touch(nil)
	}
}

// enter hands a request to the world. The caller holds the clock under id and
// parks in the flight's waiter. A number that is already in the world is a
// client's mistake; the world gets `spare` in its place. The target that its
// cookie names counts until `until`.
func (d *driver) enter(r model.Request, until time.Time, id string, spare func() uint64) *flight {
	f := &flight{waiter: d.clock.Waiter(id)}
	d.touch(func(w *model.World, now time.Time) []model.Answer {
		if d.flights[r.Number] != nil {
			r.Number = spare()
		}
		if !now.Before(until) {
			r.Target = ""
		}
		f.number, f.entered = r.Number, now
		d.flights[r.Number] = f
		return w.Submit(now, r)
	})
	return f
}

// service is the one that a path reaches; its zero value where none is.
func (d *driver) service(path string) scaling.Service {
	d.mu.Lock()
	defer d.mu.Unlock()
	s, _ := d.world.Route(path)
	return s
}

// deliver wakes the one who waits for an answer, if it still does.
func (d *driver) deliver(a model.Answer) {
	d.mu.Lock()
	f := d.flights[a.Number]
	delete(d.flights, a.Number)
	d.mu.Unlock()
	if f != nil {
		f.answer = a
		f.waiter.Wake()
	}
}

// leave tells the world that a request's client is gone. The caller holds the
// clock.
func (d *driver) leave(f *flight) {
	d.touch(func(w *model.World, now time.Time) []model.Answer {
		if d.flights[f.number] == f {
			delete(d.flights, f.number)
			if !f.answered {
				w.Gone(now, f.number)
			}
		}
		return nil
	})
}
