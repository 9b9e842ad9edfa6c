package plan

import (
	"container/heap"
	"math"
	"slices"
	"time"
)

// Flow yields what a run sends: the plan's schedule, and the requests of the
// users who wait for each answer, of which the next is known only when the last
// has ended. It is not safe for concurrent use.
type Flow struct {
	*Schedule
	plan  *Plan
	crowd *crowd // nil: nobody waits
}

// Flow starts the run's requests anew: those of the plan's shard.
func (p *Plan) Flow() *Flow { return &Flow{p.Schedule(), p, newCrowd(p)} }

// Peek is the next request that is known; ok is false where there is none at
// present. After Ended there may be an earlier one.
func (s *Flow) Peek() (a Arrival, ok bool) {
	a, ok = s.Schedule.Peek()
	if s.crowd == nil {
		return a, ok
	}
	if u := s.crowd.first(); u != nil && (!ok || u.wakes < a.At) {
		return s.crowd.arrival(u), true
	}
	return a, ok
}

// Next takes the request that Peek shows.
func (s *Flow) Next() (a Arrival, ok bool) {
	a, ok = s.Peek()
	if ok && s.crowd != nil && s.plan.Kinds[a.Kind].Closed() {
		s.crowd.take(a)
		return a, ok
	}
	return s.Schedule.Next()
}

// Ended tells that a request came to its end, whichever, at an instant after
// the traffic's beginning. It says whether somebody waited for that: then Peek
// may show another request.
func (s *Flow) Ended(number uint64, at time.Duration) bool {
	return s.crowd != nil && s.crowd.ended(number, at)
}

// crowd are the users of a plan who wait for each answer.
type crowd struct {
	plan    *Plan
	users   users            // all of them, by when they send
	waiting map[uint64]*user // by the number of the request that they wait for
	sent    []uint64         // by kind
}

// user is one of them. It thinks before each request, before its first for a
// part of what it thinks later: those who come at one time do not send at one.
type user struct {
	kind, index int
	wakes       time.Duration // never: it waits, or is gone for good
	thought     uint64        // how often
	place       int           // among the users
}

const never = time.Duration(math.MaxInt64)

func newCrowd(p *Plan) *crowd {
	if !slices.ContainsFunc(p.Kinds, Kind.Closed) {
		return nil
	}
	c := &crowd{plan: p, waiting: map[uint64]*user{}, sent: make([]uint64, len(p.Kinds))}
	for kind := range p.Kinds {
		most := 0
		for _, s := range p.Stages {
			if len(s.Users) > 0 {
				most = max(most, s.Users[kind].From, s.Users[kind].To)
			}
		}
		for i := range most {
			if p.Shard.has(kind, uint64(i)) {
				u := &user{kind: kind, index: i, place: len(c.users)}
				c.comes(u, 0)
				c.users = append(c.users, u)
			}
		}
	}
	heap.Init(&c.users)
	return c
}

// first is the user who sends next; nil where all wait.
func (c *crowd) first() *user {
	if len(c.users) == 0 || c.users[0].wakes == never {
		return nil
	}
	return c.users[0]
}

func (c *crowd) arrival(u *user) Arrival {
	of := uint64(max(1, c.plan.Shard.Of))
	first := (uint64(max(1, c.plan.Shard.Index)) - 1 + of - uint64(u.kind)%of) % of // see Shard.has
	n := c.sent[u.kind]*of + first
	return Arrival{At: u.wakes, Kind: u.kind, N: n, Number: Number(u.kind, n)}
}

func (c *crowd) take(a Arrival) {
	u := c.first()
	c.sent[u.kind]++
	c.waiting[a.Number] = u
	u.wakes = never
	heap.Fix(&c.users, u.place)
}

func (c *crowd) ended(number uint64, at time.Duration) bool {
	u := c.waiting[number]
	if u == nil {
		return false
	}
	delete(c.waiting, number)
	wakes := at + c.think(u)
	since, ok := c.plan.present(u.kind, u.index, wakes)
	switch {
	case ok && since == wakes:
		u.wakes = wakes
	case ok:
		c.comes(u, since)
	}
	heap.Fix(&c.users, u.place)
	return true
}

// comes has a user come as soon as there are so many, from an instant on; one
// whose turn never comes is gone for good.
func (c *crowd) comes(u *user, from time.Duration) {
	for u.wakes = never; ; {
		since, ok := c.plan.present(u.kind, u.index, from)
		if !ok {
			return
		}
		wakes := since + time.Duration(float64(unit(c.draw(u))*float64(c.think(u))))
		if from, ok = c.plan.present(u.kind, u.index, wakes); !ok {
			return
		}
		if from == wakes {
			u.wakes = wakes
			return
		}
	}
}

// think is how long a user thinks this time.
func (c *crowd) think(u *user) time.Duration {
	t := c.plan.Kinds[u.kind].Think
	least, most := t.Min.Std(), t.Max.Std()
	return least + time.Duration(float64(unit(c.draw(u))*float64(most-least)))
}

func (c *crowd) draw(u *user) uint64 {
	u.thought++
	return draw(keyOf(c.plan.Seed, "users", c.plan.Kinds[u.kind].Name)+uint64(u.index)*0x9e3779b97f4a7c15, u.thought)
}

// present is the first instant from at on at which a kind has more users than
// index; ok is false where it never does.
func (p *Plan) present(kind, index int, at time.Duration) (since time.Duration, ok bool) {
	for _, s := range p.Stages {
		if len(s.Users) == 0 || s.Start+s.For <= at {
			continue
		}
		if since, ok = s.present(s.Users[kind], index, max(at, s.Start)); ok && since < s.Start+s.For {
			return since, true
		}
	}
	return 0, false
}

// present is the same within the stage. The number goes up and down by one at
// equal distances over the ramp, and reaches To with its end.
func (s Stage) present(u Users, index int, at time.Duration) (since time.Duration, ok bool) {
	step := func(n int) time.Duration { // until n came or went
		total := int64(max(u.To-u.From, u.From-u.To))
		return s.Start + time.Duration((int64(s.Ramp)/total)*int64(n)+(int64(s.Ramp)%total*int64(n)+total-1)/total)
	}
	switch {
	case s.Ramp == 0 || at >= s.Start+s.Ramp || index < min(u.From, u.To):
		return at, index < u.To
	case index < u.To: // it comes
		return max(at, step(index+1-u.From)), true
	case index < u.From: // it goes
		return at, at < step(u.From-index)
	}
	return 0, false
}

// users are a heap, by when they send.
type users []*user

func (h users) Len() int { return len(h) }

func (h users) Less(i, j int) bool {
	a, b := h[i], h[j]
	if a.wakes != b.wakes {
		return a.wakes < b.wakes
	}
	return a.kind < b.kind || a.kind == b.kind && a.index < b.index
}

func (h users) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

// Push is heap's, and not used: users come and go by when they send.
func (h *users) Push(any) { panic("plan: users are not added") }

// Pop is heap's, and not used.
func (h *users) Pop() any { panic("plan: users are not removed") }
