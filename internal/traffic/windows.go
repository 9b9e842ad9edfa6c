package traffic

import (
	"time"

	"scaleproof/internal/timeline"
)

// Top is the longest latency that a histogram tells apart; what took longer
// counts as this long, and as clamped.
const Top = time.Hour

// digits are the significant decimal digits of a latency in microseconds.
const digits = 3

// Reasons for which a planned request was not sent.
const (
	UnsentCeiling     = "ceiling"     // the ceiling let it go no earlier than its time-out
	UnsentConnections = "connections" // none was free before its time-out, and the plan allows no more
	UnsentStopped     = "stopped"     // the traffic was stopped while it waited
	UnsentGenerator   = "generator"   // the generator did not come to it before its time-out
)

// FailedContent is the key of answers whose status was right and whose body
// was not.
const FailedContent = "content"

// Outcome is how one request ended.
type Outcome struct {
	Status  int           // of the answer; 0 where none came
	Class   string        // of the error, where none came
	Failed  bool          // it does not meet the kind's criterion of success
	Content bool          // it failed by its body alone
	Look    Look          // whether its body was looked at, where its status is good and its kind's success asks for it
	Latency time.Duration // from the instant at which it was due; where none came it is not counted
	Waited  time.Duration // the part of Latency that was over when it left
}

// Windows builds the timeline's traffic windows out of what happens to
// requests. It is pure: it knows no clock, and both the engine and the
// prediction feed it. What happens counts in the window of the instant at
// which it happens; something that is told late, after its window was closed,
// counts in the next one and is never lost, so that over all windows
//
//	planned = sent + unsent + waiting,   sent = ended + in flight.
//
// It is not safe for concurrent use. Make one with NewWindows.
type Windows struct {
	start    time.Time // of the oldest open window
	length   time.Duration
	late     time.Duration
	kinds    []string
	open     []*window // from start on, without gaps
	spare    *window
	encoder  encoder
	inFlight int64
	waiting  int64
}

// window is one window that is not closed yet.
type window struct {
	kinds []counts
	delta int64 // of requests in flight
}

type counts struct {
	seen      bool
	planned   int64
	sent      int64
	late      int64
	clamped   int64
	unsent    tally
	completed tally
	failed    tally
	sample    timeline.Sample
	latency   recorded
	service   recorded // from when it left; not used while nothing waited
	lateness  recorded // of all that were sent; not used while nothing was late
}

// NewWindows returns a builder of windows of one length, the first of which
// begins at start, for kinds of these names, in their order. A request that
// leaves more than late after it was due counts as late.
func NewWindows(start time.Time, length, late time.Duration, kinds []string) *Windows {
	if length <= 0 {
		panic("traffic: a window must have a length")
	}
	return &Windows{start: start, length: length, late: late, kinds: kinds}
}

// Planned tells that a request of a kind was due at an instant.
func (w *Windows) Planned(at time.Time, kind int) {
	w.waiting++
	w.slot(at).of(kind).planned++
}

// Sent tells that a request left at an instant which could have left when it
// was due; where it first had to wait for a connection, when it had one.
func (w *Windows) Sent(at, due time.Time, kind int) {
	w.waiting--
	w.inFlight++
	n := w.slot(at)
	n.delta++
	c := n.of(kind)
	late := at.Sub(due)
	c.lag(late)
	c.sent++
	if late > w.late {
		c.late++
	}
}

// Unsent tells that a request that was due was given up at an instant.
func (w *Windows) Unsent(at time.Time, kind int, reason string) {
	w.waiting--
	w.slot(at).of(kind).unsent.add(0, reason)
}

// Ended tells that a request that was sent ended at an instant.
func (w *Windows) Ended(at time.Time, kind int, o Outcome) {
	w.inFlight--
	n := w.slot(at)
	n.delta--
	c := n.of(kind)
	c.completed.add(o.Status, o.Class)
	switch {
	case o.Failed && o.Content:
		c.failed.add(0, FailedContent)
	case o.Failed:
		c.failed.add(o.Status, o.Class)
	}
	switch o.Look {
	case LookSampled:
		c.sample.Checked++
		if o.Content {
			c.sample.Refused++
		}
	case LookNone:
		c.sample.Unchecked++
	}
	if o.Status != 0 {
		c.measure(o.Latency, o.Waited)
	}
}

// lag records how late a request left. Where none was late by a microsecond
// there is nothing to tell: the first that was brings those before it along.
func (c *counts) lag(late time.Duration) {
	if c.lateness.empty() && late < time.Microsecond {
		return
	}
	if c.lateness.empty() {
		c.lateness.record(0, c.sent)
	}
	c.lateness.record(min(late, Top), 1)
}

// measure records how long an answer took. Where none waited before it left the
// time from then on is the same: the first that did brings those before it along.
func (c *counts) measure(latency, waited time.Duration) {
	if latency > Top {
		c.clamped++
	}
	latency, waited = min(latency, Top), max(0, waited)
	if c.service.empty() && waited >= time.Microsecond {
		c.service.merge(&c.latency)
	}
	if !c.service.empty() || waited >= time.Microsecond {
		c.service.record(max(0, latency-waited), 1)
	}
	c.latency.record(latency, 1)
}

// of is where something counts for a kind.
func (n *window) of(kind int) *counts {
	c := &n.kinds[kind]
	c.seen = true
	return c
}

// slot is the window of an instant.
func (w *Windows) slot(t time.Time) *window {
	i := int(max(0, t.Sub(w.start)) / w.length)
	for len(w.open) <= i {
		w.open = append(w.open, w.fresh())
	}
	return w.open[i]
}

func (w *Windows) fresh() *window {
	if n := w.spare; n != nil {
		w.spare = nil
		return n
	}
	return &window{kinds: make([]counts, len(w.kinds))}
}

// Drained says that nothing waits, nothing is in flight, and nothing is counted
// in a window that is still open: with the one that was closed last, all is told.
func (w *Windows) Drained() bool {
	return w.waiting == 0 && w.inFlight == 0 && len(w.open) == 0
}

// End is the end of the oldest window that is open: when to close it.
func (w *Windows) End() time.Time { return w.start.Add(w.length) }

// Close closes the oldest open window and returns it. An end before End cuts
// it short: the windows then go on from there. A later one is End.
func (w *Windows) Close(end time.Time) timeline.Window {
	c := w.cut(end)
	out := c.tell(w.kinds, &w.encoder)
	w.spare = c.window
	return out
}

// closed is a window that is over.
type closed struct {
	start    time.Time
	length   time.Duration
	inFlight int64 // at its end
	window   *window
}

// cut closes the oldest open window without telling it.
func (w *Windows) cut(end time.Time) closed {
	if end.After(w.End()) {
		end = w.End()
	}
	n := w.slot(w.start)
	w.open = append(w.open[:0], w.open[1:]...)
	c := closed{start: w.start, length: end.Sub(w.start), inFlight: w.inFlight, window: n}
	for _, later := range w.open {
		c.inFlight -= later.delta
	}
	n.delta, w.start = 0, end
	return c
}

// tell writes a window for the timeline, and empties it.
func (c *closed) tell(kinds []string, e *encoder) timeline.Window {
	out := timeline.Window{Start: c.start, Length: c.length, InFlight: c.inFlight}
	for i := range c.window.kinds {
		if k := &c.window.kinds[i]; k.seen {
			out.Kinds = append(out.Kinds, k.take(kinds[i], e))
		}
	}
	return out
}

// merge takes in what another sender did in the same stretch of time, and
// empties the other.
func (c *closed) merge(other closed) {
	c.length = max(c.length, other.length)
	c.inFlight += other.inFlight
	for i := range c.window.kinds {
		c.window.kinds[i].merge(&other.window.kinds[i])
	}
}

func (c *counts) merge(other *counts) {
	if !other.seen {
		return
	}
	if !c.lateness.empty() || !other.lateness.empty() {
		c.lateness.fill(c.sent)
		other.lateness.fill(other.sent)
	}
	if !c.service.empty() || !other.service.empty() {
		c.service.mirror(&c.latency)
		other.service.mirror(&other.latency)
	}
	c.seen = true
	c.planned += other.planned
	c.sent += other.sent
	c.late += other.late
	c.clamped += other.clamped
	c.sample.Checked += other.sample.Checked
	c.sample.Refused += other.sample.Refused
	c.sample.Unchecked += other.sample.Unchecked
	c.unsent.merge(&other.unsent)
	c.completed.merge(&other.completed)
	c.failed.merge(&other.failed)
	c.latency.merge(&other.latency)
	c.service.merge(&other.service)
	c.lateness.merge(&other.lateness)
	other.reset()
}

// take returns the counts and leaves none.
func (c *counts) take(kind string, e *encoder) timeline.KindWindow {
	out := timeline.KindWindow{
		Kind: kind, Planned: c.planned, Sent: c.sent, Late: c.late, Clamped: c.clamped,
		Unsent: c.unsent.take(), Completed: c.completed.take(), Failed: c.failed.take(),
		Latency: c.latency.encode(e), Service: c.service.encode(e), Lateness: c.lateness.encode(e),
	}
	if c.sample != (timeline.Sample{}) {
		sample := c.sample
		out.Sample = &sample
	}
	c.reset()
	return out
}

// reset empties the counts and keeps their room.
func (c *counts) reset() {
	c.latency.reset()
	c.service.reset()
	c.lateness.reset()
	*c = counts{
		unsent: c.unsent[:0], completed: c.completed[:0], failed: c.failed[:0],
		latency: c.latency, service: c.service, lateness: c.lateness,
	}
}
