package model

import (
	"time"

	"scaleproof/internal/scaling"
)

// Why the load balancer, and not a task, answered. They are the Reason of an
// Answer.
const (
	ReasonNoRule   = "no rule matches"               // 404
	ReasonNoTarget = "no target is registered"       // 503
	ReasonTimeout  = "the target did not answer"     // 504
	ReasonKilled   = "the target closed the request" // 502
)

// Why a task, which Answer names, answered 503.
const (
	ReasonFull   = "the task's queue is full"
	ReasonBusy   = "the task has as many requests as it accepts"
	ReasonWaited = "the request waited too long for a worker"
)

// Submit hands a request to the load balancer at now, living until then first.
// Among the answers are those of that time, and the request's own where it is
// refused, or done, at once. An instant before what the world has lived counts
// as the present. The slice is valid until the next call of Advance or Submit.
func (w *World) Submit(now time.Time, r Request) []Answer {
	w.live(w.instant(now))
	w.arrive(&r)
	return w.take()
}

func (w *World) arrive(r *Request) {
	ro := w.router.find(r.Method, r.Path)
	if ro.service == nil {
		if w.trace != nil {
			w.log("arrival %s %s %s", numberText(r.Number), r.Method, r.Path)
		}
		w.answer(r.Number, 404, ReasonNoRule, "")
		return
	}
	s := ro.service
	node := w.node(r.Number)
	t := w.choose(s, r, node)
	if w.trace != nil {
		w.log("arrival %s %s %s service=%s task=%s", numberText(r.Number), r.Method, r.Path, s.cfg.Service.Name, t.name())
	}
	if t == nil {
		w.unserved()
		w.answer(r.Number, 503, ReasonNoTarget, "")
		return
	}
	s.sums.requests++
	if reason := t.refusal(); reason != "" {
		s.sums.target5xx++
		w.answer(r.Number, 503, reason, t.id)
		return
	}
	i := w.flights.take()
	f := &w.flights.all[i]
	f.number, f.at, f.task, f.node, f.later = r.Number, w.now, t.n, uint8(node), none
	f.cpu, f.wait = ro.cost(r.Body)
	w.flights.open(i)
	t.outstanding[node]++
	w.accept(t, i)
}

// close ends a request for its client.
func (w *World) close(t *task, i int32) {
	w.flights.close(i)
	t.outstanding[w.flights.all[i].node]--
}

// unserved counts an answer with 5xx that no task gave. It is the load
// balancer's, whichever service it was for, and is kept with the first. [D]
func (w *World) unserved() { w.services[0].sums.elb5xx++ }

// timeOut answers 504 for a request; the task goes on with it in vain.
func (w *World) timeOut(i int32) {
	f := &w.flights.all[i]
	t := w.tasks[f.task]
	w.close(t, i)
	w.unserved()
	w.answer(f.number, 504, ReasonTimeout, t.id)
}

// Gone tells that the client of a request closed its connection at now. CPU
// that a task spends on it is still spent. No answer will come. A number that
// is not in flight is ignored.
func (w *World) Gone(now time.Time, number uint64) {
	w.live(w.instant(now))
	i := w.flights.find(number)
	if i == none {
		return
	}
	w.log("gone %d", number)
	w.close(w.tasks[w.flights.all[i].task], i)
}

// Route says which service a path reaches.
func (w *World) Route(path string) (scaling.Service, bool) {
	s := w.router.service(path)
	if s == nil {
		return scaling.Service{}, false
	}
	return s.cfg.Service, true
}
