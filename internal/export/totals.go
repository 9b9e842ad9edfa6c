package export

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"scaleproof/internal/hdr"
	"scaleproof/internal/timeline"
)

// Counts are what became of requests.
type Counts struct {
	Scheduled int64            `json:"scheduled"` // that were due
	Sent      int64            `json:"sent"`
	Late      int64            `json:"late"`      // of Sent, more than timeline.LateAfter after they were due
	Unsent    map[string]int64 `json:"unsent"`    // by reason
	Completed map[string]int64 `json:"completed"` // by status, or by class of error where there was no answer
	Failed    map[string]int64 `json:"failed"`    // of Completed, by the same keys, or by "content"
	Clamped   int64            `json:"clamped"`   // latencies beyond the histogram's top, counted as that
	// Unchecked are those of Completed of a good status whose body nobody looked
	// at: Failed has none of them, though some may be refusals.
	Unchecked int64 `json:"unchecked,omitempty"`
}

// Kind is what the windows say of one kind of request. Times are histograms in
// microseconds.
type Kind struct {
	Name string
	Counts
	Latency  hdr.Sum  // from the instant at which each was due
	service  *hdr.Sum // nil: each left when it was due, so far
	lateness hdr.Sum
	onTime   int64 // sent in windows where nothing was late
}

// Totals are what the windows of a timeline come to, of the whole or up to now.
// The zero value is empty. It is not safe for concurrent use.
type Totals struct {
	InFlight int64 // at the end of the last window
	kinds    map[string]*Kind
}

// Add adds a window. The error names the histogram that cannot be read.
func (t *Totals) Add(w timeline.Window) error {
	t.InFlight = w.InFlight
	for _, k := range w.Kinds {
		if t.kinds == nil {
			t.kinds = map[string]*Kind{}
		}
		of := t.kinds[k.Kind]
		if of == nil {
			of = newKind(k.Kind)
			t.kinds[k.Kind] = of
		}
		if err := of.add(k); err != nil {
			return fmt.Errorf("%s: %w", k.Kind, err)
		}
	}
	return nil
}

func newKind(name string) *Kind {
	return &Kind{Name: name, Counts: Counts{Unsent: map[string]int64{}, Completed: map[string]int64{}, Failed: map[string]int64{}}}
}

func (k *Kind) add(w timeline.KindWindow) error {
	k.Counts.add(Counts{w.Planned, w.Sent, w.Late, w.Unsent, w.Completed, w.Failed, w.Clamped, unchecked(w)})
	if w.Lateness == "" {
		k.onTime += w.Sent
	} else if err := k.lateness.Add(w.Lateness); err != nil {
		return fmt.Errorf("lateness: %w", err)
	}
	if w.Latency == "" {
		return nil
	}
	if w.Service != "" && k.service == nil {
		k.service = new(hdr.Sum)
		if err := k.service.Merge(&k.Latency); err != nil {
			return err
		}
	}
	if k.service != nil {
		service := w.Service
		if service == "" {
			service = w.Latency
		}
		if err := k.service.Add(service); err != nil {
			return fmt.Errorf("service: %w", err)
		}
	}
	if err := k.Latency.Add(w.Latency); err != nil {
		return fmt.Errorf("latency: %w", err)
	}
	return nil
}

func unchecked(w timeline.KindWindow) int64 {
	if w.Sample == nil {
		return 0
	}
	return w.Sample.Unchecked
}

func (c *Counts) add(o Counts) {
	c.Unchecked += o.Unchecked
	c.Scheduled, c.Sent, c.Late, c.Clamped = c.Scheduled+o.Scheduled, c.Sent+o.Sent, c.Late+o.Late, c.Clamped+o.Clamped
	for _, pair := range []struct{ to, from map[string]int64 }{{c.Unsent, o.Unsent}, {c.Completed, o.Completed}, {c.Failed, o.Failed}} {
		for key, n := range pair.from {
			pair.to[key] += n
		}
	}
}

// merge adds another kind's.
func (k *Kind) merge(o *Kind) error {
	k.Counts.add(o.Counts)
	k.onTime += o.onTime
	if k.service == nil {
		k.service = new(hdr.Sum) // of all kinds together some may differ
	}
	if err := k.service.Merge(o.Service()); err != nil {
		return err
	}
	if err := k.lateness.Merge(&o.lateness); err != nil {
		return err
	}
	return k.Latency.Merge(&o.Latency)
}

// Service are the times from the instant at which each request really left.
func (k *Kind) Service() *hdr.Sum {
	if k.service == nil {
		return &k.Latency
	}
	return k.service
}

// Lateness is how long after it was due each request left: the histogram of
// those in whose window anything was late, and how many others left on time.
func (k *Kind) Lateness() (late *hdr.Sum, onTime int64) { return &k.lateness, k.onTime }

// Unanswered is how many ended without an answer.
func (c *Counts) Unanswered() (n int64) {
	for key, m := range c.Completed {
		if !IsStatus(key) {
			n += m
		}
	}
	return n
}

// IsStatus says that a key of Completed is the status of an answer, and not the
// class of an error.
func IsStatus(key string) bool {
	_, err := strconv.ParseUint(key, 10, 16)
	return err == nil
}

// Kinds are those that the windows say something of, by name.
func (t *Totals) Kinds() (list []*Kind) {
	for _, name := range slices.Sorted(maps.Keys(t.kinds)) {
		list = append(list, t.kinds[name])
	}
	return list
}

// All are all kinds together.
func (t *Totals) All() (*Kind, error) {
	all := newKind("")
	for _, k := range t.Kinds() {
		if err := all.merge(k); err != nil {
			return nil, fmt.Errorf("%s: %w", k.Name, err)
		}
	}
	return all, nil
}

// sum adds up the values of a map.
func sum(m map[string]int64) (n int64) {
	for _, v := range m {
		n += v
	}
	return n
}
