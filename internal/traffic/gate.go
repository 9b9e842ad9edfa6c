package traffic

import (
	"math"
	"slices"
	"time"

	"go.uber.org/ratelimit"

	"scaleproof/internal/clock"
)

// Gate is the hard ceiling: no request leaves without a permit of the limiter,
// and those that have none yet wait in order of due time. T names a request.
// The engine sends through one, and the prediction lives through one. It is
// not safe for concurrent use: its owner's lock guards it.
//
// The limiter is asked and never slept in: its clock's Sleep returns at once,
// Take so becomes a reservation, and the instant that it returns becomes an
// event. Parked in Take, a request could neither be stopped nor time out, and
// the limiter would take a permit for each that waits: after an overload of
// one time-out's length it would hand out permits to the dead only. Here one
// permit at most is reserved, and it passes on when the first in the queue
// gives up.
type Gate[T comparable] struct {
	clock   *clock.Clock
	limiter ratelimit.Limiter // nil: no ceiling
	turn    func()
	queue   []waiter[T]
	permit  time.Time   // reserved and not used; zero: none
	event   clock.Event // of the first in the queue, at permit
}

// waiter is a request that waits, and the number that orders it among the
// arrivals of one instant.
type waiter[T comparable] struct {
	who    T
	number uint64
}

// minSlack is the least number of permits that an idle time leaves for a burst.
const minSlack = 10

// slackTime is how long an idle time counts. A second's worth let twice the
// ceiling through in one second; the default of ten permits is less than a
// timer's coarseness at high rates.
const slackTime = 10 * time.Millisecond

// NewGate makes the gate of a ceiling in requests per second; 0 is none. turn
// is called, as an event of the clock, when somebody's turn may have come: its
// owner then asks Next.
func NewGate[T comparable](c *clock.Clock, ceiling float64, turn func()) Gate[T] {
	g := Gate[T]{clock: c, turn: turn}
	if !(ceiling > 0) {
		return g
	}
	slack := max(minSlack, int(math.Ceil(ceiling*slackTime.Seconds())))
	per := time.Duration(float64(time.Second) / ceiling)
	g.limiter = ratelimit.New(1, ratelimit.Per(max(1, per)),
		ratelimit.WithSlack(slack), ratelimit.WithClock(reserving{c}))
	return g
}

// reserving is service time for the limiter.
type reserving struct{ *clock.Clock }

func (reserving) Sleep(time.Duration) {}

// Admits says whether a request that is due now may go at once, and uses the
// permit; one that may not is to Wait. Nobody overtakes those who wait.
func (g *Gate[T]) Admits() bool {
	if g.limiter == nil {
		return true
	}
	if len(g.queue) > 0 {
		return false
	}
	if g.permit.IsZero() {
		g.permit = g.limiter.Take()
	}
	if g.permit.After(g.clock.Now()) {
		return false
	}
	g.permit = time.Time{}
	return true
}

// Wait puts a request that was not admitted at the queue's end.
func (g *Gate[T]) Wait(who T, number uint64) {
	g.queue = append(g.queue, waiter[T]{who, number})
	g.schedule()
}

// Next is who goes now, at its turn; false where everybody has left.
func (g *Gate[T]) Next() (who T, ok bool) {
	g.event = clock.Event{}
	if len(g.queue) == 0 {
		return who, false
	}
	who = g.queue[0].who
	g.queue = g.queue[1:]
	g.permit = time.Time{}
	if len(g.queue) > 0 {
		g.permit = g.limiter.Take()
		g.schedule()
	}
	return who, true
}

// Leave takes a request out of the queue; false where it is not in it. Its
// permit stays with the one who is then first.
func (g *Gate[T]) Leave(who T) bool {
	i := slices.IndexFunc(g.queue, func(w waiter[T]) bool { return w.who == who })
	if i < 0 {
		return false
	}
	g.queue = slices.Delete(g.queue, i, i+1)
	g.cancel()
	g.schedule()
	return true
}

// Empty ends the waiting and returns those who waited.
func (g *Gate[T]) Empty() (waited []T) {
	for _, w := range g.queue {
		waited = append(waited, w.who)
	}
	g.queue = nil
	g.cancel()
	return waited
}

// schedule schedules the turn of the first that waits.
func (g *Gate[T]) schedule() {
	if g.event == (clock.Event{}) && len(g.queue) > 0 {
		g.event = g.clock.At(g.permit, clock.RankArrival, g.queue[0].number, g.turn)
	}
}

func (g *Gate[T]) cancel() {
	if g.clock.Cancel(g.event) {
		g.event = clock.Event{}
	}
}
