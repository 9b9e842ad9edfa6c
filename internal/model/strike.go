package model

import (
	"cmp"
	"slices"

	"scaleproof/internal/flaw"
)

// strike kills n tasks of a service that run, drawn by key.
func (w *World) strike(s *service, n int, index uint64) {
	var alive []*task
	for _, t := range s.tasks {
		if t.state.running() {
			alive = append(alive, t)
		}
	}
	lot := func(t *task) uint64 { return w.draw(drawKill, s.key+index, uint64(t.ordinal)) }
	slices.SortFunc(alive, func(a, b *task) int { return cmp.Compare(lot(a), lot(b)) })
	for _, t := range alive[:min(n, len(alive))] {
		w.crash(t)
	}
}

// expectStrikes puts the first strike of each fault that kills tasks into the
// order of events.
func (w *World) expectStrikes() {
	for i := range w.faults {
		if w.faults[i].kind == flaw.TasksKilled {
			w.expectStrike(uint32(i), 0)
		}
	}
}

// expectStrike orders the strike of a fault's n-th interval, at an instant of
// it that is drawn by key.
func (w *World) expectStrike(i, n uint32) {
	f := &w.faults[i]
	at := f.from + f.size*int64(n) + int64(w.draw(drawStrike, uint64(i), uint64(n))%uint64(f.size))
	if at < f.until {
		w.push(max(at, w.now), evStrike, i, n)
	}
}

// struck kills a task of each service that the fault concerns.
func (w *World) struck(i, n uint32) {
	for _, s := range w.services {
		if w.faults[i].holds(s, w.now) {
			w.strike(s, 1, others|uint64(i)<<indexBits|uint64(n))
		}
	}
	w.expectStrike(i, n+1)
}
