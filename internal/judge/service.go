package judge

import (
	"time"

	"scaleproof/internal/timeline"
)

// readService reads what was seen of the service itself.
func (f *facts) readService(events []timeline.Event) {
	for _, e := range events {
		switch d := e.Data.(type) {
		case timeline.Counts:
			f.counts = append(f.counts, step[timeline.Counts]{after(e), e.Seen, d, e.Seq})
		case timeline.Health:
			f.health = append(f.health, step[timeline.Health]{after(e), e.Seen, d, e.Seq})
		case timeline.Capacity:
			f.capacity = append(f.capacity, step[timeline.Capacity]{after(e), e.Seen, d, e.Seq})
		}
	}
}

// after is the last instant at which the event's change had not happened yet.
func after(e timeline.Event) time.Time {
	if e.NotBefore.IsZero() {
		return e.Seen // it was learnt as it happened
	}
	return e.NotBefore
}

// desiredAt lists the desired counts that may have stood at t. Orders have an
// exact time of their own, looks do not: the later of the two speaks.
func (f *facts) desiredAt(t time.Time) (lo, hi int, known bool) {
	note := func(n int) {
		if !known {
			lo, hi, known = n, n, true
		}
		lo, hi = min(lo, n), max(hi, n)
	}
	var last *order
	for i := range f.orders {
		if !f.orders[i].at.After(t) {
			last = &f.orders[i]
		}
	}
	for _, s := range f.counts.at(t) {
		switch {
		case last == nil && s.seen.After(t):
			// A change between two looks around t that no order before t made:
			// an order after t did, or nobody that we know.
			if !f.orderedIn(s.after, s.seen) {
				note(s.value.Desired)
			}
		case last == nil || s.after.After(last.at):
			note(s.value.Desired)
		}
	}
	if last != nil && !known {
		note(last.to)
	}
	return lo, hi, known
}

// orderedIn says that some order was given in (from, to].
func (f *facts) orderedIn(from, to time.Time) bool {
	for _, o := range f.orders {
		if o.at.After(from) && !o.at.After(to) {
			return true
		}
	}
	return false
}
