package traffic

import (
	"math"
	"slices"
	"time"

	"go.uber.org/ratelimit"

	"scaleproof/internal/clock"
)

// gate is the hard ceiling: no request leaves without a permit of the
// limiter, and those that have none yet wait in order of due time.
//
// The limiter is asked and never slept in: its clock's Sleep returns at once,
// Take so becomes a reservation, and the instant that it returns becomes an
// event. Parked in Take, a request could neither be stopped nor time out, and
// the limiter would take a permit for each that waits: after an overload of
// one time-out's length it would hand out permits to the dead only. Here one
// permit at most is reserved, and it passes on when the first in the queue
// gives up.
type gate struct {
	limiter ratelimit.Limiter // nil: no ceiling
	queue   []*flight
	permit  time.Time    // reserved and not used; zero: none
	turn    *clock.Event // of the first in the queue, at permit
}

// minSlack is the least number of permits that an idle time leaves for a burst.
const minSlack = 10

// slackTime is how long an idle time counts. A second's worth let twice the
// ceiling through in one second; the default of ten permits is less than a
// timer's coarseness at high rates.
const slackTime = 10 * time.Millisecond

// newGate makes the gate of a ceiling in requests per second; 0 is none.
func newGate(c *clock.Clock, ceiling float64) gate {
	if !(ceiling > 0) {
		return gate{}
	}
	slack := max(minSlack, int(math.Ceil(ceiling*slackTime.Seconds())))
	per := time.Duration(float64(time.Second) / ceiling)
	return gate{limiter: ratelimit.New(1, ratelimit.Per(max(1, per)),
		ratelimit.WithSlack(slack), ratelimit.WithClock(reserving{c}))}
}

// reserving is service time for the limiter.
type reserving struct{ *clock.Clock }

func (reserving) Sleep(time.Duration) {}

// admits says whether a request that is due now may go at once, and uses the
// permit. Nobody overtakes those who wait.
func (g *gate) admits(now time.Time) bool {
	if g.limiter == nil {
		return true
	}
	if len(g.queue) > 0 {
		return false
	}
	if g.permit.IsZero() {
		g.reserve()
	}
	if g.permit.After(now) {
		return false
	}
	g.use()
	return true
}

func (g *gate) reserve() { g.permit = g.limiter.Take() }

func (g *gate) use() { g.permit = time.Time{} }

// leave takes a request out of the queue; false where it is not in it.
func (g *gate) leave(f *flight) bool {
	i := slices.Index(g.queue, f)
	if i < 0 {
		return false
	}
	g.queue = slices.Delete(g.queue, i, i+1)
	return true
}

// empty ends the waiting and returns those who waited.
func (g *gate) empty(c *clock.Clock) []*flight {
	waited := g.queue
	g.queue = nil
	if c.Cancel(g.turn) {
		g.turn = nil
	}
	return waited
}
