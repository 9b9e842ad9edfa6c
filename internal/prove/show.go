package prove

import (
	"context"
	"fmt"
	"io"
	"time"

	"scaleproof/internal/judge"
	"scaleproof/internal/timeline"
)

// mostShown manifestations are told of a run.
const mostShown = 10

// Show lives the runs of a configuration one after another, and tells of each
// what the autoscaler decided otherwise and what the judge said of it. keep, if
// not nil, is given the timeline of each.
func Show(ctx context.Context, c Config, w io.Writer, keep func(events []timeline.Event) error) error {
	list := chosen(c.Only)
	if len(list) == 0 {
		return noCase(c.Only)
	}
	for _, j := range c.jobs(list) {
		l, err := live(ctx, c.Scenarios, list[j.at], j.seed)
		if err != nil {
			return err
		}
		if err := l.show(w); err != nil {
			return err
		}
		if keep != nil {
			if err := keep(l.events); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *lived) show(w io.Writer) error {
	fmt.Fprintf(w, "%s, seed %d: %s\n", l.name(), l.seed, l.kind())
	if l.wrong != nil {
		fmt.Fprintf(w, "It decided otherwise than AWS would have %d times, %d of them within no limit.\n", len(l.all), len(l.beyond))
	}
	for i, m := range l.all {
		if i == mostShown {
			fmt.Fprintf(w, "  and %d more\n", len(l.all)-i)
			break
		}
		limit := l.within(m)
		if limit != "" {
			limit = " (limit: " + limit + ")"
		}
		fmt.Fprintf(w, "  %s  right: %s; wrong: %s%s\n", m.At.UTC().Format(time.TimeOnly), m.Right, m.Wrong, limit)
	}
	if l.refused != nil {
		_, err := fmt.Fprintf(w, "The run refuses to begin: %v\n\n", l.refused)
		return err
	}
	if err := judge.Table(w, l.verdict, false, 0); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w)
	return err
}

func noCase(text string) error {
	return fmt.Errorf("no case has %q in its name; validate prove --list names them", text)
}
