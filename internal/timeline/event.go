// Package timeline holds the one truth about a run: an append-only list of
// events in which everything that was planned, sent, seen, changed or missed
// is one line of JSON. Judge and report read nothing else, so that a run can
// be judged and drawn again, offline, at any time, on another machine, with
// the identical result.
//
// A polled change is known only to lie in (NotBefore, Seen]. A poll that
// failed is an event too: absence of evidence is never evidence. Only changes
// are written, with a heartbeat (observe.look) that says how often was looked.
//
// The kinds, their payloads, and whose time At is:
//
//	run.started        Started        beginning of the run; always the first line
//	run.phase          Phase          the run enters a phase
//	run.change         Changed        a change that the run made, or failed to make
//	run.ended          Ended          the last line of a run that ended by itself
//	prediction.course  Prediction     when it was made, before the traffic
//	prediction.absent  Unpredicted    when it would have been made
//	clock.info         ClockInfo      how time was given
//	stage.started      Stage          the stage's beginning, as planned
//	traffic.window     Window         the window's end
//	traffic.rate       Rate           the change, from which on the rates are others
//	observe.look       Heartbeat      the last look of the stretch
//	observe.gap        Gap            the poll that failed
//	metric.point       MetricPoint    start of the point's period, by CloudWatch
//	service.counts     Counts         the answer in which it was seen
//	target.health      Health         the answer in which it was seen
//	deployment.state   Deployment     the deployment's own update time
//	capacity.observed  Capacity       the answer in which it was seen
//	policy.observed    PolicyState    the answer in which it was seen
//	policy.removed     PolicyState    the answer in which it was no longer seen
//	alarm.observed     AlarmState     the alarm's configuration, when first seen or changed
//	alarm.state        AlarmState     the transition, by CloudWatch
//	alarm.removed      AlarmGone      the look at the policies that still named it
//	scaling.activity   ActivityState  the activity's start, by Application Auto Scaling; again when it changes
//	safety.stop        Stop           the window whose end tripped the rule
//
// A Course is what a timeline comes to, by which two runs are compared, and a
// Band what several courses span: a prediction holds one of each.
//
// The package refuses to interpret: it has no notion of good or bad.
package timeline

import (
	"encoding/json"
	"fmt"
	"time"
)

// Format is the version of the lines that this package writes.
const Format = 1

// Event is one line of a timeline: an envelope and one payload.
type Event struct {
	Seq       int64     // position in the timeline, from 1
	At        time.Time // the time that the source itself gives
	Seen      time.Time // when we learnt it
	NotBefore time.Time // the previous successful look at the same thing; zero where Seen is exact
	Source    string    // run, traffic, ecs, elbv2, cloudwatch, autoscaling
	Kind      string
	Subject   string // what it is about: a service, metric key, alarm, policy, activity; may be empty
	Data      Payload
}

// Payload is what an event says beyond its envelope. The types of this
// package that have a kind are all there are.
type Payload interface{ kind() string }

// New makes an event whose time is exact: it was learnt as it happened.
func New(at time.Time, source, subject string, p Payload) Event {
	return Event{At: at, Seen: at, Source: source, Kind: p.kind(), Subject: subject, Data: p}
}

// Observed makes an event about something that a poll saw at seen and that
// happened at `at` by its source, or after notBefore where the source gives
// no time of its own.
func Observed(at, seen, notBefore time.Time, source, subject string, p Payload) Event {
	return Event{At: at, Seen: seen, NotBefore: notBefore, Source: source, Kind: p.kind(), Subject: subject, Data: p}
}

type envelope struct {
	Seq       int64           `json:"seq"`
	At        time.Time       `json:"at"`
	Seen      time.Time       `json:"seen,omitzero"`
	NotBefore time.Time       `json:"not_before,omitzero"`
	Source    string          `json:"source"`
	Kind      string          `json:"kind"`
	Subject   string          `json:"subject,omitempty"`
	Data      json.RawMessage `json:"data"`
}

// MarshalJSON writes the event as one line without its newline. Times are in
// UTC; Seen is left out where it equals At.
func (e Event) MarshalJSON() ([]byte, error) {
	data, err := json.Marshal(e.Data)
	if err != nil {
		return nil, err
	}
	v := envelope{e.Seq, e.At.UTC(), e.Seen.UTC(), e.NotBefore.UTC(), e.Source, e.Kind, e.Subject, data}
	if e.Seen.Equal(e.At) {
		v.Seen = time.Time{}
	}
	if e.NotBefore.IsZero() {
		v.NotBefore = time.Time{}
	}
	return json.Marshal(v)
}

// UnmarshalJSON reads a line. A kind that it does not know is an error: a
// judge that skipped what it cannot read would pass what it has not seen.
func (e *Event) UnmarshalJSON(line []byte) error {
	var v envelope
	if err := json.Unmarshal(line, &v); err != nil {
		return err
	}
	fresh, ok := payloads[v.Kind]
	if !ok {
		return fmt.Errorf("unknown kind of event %q", v.Kind)
	}
	p, err := fresh(v.Data)
	if err != nil {
		return fmt.Errorf("%s: %w", v.Kind, err)
	}
	if v.Seen.IsZero() {
		v.Seen = v.At
	}
	*e = Event{v.Seq, v.At.UTC(), v.Seen.UTC(), v.NotBefore.UTC(), v.Source, v.Kind, v.Subject, p}
	return nil
}

// payloads makes an empty payload of each kind and fills it.
var payloads = map[string]func(json.RawMessage) (Payload, error){}

func register[P Payload](also ...string) {
	var zero P
	fill := func(data json.RawMessage) (Payload, error) {
		var p P
		err := json.Unmarshal(data, &p)
		return p, err
	}
	payloads[zero.kind()] = fill
	for _, kind := range also {
		payloads[kind] = fill
	}
}
