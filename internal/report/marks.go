package report

import (
	"maps"
	"slices"
	"sort"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// Mark is one scaling activity.
type Mark struct {
	At        time.Duration // its start, by AWS
	Lane      Tone          // cpu, requests, bounds, scheduled or unknown
	From, To  int           // desired tasks before and after; To is 0 for one that did not scale
	NotScaled bool
	Reason    string // why it did not scale: the code
	Status    string
	Policy    string // name, where the cause gives one
	Cause     string // AWS's own sentence
	Title     string // AWS's description
	Seq       int64  // of the line of the timeline that first told it
}

// Out says that the activity ordered more tasks than stood.
func (m Mark) Out() bool { return !m.NotScaled && m.To > m.From }

// Lane is a row of the panel of scaling events.
type Lane struct {
	Tone Tone
	Name string
}

// Span is the time that an alarm of a policy was in ALARM.
type Span struct {
	Lane     Tone
	High     bool
	From, To time.Duration
}

// marks are the activities of the axis, each once, as it was last seen.
func marks(events []timeline.Event, p Panels, roles map[string]string) []Mark {
	index := map[string]int{}
	var list []Mark
	for _, e := range events {
		d, ok := e.Data.(timeline.ActivityState)
		if !ok {
			continue
		}
		a := d.Activity
		if i, seen := index[a.ID]; seen && a.ID != "" {
			list[i].Status = a.Status
			continue
		}
		index[a.ID] = len(list)
		list = append(list, mark(a, e, p, roles))
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].At < list[j].At })
	desired := held("", "", desiredOf(events, p), Panels{From: -1 << 62, To: 1 << 62}).Points
	shown := list[:0]
	for _, m := range list {
		m.From = before(desired, m.At, list)
		if p.shown(m.At) {
			shown = append(shown, m)
		}
	}
	return shown
}

func desiredOf(events []timeline.Event, p Panels) (seen []Point) {
	for _, e := range events {
		if c, ok := e.Data.(timeline.Counts); ok {
			seen = append(seen, Point{p.at(e.At), float64(c.Desired)})
		}
	}
	return seen
}

// before is the desired count before an instant: what the latest of the
// activities before it set, or what was seen, whichever is later.
func before(desired []Point, at time.Duration, list []Mark) int {
	n, when := 0, time.Duration(-1<<62)
	for _, q := range desired {
		if q.At >= at {
			break
		}
		n, when = int(q.Value), q.At
	}
	for _, m := range list {
		if !m.NotScaled && m.To > 0 && m.At < at && m.At >= when {
			n, when = m.To, m.At
		}
	}
	return n
}

func mark(a scaling.Activity, e timeline.Event, p Panels, roles map[string]string) Mark {
	cause := scaling.ParseCause(a.Cause)
	m := Mark{
		At: p.at(e.At), Lane: laneOf(cause, roles), Status: a.Status,
		Policy: cause.Policy, Cause: a.Cause, Title: a.Description, Seq: e.Seq,
	}
	if n, ok := scaling.ParseDescription(a.Description); ok && len(a.NotScaled) == 0 {
		m.To = n
		return m
	}
	m.NotScaled = true
	if len(a.NotScaled) > 0 {
		m.Reason = a.NotScaled[0].Code
	}
	return m
}

// causeOf is what a predicted order says of its cause.
func causeOf(o timeline.Order) scaling.Cause {
	switch kind := scaling.CauseKind(o.By); kind {
	case scaling.CauseBounds, scaling.CauseScheduled, scaling.CauseUnknown:
		return scaling.Cause{Kind: kind}
	}
	return scaling.Cause{Kind: scaling.CauseAlarm, Policy: o.By}
}

func laneOf(c scaling.Cause, roles map[string]string) Tone {
	switch c.Kind {
	case scaling.CauseBounds:
		return ToneBounds
	case scaling.CauseScheduled:
		return ToneScheduled
	case scaling.CauseAlarm:
		switch roles[c.Policy] {
		case "cpu":
			return ToneCPU
		case "requests":
			return ToneRequests
		}
	}
	return ToneUnknown
}

// spans are the times that alarms were in ALARM, as far as they were seen.
func spans(events []timeline.Event, p Panels, roles map[string]string) []Span {
	type open struct {
		lane   Tone
		high   bool
		since  time.Time
		policy string
	}
	opened := map[string]open{}
	var list []Span
	add := func(o open, until time.Duration) {
		s := Span{o.lane, o.high, max(p.at(o.since), p.From), min(until, p.To)}
		if s.To > s.From {
			list = append(list, s)
		}
	}
	for _, e := range events {
		if gone, ok := e.Data.(timeline.PolicyState); ok && gone.Removed {
			for _, n := range slices.Sorted(maps.Keys(opened)) { // its alarms go with it
				if o := opened[n]; o.policy == gone.Policy.Name {
					add(o, p.at(e.At))
					delete(opened, n)
				}
			}
		}
		d, ok := e.Data.(timeline.AlarmState)
		if !ok {
			continue
		}
		o, is := opened[d.Alarm.Name]
		if is && d.Alarm.State != scaling.AlarmInAlarm {
			add(o, p.at(e.At))
			delete(opened, d.Alarm.Name)
		}
		if !is && d.Alarm.State == scaling.AlarmInAlarm {
			lane := laneOf(scaling.Cause{Kind: scaling.CauseAlarm, Policy: d.Policy}, roles)
			opened[d.Alarm.Name] = open{lane, d.Alarm.High(), since(d, e), d.Policy}
		}
	}
	for _, n := range slices.Sorted(maps.Keys(opened)) {
		add(opened[n], p.To)
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].From < list[j].From })
	return list
}

// Turn is a policy that was removed in the traffic, or put back.
type Turn struct {
	At      time.Duration
	Lane    Tone
	Policy  string
	Removed bool
}

// Says is what stands beside it.
func (t Turn) Says() string {
	if t.Removed {
		return "policy removed"
	}
	return "policy put back"
}

// turns are the policies that went, or came back, behind the beginning of the
// traffic.
func turns(events []timeline.Event, p Panels, roles map[string]string) (list []Turn) {
	gone := map[string]bool{}
	for _, e := range events {
		d, ok := e.Data.(timeline.PolicyState)
		if !ok || d.Removed == gone[d.Policy.Name] {
			continue
		}
		gone[d.Policy.Name] = d.Removed
		if at := p.at(e.At); at > 0 && p.shown(at) {
			lane := laneOf(scaling.Cause{Kind: scaling.CauseAlarm, Policy: d.Policy.Name}, roles)
			list = append(list, Turn{at, lane, d.Policy.Name, d.Removed})
		}
	}
	return list
}

// since is when the alarm went into its state: by CloudWatch, where the event
// carries it.
func since(d timeline.AlarmState, e timeline.Event) time.Time {
	if !d.Alarm.StateSince.IsZero() {
		return d.Alarm.StateSince
	}
	return e.At
}

// lanes are the rows that have something to show, and always those of the
// two policies, so that an empty row says that a policy did nothing.
func lanes(p Panels) []Lane {
	used := map[Tone]bool{ToneCPU: true, ToneRequests: true}
	for _, m := range append(p.Ghosts[:len(p.Ghosts):len(p.Ghosts)], p.Marks...) {
		used[m.Lane] = true
	}
	for _, t := range p.Turns {
		used[t.Lane] = true
	}
	var list []Lane
	for _, l := range []Lane{
		{ToneUnknown, "unknown"}, {ToneScheduled, "scheduled"}, {ToneBounds, "bounds"},
		{ToneRequests, "requests"}, {ToneCPU, "cpu"},
	} {
		if used[l.Tone] {
			list = append(list, l)
		}
	}
	return list
}
