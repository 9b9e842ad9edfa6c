package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/google/renameio/v2"

	"scaleproof/internal/prove"
	"scaleproof/internal/timeline"
)

// ProveOptions are those of `validate prove`.
type ProveOptions struct {
	Scenarios string // folder of the shipped scenarios
	Only      string // cases; empty: all
	Seeds     int    // of each case; 0: as many as the bars ask for
	SeedsSet  bool
	Base      uint64 // the first seed
	Show      bool   // what was judged of each run
	Out       string // folder for the timeline of one run that is shown; empty: none
	List      bool   // the cases, and nothing else
	Format    string // text, json or markdown
	Into      []string
}

func (o ProveOptions) check() error {
	switch {
	case o.SeedsSet && o.Seeds < 1:
		return &Usage{fmt.Errorf("--seeds %d: give at least 1, e.g. --seeds 3", o.Seeds)}
	case o.Base == 0:
		return &Usage{errors.New("--base 0: seeds begin with 1")}
	case o.Format != "text" && o.Format != "json" && o.Format != "markdown":
		return &Usage{fmt.Errorf("--format %s: it is text, json or markdown", o.Format)}
	case o.Show && o.Only == "":
		return &Usage{errors.New("--show tells of each run: say of which cases with --only, e.g. --only 'gradual-ramp/late-reaction=4m'")}
	case o.Out != "" && !o.Show:
		return &Usage{errors.New("--out keeps the timeline of a run that is shown: give --show, with --only and --seeds 1")}
	case len(o.Into) > 0 && (o.Only != "" || o.Show || o.List):
		return &Usage{errors.New("--into writes the tables of all cases: leave --only, --show and --list out")}
	}
	for _, file := range o.Into {
		if err := prove.CheckInto(file); err != nil {
			return &Usage{fmt.Errorf("--into: %w", err)}
		}
	}
	return nil
}

// Prove lives the runs of all cases in virtual time and shows what was caught.
func Prove(ctx context.Context, con Console, o ProveOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	c := prove.Config{Scenarios: o.Scenarios, Only: o.Only, Seeds: o.Seeds, Base: o.Base, Progress: con.proven()}
	switch {
	case o.List:
		return usage(prove.List(con.Out, o.Only))
	case o.Show:
		return usage(prove.Show(ctx, c, con.Out, o.keep()))
	}
	p, err := prove.Make(ctx, c)
	if err != nil {
		return usage(err)
	}
	if err := o.write(con, p); err != nil {
		return err
	}
	for _, file := range o.Into {
		if err := p.WriteInto(file); err != nil {
			return fmt.Errorf("--into: %w", err)
		}
	}
	if !p.Holds {
		return ended(ExitFail)
	}
	return nil
}

// usage is an error of what was asked for: a case or a scenario that is not
// there. An interrupt is none, nor what cannot be written.
func usage(err error) error {
	var system syscall.Errno
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		return ended(ExitInterrupted)
	case errors.As(err, &system):
		return err
	}
	return &Usage{err}
}

func (o ProveOptions) write(con Console, p *prove.Proof) error {
	switch o.Format {
	case "json":
		return p.WriteJSON(con.Out)
	case "markdown":
		return p.WriteMarkdown(con.Out)
	}
	return p.WriteText(con.Out, func(m prove.Miss) string {
		return fmt.Sprintf("validate prove --only '%s' --seeds 1 --base %d --show", m.Case, m.Seed)
	})
}

// keep writes the timeline of the one run that is shown.
func (o ProveOptions) keep() func([]timeline.Event) error {
	if o.Out == "" {
		return nil
	}
	kept := false
	return func(events []timeline.Event) error {
		if kept {
			return fmt.Errorf("--out keeps one run, and %q with these seeds are several: name a case and give --seeds 1", o.Only)
		}
		kept = true
		if err := spare(o.Out); err != nil {
			return err
		}
		var lines bytes.Buffer
		w := timeline.NewWriter(&lines)
		w.Write(events...)
		if err := w.Err(); err != nil {
			return err
		}
		if err := os.MkdirAll(o.Out, 0o755); err != nil {
			return err
		}
		return renameio.WriteFile(filepath.Join(o.Out, timeline.FileName), lines.Bytes(), 0o644)
	}
}

// proven tells of the progress, a line for each twentieth.
func (con Console) proven() func(done, all int) {
	began, last := con.Wall(), 0
	return func(done, all int) {
		if step := 20 * done / all; step > last && all >= 100 {
			last = step
			fmt.Fprintf(con.Err, "%d of %d runs, %s\n", done, all, con.Wall().Sub(began).Round(time.Second))
		}
	}
}
