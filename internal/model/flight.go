package model

// none is the index of no flight.
const none = int32(-1)

// flight is one request between its arrival and the end of the work on it.
// Flights live in a pool and are named by their place in it.
type flight struct {
	number uint64
	at     int64 // arrival
	cpu    int64 // time that a worker spends on it
	wait   int64
	task   int32
	prev   int32 // older request whose client waits
	next   int32 // younger request whose client waits; of a free place the next free one
	later  int32 // next in the task's queue
	node   uint8 // of the load balancer, by which it came
	open   bool  // the client waits for the answer
	check  bool  // a health check; number is which
}

// flights is the pool, and the list of those whose clients wait in order of
// arrival.
type flights struct {
	all         []flight
	free        int32
	first, last int32
}

func newFlights() flights { return flights{free: none, first: none, last: none} }

func (p *flights) take() int32 {
	if p.free == none {
		p.all = append(p.all, flight{})
		return int32(len(p.all) - 1)
	}
	i := p.free
	p.free = p.all[i].next
	return i
}

func (p *flights) give(i int32) {
	p.all[i] = flight{next: p.free, prev: none, later: none}
	p.free = i
}

// open appends a flight to those whose clients wait.
func (p *flights) open(i int32) {
	f := &p.all[i]
	f.open, f.prev, f.next = true, p.last, none
	if p.last != none {
		p.all[p.last].next = i
	} else {
		p.first = i
	}
	p.last = i
}

// close takes a flight out of those whose clients wait.
func (p *flights) close(i int32) {
	f := &p.all[i]
	f.open = false
	if f.prev != none {
		p.all[f.prev].next = f.next
	} else {
		p.first = f.next
	}
	if f.next != none {
		p.all[f.next].prev = f.prev
	} else {
		p.last = f.prev
	}
}

// find returns the flight of a number whose client waits, or none. It walks
// from the oldest, since those who give up have waited longest.
func (p *flights) find(number uint64) int32 {
	for i := p.first; i != none; i = p.all[i].next {
		if p.all[i].number == number {
			return i
		}
	}
	return none
}
