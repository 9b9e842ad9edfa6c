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
	t := s.choose()
	if w.trace != nil {
		w.log("arrival %s %s %s service=%s task=%s", numberText(r.Number), r.Method, r.Path, s.cfg.Service.Name, t.name())
	}
	if t == nil {
		s.sums.elb5xx++
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
	f.number, f.at, f.task, f.later = r.Number, w.now, t.n, none
	f.cpu, f.wait = ro.cost(r.Body)
	w.flights.open(i)
	w.accept(t, i)
}

// choose takes the next target in turn: of the healthy ones, or of all that
// are registered where none is healthy (fail-open [D]); nil where none is.
func (s *service) choose() *task {
	if len(s.eligible) == 0 {
		return nil
	}
	if s.turn >= len(s.eligible) {
		s.turn = 0
	}
	t := s.eligible[s.turn]
	s.turn++
	return t
}

// elect works out anew which targets get requests.
func (w *World) elect(s *service) {
	s.eligible = s.eligible[:0]
	for _, t := range s.tasks {
		if t.state == taskHealthy {
			s.eligible = append(s.eligible, t)
		}
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

// timeOut answers 504 for a request; the task goes on with it in vain.
func (w *World) timeOut(i int32) {
	f := &w.flights.all[i]
	t := w.tasks[f.task]
	w.flights.close(i)
	t.service.sums.elb5xx++
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
	w.flights.close(i)
}

// Route says which service a path reaches.
func (w *World) Route(path string) (scaling.Service, bool) {
	s := w.router.service(path)
	if s == nil {
		return scaling.Service{}, false
	}
	return s.cfg.Service, true
}
