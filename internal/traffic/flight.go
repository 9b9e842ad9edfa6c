package traffic

import (
	"cmp"
	"context"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
)

// flight is one request, from the instant at which it is due to its end.
type flight struct {
	kind      int
	n, number uint64
	id        string // under which it holds the clock
	due, left time.Time
	deadline  clock.Event
	ctx       context.Context
	cancel    context.CancelFunc
	body      []byte // rendered ahead; nil: it was not

	// Guarded by the engine's mu.
	able time.Time // when it was due and had a connection to leave by
	sent bool
	over bool // its end is recorded, or nobody wants to know it any more
}

func byNumber(a, b *flight) int { return cmp.Compare(a.number, b.number) }

// scheduleArrival schedules the next request. Only one is ever scheduled: its
// event schedules the one after it.
func (e *flights) scheduleArrival() {
	a, ok := e.arrivals.Peek()
	if !ok {
		e.sending = false
		return
	}
	event := e.clock.At(e.base.Add(a.At), clock.RankArrival, a.Number, func() { e.arrive(a) })
	e.planned = append(e.planned[:len(e.plan.Stages)], event)
}

// arrive is the event of a request that is due.
func (e *flights) arrive(a plan.Arrival) {
	id := scaling.RequestID(a.Number)
	e.clock.Hold(id)
	e.mu.Lock()
	if next, ok := e.arrivals.Peek(); !e.sending || !ok || next != a { // stopped or rescaled on a clock that follows the wall, at this moment
		e.mu.Unlock()
		e.clock.Release(id)
		return
	}
	e.arrivals.Next()
	f := &flight{kind: a.Kind, n: a.N, number: a.Number, id: id, due: e.base.Add(a.At)}
	f.ctx, f.cancel = context.WithCancel(e.ctx)
	e.windows.Planned(f.due, f.kind)
	timeout := e.plan.Kinds[f.kind].Timeout
	f.deadline = e.clock.At(f.due.Add(timeout), clock.RankDeadline, f.number, func() { e.expire(f) })
	e.scheduleArrival()
	if e.gate.Admits() {
		e.launch(f)
		e.mu.Unlock()
		return
	}
	e.gate.Wait(f, f.number)
	e.mu.Unlock()
	e.clock.Release(id)
}

// turn is the event of a permit: the first that waits goes.
func (e *flights) turn() {
	e.mu.Lock()
	defer e.mu.Unlock()
	f, ok := e.gate.Next()
	if !ok {
		return // stopped, or expired at this moment
	}
	e.clock.Hold(f.id)
	e.launch(f)
}

// launch hands a request to a goroutine that is free, or to a new one.
func (e *flights) launch(f *flight) {
	f.able = e.gate.Able(f.due)
	e.flights[f.number] = f
	f.body, _ = e.ahead.Take(f.kind, f.n, f.due.Sub(e.base))
	select {
	case e.work <- f:
	default:
		e.workers.Add(1)
		go e.fly(f) // ends when the engine does
	}
}

// fly sends one request after another. Its buffers grow to what they need and
// stay, as does its stack.
func (e *flights) fly(f *flight) {
	defer e.workers.Done()
	var out outgoing
	for ok := true; ok; f, ok = <-e.work {
		e.render(f, &out)
		if e.depart(f) {
			err := e.wire.send(f.ctx, &out)
			e.land(f, &out, err)
		}
	}
}

func (e *flights) render(f *flight, out *outgoing) {
	k := &e.plan.Kinds[f.kind]
	out.kind, out.number, out.body = f.kind, f.number, out.body[:0]
	if f.body != nil { // copied, so that it is given back at once and not when the answer is there
		out.body = append(out.body, f.body...)
	} else if k.Body.Size > 0 {
		out.body = k.Body.Append(out.body, e.plan.Seed, f.n, f.due)
	}
	out.trace = e.plan.AppendTraceparent(out.trace[:0], f.number, f.due)
	out.keep = e.criteria[f.kind].ReadsBody()
}

// depart records that a request leaves; false where its time was over before
// it could, which takes a machine that is starved and a clock that follows
// the wall.
func (e *flights) depart(f *flight) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if f.body != nil {
		e.ahead.Give(f.kind, f.body)
		f.body = nil
	}
	if f.over {
		return false
	}
	f.sent, f.left = true, e.clock.Now()
	e.windows.Sent(f.left, f.able, f.kind)
	if first := e.plan.Connections.FirstByte; first > 0 && e.clock.Mode() == clock.Stepping {
		e.hurry(f, f.left.Add(first))
	}
	return true
}

// hurry makes a deadline earlier. On a stepping clock, where all of an answer
// comes at one instant, the time for its first byte is one for the whole; on
// others the transport knows when the first byte came.
func (e *flights) hurry(f *flight, at time.Time) {
	if at.Before(f.due.Add(e.plan.Kinds[f.kind].Timeout)) && e.clock.Cancel(f.deadline) {
		f.deadline = e.clock.At(at, clock.RankDeadline, f.number, func() { e.expire(f) })
	}
}

// land records how a request ended, unless its deadline did so before. Then
// its hold is not its own any more: whoever serves it gives it up when it has
// seen the close, so that the service's world learns of it at this instant.
func (e *flights) land(f *flight, out *outgoing, err error) {
	e.mu.Lock()
	if f.over {
		e.mu.Unlock()
		f.cancel()
		return
	}
	now := e.clock.Now()
	e.clock.Cancel(f.deadline)
	e.over(f)
	e.windows.Ended(now, f.kind, e.outcome(f, out, err, now))
	e.mu.Unlock()
	f.cancel()
	e.clock.Release(f.id)
}

func (e *flights) outcome(f *flight, out *outgoing, err error, now time.Time) Outcome {
	if err != nil {
		return Outcome{Class: classify(err), Failed: true}
	}
	e.distortion.measure(e.clock.Mode(), now.Sub(f.due), out.model)
	c := &e.criteria[f.kind]
	o := Outcome{Status: out.status, Latency: now.Sub(f.due), Waited: f.left.Sub(f.due), Failed: !c.Status(out.status)}
	if o.Failed || !c.ReadsBody() {
		return o
	}
	o.Look = e.sampling.Look(f.kind, f.number, int64(now.Sub(e.base)/e.plan.Window))
	o.Content = o.Look != LookNone && !c.Content(out.answer)
	o.Failed = o.Content
	return o
}

func (e *flights) over(f *flight) {
	f.over = true
	delete(e.flights, f.number)
	e.gate.Done()
	e.goesOn(f)
}

// goesOn has the user go on who waited for a request.
func (e *flights) goesOn(f *flight) {
	if e.arrivals.Ended(f.number, e.clock.Now().Sub(e.base)) && e.reason == "" && !e.ended {
		for _, next := range e.planned[len(e.plan.Stages):] {
			e.clock.Cancel(next)
		}
		e.sending = true
		e.scheduleArrival()
	}
}

// expire is the event of a deadline.
func (e *flights) expire(f *flight) {
	e.clock.Hold(f.id)
	e.mu.Lock()
	now := e.clock.Now()
	switch {
	case f.over: // it ended at this moment, on a clock that follows the wall
	case f.sent:
		e.over(f)
		e.windows.Ended(now, f.kind, Outcome{Class: ClassTimeout, Failed: true})
		e.mu.Unlock()
		f.cancel() // the far end sees the close, and gives up the hold
		return
	case e.gate.Leave(f):
		e.giveUp(f, now, e.gate.Lacks())
	default:
		e.over(f)
		e.giveUp(f, now, UnsentGenerator)
	}
	e.mu.Unlock()
	e.clock.Release(f.id)
}

// giveUp records that a request will not be sent.
func (e *flights) giveUp(f *flight, now time.Time, reason string) {
	f.over = true
	e.goesOn(f)
	e.clock.Cancel(f.deadline)
	e.windows.Unsent(now, f.kind, reason)
	f.cancel()
}
