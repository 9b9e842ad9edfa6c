package traffic

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"scaleproof/internal/timeline"
)

// Top is the longest latency that a histogram tells apart; what took longer
// counts as this long, and as clamped.
const Top = time.Hour

// digits are the significant decimal digits of a latency in microseconds.
const digits = 3

// Reasons for which a planned request was not sent.
const (
	UnsentCeiling   = "ceiling"   // the ceiling let it go no earlier than its time-out
	UnsentStopped   = "stopped"   // the traffic was stopped while it waited at the ceiling
	UnsentGenerator = "generator" // the generator did not come to it before its time-out
)

// Classes of errors: the keys of what ended without a status.
const (
	ClassTimeout  = "timeout"  // the answer was not there when the kind's time-out was over
	ClassConnect  = "connect"  // no connection: refused, unreachable, no such name
	ClassReset    = "reset"    // the connection broke before the answer was whole
	ClassProtocol = "protocol" // what came was not HTTP
	// ClassGenerator is this machine's own failure: it had no descriptor, port
	// or memory left for a connection. The service is not to blame.
	ClassGenerator = "generator"
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
	latency   *hdrhistogram.PackedHistogram
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

// Sent tells that a request that was due left at an instant.
func (w *Windows) Sent(at, due time.Time, kind int) {
	w.waiting--
	w.inFlight++
	n := w.slot(at)
	n.delta++
	c := n.of(kind)
	c.sent++
	if at.Sub(due) > w.late {
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
		c.measure(o.Latency)
	}
}

func (c *counts) measure(latency time.Duration) {
	if latency > Top {
		latency = Top
		c.clamped++
	}
	if c.latency == nil {
		c.latency = hdrhistogram.NewPacked(1, Top.Microseconds(), digits)
	}
	// Rounded to the nearest microsecond; a negative one can only come of a
	// wall clock that was set, and counts as none.
	us := max(0, (latency + 500*time.Nanosecond).Microseconds())
	if err := c.latency.RecordValue(us); err != nil {
		panic("traffic: " + err.Error()) // clamped to what it can hold
	}
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
	if end.After(w.End()) {
		end = w.End()
	}
	n := w.slot(w.start)
	w.open = w.open[1:]
	out := timeline.Window{Start: w.start, Length: end.Sub(w.start), InFlight: w.inFlight}
	for _, later := range w.open {
		out.InFlight -= later.delta
	}
	for i := range n.kinds {
		if c := &n.kinds[i]; c.seen {
			out.Kinds = append(out.Kinds, c.take(w.kinds[i], &w.encoder))
		}
	}
	n.delta, w.spare, w.start = 0, n, end
	return out
}

// take returns the counts and leaves none.
func (c *counts) take(kind string, e *encoder) timeline.KindWindow {
	out := timeline.KindWindow{
		Kind: kind, Planned: c.planned, Sent: c.sent, Late: c.late, Clamped: c.clamped,
		Unsent: c.unsent.take(), Completed: c.completed.take(), Failed: c.failed.take(),
	}
	if c.sample != (timeline.Sample{}) {
		sample := c.sample
		out.Sample = &sample
	}
	if h := c.latency; h != nil && h.TotalCount() > 0 {
		out.Latency = e.encode(h)
		h.Reset()
	}
	*c = counts{unsent: c.unsent, completed: c.completed, failed: c.failed, latency: c.latency}
	return out
}
