package calibrate

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/hdr"
	"scaleproof/internal/timeline"
)

// Record gathers what a probe's timeline tells, minute by minute. It is not
// safe for concurrent use. Make one with NewRecord.
type Record struct {
	kinds   []string
	minutes map[time.Time]*minute
	counted bool
	tasks   timeline.Counts // as first seen
	moved   time.Time       // no minute that ends after it is of the same tasks; zero: none moved
	motion  string          // what moved, in words
}

type minute struct {
	sent      []int64
	ended     []int64
	failed    []map[string]int64
	latency   []string // encoded histograms of the kinds, one for each window that has any
	inFlight  int64    // the most at a window's end
	cpu       *float64 // percent
	perTarget *float64 // requests per target, by the load balancer
}

// Minute is what is known of one minute.
type Minute struct {
	Start time.Time `json:"start"`
	Sent  []int64   `json:"sent"`  // requests that left, of each kind
	Tasks int       `json:"tasks"` // that ran all of it; 0 where it was not always the same ones
	// CPU is the service's metric in percent, the average of its tasks; nil
	// where no datapoint was seen.
	CPU *float64 `json:"cpu,omitempty"`
	// PerTarget is the requests per target that the load balancer counted; nil
	// where no datapoint was seen.
	PerTarget *float64 `json:"per_target,omitempty"`
}

// NewRecord returns the record of a probe of kinds of these names, with nothing
// in it.
func NewRecord(kinds []string) *Record {
	return &Record{kinds: kinds, minutes: map[time.Time]*minute{}}
}

// Add takes in an event of the probe's timeline.
func (r *Record) Add(e timeline.Event) {
	switch p := e.Data.(type) {
	case timeline.Window:
		r.window(p)
	case timeline.MetricPoint:
		if p.Period != time.Minute {
			return
		}
		switch m := r.at(e.At); p.Key {
		case timeline.KeyCPU:
			m.cpu = &p.Value
		case timeline.KeyRequests:
			m.perTarget = &p.Value
		}
	case timeline.Counts:
		r.counts(e, p)
	case timeline.Deployment:
		if !e.NotBefore.IsZero() {
			r.move(e.NotBefore, "a deployment of the service began")
		}
	}
}

func (r *Record) at(t time.Time) *minute {
	start := t.Truncate(time.Minute)
	m := r.minutes[start]
	if m == nil {
		m = &minute{sent: make([]int64, len(r.kinds)), ended: make([]int64, len(r.kinds)), failed: make([]map[string]int64, len(r.kinds))}
		r.minutes[start] = m
	}
	return m
}

func (r *Record) window(w timeline.Window) {
	m := r.at(w.Start)
	m.inFlight = max(m.inFlight, w.InFlight)
	for _, k := range w.Kinds {
		i := slices.Index(r.kinds, k.Kind)
		if i < 0 {
			continue
		}
		m.sent[i] += k.Sent
		for _, n := range k.Completed {
			m.ended[i] += n
		}
		for why, n := range k.Failed {
			if m.failed[i] == nil {
				m.failed[i] = map[string]int64{}
			}
			m.failed[i][why] += n
		}
		if k.Latency != "" {
			m.latency = append(m.latency, k.Latency)
		}
	}
}

func (r *Record) counts(e timeline.Event, c timeline.Counts) {
	switch {
	case !r.counted:
		r.counted, r.tasks = true, c
	case c != r.tasks:
		r.move(e.NotBefore, fmt.Sprintf("the tasks went from %d running of %d desired to %d of %d", r.tasks.Running, r.tasks.Desired, c.Running, c.Desired))
	}
}

// move tells that the tasks were not the same ones any more at some time
// after an instant.
func (r *Record) move(after time.Time, what string) {
	if r.moved.IsZero() || after.Before(r.moved) {
		r.moved, r.motion = after, what
	}
}

// Moved is what moved in the service, in words, and the instant up to which
// nothing had; empty where nothing did.
func (r *Record) Moved() (what string, since time.Time) { return r.motion, r.moved }

// Tasks is how many tasks ran when the probe began; 0 where nobody looked.
func (r *Record) Tasks() int { return r.tasks.Running }

// Published says that every minute that begins in [from, to) has its CPU
// datapoint.
func (r *Record) Published(from, to time.Time) bool {
	for _, m := range r.Minutes(from, to) {
		if m.CPU == nil {
			return false
		}
	}
	return true
}

// Minutes lists the minutes that begin in [from, to), in order of time, also
// those of which nothing is known.
func (r *Record) Minutes(from, to time.Time) (list []Minute) {
	for t := from.Truncate(time.Minute); t.Before(to); t = t.Add(time.Minute) {
		m := r.at(t)
		out := Minute{Start: t, Sent: m.sent, CPU: m.cpu, PerTarget: m.perTarget}
		if r.moved.IsZero() || !t.Add(time.Minute).After(r.moved) {
			out.Tasks = r.tasks.Running
		}
		list = append(list, out)
	}
	return list
}

// Failures are the requests of a kind that ended in [from, to), and those that
// failed by status or class.
func (r *Record) Failures(kind int, from, to time.Time) (ended int64, failed map[string]int64) {
	failed = map[string]int64{}
	for t := from.Truncate(time.Minute); t.Before(to); t = t.Add(time.Minute) {
		m := r.at(t)
		ended += m.ended[kind]
		for why, n := range m.failed[kind] {
			failed[why] += n
		}
	}
	return ended, failed
}

// Mean is the mean latency of what was answered in [from, to); zero where
// nothing was.
func (r *Record) Mean(from, to time.Time) (time.Duration, error) {
	var all hdr.Sum
	for t := from.Truncate(time.Minute); t.Before(to); t = t.Add(time.Minute) {
		for _, encoded := range r.at(t).latency {
			if err := all.Add(encoded); err != nil {
				return 0, fmt.Errorf("a window's latencies: %w", err)
			}
		}
	}
	h := all.Histogram()
	if h == nil {
		return 0, nil
	}
	return time.Duration(h.Mean() * float64(time.Microsecond)), nil
}

// Others is how many requests per target and minute were not ours, in the mean
// of the minutes of which it is known, and never less than none.
func Others(minutes []Minute) float64 {
	var sum float64
	n := 0
	for _, m := range minutes {
		if m.PerTarget == nil || m.Tasks == 0 {
			continue
		}
		sum, n = sum+*m.PerTarget, n+1
		for _, sent := range m.Sent {
			sum -= float64(sent) / float64(m.Tasks)
		}
	}
	return max(0, sum/float64(max(n, 1)))
}
