package live

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"scaleproof/internal/hdr"
	"scaleproof/internal/timeline"
)

// figures are what is kept of all windows, beside the state: what would take too
// long to work out in Feed, or at each drawing. They belong to the goroutine that
// draws.
type figures struct {
	whole, recent     spread           // of all windows, and of the last rateSpan
	lately            map[string]int64 // failures of the last rateSpan
	latency, lateness hdr.Sum
	failures          map[string]int64
	planned, sent     int64
	completed         int64
	load              []sample
}

// sample is the load of one window.
type sample struct {
	start, length time.Duration // start counts from the traffic's beginning
	planned, sent float64       // requests per second
}

// spread is how latency and lateness are distributed.
type spread struct {
	latency []time.Duration // the percentiles; nil where nothing was answered
	late    time.Duration   // the 99th percentile of how late requests left
}

// add takes the windows that came since the last time, after which the state is
// s.
func (f *figures) add(s *state, windows []timeline.Window) {
	if len(windows) == 0 {
		return
	}
	if f.failures == nil {
		f.failures = map[string]int64{}
	}
	for _, w := range windows {
		var planned, sent int64
		for _, k := range w.Kinds {
			_ = f.latency.Add(k.Latency) // what cannot be read is left out
			_ = f.lateness.Add(k.Lateness)
			planned, sent = planned+k.Planned, sent+k.Sent
			f.completed += total(k.Completed)
			for class, n := range k.Failed {
				f.failures[class] += n
			}
		}
		f.planned, f.sent = f.planned+planned, f.sent+sent
		seconds := w.Length.Seconds()
		if seconds <= 0 {
			continue
		}
		f.load = append(f.load, sample{w.Start.Sub(s.origin), w.Length, float64(planned) / seconds, float64(sent) / seconds})
	}
	f.whole = spread{quantiles(&f.latency), late(&f.lateness, f.sent)}
	f.renew(s.windows)
}

// renew adds up the windows of the last rateSpan.
func (f *figures) renew(windows []timeline.Window) {
	var latency, lateness hdr.Sum
	sent := int64(0)
	f.lately = map[string]int64{}
	for _, w := range windows {
		for _, k := range w.Kinds {
			_ = latency.Add(k.Latency)
			_ = lateness.Add(k.Lateness)
			sent += k.Sent
			for class, n := range k.Failed {
				f.lately[class] += n
			}
		}
	}
	f.recent = spread{quantiles(&latency), late(&lateness, sent)}
}

func total(by map[string]int64) (n int64) {
	for _, c := range by {
		n += c
	}
	return n
}

// percentiles that are shown, of 100.
var percentiles = []float64{50, 95, 99, 99.9}

// quantiles are the percentiles of a sum in microseconds; nil where nothing is in it.
func quantiles(s *hdr.Sum) (list []time.Duration) {
	h := s.Histogram()
	if h == nil || h.TotalCount() == 0 {
		return nil
	}
	for _, p := range percentiles {
		list = append(list, time.Duration(h.ValueAtPercentile(p))*time.Microsecond)
	}
	return list
}

// late is the 99th percentile of how late requests left, of all that did: those
// that left when they were due stand in no histogram.
func late(s *hdr.Sum, sent int64) time.Duration {
	h := s.Histogram()
	if h == nil || sent <= 0 {
		return 0
	}
	punctual := sent - h.TotalCount()
	if rank := (sent*99+99)/100 - punctual; rank > 0 && h.TotalCount() > 0 {
		return time.Duration(h.ValueAtPercentile(100*float64(rank)/float64(h.TotalCount()))) * time.Microsecond
	}
	return 0
}

// pieces are what a line says of the figures, behind all that the state says.
func (f *figures) pieces(s *state) []piece {
	if f == nil || f.sent == 0 {
		return nil
	}
	list := []piece{
		{fmt.Sprintf("%d in flight", s.inFlight), 6, ""},
		{"late p99 " + short(f.recent.late), 7, ""},
	}
	if times := named(f.recent.latency); times != "" {
		list = append(list, piece{"last 10 s: " + times, 9, dim})
	}
	if times := named(f.whole.latency); times != "" {
		list = append(list, piece{"whole: " + times, 8, dim})
	}
	return list
}

// named writes the percentiles with their names; nothing for none.
func named(list []time.Duration) string {
	var parts []string
	for i, d := range list {
		parts = append(parts, "p"+strconv.FormatFloat(percentiles[i], 'g', -1, 64)+" "+short(d))
	}
	return strings.Join(parts, " ")
}

// classes are those of the failed requests, the most frequent first.
func classes(failed map[string]int64) []string {
	return slices.SortedFunc(maps.Keys(failed), func(a, b string) int {
		return cmp.Or(cmp.Compare(failed[b], failed[a]), cmp.Compare(a, b))
	})
}
