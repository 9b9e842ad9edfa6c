package traffic

import "time"

// trip is one request of a lane, from the instant at which it is due to its
// end. Instants are service time since the traffic's beginning.
type trip struct {
	kind      int
	n, number uint64
	due, left time.Duration
	lag       time.Duration // of the time between them, what the lane and the ceiling made it wait
	stage     stage
	track     *track // what it is on; nil before it left
	hooks     [hooks]hook
}

// stage is how far a trip came.
type stage uint8

const (
	inLine stage = iota // it waits for a connection and a permit of the ceiling
	onWire              // it left
)

// hook is a trip's place in one list.
type hook struct{ prev, next *trip }

// The lists that a trip can be in, one of each at a time.
const (
	byDeadline  = iota // of its kind's trips that have not ended, in order of due time
	byTurn             // of those that wait
	byFirstByte        // of those that left and had no byte of an answer
	hooks
)

// list is a queue of trips through their hooks of one number: it takes no
// room, and any of them leaves it at once.
type list struct {
	by          int
	first, last *trip
	length      int
}

func (l *list) push(t *trip) {
	h := &t.hooks[l.by]
	h.prev, h.next = l.last, nil
	if l.last == nil {
		l.first = t
	} else {
		l.last.hooks[l.by].next = t
	}
	l.last = t
	l.length++
}

func (l *list) pop() *trip {
	t := l.first
	if t != nil {
		l.remove(t)
	}
	return t
}

// remove takes a trip out; one that is not in the list stays where it is.
func (l *list) remove(t *trip) {
	h := &t.hooks[l.by]
	if h.prev == nil && l.first != t {
		return
	}
	if h.prev == nil {
		l.first = h.next
	} else {
		h.prev.hooks[l.by].next = h.next
	}
	if h.next == nil {
		l.last = h.prev
	} else {
		h.next.hooks[l.by].prev = h.prev
	}
	*h = hook{}
	l.length--
}
