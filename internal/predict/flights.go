package predict

import (
	"time"

	"scaleproof/internal/plan"
)

// flights are the requests of one kind that are sent, or wait at the ceiling:
// a ring from the oldest of them on. All have the same time-out, so that they
// reach their deadlines in order, and one event serves them all: that of the
// oldest, which comes to nothing where it has ended by then.
type flights struct {
	kind    int
	timeout time.Duration
	late    func() // the event of a deadline
	awaited bool   // it is scheduled

	due         []time.Time // by N, modulo its length, a power of two; zero where it has ended
	first, next uint64      // N of the oldest that may not have ended, and of the next to come
}

// add takes in a kind's next request.
func (f *flights) add(due time.Time) {
	if f.next-f.first == uint64(len(f.due)) {
		f.grow()
	}
	*f.at(f.next) = due
	f.next++
}

func (f *flights) at(n uint64) *time.Time { return &f.due[n&uint64(len(f.due)-1)] }

func (f *flights) grow() {
	wider := flights{due: make([]time.Time, max(64, 2*len(f.due)))}
	for n := f.first; n < f.next; n++ {
		*wider.at(n) = *f.at(n)
	}
	f.due = wider.due
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
func (f *flights) oldest() (number uint64, due time.Time, ok bool) {
	for f.first < f.next && f.at(f.first).IsZero() {
		f.first++
	}
	if f.first == f.next {
		return 0, due, false
	}
	return plan.Number(f.kind, f.first), *f.at(f.first), true
}
