package run

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"scaleproof/internal/export"
)

// measured writes what the traffic of a run came to: what people of other load
// generators look for first. The verdict says what of it counts.
func measured(w io.Writer, s export.Summary) {
	if s.Scheduled == 0 {
		return
	}
	fmt.Fprintf(w, "\nsent      %d of %s in %v, %s of %s a second\n", s.Sent, counted(s.Scheduled, "request", "requests"),
		time.Duration(s.Seconds*float64(time.Second)).Round(time.Millisecond), number(s.Rate.Achieved), number(s.Rate.Planned))
	list(w, "unsent", s.Unsent)
	list(w, "ended", s.Completed)
	list(w, "failed", s.Failed)
	rows := [][]string{{"", "p50", "p90", "p95", "p99", "p99.9", "most"}}
	for _, r := range []struct {
		name string
		f    *export.Figures
		note string
	}{
		{"latency", s.Latency, "from when each was due"},
		{"service", s.Served, "from its real send"},
		{"lateness", s.Lateness, "of the generator"},
	} {
		if f := r.f; f != nil {
			rows = append(rows, []string{r.name, span(f.P50), span(f.P90), span(f.P95), span(f.P99), span(f.P999), span(&f.Max), r.note})
		}
	}
	if len(rows) > 1 {
		columns(w, rows)
	}
}

// list writes counts by name, in order of name; nothing where there are none.
func list(w io.Writer, what string, counts map[string]int64) {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d x %s", counts[name], name))
	}
	if len(parts) > 0 {
		fmt.Fprintf(w, "%-8s  %s\n", what, strings.Join(parts, ", "))
	}
}

// span writes microseconds, to three digits; a percentile among those that were
// never answered has none.
func span(us *int64) string {
	if us == nil {
		return "none"
	}
	if *us < 1e3 {
		return fmt.Sprintf("%d µs", *us)
	}
	if *us < 1e6 {
		return number(float64(*us)/1e3) + " ms"
	}
	return number(float64(*us)/1e6) + " s"
}

// number writes three digits, or all of a larger whole.
func number(v float64) string {
	if v >= 999.5 { // which to three digits would be 1e+03
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}
