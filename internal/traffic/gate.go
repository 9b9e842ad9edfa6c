package traffic

import (
	"math"
	"slices"
	"time"

	"go.uber.org/ratelimit"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
)

// Gate is what stands in front of every send: the hard ceiling, so that no
// request leaves without a permit of the limiter, and, where the plan limits
// connections, the places on them. Those that have no permit or no place yet
// wait, in order of due time. T names a request. The engine sends through one,
// and the prediction lives through one. It is not safe for concurrent use: its
// owner's lock guards it.
//
// A request has its place from when it leaves to its end, see Done. A place
// that becomes free goes to the first that waits in an event of its own, at
// that instant: so the order of things does not depend on what freed it, nor on
// how long the far end takes to see a close.
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
	event   clock.Event // of the first in the queue: it has a place, and its permit then
	places  int         // 0: as many as are needed
	taken   int
	full    time.Time // when last all of them were taken; zero: never
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

// NewGate makes the gate of a plan's ceiling and of its limit of connections,
// where it has them. turn is called, as an event of the clock, when somebody's
// turn may have come: its owner then asks Next.
func NewGate[T comparable](c *clock.Clock, p *plan.Plan, turn func()) Gate[T] {
	return Gate[T]{clock: c, turn: turn, places: p.Connections.Places(), limiter: newLimiter(c, p)}
}

// newLimiter is a plan's ceiling; nil where it has none. One of several
// generators has its part of the burst that an idle time allows, too: the least
// of ten for each of them would be ten times as many in all.
func newLimiter(c *clock.Clock, p *plan.Plan) ratelimit.Limiter {
	if !(p.Ceiling > 0) {
		return nil
	}
	generators := max(1, p.Shard.Of)
	burst := p.Ceiling * float64(generators) * slackTime.Seconds()
	slack := max(minSlack, int(math.Ceil(burst))) / generators
	per := time.Duration(float64(time.Second) / p.Ceiling)
	return ratelimit.New(1, ratelimit.Per(max(1, per)),
		ratelimit.WithSlack(slack), ratelimit.WithClock(reserving{c}))
}

// reserving is service time for the limiter.
type reserving struct{ *clock.Clock }

func (reserving) Sleep(time.Duration) {}

// Admits says whether a request that is due now may go at once, and uses the
// permit and takes the place; one that may not is to Wait. Nobody overtakes
// those who wait.
func (g *Gate[T]) Admits() bool {
	if len(g.queue) > 0 || !g.Place() {
		return false
	}
	if g.reserve(); g.permit.After(g.clock.Now()) {
		return false
	}
	g.use()
	return true
}

// Place says whether a place is free: what waits nevertheless does so for a
// permit.
func (g *Gate[T]) Place() bool { return g.places == 0 || g.taken < g.places }

// Lacks is the reason for which one that left now did not go.
func (g *Gate[T]) Lacks() string {
	if g.Place() && g.full.Before(g.clock.Now()) && g.limiter != nil {
		return UnsentCeiling
	}
	return UnsentConnections
}

// Able is the instant from which on a request that was due had a place: what
// comes later is the doing of the ceiling, or of the machine that sends. To be
// asked as it goes.
func (g *Gate[T]) Able(due time.Time) time.Time {
	if g.full.After(due) {
		return g.full
	}
	return due
}

// Done gives the place back of a request that went.
func (g *Gate[T]) Done() {
	if g.places == 0 {
		return
	}
	if !g.Place() {
		g.full = g.clock.Now()
	}
	g.taken--
	g.schedule()
}

// reserve has the limiter's next permit ready; the zero time without a limiter.
func (g *Gate[T]) reserve() {
	if g.limiter != nil && g.permit.IsZero() {
		g.permit = g.limiter.Take()
	}
}

// use uses the permit and takes a place.
func (g *Gate[T]) use() {
	g.permit = time.Time{}
	g.taken++
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
	g.use()
	g.schedule()
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

// schedule schedules the turn of the first that waits, where it has a place.
func (g *Gate[T]) schedule() {
	if g.event != (clock.Event{}) || len(g.queue) == 0 || !g.Place() {
		return
	}
	g.reserve()
	at := g.clock.Now()
	if g.permit.After(at) {
		at = g.permit
	}
	g.event = g.clock.At(at, clock.RankArrival, g.queue[0].number, g.turn)
}

func (g *Gate[T]) cancel() {
	if g.clock.Cancel(g.event) {
		g.event = clock.Event{}
	}
}
