package report

import (
	"encoding/json"
	"math"
	"slices"
	"time"

	"scaleproof/internal/timeline"
)

// Panels is all that is drawn: the same value goes into the pictures and into
// the page, so a test that reads it back has read both.
type Panels struct {
	Origin time.Time     // service time at which traffic began; zero of every axis
	From   time.Duration // left end of the axis, at most zero
	To     time.Duration // right end: where the undo begins, or the last event
	Bucket time.Duration // length of the stretches that windows of traffic are added up to
	Stages []Band
	List   []Panel
	Lanes  []Lane // of the panel of scaling events, bottom first
	Marks  []Mark
	Spans  []Span
	Ghosts []Mark // orders that were predicted
	Turns  []Turn // policies that were removed, or put back

	traffic []bucket // what the lines of traffic were drawn of
}

// Band is a stretch of the axis: a stage of the traffic.
type Band struct {
	Name     string
	From, To time.Duration
}

// Panel is one diagram.
type Panel struct {
	ID    string // also the name of its picture: cpu, requests, ...
	Title string
	Unit  string // of the values, as written beside the axis
	Log   bool   // logarithmic axis
	Range Range  // of the predictions, under all lines
	Lines []Line // in the order in which they are drawn, the last on top
}

// Tone names the part that a line plays; a palette gives it a colour.
type Tone string

// Line is one series.
type Line struct {
	Name  string
	Tone  Tone
	Hold  bool // a value holds until the next; otherwise points are joined
	Limit bool // a target or a bound: drawn dashed
	// Expected: what was predicted, drawn dotted under what came.
	Expected bool
	Points   []Point
}

// Point is one value; NaN says that from here on there is none.
type Point struct {
	At    time.Duration // after Origin
	Value float64
}

// MarshalJSON writes [seconds, value], with null where there is no value.
func (p Point) MarshalJSON() ([]byte, error) {
	if math.IsNaN(p.Value) {
		return json.Marshal([]any{p.At.Seconds(), nil})
	}
	return json.Marshal([]any{p.At.Seconds(), p.Value})
}

// IDs of the panels, in the order in which they are drawn.
const (
	PanelCPU      = "cpu"
	PanelRequests = "requests"
	PanelTasks    = "tasks"
	PanelScaling  = "scaling"
	PanelLatency  = "latency"
	PanelRate     = "rate"
	PanelErrors   = "errors"
)

// Build reads the panels out of a timeline. It needs nothing to have gone
// well: a run that ended before its traffic has panels without points.
func Build(events []timeline.Event) Panels {
	p := axis(events)
	events = beforeUndo(events)
	roles := policyRoles(events)
	p.traffic = sumWindows(events, &p)
	p.Stages = stages(events, p)
	p.Marks = marks(events, p, roles)
	p.Spans = spans(events, p, roles)
	p.Turns = turns(events, p, roles)
	want := expectedOf(events, p)
	p.Ghosts = want.marks(roles)
	p.Lanes = lanes(p)
	p.List = []Panel{
		want.metric(cpuPanel(events, p, roles),
			func(c timeline.Course) timeline.Samples { return c.CPU }, func(b timeline.Band) timeline.Range { return b.CPU }),
		want.metric(requestsPanel(events, p, roles),
			func(c timeline.Course) timeline.Samples { return c.Requests }, func(b timeline.Band) timeline.Range { return b.Requests }),
		want.tasks(tasksPanel(events, p)),
		{ID: PanelScaling, Title: "Scaling events, by the policy that caused them"},
		latencyPanel(p, judgedKinds(events)),
		ratePanel(p.traffic, p),
		errorsPanel(p.traffic, p),
	}
	if trafficAlone(events) && len(p.Marks) == 0 {
		p.List = slices.DeleteFunc(p.List, func(q Panel) bool { return ofScaling[q.ID] && len(q.Lines) == 0 })
	}
	return p
}

// ofScaling are the panels of what scales. A run of traffic alone looks at
// nothing of it, and four empty diagrams would hide those of what it measured.
var ofScaling = map[string]bool{PanelCPU: true, PanelRequests: true, PanelTasks: true, PanelScaling: true}

// trafficAlone says that a run had no service to watch.
func trafficAlone(events []timeline.Event) bool {
	return slices.ContainsFunc(events, func(e timeline.Event) bool {
		s, ok := e.Data.(timeline.Started)
		return ok && s.Command == "loadgen run"
	})
}

// Watched says that the run had a service to watch, of which there are panels.
func (p Panels) Watched() bool { return p.Panel(PanelScaling).ID != "" }

// Panel returns the panel of an id; its zero value where there is none.
func (p Panels) Panel(id string) Panel {
	for _, q := range p.List {
		if q.ID == id {
			return q
		}
	}
	return Panel{}
}

// Line returns the line of a name; its zero value where there is none.
func (p Panel) Line(name string) Line {
	for _, l := range p.Lines {
		if l.Name == name {
			return l
		}
	}
	return Line{}
}

// at is a place on the axis.
func (p Panels) at(t time.Time) time.Duration { return t.Sub(p.Origin) }

// shown says whether a place lies on the axis.
func (p Panels) shown(at time.Duration) bool { return at >= p.From && at <= p.To }

// beforeUndo cuts off what the run does to its own policies at the end: drawn,
// it would look as if it had happened to the service.
func beforeUndo(events []timeline.Event) []timeline.Event {
	for i, e := range events {
		if d, ok := e.Data.(timeline.Phase); ok && d.Name == timeline.PhaseUndo {
			return events[:i]
		}
	}
	return events
}

// lead is how much of what came before the traffic is drawn.
const lead = 2 * time.Minute

// axis finds the traffic's beginning and the ends of the axis.
func axis(events []timeline.Event) Panels {
	var p Panels
	if len(events) == 0 {
		return p
	}
	origin, phase := time.Time{}, time.Time{}
	end := time.Time{}
	for _, e := range events {
		switch d := e.Data.(type) {
		case timeline.Stage:
			if origin.IsZero() {
				origin = e.At
			}
		case timeline.Phase:
			if d.Name == timeline.PhaseTraffic {
				phase = e.At
			}
			if d.Name == timeline.PhaseUndo && end.IsZero() {
				end = e.At
			}
		}
	}
	if origin.IsZero() {
		origin = phase
	}
	if origin.IsZero() {
		origin = events[0].At
	}
	if end.IsZero() || !end.After(origin) {
		for _, e := range events {
			if e.Seen.After(end) {
				end = e.Seen
			}
		}
	}
	p.Origin = origin
	p.From = max(events[0].At.Sub(origin), -lead)
	p.To = max(end.Sub(origin), time.Second)
	return p
}

// stages are the bands of the traffic; each lasts as planned unless the next
// or the end of the axis comes first.
func stages(events []timeline.Event, p Panels) []Band {
	var bands []Band
	for _, e := range events {
		s, ok := e.Data.(timeline.Stage)
		if !ok {
			continue
		}
		from := p.at(e.At)
		if n := len(bands); n > 0 && bands[n-1].To > from {
			bands[n-1].To = from
		}
		bands = append(bands, Band{s.Name, from, min(from+s.For, p.To)})
	}
	return bands
}
