package model

// worker is one of a task's workers.
type worker struct {
	flight int32 // none while it is idle
	mark   int64 // since when its CPU is not yet counted
	waits  bool  // its CPU is spent; the request's wait holds it
}

// process is the program that runs in a task: its workers, and what waits for
// them.
type process struct {
	workers     []worker
	idle        int   // workers without a request
	first, last int32 // queue of flights
	queued      int
	limit       int // longest queue, 0 for none

	used  int64 // ns of workers' CPU since the task's mark
	share int64 // milli-CPU that a busy worker uses
}

func newProcess(c Task) process {
	n := max(c.Workers, 1)
	p := process{
		workers: make([]worker, n), idle: n, first: none, last: none, limit: c.Queue,
		share: max(min(1000, c.MilliCPU/int64(n)), 1),
	}
	for k := range p.workers {
		p.workers[k].flight = none
	}
	return p
}

// stretched is the time that a worker takes for CPU time at one vCPU: longer
// where the workers share less than a vCPU each.
func (t *task) stretched(cpu int64) int64 {
	if t.share == 1000 {
		return cpu
	}
	return cpu * 1000 / t.share
}

// full says that the task refuses one more request.
func (t *task) full() bool { return t.limit > 0 && t.idle == 0 && t.queued >= t.limit }

// accept gives a flight to a worker or puts it in the queue.
func (w *World) accept(t *task, i int32) {
	if t.idle > 0 {
		for k := range t.workers {
			if t.workers[k].flight == none {
				w.work(t, k, i)
				return
			}
		}
	}
	if t.first == none {
		t.first = i
	} else {
		w.flights.all[t.last].later = i
	}
	t.last = i
	t.queued++
}

// work has an idle worker take a flight, and those behind it in the queue as
// long as they take no time.
func (w *World) work(t *task, k int, i int32) {
	for i != none && !w.begin(t, k, i) {
		i = w.dequeue(t)
	}
}

// begin has an idle worker take one flight and says whether it is busy then.
func (w *World) begin(t *task, k int, i int32) bool {
	f := &w.flights.all[i]
	if f.cpu == 0 && (f.wait == 0 || !w.blocks(t)) {
		w.afterCPU(i)
		return false
	}
	wk := &t.workers[k]
	wk.flight, wk.mark, wk.waits = i, w.now, f.cpu == 0
	t.idle--
	if wk.waits {
		w.push(w.now+f.wait, evWork, uint32(t.n), uint32(k))
	} else {
		w.push(w.now+f.cpu, evWork, uint32(t.n), uint32(k))
	}
	return true
}

func (w *World) blocks(t *task) bool { return t.service.cfg.Task.WorkersBlock }

func (w *World) dequeue(t *task) int32 {
	i := t.first
	if i == none {
		return none
	}
	t.first = w.flights.all[i].later
	t.queued--
	return i
}

// worked ends what a worker was busy with.
func (w *World) worked(t *task, k int) {
	wk := &t.workers[k]
	if wk.flight == none {
		return
	}
	i := wk.flight
	f := &w.flights.all[i]
	if !wk.waits {
		t.used += w.now - wk.mark
		if f.wait > 0 && w.blocks(t) {
			wk.waits = true
			w.push(w.now+f.wait, evWork, uint32(t.n), uint32(k))
			return
		}
	} else {
		f.wait = 0 // over
	}
	wk.flight, wk.waits = none, false
	t.idle++
	w.afterCPU(i)
	if next := w.dequeue(t); next != none {
		w.work(t, k, next)
	}
}

// afterCPU lets a flight wait out, or finishes it.
func (w *World) afterCPU(i int32) {
	f := &w.flights.all[i]
	if f.wait > 0 {
		w.push(w.now+f.wait, evAnswer, uint32(i), 0)
		return
	}
	w.finish(i)
}

// finish ends a flight that its task has done.
func (w *World) finish(i int32) {
	f := &w.flights.all[i]
	t := w.tasks[f.task]
	switch {
	case f.check:
		w.checked(t, uint32(f.number))
	case f.open:
		w.flights.close(i)
		t.service.sums.latency.add(w.now - f.at)
		w.answer(f.number, 200, "", t.id)
	}
	w.flights.give(i)
}

// abandon ends all work of a task.
func (w *World) abandon(t *task) {
	for i := w.dequeue(t); i != none; i = w.dequeue(t) {
		w.flights.give(i)
	}
	for k := range t.workers {
		if i := t.workers[k].flight; i != none {
			w.flights.give(i)
			t.workers[k].flight = none
		}
	}
}
