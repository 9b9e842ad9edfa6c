package live

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"scaleproof/internal/hdr"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// state is the copy of the run that is drawn. The zero value is a run of
// which nothing is known yet.
type state struct {
	title  string    // scenario, environment and service
	now    time.Time // latest service time that was heard of
	origin time.Time // of the traffic; zero before it
	total  time.Duration
	phase  string
	stage  timeline.Stage
	plan   course

	windows  []timeline.Window // of the last rateSpan
	failed   int64             // requests of the whole run
	unsent   int64             // likewise
	inFlight int64             // at the last window's end
	rate     *timeline.Rate    // the last change; nil: none

	starved timeline.Starved // the last that was heard of

	cpu, requests gauge
	desired       int
	running       int
	counted       bool  // desired and running were seen
	healthy       known // targets
	alarms        map[string]alarm
	outcome       string // of the run; empty: it goes on

	// The latest lines for people, and of all those that tell neither a phase nor a
	// stage, for the dashboard and what stays of it.
	told, events []string

	roles map[string]string       // of policies, by name
	last  string                  // the last scaling event, in words
	seen  map[string]bool         // activities that were told
	gaps  map[string]timeline.Gap // last gap that was told, by part
}

// gauge is a metric of the service and what its policy aims at.
type gauge struct {
	value, target known
	at            time.Time // of the newest point
}

// alarm is one of a policy's alarms.
type alarm struct {
	role  string // what its policy watches
	high  bool
	state string
}

// known is a number that may not be known.
type known struct {
	value float64
	ok    bool
}

// rateSpan is the stretch of service time that rates and percentiles are
// taken over: long enough for a percentile, short enough to follow a ramp.
const rateSpan = 10 * time.Second

// apply takes an event in. It returns a line for people where the event is
// one that they wait for.
func (s *state) apply(e timeline.Event) (told string) {
	if e.Seen.After(s.now) {
		s.now = e.Seen
	}
	switch d := e.Data.(type) {
	case timeline.Started:
		s.roles, s.seen = map[string]string{}, map[string]bool{}
		s.readPlan(d)
		s.title = d.Scenario + " on " + d.Environment + ", " + d.Service.String()
		told = s.title
		if why := d.Disturbed(); why != "" {
			told += ". " + why
		}
		return told
	case timeline.Phase:
		s.phase = d.Name
		return "phase " + d.Name
	case timeline.Stage:
		return s.startStage(e.At, d)
	case timeline.Window:
		s.addWindow(d)
	case timeline.MetricPoint:
		switch d.Key {
		case timeline.KeyCPU:
			s.cpu.point(e.At, d.Value)
		case timeline.KeyRequests:
			s.requests.point(e.At, d.Value)
		}
	case timeline.Health:
		s.healthy = known{float64(d.Healthy), true}
	case timeline.AlarmState:
		s.alarm(d)
	case timeline.AlarmGone:
		delete(s.alarms, d.Alarm)
	case timeline.Counts:
		s.desired, s.running, s.counted = d.Desired, d.Running, true
	case timeline.PolicyState:
		s.policy(d)
	case timeline.ActivityState:
		return s.activity(d.Activity)
	case timeline.Rate:
		s.rate = &d
		return d.String()
	case timeline.Starved:
		return s.starving(d)
	case timeline.Stop:
		return "stopped by " + d.Rule + ": " + d.Measured
	case timeline.Gap:
		return s.blind(d)
	case timeline.Ended:
		s.outcome = d.Outcome
		return "ended: " + d.Outcome
	}
	return ""
}

// mostLines are kept of the lines for people.
const mostLines = 60

// keep keeps a line that was told of an event.
func (s *state) keep(e timeline.Event, line string) {
	s.told = append(s.told, line)
	s.told = s.told[max(0, len(s.told)-mostLines):]
	switch e.Data.(type) {
	case timeline.Started, timeline.Phase, timeline.Stage, timeline.Ended:
	default:
		s.events = append(s.events, line)
	}
}

func (s *state) startStage(at time.Time, d timeline.Stage) string {
	if s.origin.IsZero() {
		s.origin = at
	}
	s.stage = d
	return "stage " + d.Name + ", " + short(d.For)
}

func (s *state) addWindow(w timeline.Window) {
	end := w.Start.Add(w.Length)
	if end.After(s.now) {
		s.now = end
	}
	s.inFlight = w.InFlight
	s.windows = append(s.windows, w)
	s.windows = slices.DeleteFunc(s.windows, func(v timeline.Window) bool { return end.Sub(v.Start) > max(rateSpan, w.Length) })
	for _, k := range w.Kinds {
		for _, n := range k.Failed {
			s.failed += n
		}
		for _, n := range k.Unsent {
			s.unsent += n
		}
	}
}

// factor is that of the plan's rates.
func (s *state) factor() float64 {
	if s.rate == nil {
		return 1
	}
	return s.rate.Factor
}

func (s *state) policy(d timeline.PolicyState) {
	if s.roles == nil {
		s.roles = map[string]string{}
	}
	role := scaling.Role(d.Policy.Metric)
	s.roles[d.Policy.Name] = role
	switch role {
	case "cpu":
		s.cpu.target = known{d.Policy.Target, !d.Removed}
	case "requests":
		s.requests.target = known{d.Policy.Target, !d.Removed}
	}
}

func (s *state) alarm(d timeline.AlarmState) {
	if s.alarms == nil {
		s.alarms = map[string]alarm{}
	}
	s.alarms[d.Alarm.Name] = alarm{s.roles[d.Policy], d.Alarm.High(), d.Alarm.State}
}

// point takes a datapoint; those of several periods may be seen at once, in any
// order.
func (g *gauge) point(at time.Time, value float64) {
	if !at.Before(g.at) {
		g.value, g.at = known{value, true}, at
	}
}

// activity tells a scaling activity once. What did not scale is not told:
// such lines swamp the others.
func (s *state) activity(a scaling.Activity) string {
	n, ok := scaling.ParseDescription(a.Description)
	if !ok || len(a.NotScaled) > 0 || s.seen[a.ID] {
		return ""
	}
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	s.seen[a.ID] = true
	s.last = "to " + strconv.Itoa(n) + " by " + s.causeOf(a)
	if !s.origin.IsZero() {
		s.last += " at " + clockText(a.Start.Sub(s.origin))
	}
	return "scaling " + s.last
}

func (s *state) causeOf(a scaling.Activity) string {
	c := scaling.ParseCause(a.Cause)
	if c.Kind != scaling.CauseAlarm {
		return string(c.Kind)
	}
	if role := s.roles[c.Policy]; role != "" {
		return role
	}
	return c.Policy
}

// rates are planned and achieved requests per second over the last windows,
// and the latency below which 99 of 100 answers of them lie.
func (s *state) rates() (planned, sent known, p99 time.Duration) {
	var length time.Duration
	var due, done int64
	var latency hdr.Sum
	for _, w := range s.windows {
		length += w.Length
		for _, k := range w.Kinds {
			due, done = due+k.Planned, done+k.Sent
			if k.Latency != "" {
				_ = latency.Add(k.Latency) // what cannot be read is left out
			}
		}
	}
	if length > 0 {
		planned = known{float64(due) / length.Seconds(), true}
		sent = known{float64(done) / length.Seconds(), true}
	}
	if h := latency.Histogram(); h != nil && h.TotalCount() > 0 {
		p99 = time.Duration(h.ValueAtPercentile(99)) * time.Microsecond
	}
	return planned, sent, p99
}

// copy is what rendering needs of the state; maps stay behind.
func (s *state) copy() state {
	c := *s
	c.windows, c.told, c.alarms = slices.Clone(s.windows), slices.Clone(s.told), maps.Clone(s.alarms)
	c.events = slices.Clone(s.events)
	c.roles, c.seen, c.gaps = nil, nil, nil
	return c
}

// blind tells that a part could not be looked at, once for each outage: until
// a look at it succeeds, further failures have the same Since.
func (s *state) blind(d timeline.Gap) string {
	if told, ok := s.gaps[d.Part]; ok && told.Since.Equal(d.Since) && told.Error == d.Error {
		return ""
	}
	if s.gaps == nil {
		s.gaps = map[string]timeline.Gap{}
	}
	s.gaps[d.Part] = d
	return "could not look at " + d.Part + ": " + d.Error
}

// starving tells what the generator starves of, once for each time that it does.
func (s *state) starving(d timeline.Starved) string {
	was := s.starved
	s.starved = d
	if was.Cause == d.Cause && d.From.Sub(was.To) < rateSpan {
		return ""
	}
	return d.String()
}
