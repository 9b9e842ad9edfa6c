package model

// refusal is why the task refuses one more request; empty where it does not.
func (t *task) refusal() string {
	switch c := &t.service.cfg.Task; {
	case c.Queue > 0 && t.idle == 0 && t.queued >= c.Queue:
		return ReasonFull
	case c.InFlight > 0 && t.flying >= c.InFlight:
		return ReasonBusy
	}
	return ""
}

func (t *task) blocks() bool { return t.service.cfg.Task.WorkersBlock }

// accept gives a flight to a worker or puts it in the queue.
func (w *World) accept(t *task, i int32) {
	t.flying++
	if t.idle > 0 {
		t.run(w.now)
		w.work(t, i)
		w.attend(t)
		return
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
func (w *World) work(t *task, i int32) {
	for i != none && !w.begin(t, i) {
		i = w.next(t)
	}
}

// begin has an idle worker take one flight and says whether it is busy then.
func (w *World) begin(t *task, i int32) bool {
	switch f := &w.flights.all[i]; {
	case f.cpu > 0:
		t.put(i, f.cpu)
	case f.wait > 0 && t.blocks():
		w.push(w.now+f.wait, evAnswer, uint32(i), 0)
	default:
		w.afterCPU(i)
		return false
	}
	t.idle--
	return true
}

// next is the oldest flight that waits for a worker. Those that waited too long
// are refused as their turn comes, which is when a server looks at them.
func (w *World) next(t *task) int32 {
	i, limit := w.dequeue(t), int64(t.service.cfg.Task.QueueTimeout)
	for ; i != none && limit > 0 && w.now-w.flights.all[i].at > limit; i = w.dequeue(t) {
		w.reject(t, i)
	}
	return i
}

// reject ends a flight that its task does not want to do any more.
func (w *World) reject(t *task, i int32) {
	f := &w.flights.all[i]
	t.flying--
	switch {
	case f.check:
		w.checkRefused(t, uint32(f.number))
	case f.open:
		w.close(t, i)
		t.service.sums.target5xx++
		w.answer(f.number, 503, ReasonWaited, t.id)
	}
	w.flights.give(i)
}

func (w *World) dequeue(t *task) int32 {
	i := t.first
	if i == none {
		return none
	}
	t.first = w.flights.all[i].later
	t.queued--
	return i
}

// worked ends the requests whose CPU is spent.
func (w *World) worked(t *task) {
	t.run(w.now)
	for i := t.take(); i != none; i = t.take() {
		if w.flights.all[i].wait > 0 && t.blocks() {
			w.afterCPU(i)
			continue
		}
		t.idle++
		w.afterCPU(i)
		w.work(t, w.next(t))
	}
	w.attend(t)
}

// waited ends a request whose wait is over, and frees the worker that it held.
func (w *World) waited(i int32) {
	t := w.tasks[w.flights.all[i].task]
	w.finish(i)
	if t.blocks() && t.state < taskStopping {
		t.idle++
		t.run(w.now)
		w.work(t, w.next(t))
		w.attend(t)
	}
}

// attend has the world look at a task when the first of its requests on CPU is
// over.
func (w *World) attend(t *task) {
	if len(t.jobs) > 0 {
		w.works.set(t, t.ends())
		return
	}
	t.reset()
	w.works.remove(t)
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
	t.flying--
	switch {
	case f.check:
		w.checked(t, uint32(f.number))
	case f.open:
		w.close(t, i)
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
	for _, e := range t.jobs {
		w.flights.give(int32(uint32(e.key)))
	}
	t.jobs = t.jobs[:0]
	w.works.remove(t)
}
