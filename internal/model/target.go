package model

import (
	"math/bits"
	"time"
)

// Balancing is how the load balancer chooses among a target group's targets.
type Balancing int

const (
	RoundRobin       Balancing = iota // by turns; AWS's default [D]
	LeastOutstanding                  // the target with the fewest requests that it has not answered [D]
)

// String is AWS's word for it. [D]
func (b Balancing) String() string {
	return [...]string{"round_robin", "least_outstanding_requests"}[b]
}

// targets is a target group's view of its targets. Each of the load balancer's
// nodes takes its own turns and counts the requests that went through it:
// nodes do not know of each other's. [P]
type targets struct {
	eligible []*task // get requests
	turns    []int   // by node
	slow     int64   // until when one of them is in slow start
}

// target is what a target group keeps of one target.
type target struct {
	outstanding []int32 // requests not yet answered, by node
	within      bool    // it is healthy and gets requests
	rises, full int64   // its slow start: from, until
	credit      int64   // of its share of turns while it lasts
}

// newTargets spreads the nodes' first turns, save the first node's, which
// begins with the oldest target.
func (w *World) newTargets(s *service) targets {
	g := targets{turns: make([]int, w.nodes)}
	for k := 1; k < w.nodes; k++ {
		g.turns[k] = int(w.draw(drawNode, s.key, uint64(k)) % uint64(max(s.desired, 1)))
	}
	return g
}

// node is the one whose connection a request comes by.
func (w *World) node(number uint64) int {
	if w.nodes == 1 {
		return 0
	}
	k, _ := bits.Mul64(mix(w.nodeKey^number), uint64(w.nodes))
	return int(k)
}

// choose finds the target of a request that comes by a node: of the healthy
// ones, or of all that are registered where none is healthy (fail-open [D]);
// nil where none is.
func (w *World) choose(s *service, r *Request, node int) *task {
	n := len(s.eligible)
	if n == 0 {
		return nil
	}
	if r.Target != "" && s.cfg.Stickiness > 0 {
		if t := s.sticky(r.Target); t != nil {
			return t
		}
	}
	turn := s.turns[node]
	if turn >= n {
		turn = 0
	}
	s.turns[node] = turn + 1
	switch {
	case s.cfg.Balancing == LeastOutstanding:
		return s.least(turn, node)
	case w.now < s.slow:
		return w.gently(s, node)
	}
	return s.eligible[turn]
}

// sticky is the target that a cookie names, if it may get requests. [D]
func (s *service) sticky(id string) *task {
	for _, t := range s.eligible {
		if t.id == id {
			return t
		}
	}
	return nil
}

// least is the target with the fewest requests outstanding at a node. Of equals
// it is the next in turn. [U]
func (s *service) least(turn, node int) *task {
	best := s.eligible[turn]
	few := best.outstanding[node]
	for i := 1; i < len(s.eligible) && few > 0; i++ {
		k := turn + i
		if k >= len(s.eligible) {
			k -= len(s.eligible)
		}
		if t := s.eligible[k]; t.outstanding[node] < few {
			best, few = t, t.outstanding[node]
		}
	}
	return best
}

// gently takes turns in which a target in slow start takes part as often as
// the time since it became healthy is of the whole: its share rises in a
// straight line. [D]
func (w *World) gently(s *service, node int) *task {
	turn := s.turns[node] - 1
	first := s.eligible[turn]
	for range s.eligible {
		t := s.eligible[turn]
		if turn++; turn == len(s.eligible) {
			turn = 0
		}
		if t.takes(w.now) {
			s.turns[node] = turn
			return t
		}
	}
	return first // all of them only began
}

// takes says whether a target takes a turn.
func (t *target) takes(now int64) bool {
	if now >= t.full {
		return true
	}
	t.credit += now - t.rises
	if t.credit < t.full-t.rises {
		return false
	}
	t.credit -= t.full - t.rises
	return true
}

// elect works out anew which targets get requests.
func (w *World) elect(s *service) {
	risen := s.risen(w.now)
	s.eligible = s.eligible[:0]
	for _, t := range s.tasks {
		if t.state == taskHealthy {
			if !t.within {
				w.join(s, t, risen)
			}
			s.eligible = append(s.eligible, t)
		}
		t.within = t.state == taskHealthy
	}
	w.countHealthy(s, len(s.eligible))
	if len(s.eligible) > 0 {
		return
	}
	for _, t := range s.tasks {
		if t.state == taskInitial || t.state == taskUnhealthy {
			s.eligible = append(s.eligible, t)
		}
	}
}

// risen says that a healthy target is not in slow start.
func (s *service) risen(now int64) bool {
	for _, t := range s.tasks {
		if t.within && now >= t.full {
			return true
		}
	}
	return false
}

// join begins a target's slow start, unless no other could take what it is
// spared: [D] a target enters slow start only while another is out of it.
func (w *World) join(s *service, t *task, risen bool) {
	t.rises, t.full, t.credit = w.now, w.now, 0
	if length := int64(s.cfg.SlowStart); length > 0 && risen && s.cfg.Balancing == RoundRobin {
		t.full = w.now + length
		s.slow = max(s.slow, t.full)
		if w.trace != nil {
			w.log("task %s slow start until %s", t.id, w.time(t.full).Format(time.TimeOnly))
		}
	}
}
