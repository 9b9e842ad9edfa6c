package run

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"scaleproof/internal/judge"
	"scaleproof/internal/timeline"
)

// ExplainOptions say what is to be told of a run.
type ExplainOptions struct {
	At     string // a moment: an offset into the traffic, a service time or a time of day; empty: the whole run
	Format string // text or json
}

// Explain tells the story of a run, or of one moment of it, from its folder
// alone. What the run's verdict is decides nothing: it ends well where it could
// be told.
func Explain(con Console, dir string, o ExplainOptions) error {
	if o.Format != "text" && o.Format != "json" {
		return &Usage{fmt.Errorf("--format %s: it is text or json", o.Format)}
	}
	events, v, err := judged(dir, JudgeOptions{})
	if err != nil {
		return err
	}
	if o.At != "" {
		return explainMoment(con, events, o)
	}
	a, err := judge.Tell(events, v)
	if err != nil {
		return fmt.Errorf("explain %s: %w", dir, err)
	}
	if o.Format == "json" {
		return writeJSON(con.Out, a)
	}
	return a.WriteText(con.Out, con.Colour, con.columns())
}

func explainMoment(con Console, events []timeline.Event, o ExplainOptions) error {
	first, traffic, last, err := judge.Extent(events)
	if err != nil {
		return err
	}
	at, err := momentOf(o.At, first, traffic, last)
	if err != nil {
		return &Usage{fmt.Errorf("--at %s: %w", o.At, err)}
	}
	i, err := judge.TellInstant(events, at)
	if err != nil {
		return err
	}
	if o.Format == "json" {
		return writeJSON(con.Out, i)
	}
	return i.WriteText(con.Out, con.Colour, con.columns())
}

// momentOf reads a moment that lies within what a run watched: an offset into
// the traffic (18m30s, -1m), a service time (RFC 3339), or a time of day (UTC).
func momentOf(s string, first, traffic, last time.Time) (at time.Time, err error) {
	if offset, bad := time.ParseDuration(strings.TrimPrefix(s, "+")); bad == nil {
		if traffic.IsZero() {
			return at, fmt.Errorf("the run sent no traffic to count from; give a service time, from %s to %s", first.Format(time.RFC3339), last.Format(time.RFC3339))
		}
		at = traffic.Add(offset)
	} else if t, bad := time.Parse(time.RFC3339Nano, s); bad == nil {
		at = t.UTC()
	} else if t, ok := timeOfDay(s, first); ok {
		at = t
	} else {
		return at, fmt.Errorf("it is an offset into the traffic (18m30s), a service time (%s) or a time of day (%s)",
			first.UTC().Format(time.RFC3339), first.UTC().Format("15:04:05"))
	}
	if at.Before(first) || at.After(last) {
		return at, fmt.Errorf("it is outside of the run, which was watched from %s to %s%s", first.UTC().Format(time.RFC3339), last.UTC().Format(time.RFC3339), offsets(first, traffic, last))
	}
	return at, nil
}

// timeOfDay is the first such time of day, UTC, not before first.
func timeOfDay(s string, first time.Time) (time.Time, bool) {
	for _, layout := range []string{"15:04:05", "15:04"} {
		t, err := time.Parse(layout, strings.TrimSuffix(s, "Z"))
		if err != nil {
			continue
		}
		day := first.UTC().Truncate(24 * time.Hour)
		at := day.Add(t.Sub(t.Truncate(24 * time.Hour)))
		if at.Before(first) {
			at = at.Add(24 * time.Hour)
		}
		return at, true
	}
	return time.Time{}, false
}

// offsets says the same stretch by offsets into the traffic.
func offsets(first, traffic, last time.Time) string {
	if traffic.IsZero() {
		return ""
	}
	return fmt.Sprintf(" (%s to %s into the traffic)", first.Sub(traffic).Round(time.Second), last.Sub(traffic).Round(time.Second))
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
