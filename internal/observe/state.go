package observe

import (
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

const (
	// Lookback is how far before the last successful look the next one reads
	// activities again, and how far before its beginning an observer reads.
	Lookback = 6 * time.Minute
	// LatePoints is how far before the last successful look the next one reads
	// points again. Most are there after two or three minutes [P]; CloudWatch
	// promises no bound, and a point that is never read again is told as missing.
	LatePoints = 20 * time.Minute
	// beat is the length of the stretches that one heartbeat sums up.
	beat = time.Minute
)

// Ask is one question to the AWS APIs: one part of one service.
type Ask struct {
	Service scaling.Service
	Part    string           // timeline.Part*
	Metrics []scaling.Metric // PartMetrics: in the order of the answer
	Since   time.Time        // PartMetrics, PartActivities: nothing older is wanted
	Until   time.Time        // PartMetrics: exclusive
}

// State is what was last seen of one service. It answers each look with what
// is new in it. Looks must come in order of time. It is not safe for
// concurrent use.
type State struct {
	service scaling.Service
	begin   time.Time
	metrics []Keyed
	parts   map[string]*part

	counts     *timeline.Counts
	targets    *scaling.TargetStates
	deploys    map[string]scaling.Deployment
	capacity   *scaling.ScalableState
	policies   *scaling.PolicySet
	alarms     map[string]scaling.Alarm
	gone       map[string]time.Time // alarms that are listed no more: the last look that listed them
	activities map[string]scaling.Activity
	points     map[string]map[time.Time]float64 // by key, then start
}

// part is how well one part was looked at.
type part struct {
	last    time.Time // last successful look
	from    time.Time // of the stretch that the next heartbeat sums up
	looks   int
	longest time.Duration
}

// NewState returns the state of an observer that has seen nothing. What began
// longer than Lookback before begin is not reported.
func NewState(s scaling.Service, begin time.Time, metrics []Keyed) *State {
	return &State{
		service: s, begin: round(begin).Add(-Lookback), metrics: metrics,
		parts: map[string]*part{}, deploys: map[string]scaling.Deployment{},
		alarms: map[string]scaling.Alarm{}, gone: map[string]time.Time{}, activities: map[string]scaling.Activity{},
		points: map[string]map[time.Time]float64{},
	}
}

// Poll asks for the parts, one after another, and emits what is new. A call
// that fails is a gap in its part; the others still count. now is read for
// what has no answer to be timed by.
func (s *State) Poll(parts []string, now func() time.Time, look func(Ask) (scaling.Look, error), emit func(...timeline.Event)) {
	for _, name := range parts {
		l, err := look(s.Ask(name, now()))
		if err != nil {
			emit(s.Missed(name, now(), err))
			continue
		}
		emit(s.Apply(name, l)...)
	}
}

// Ask makes the next question about a part.
func (s *State) Ask(name string, now time.Time) Ask {
	a := Ask{Service: s.service, Part: name}
	switch name {
	case timeline.PartMetrics:
		shortest := time.Minute
		for _, k := range s.metrics {
			a.Metrics = append(a.Metrics, k.Metric)
			shortest = min(shortest, k.Metric.Period)
		}
		// Statistics are stamped at the start of their period, and AWS wants
		// whole periods. [D] The one that still goes on is left out: what
		// CloudWatch tells of it is a part.
		a.Since, a.Until = s.since(name, LatePoints).Truncate(time.Minute), now.Truncate(shortest)
	case timeline.PartActivities:
		a.Since = s.since(name, Lookback)
		for _, v := range s.activities {
			if going(v) && v.Start.Before(a.Since) {
				a.Since = v.Start
			}
		}
	}
	return a
}

// since is how far back a part must be read so that nothing is missed that is
// as late as that.
func (s *State) since(name string, late time.Duration) time.Time {
	if p := s.parts[name]; p != nil && p.last.Add(-late).After(s.begin) {
		return p.last.Add(-late)
	}
	return s.begin
}

// Missed records a look that failed.
func (s *State) Missed(name string, at time.Time, err error) timeline.Event {
	gap := timeline.Gap{Part: name, Error: err.Error()}
	if p := s.parts[name]; p != nil {
		gap.Since = p.last
	}
	return timeline.New(at, source(name), s.service.String(), gap)
}

// Apply takes in a successful look at a part and returns what is new in it.
// Sections of the look that do not belong to the part are ignored.
func (s *State) Apply(name string, next scaling.Look) []timeline.Event {
	v := view{s: s, seen: next.At, source: source(name)}
	if p := s.parts[name]; p != nil {
		v.before = p.last
	}
	switch name {
	case timeline.PartService:
		v.service(next.Service)
	case timeline.PartTargets:
		v.targets(next.Targets)
	case timeline.PartScaling:
		v.capacity(next.Scalable)
		v.policies(next.Policies)
		v.missingAlarms()
	case timeline.PartAlarms:
		v.alarms(next.Alarms)
	case timeline.PartActivities:
		v.activities(next.Activities)
	case timeline.PartMetrics:
		v.points(next.Metrics)
	}
	v.looked(name)
	return v.events
}

// looked counts a successful look, and emits a heartbeat at the end of a
// stretch.
func (v *view) looked(name string) {
	p := v.s.parts[name]
	if p == nil {
		v.s.parts[name] = &part{last: v.seen, from: v.seen, looks: 1}
		return
	}
	p.longest = max(p.longest, v.seen.Sub(p.last))
	p.last = v.seen
	p.looks++
	if v.seen.Sub(p.from) >= beat {
		v.events = append(v.events, v.s.heartbeat(name, p))
	}
}

func (s *State) heartbeat(name string, p *part) timeline.Event {
	h := timeline.Heartbeat{Part: name, From: p.from, Looks: p.looks, Longest: p.longest}
	p.from, p.looks, p.longest = p.last, 0, 0
	return timeline.New(p.last, source(name), s.service.String(), h)
}

// Close returns the heartbeats of the stretches that are not yet told, in the
// order of the parts in the schedule that is given.
func (s *State) Close(schedule Schedule) []timeline.Event {
	var events []timeline.Event
	for _, e := range schedule {
		if p := s.parts[e.Part]; p != nil && p.looks > 0 {
			events = append(events, s.heartbeat(e.Part, p))
		}
	}
	return events
}

// source names the API that tells about a part.
func source(name string) string {
	switch name {
	case timeline.PartService:
		return "ecs"
	case timeline.PartTargets:
		return "elbv2"
	case timeline.PartAlarms, timeline.PartMetrics:
		return "cloudwatch"
	}
	return "autoscaling"
}

// round gives a time of AWS's the precision of the wire.
func round(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Round(time.Millisecond)
}

// going says that an activity has not ended. A not-scaled one never began:
// AWS gives it no end. [D]
func going(a scaling.Activity) bool {
	return a.Status == scaling.StatusPending || a.Status == scaling.StatusInProgress
}
