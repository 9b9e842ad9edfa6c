package predict

import (
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
)

// flights are the requests of one kind that are sent, or wait to be: a ring
// from the oldest of them on. All have the same time-outs, and leave in order,
// so that they reach their deadlines in order, and one event serves them all:
// that of the oldest, which comes to nothing where it has ended by then.
type flights struct {
	kind      int
	timeout   time.Duration // from when a request was due
	firstByte time.Duration // from when it left; 0: none
	late      func()        // the event of a deadline
	awaited   bool          // it is scheduled
	event     clock.Event

	due         []time.Time // by N, modulo its length, a power of two; zero where it has ended
	gone        []time.Time // when each left, likewise, where there is a firstByte; zero where it waits
	first, next uint64      // N of the oldest that may not have ended, and of the next to come
}

// add takes in a kind's next request.
func (f *flights) add(due time.Time) {
	if f.next-f.first == uint64(len(f.due)) {
		f.grow()
	}
	*f.at(f.next) = due
	if f.firstByte > 0 {
		f.gone[f.next&uint64(len(f.gone)-1)] = time.Time{}
	}
	f.next++
}

func (f *flights) at(n uint64) *time.Time { return &f.due[n&uint64(len(f.due)-1)] }

func (f *flights) grow() {
	wide := max(64, 2*len(f.due))
	f.due = wider(f.due, wide, f.first, f.next)
	if f.firstByte > 0 {
		f.gone = wider(f.gone, wide, f.first, f.next)
	}
}

// wider is a ring of another length with the same in it.
func wider(ring []time.Time, wide int, first, next uint64) []time.Time {
	out := make([]time.Time, wide)
	for n := first; n < next; n++ {
		out[n&uint64(wide-1)] = ring[n&uint64(len(ring)-1)]
	}
	return out
}

// left says that a request leaves. It returns whether the first deadline so
// became another one.
func (f *flights) left(number uint64, now time.Time) bool {
	if f.firstByte == 0 {
		return false
	}
	n := plan.NOf(number)
	f.gone[n&uint64(len(f.gone)-1)] = now
	first, _, ok := f.oldest()
	return ok && first == number
}

// find says when a request was due; ok is false where it has ended, or is not
// of the run.
func (f *flights) find(number uint64) (due time.Time, ok bool) {
	if n := plan.NOf(number); f.first <= n && n < f.next {
		due = *f.at(n)
	}
	return due, !due.IsZero()
}

// end takes out a request that find has found.
func (f *flights) end(number uint64) { *f.at(plan.NOf(number)) = time.Time{} }

// oldest is the first to reach its deadline; ok is false where there is none.
func (f *flights) oldest() (number uint64, deadline time.Time, ok bool) {
	for f.first < f.next && f.at(f.first).IsZero() {
		f.first++
	}
	if f.first == f.next {
		return 0, deadline, false
	}
	deadline = f.at(f.first).Add(f.timeout)
	if f.firstByte > 0 {
		if gone := f.gone[f.first&uint64(len(f.gone)-1)]; !gone.IsZero() && gone.Add(f.firstByte).Before(deadline) {
			deadline = gone.Add(f.firstByte)
		}
	}
	return plan.Number(f.kind, f.first), deadline, true
}
