package traffic

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"scaleproof/internal/plan"
)

// Ahead renders bodies before they are due, on goroutines of its own, so that
// a sender does not come late by the making of a large one. Which body is due
// when is a pure function of the plan, so it runs through a copy of the
// schedule and asks nobody. Only kinds whose bodies take long to make are
// rendered ahead, see plan.Body.Dear; most are made faster than they could be
// handed over.
//
// Memory is bounded: the kinds share the bytes given, each has as many buffers
// as its part holds, and no more are ever made. Those that the sender has taken
// and not given back are among them. A kind of whose bodies not even two fit is
// rendered as it is sent.
//
// Take and Give are for one goroutine, the sender's, or for several that a lock
// of theirs keeps apart: they neither wait nor allocate nor take a lock. Rescale
// may be called beside them. A nil Ahead has nothing ready.
type Ahead struct {
	shelves []*shelf // by kind; nil where bodies are made as they are sent
	changes atomic.Pointer[[]rescaled]
	ended   chan struct{}
	end     sync.Once
	workers sync.WaitGroup
	missed  int64
}

// rescaled is a change of the rates.
type rescaled struct {
	at     time.Duration
	factor float64
}

// mostAhead is how many bodies of a kind lie ready at most: a tenth of a second
// at ten thousand a second, which is longer than a goroutine waits for its turn
// on a busy machine.
const mostAhead = 1024

// aheadBytes is what an engine gives to bodies that are rendered ahead.
const aheadBytes = 8 << 20

// NewAhead begins to render the bodies of a plan's arrivals, those of its shard,
// in so many bytes; start is when the first stage begins.
func NewAhead(p *plan.Plan, start time.Time, bytes int64) *Ahead {
	a := &Ahead{shelves: make([]*shelf, len(p.Kinds)), ended: make(chan struct{})}
	a.changes.Store(new([]rescaled))
	dear := int64(0)
	for i := range p.Kinds {
		if p.Kinds[i].Body.Dear() {
			dear++
		}
	}
	for i := range p.Kinds {
		body := &p.Kinds[i].Body
		if !body.Dear() {
			continue
		}
		count := min(bytes/dear/max(body.Size, body.Wire), mostAhead)
		if count < 2 {
			continue
		}
		s := newShelf(int(count))
		a.shelves[i] = s
		a.workers.Add(1)
		go func() { // ends with Close, and with the schedule
			defer a.workers.Done()
			a.fill(s, p, i, start)
		}()
	}
	return a
}

// Take is the body of a kind's n-th request, due so long after the beginning,
// and what became of those before it: they are not asked for any more. It is
// the sender's until Give. Where there is none, since it is not ready, or the
// kind is not rendered ahead, or the request is due at another time than the
// schedule had it, ok is false, and the sender makes it.
func (a *Ahead) Take(kind int, n uint64, at time.Duration) (body []byte, ok bool) {
	if a == nil || a.shelves[kind] == nil {
		return nil, false
	}
	s := a.shelves[kind]
	s.wanted.Store(n + 1)
	for {
		r, some := s.ready.peek()
		if !some || r.n > n {
			a.missed++
			return nil, false
		}
		s.ready.drop()
		if r.n == n && r.at == at {
			return r.body, true
		}
		s.giveBack(r.body)
	}
}

// Give takes back what Take gave, once it is sent.
func (a *Ahead) Give(kind int, body []byte) { a.shelves[kind].giveBack(body) }

// Missed is how many bodies of the kinds that are rendered ahead were not ready
// when they were taken. It is for the goroutine that takes.
func (a *Ahead) Missed() int64 { return a.missed }

// Rescale tells of a change of the rates, see plan.Schedule.Rescale: what was
// rendered for instants after it is thrown away as it is come to.
func (a *Ahead) Rescale(at time.Duration, factor float64) {
	if a == nil {
		return
	}
	changes := append(slices.Clone(*a.changes.Load()), rescaled{at, factor})
	a.changes.Store(&changes)
}

// Close ends the rendering and waits for its goroutines. What was taken stays
// the taker's. It may be called again.
func (a *Ahead) Close() {
	if a == nil {
		return
	}
	a.end.Do(func() { close(a.ended) })
	a.workers.Wait()
}

// fill renders one body of a kind after the other.
func (a *Ahead) fill(s *shelf, p *plan.Plan, kind int, start time.Time) {
	body, changes := &p.Kinds[kind].Body, a.changes.Load()
	size := max(body.Size, body.Wire)
	arrivals := p.ScheduleOf(kind)
	for {
		if now := a.changes.Load(); now != changes {
			arrivals, changes = p.ScheduleOf(kind), now
			for _, c := range *now {
				arrivals.Rescale(c.at, c.factor)
			}
		}
		next, more := arrivals.Next()
		if !more {
			return // a pause ends it too: what comes after one is made as it is sent
		}
		if next.N < s.wanted.Load() {
			continue
		}
		buffer, ok := s.buffer(size, a.ended)
		if !ok {
			return
		}
		s.ready.push(rendered{next.N, next.At, body.Append(buffer[:0], p.Seed, next.N, start.Add(next.At))})
	}
}

// shelf is where the bodies of one kind lie that are ready. One goroutine puts
// them there and one takes them away.
type shelf struct {
	ready, spare *ring[rendered] // of spare ones only the buffer counts
	made, count  int             // buffers, and how many there may be
	wanted       atomic.Uint64   // the request behind the one that was asked for last
	asleep       atomic.Bool     // the one who fills waits for wake
	wake         chan struct{}
}

// rendered is a request's body.
type rendered struct {
	n    uint64
	at   time.Duration
	body []byte
}

func newShelf(count int) *shelf {
	return &shelf{ready: newRing[rendered](count), spare: newRing[rendered](count), count: count, wake: make(chan struct{}, 1)}
}

// buffer is an empty one, for which it waits; false where all is over.
func (s *shelf) buffer(size int64, ended <-chan struct{}) ([]byte, bool) {
	for {
		if r, ok := s.spare.peek(); ok {
			s.spare.drop()
			return r.body, true
		}
		if s.made < s.count {
			s.made++
			return make([]byte, 0, size), true
		}
		s.asleep.Store(true)
		if s.enough() { // given back before the other end saw that it is awaited
			s.asleep.Store(false)
			continue
		}
		select {
		case <-s.wake:
		case <-ended:
			return nil, false
		}
	}
}

// enough says that it is worth waking who fills: half of the buffers are free,
// or nothing is ready. To wake it for each would cost a sender more than a body.
func (s *shelf) enough() bool {
	free := s.spare.len()
	return free > 0 && (free >= s.count/2 || s.ready.len() == 0)
}

func (s *shelf) giveBack(body []byte) {
	s.spare.push(rendered{body: body})
	if s.asleep.Load() && s.enough() && s.asleep.CompareAndSwap(true, false) {
		select {
		case s.wake <- struct{}{}:
		default: // it has not yet seen the one before
		}
	}
}

// ring is a queue of fixed length between one goroutine that pushes and one
// that takes. Nothing is ever pushed that has no room: there are no more
// buffers than places.
type ring[T any] struct {
	items      []T
	head, tail atomic.Uint64 // pushed, taken
}

func newRing[T any](size int) *ring[T] { return &ring[T]{items: make([]T, size)} }

func (r *ring[T]) push(v T) {
	head := r.head.Load()
	r.items[head%uint64(len(r.items))] = v
	r.head.Store(head + 1)
}

// peek is the oldest.
func (r *ring[T]) peek() (v T, ok bool) {
	tail := r.tail.Load()
	if tail == r.head.Load() {
		return v, false
	}
	return r.items[tail%uint64(len(r.items))], true
}

// drop takes the oldest away, which peek has shown.
func (r *ring[T]) drop() { r.tail.Store(r.tail.Load() + 1) }

func (r *ring[T]) len() int { return int(r.head.Load() - r.tail.Load()) }
