package export

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"scaleproof/internal/timeline"
)

// SchemaVersion is the version of Summary as JSON. It rises when a field's
// meaning changes or a field goes away.
const SchemaVersion = 1

// Summary is a run as one JSON object. Every field is always there: what was
// not measured is null. Of a run that is cut off it says what was seen.
type Summary struct {
	SchemaVersion int    `json:"schema_version"`
	Command       string `json:"command"`
	Scenario      string `json:"scenario"`
	Environment   string `json:"environment"`
	Service       string `json:"service"`
	Shard         string `json:"shard"`  // which part of the whole it sent, as 2/4; 1/1: all
	Folder        string `json:"folder"` // of the run

	// The verdict, which is the judge's, and the code that the command ends
	// with. Set by whoever knows.
	Answer   string `json:"answer"`
	Sentence string `json:"sentence"`
	ExitCode int    `json:"exit_code"`

	RateChanges int `json:"rate_changes"` // by a person, while it ran
	// Starved are the windows in which the generator fell behind, by what it lacked.
	Starved map[string]int64 `json:"starved"`

	Outcome string     `json:"outcome"` // of run.ended; empty where the timeline has none
	Reason  string     `json:"reason"`
	Began   *time.Time `json:"began"`   // of the traffic; nil: there was none
	Seconds float64    `json:"seconds"` // from there until the sending ended

	Counts
	InFlight int64 `json:"in_flight"` // at the end
	// Unaccounted is by how much the sums do not agree. It is counted, not made
	// to fit: of a whole run it is zero.
	Unaccounted Unaccounted `json:"unaccounted"`
	Rate        Rates       `json:"rate"`
	Times
	Kinds []KindSummary `json:"kinds"` // by name
}

// Unaccounted is what a run's counts lack.
type Unaccounted struct {
	Scheduled int64 `json:"scheduled"` // less what was sent, and unsent
	Sent      int64 `json:"sent"`      // less what completed, and was in flight at the end
}

// Rates are in requests per second of the time in which was sent.
type Rates struct {
	Planned  float64 `json:"planned"`
	Achieved float64 `json:"achieved"`
}

// Times are in microseconds; nil where nothing was measured.
type Times struct {
	Latency  *Figures `json:"latency_us"`  // from the instant each request was due
	Served   *Figures `json:"service_us"`  // from the instant it really left
	Lateness *Figures `json:"lateness_us"` // how long after it was due it left
}

// KindSummary is one kind of request.
type KindSummary struct {
	Kind string `json:"kind"`
	Counts
	Rate Rates `json:"rate"`
	Times
}

// Summarize adds a timeline up.
func Summarize(events []timeline.Event) (Summary, error) {
	s := Summary{SchemaVersion: SchemaVersion, Starved: map[string]int64{}, Kinds: []KindSummary{}}
	var t Totals
	var span span
	for _, e := range events {
		span.saw(e)
		switch d := e.Data.(type) {
		case timeline.Started:
			s.Command, s.Scenario, s.Environment, s.Service = d.Command, d.Scenario, d.Environment, d.Service.String()
			s.Shard = shard(d.Plan)
		case timeline.Rate:
			s.RateChanges++
		case timeline.Starved:
			s.Starved[d.Cause]++
		case timeline.Ended:
			s.Outcome, s.Reason = d.Outcome, d.Reason
		case timeline.Window:
			if err := t.Add(d); err != nil {
				return s, fmt.Errorf("event %d: %w", e.Seq, err)
			}
		}
	}
	all, err := t.All()
	if err != nil {
		return s, err
	}
	seconds := span.length().Seconds()
	if !span.from.IsZero() {
		s.Began = new(span.from)
	}
	s.Seconds, s.Counts, s.InFlight = seconds, all.Counts, t.InFlight
	s.Unaccounted = Unaccounted{
		Scheduled: all.Scheduled - all.Sent - sum(all.Unsent),
		Sent:      all.Sent - sum(all.Completed) - t.InFlight,
	}
	s.Rate, s.Times = all.rates(seconds), all.times()
	for _, k := range t.Kinds() {
		s.Kinds = append(s.Kinds, KindSummary{Kind: k.Name, Counts: k.Counts, Rate: k.rates(seconds), Times: k.times()})
	}
	return s, nil
}

// shard is a plan's, which stands above this package.
func shard(plan json.RawMessage) string {
	var p struct {
		Shard struct{ Index, Of int }
	}
	if json.Unmarshal(plan, &p) != nil || p.Shard.Of < 2 {
		return "1/1"
	}
	return fmt.Sprintf("%d/%d", p.Shard.Index, p.Shard.Of)
}

func (c *Counts) rates(seconds float64) Rates {
	if seconds <= 0 {
		return Rates{}
	}
	return Rates{Planned: thousandths(float64(c.Scheduled) / seconds), Achieved: thousandths(float64(c.Sent) / seconds)}
}

// thousandths rounds to the digits that a rate is told with.
func thousandths(v float64) float64 { return math.Round(v*1000) / 1000 }

func (k *Kind) times() Times {
	unanswered := k.Unanswered() + k.Sent - sum(k.Completed) // what was in flight at the end had none either
	return Times{
		Latency:  figuresOf(&k.Latency, 0, unanswered),
		Served:   figuresOf(k.Service(), 0, unanswered),
		Lateness: figuresOf(&k.lateness, k.onTime, 0),
	}
}

// span is the time in which a run sent.
type span struct {
	from, drain time.Time // the first stage's beginning; zero where there was none
	planned     time.Time // end of the last stage that began
	last        time.Time // end of the last window
}

func (s *span) saw(e timeline.Event) {
	switch d := e.Data.(type) {
	case timeline.Stage:
		if s.from.IsZero() {
			s.from = e.At
		}
		s.planned = e.At.Add(d.For)
	case timeline.Phase:
		if d.Name == timeline.PhaseDrain {
			s.drain = e.At
		}
	case timeline.Window:
		s.last = d.Start.Add(d.Length)
	}
}

// length is from the beginning to whatever ended the sending: the last stage, or
// before it a stop, or the end of what is there of the timeline.
func (s *span) length() time.Duration {
	end := s.planned
	for _, t := range []time.Time{s.drain, s.last} {
		if !t.IsZero() && t.Before(end) {
			end = t
		}
	}
	return max(0, end.Sub(s.from))
}
