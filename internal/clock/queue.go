package clock

import "time"

// queue holds the events that wait, as a heap of four children in order of
// (time, rank, key, number). The heap is of plain values: what an event does
// stands apart, in a place that a later event uses again, so that an event
// costs no memory of its own and the collector has nothing to look at where
// the heap is sorted.
type queue struct {
	heap   []waiting
	places []place
	free   []int32 // places without an event
}

// waiting orders an event.
type waiting struct {
	at     time.Duration // since the clock's origin
	key    uint64
	number uint64 // of its scheduling
	place  int32
	rank   Rank
}

// place is what an event does.
type place struct {
	fn     func()
	number uint64 // of the event that is here, 0 for none
	at     int32  // in the heap
}

func (a *waiting) before(b *waiting) bool {
	switch {
	case a.at != b.at:
		return a.at < b.at
	case a.rank != b.rank:
		return a.rank < b.rank
	case a.key != b.key:
		return a.key < b.key
	}
	return a.number < b.number
}

func (q *queue) empty() bool { return len(q.heap) == 0 }

// push adds an event, whose number is greater than any before.
func (q *queue) push(w waiting, fn func()) Event {
	if n := len(q.free); n > 0 {
		w.place, q.free = q.free[n-1], q.free[:n-1]
	} else {
		w.place = int32(len(q.places))
		q.places = append(q.places, place{})
	}
	p := &q.places[w.place]
	p.fn, p.number = fn, w.number
	q.heap = append(q.heap, w)
	q.up(len(q.heap)-1, w)
	return Event{number: w.number, place: w.place}
}

// first says whether an event is the next one.
func (q *queue) first(e Event) bool { return len(q.heap) > 0 && q.heap[0].number == e.number }

// pop takes out the next event and returns what it does.
func (q *queue) pop() func() {
	p := q.heap[0].place
	fn := q.places[p].fn
	q.remove(Event{number: q.heap[0].number, place: p})
	return fn
}

// remove takes out an event; false where it is not here any more.
func (q *queue) remove(e Event) bool {
	if e.number == 0 || q.places[e.place].number != e.number {
		return false
	}
	i := int(q.places[e.place].at)
	q.places[e.place] = place{}
	q.free = append(q.free, e.place)
	last := q.heap[len(q.heap)-1]
	q.heap = q.heap[:len(q.heap)-1]
	switch {
	case last.number == e.number:
	case i > 0 && last.before(&q.heap[(i-1)/4]):
		q.up(i, last)
	default:
		q.down(i, last)
	}
	return true
}

func (q *queue) put(i int, w waiting) {
	q.heap[i] = w
	q.places[w.place].at = int32(i)
}

func (q *queue) up(i int, w waiting) {
	for i > 0 {
		above := (i - 1) / 4
		if !w.before(&q.heap[above]) {
			break
		}
		q.put(i, q.heap[above])
		i = above
	}
	q.put(i, w)
}

func (q *queue) down(i int, w waiting) {
	for {
		child := 4*i + 1
		if child >= len(q.heap) {
			break
		}
		least := child
		for c := child + 1; c < min(child+4, len(q.heap)); c++ {
			if q.heap[c].before(&q.heap[least]) {
				least = c
			}
		}
		if !q.heap[least].before(&w) {
			break
		}
		q.put(i, q.heap[least])
		i = least
	}
	q.put(i, w)
}
