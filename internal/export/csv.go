package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"scaleproof/internal/hdr"
	"scaleproof/internal/timeline"
)

// The columns of CSV, in order. A timeline that has reasons or classes beside
// these gets a column for each behind them all.
var (
	leading  = []string{"start", "offset_s", "length_s", "stage", "kind", "scheduled", "sent", "late", "unsent"}
	reasons  = []string{"ceiling", "stopped", "generator"}
	statuses = []string{"1xx", "2xx", "3xx", "4xx", "5xx"}
	classes  = []string{"dns", "connect", "tls", "timeout", "reset", "protocol", "refused-host", "generator", "generator:descriptors", "generator:ports", "generator:memory"}
	figures  = []string{"count", "p50", "p90", "p95", "p99", "p99_9", "max"}
)

// unnamed makes a part of a column's name of a key.
var unnamed = strings.NewReplacer(":", "_", "-", "_")

// CSV writes a line for each window and kind, by RFC 4180, the first with the
// columns' names. A percentile that lies among requests without an answer, and
// whatever was not measured, is empty.
func CSV(w io.Writer, events []timeline.Event) error {
	t := newTable(events)
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(t.header()); err != nil {
		return err
	}
	for _, e := range events {
		switch d := e.Data.(type) {
		case timeline.Stage:
			t.stages = append(t.stages, timed{e.At, d})
		case timeline.Window:
			for _, k := range d.Kinds {
				row, err := t.row(d, k)
				if err != nil {
					return fmt.Errorf("event %d: %s: %w", e.Seq, k.Kind, err)
				}
				if err := out.Write(row); err != nil {
					return err
				}
			}
		}
	}
	out.Flush()
	return out.Error()
}

// table is what all rows share.
type table struct {
	origin                 time.Time
	stages                 []timed  // that began so far
	moreReasons, moreKinds []string // that no column is for
	sum                    hdr.Sum
}

type timed struct {
	at time.Time
	timeline.Stage
}

func newTable(events []timeline.Event) *table {
	unsent, completed := map[string]bool{}, map[string]bool{}
	for _, e := range events {
		if w, ok := e.Data.(timeline.Window); ok {
			for _, k := range w.Kinds {
				for key := range k.Unsent {
					unsent[key] = true
				}
				for key := range k.Completed {
					completed[key] = !IsStatus(key)
				}
			}
		}
	}
	t := &table{origin: beginning(events)}
	for _, key := range slices.Sorted(maps.Keys(unsent)) {
		if !slices.Contains(reasons, key) {
			t.moreReasons = append(t.moreReasons, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(completed)) {
		if completed[key] && !slices.Contains(classes, key) {
			t.moreKinds = append(t.moreKinds, key)
		}
	}
	return t
}

func (t *table) header() []string {
	h := slices.Concat(leading, prefixed("unsent_", reasons), []string{"completed"}, prefixed("status_", statuses), prefixed("error_", classes),
		[]string{"failed", "failed_content", "in_flight_all_kinds", "clamped"})
	for _, of := range []string{"latency", "service", "lateness"} {
		h = append(h, of+"_count")
		for _, f := range figures[1:] {
			h = append(h, of+"_"+f+"_us")
		}
	}
	return slices.Concat(h, prefixed("unsent_", t.moreReasons), prefixed("error_", t.moreKinds))
}

func prefixed(prefix string, names []string) (list []string) {
	for _, n := range names {
		list = append(list, prefix+unnamed.Replace(n))
	}
	return list
}

func (t *table) row(w timeline.Window, k timeline.KindWindow) ([]string, error) {
	row := []string{w.Start.UTC().Format(time.RFC3339Nano), decimal(w.Start.Sub(t.origin)), decimal(w.Length), t.stage(w.Start), k.Kind}
	row = counted(row, k.Planned, k.Sent, k.Late, sum(k.Unsent))
	row = keyed(row, k.Unsent, reasons)
	row = counted(row, sum(k.Completed))
	row = append(row, byStatus(k.Completed)...)
	row = keyed(row, k.Completed, classes)
	row = counted(row, sum(k.Failed), k.Failed["content"], w.InFlight, k.Clamped)
	times, err := t.times(k)
	for _, f := range []*Figures{times.Latency, times.Served, times.Lateness} {
		row = append(row, f.cells()...)
	}
	return keyed(keyed(row, k.Unsent, t.moreReasons), k.Completed, t.moreKinds), err
}

// times are those of one window.
func (t *table) times(k timeline.KindWindow) (of Times, err error) {
	c := Counts{Completed: k.Completed}
	if of.Latency, err = t.figures(k.Latency, 0, c.Unanswered()); err != nil {
		return of, err
	}
	of.Served = of.Latency
	if k.Service != "" {
		if of.Served, err = t.figures(k.Service, 0, c.Unanswered()); err != nil {
			return of, err
		}
	}
	zeros := k.Sent
	if k.Lateness != "" {
		zeros = 0
	}
	of.Lateness, err = t.figures(k.Lateness, zeros, 0)
	return of, err
}

func (t *table) figures(encoded string, zeros, unanswered int64) (*Figures, error) {
	t.sum.Reset()
	if encoded != "" {
		if err := t.sum.Add(encoded); err != nil {
			return nil, err
		}
	}
	return figuresOf(&t.sum, zeros, unanswered), nil
}

// stage is the name of the one that an instant lies in; empty after the last.
func (t *table) stage(at time.Time) string {
	for _, s := range slices.Backward(t.stages) {
		if !at.Before(s.at) && at.Before(s.at.Add(s.For)) {
			return s.Name
		}
	}
	return ""
}

func counted(row []string, counts ...int64) []string {
	for _, n := range counts {
		row = append(row, strconv.FormatInt(n, 10))
	}
	return row
}

func keyed(row []string, m map[string]int64, keys []string) []string {
	for _, key := range keys {
		row = counted(row, m[key])
	}
	return row
}

// byStatus adds up answers by the first digit of their status.
func byStatus(completed map[string]int64) []string {
	var n [5]int64
	for key, m := range completed {
		if first := key[:min(1, len(key))]; IsStatus(key) && first >= "1" && first <= "5" {
			n[first[0]-'1'] += m
		}
	}
	return counted(nil, n[:]...)
}

// cells are the columns of figures; empty where there are none.
func (f *Figures) cells() []string {
	if f == nil {
		return append([]string{"0"}, make([]string, len(figures)-1)...)
	}
	row := counted(nil, f.Count)
	for _, p := range []*int64{f.P50, f.P90, f.P95, f.P99, f.P999} {
		cell := ""
		if p != nil {
			cell = strconv.FormatInt(*p, 10)
		}
		row = append(row, cell)
	}
	return counted(row, f.Max)
}

// decimal is a duration in seconds, without the zeros at its end.
func decimal(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
}
