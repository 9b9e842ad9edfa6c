package traffic

import (
	"math"
	"runtime"
	"time"

	"go.uber.org/ratelimit"

	"scaleproof/internal/plan"
	"scaleproof/internal/traffic/http1"
	"scaleproof/internal/traffic/socket"
)

// lane is one thread that sends a part of the schedule over connections of its
// own: it sleeps until the next request is due or an answer is there, and
// writes and reads itself. Nothing of it is shared, but for the mail by which
// others tell it something and the ceiling, which is one for all lanes.
//
// What was tried and rejected: a goroutine a connection that reads, beside one
// that paces. It costs the same a request, but the pacer then waits for a
// processor behind the readers: at 10,000 requests a second it was more than a
// millisecond late at the 99th percentile.
type lane struct {
	owner    *lanes
	schedule *plan.Flow
	next     plan.Arrival
	more     bool // next is one
	kinds    []laneKind
	limiter  ratelimit.Limiter // nil: no ceiling
	permit   time.Duration     // reserved at the ceiling and not used; none: noPermit
	windows  *Windows
	index    int // of the window that is open
	sampling Sampling
	ahead    *Ahead
	over     distortion

	poller *socket.Poller
	mail   mailbox
	tracks []*track // by token; nil where it is free
	tokens []int32  // free ones
	idle   []*track // those used last at the end
	open   int      // tracks, busy or idle
	most   int      // of them; 0: no limit
	begun  int      // connections that are being made
	line   list     // requests that wait for a connection and a permit, in order
	silent list     // left, and nothing has come
	spare  *trip    // trips to be used again, by their hooks of byTurn
	checks int      // bodies that somebody looks at

	now     time.Duration // service time since the beginning, when last asked
	unix    int64         // the machine's realtime clock then
	rested  time.Duration // when it last woke, in economy
	closes  time.Duration // when the open window does
	unread  []*track      // that may have more to read
	stopped bool
	ended   bool
	buf     []byte
	trace   []byte
}

// laneKind is what a lane knows of a kind.
type laneKind struct {
	plan      *plan.Kind
	criterion *Criterion
	template  *http1.Template
	message   *http1.Message
	flying    list // all that have not ended, in order of due time
}

const noPermit = time.Duration(math.MinInt64)

// atOnce is how many requests that are due a lane sends before it looks for
// answers again: after a stall there are thousands.
const atOnce = 64

// run is the lane's thread; it ends when the collector says so. The thread
// ends with it: its timers are not as others'.
func (l *lane) run() {
	runtime.LockOSThread()
	socket.Sharpen()
	for !l.ended {
		l.tick()
		l.read()
		l.tick()
		l.closeWindows()
		l.send()
		l.expire()
		if !l.ended {
			l.wait()
		}
	}
	for _, letter := range l.mail.close() {
		letter() // a connection that came too late is closed
	}
	for _, k := range l.tracks {
		if k != nil {
			k.conn.Close()
		}
	}
	l.poller.Close()
}

// tick looks at the clock.
func (l *lane) tick() {
	at, unix := l.owner.clock.Both()
	l.now, l.unix = at.Sub(l.owner.base), unix
}

// at is the instant, in service time, of a stamp of the kernel's: not before
// a request left, nor after the present, whatever was done to the machine's
// clock meanwhile.
func (l *lane) at(stamp int64, left time.Duration) time.Duration {
	if stamp == 0 {
		l.tick()
		return l.now
	}
	if stamp > l.unix {
		l.tick()
	}
	ago := max(0, float64(l.unix-stamp)*l.owner.speed)
	return max(left, l.now-time.Duration(min(ago, float64(Top))))
}

func (l *lane) time(since time.Duration) time.Time { return l.owner.base.Add(since) }

// wait sleeps until there is something to do, and reads what has come.
func (l *lane) wait() {
	if l.owner.plan.Connections.Economy && l.rested < l.now {
		l.rest()
	}
	events, err := l.poller.Wait(l.idleFor())
	if err != nil { // the kernel refuses to wait: nothing can be measured any more
		l.owner.fail(err)
		return
	}
	l.tick()
	l.rested = l.now
	for _, e := range events {
		if l.more && l.next.At <= l.now { // never behind a heap of answers
			l.send()
		}
		l.ready(e)
	}
	l.resume()
}

// rest lets the tick of economy pass since the lane woke last. Kernel stamps
// keep the latencies right meanwhile.
func (l *lane) rest() {
	until := l.rested + plan.EconomyTick
	if d := l.owner.clock.Until(l.time(until)); d > 0 && d <= plan.EconomyTick {
		socket.Rest(d)
	}
}

// idleFor is how long there is nothing to do, on the wall.
func (l *lane) idleFor() time.Duration {
	if len(l.unread) > 0 {
		return 0
	}
	until := l.closes
	switch {
	case l.more && l.line.length > 0 && len(l.idle) == 0: // whatever is due, no connection is free for it
		until = min(until, max(l.next.At, l.now+plan.EconomyTick))
	case l.more:
		until = min(until, l.next.At)
	}
	if l.line.length > 0 && len(l.idle) > 0 && l.permit != noPermit {
		until = min(until, l.permit)
	}
	for i := range l.kinds {
		if t := l.kinds[i].flying.first; t != nil {
			until = min(until, t.due+l.kinds[i].plan.Timeout)
		}
	}
	if t := l.silent.first; t != nil {
		until = min(until, t.left+l.owner.plan.Connections.FirstByte)
	}
	return max(0, l.owner.clock.Until(l.time(until)))
}

// closeWindows hands over each window that is over. After a stall that waits
// until what was due in it is taken in: how much was planned is the schedule's.
func (l *lane) closeWindows() {
	for l.now >= l.closes && !l.ended && !(l.more && l.next.At < l.closes) {
		l.owner.collect(l, l.windows.cut(l.windows.End()), false)
		l.index++
		l.closes = l.windows.End().Sub(l.owner.base)
	}
}

// drained says that with the windows that were handed over all is told.
func (l *lane) drained() bool { return !l.more && l.checks == 0 && l.windows.Drained() }

// send sends what is due and what the ceiling lets go, in order.
func (l *lane) send() {
	for range atOnce {
		if !l.more || l.next.At > l.now {
			l.tick() // sending took its time
		}
		if !l.more || l.next.At > l.now {
			break
		}
		l.arrive()
	}
	l.pump()
}

// arrive takes in the request that is due.
func (l *lane) arrive() {
	a := l.next
	l.schedule.Next()
	l.next, l.more = l.schedule.Peek()
	k := &l.kinds[a.Kind]
	l.windows.Planned(l.time(a.At), a.Kind)
	if l.now >= a.At+k.plan.Timeout {
		l.windows.Unsent(l.time(l.now), a.Kind, UnsentGenerator)
		l.goesOn(a.Number)
		return
	}
	t := l.trip()
	*t = trip{kind: a.Kind, n: a.N, number: a.Number, due: a.At, lag: l.now - a.At}
	k.flying.push(t)
	l.line.push(t)
	l.pump()
}

// pump sends those who wait longest, as far as there are connections and
// permits. The permit is the last that is asked for: one that was given while
// a request waited for a connection would let all leave at once after a stall.
func (l *lane) pump() {
	for l.line.length > 0 {
		k := l.unoccupied()
		if k == nil {
			l.connect()
			return
		}
		if !l.permitted() {
			return
		}
		if t := l.line.first; l.now >= t.due+l.kinds[t.kind].plan.Timeout {
			l.belated(t, k)
			continue
		}
		l.permit = noPermit
		l.idle = l.idle[:len(l.idle)-1]
		k.idle = false
		t := l.line.pop()
		t.lag += l.now - max(k.freed, t.due+t.lag) // since then only the ceiling and this lane had it wait
		l.write(t, k)
	}
}

// belated ends a request that could leave on a connection now, and whose time
// was over while this thread did not run: what it lacked until then it was not
// sent for. To send it would be load that no user makes, and a time-out that is
// not the service's.
func (l *lane) belated(t *trip, k *track) {
	over := t.due + l.kinds[t.kind].plan.Timeout
	switch {
	case k.freed < over && (l.permit == noPermit || l.permit < over):
		l.unsent(t, UnsentGenerator)
	case k.freed < over:
		l.unsent(t, UnsentCeiling)
	case l.full():
		l.unsent(t, UnsentConnections)
	default:
		l.fail(t, ClassTimeout)
	}
}

// unoccupied is the connection that was used last and is free; nil where there
// is none.
func (l *lane) unoccupied() *track {
	for n := len(l.idle); n > 0; n = len(l.idle) {
		k := l.idle[n-1]
		if !l.aged(k) {
			return k
		}
		l.retire(k)
	}
	return nil
}

// permitted says that the permit that is reserved, or is now, may be used. See
// Gate: the limiter is asked and never slept in.
func (l *lane) permitted() bool {
	if l.limiter == nil {
		return true
	}
	if l.permit == noPermit {
		l.permit = l.limiter.Take().Sub(l.owner.base)
		l.tick() // it counts from a moment after the last
	}
	return l.permit <= l.now
}

// write sends a request.
func (l *lane) write(t *trip, on *track) {
	k := &l.kinds[t.kind]
	if ready, ok := l.ahead.Take(t.kind, t.n, t.due); ok {
		k.message.SetBody(ready)
		l.ahead.Give(t.kind, ready)
	} else if !k.plan.Body.Fixed() {
		k.message.SetBody(k.plan.Body.Append(k.message.Body(), l.owner.plan.Seed, t.n, l.time(t.due)))
	}
	var trace []byte
	if l.owner.plan.Traceparent > 0 {
		l.trace = l.owner.plan.AppendTraceparent(l.trace[:0], t.number, l.time(t.due))
		trace = l.trace
	}
	request := k.message.RenderTraced(t.number, trace)
	on.begin(k)
	t.lag -= l.now
	l.tick()
	t.lag += l.now
	t.stage, t.left, t.track, on.trip = onWire, l.now, on, t
	l.windows.Sent(l.time(t.left), l.time(t.left-t.lag), t.kind)
	on.requests++
	if l.owner.plan.Connections.FirstByte > 0 {
		l.silent.push(t)
	}
	if err := on.conn.Send(request); err != nil {
		l.fail(t, classify(err))
		return
	}
	if on.conn.Blocked() {
		l.watch(on, true)
	}
}

// expire ends what is beyond its time.
func (l *lane) expire() {
	for i := range l.kinds {
		k := &l.kinds[i]
		for t := k.flying.first; t != nil && t.due+k.plan.Timeout <= l.now; t = k.flying.first {
			l.timeout(t)
		}
	}
	if first := l.owner.plan.Connections.FirstByte; first > 0 {
		for t := l.silent.first; t != nil && t.left+first <= l.now; t = l.silent.first {
			l.receive(t.track) // while this thread did not run, it may have begun in time
			if l.silent.first == t {
				l.timeout(t)
			}
		}
	}
}

// timeout ends a request whose time is over before an answer was whole. One
// that waits was not sent, for what it lacked; but where more connections may be
// made, or none could be, the service takes too long to take one, and that is
// its time-out.
func (l *lane) timeout(t *trip) {
	switch {
	case t.stage == onWire && l.came(t):
	case t.stage == onWire:
		l.fail(t, ClassTimeout)
	case len(l.idle) > 0:
		l.unsent(t, UnsentCeiling)
	case l.full() && l.open > 0:
		l.unsent(t, UnsentConnections)
	default:
		l.fail(t, ClassTimeout)
	}
}

// came reads what there is of an answer whose time is over, and says whether
// that ended the request: while this thread did not run, answers came in time.
func (l *lane) came(t *trip) bool {
	on := t.track
	l.receive(on)
	return on.trip != t
}

// unsent ends a request that did not leave.
func (l *lane) unsent(t *trip, reason string) {
	l.windows.Unsent(l.time(l.now), t.kind, reason)
	l.leave(t)
}

// fail ends a request without an answer, and closes the connection that it is
// on. One that is in no connection yet left for it now.
func (l *lane) fail(t *trip, class string) {
	if t.track == nil {
		l.windows.Sent(l.time(l.now), l.time(l.now-t.lag), t.kind)
	}
	l.windows.Ended(l.time(l.now), t.kind, Outcome{Class: class, Failed: true})
	on := t.track
	l.leave(t)
	if on != nil {
		l.drop(on)
	}
}

// leave takes a request that ended out of everything.
func (l *lane) leave(t *trip) {
	l.goesOn(t.number)
	l.kinds[t.kind].flying.remove(t)
	switch t.stage {
	case inLine:
		l.line.remove(t)
	case onWire:
		l.silent.remove(t)
	}
	if t.track != nil {
		t.track.trip = nil
	}
	*t = trip{}
	t.hooks[byTurn].next, l.spare = l.spare, t
}

// goesOn has the user go on who waited for a request.
func (l *lane) goesOn(number uint64) {
	if l.schedule.Ended(number, l.now) && !l.stopped {
		l.next, l.more = l.schedule.Peek()
	}
}

// trip is one that is not used.
func (l *lane) trip() *trip {
	t := l.spare
	if t == nil {
		return &trip{}
	}
	l.spare = t.hooks[byTurn].next
	return t
}

// answered ends a request whose answer is whole.
func (l *lane) answered(t *trip, stamp int64) {
	on, k := t.track, &l.kinds[t.kind]
	now := l.at(stamp, t.left)
	on.freed = now
	if now-t.due >= k.plan.Timeout { // read late, and came late
		l.windows.Ended(l.time(now), t.kind, Outcome{Class: ClassTimeout, Failed: true})
		l.leave(t)
		return
	}
	o := Outcome{Status: on.parser.Status(), Latency: now - t.due, Waited: t.left - t.due}
	l.over.measure(l.owner.clock.Mode(), o.Latency, on.parser.Model())
	o.Failed = !k.criterion.Status(o.Status)
	if !o.Failed && k.criterion.ReadsBody() {
		o.Look = l.sampling.Look(t.kind, t.number, int64(l.index))
		if o.Look != LookNone {
			l.check(t, now, o)
			return
		}
	}
	l.windows.Ended(l.time(now), t.kind, o)
	l.leave(t)
}

// check has somebody else look at a body: what is in it may be a megabyte of
// JSON, and requests are due meanwhile.
func (l *lane) check(t *trip, now time.Duration, o Outcome) {
	on, kind := t.track, t.kind
	whole := int64(len(on.parser.Kept())) == on.parser.Length()
	body := on.parser.Kept()
	on.kept = nil // whoever looks has it
	criterion := l.kinds[kind].criterion
	l.leave(t)
	l.checks++
	l.owner.helpers.Add(1)
	go func() { // ends when it has looked
		defer l.owner.helpers.Done()
		o.Content = !whole || !criterion.Content(body)
		o.Failed = o.Content
		l.mail.put(func() {
			l.checks--
			l.windows.Ended(l.time(now), kind, o)
		})
	}()
}

// rescale multiplies the plan's rates.
func (l *lane) rescale(at time.Duration, factor float64) {
	if !l.stopped {
		l.schedule.Rescale(at, factor)
		l.ahead.Rescale(at, factor)
		l.next, l.more = l.schedule.Peek()
	}
}

// stop gives up what is planned and what waits.
func (l *lane) stop() {
	l.stopped, l.more = true, false
	for t := l.line.first; t != nil; t = l.line.first {
		l.unsent(t, UnsentStopped)
	}
}

// abort hands over the window that is open, as it stands, and ends the lane.
func (l *lane) abort() {
	if l.ended {
		return
	}
	l.more = false
	l.tick()
	l.closeWindows()
	l.ended = true
	l.owner.collect(l, l.windows.cut(l.time(l.now)), true)
}
