package run

import (
	"bufio"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"scaleproof/internal/export"
	"scaleproof/internal/judge"
	"scaleproof/internal/timeline"
)

// exportForms are what a run can be written as.
var exportForms = []string{"csv", "hlog", "json"}

// Export writes what the windows of a run's timeline come to in a form of
// others, from its folder alone. A reader that goes away ends it.
func Export(con Console, dir, form string) error {
	if !slices.Contains(exportForms, form) {
		return &Usage{fmt.Errorf("--format %s: it is %s", form, strings.Join(exportForms, ", "))}
	}
	events, err := timelineOf(dir)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(con.Out, 64<<10)
	switch form {
	case "csv":
		err = export.CSV(out, events)
	case "hlog":
		err = export.HLog(out, events)
	default:
		err = exportSummary(con, dir)
	}
	if err = errors.Join(err, out.Flush()); errors.Is(err, syscall.EPIPE) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("export %s: %w", dir, err)
	}
	return nil
}

// exportSummary judges a run again, as the run asked.
func exportSummary(con Console, dir string) error {
	events, v, err := judged(dir, JudgeOptions{})
	if err != nil {
		return err
	}
	return summarize(con, dir, v, endedWith(events, v))
}

// endedWith is the code that a run's command ended with, as its timeline has it.
func endedWith(events []timeline.Event, v judge.Verdict) int {
	codes := []int{v.ExitCode()}
	if e, ok := events[len(events)-1].Data.(timeline.Ended); ok {
		if e.Outcome == timeline.EndInterrupted {
			codes = append(codes, ExitInterrupted)
		}
		if !e.Restored {
			codes = append(codes, ExitNotRestored)
		}
	}
	return Exit(codes...)
}

// summary adds up the timeline in a folder.
func summary(dir string) (export.Summary, error) {
	events, err := timelineOf(dir)
	if err != nil {
		return export.Summary{}, err
	}
	s, err := export.Summarize(events)
	if err != nil {
		return s, fmt.Errorf("sum up %s: %w", dir, err)
	}
	return s, nil
}

// summarize writes a run as one JSON object.
func summarize(con Console, dir string, v judge.Verdict, code int) error {
	s, err := summary(dir)
	if err != nil {
		return err
	}
	s.Folder, s.Answer, s.Sentence, s.ExitCode = dir, string(v.Answer), v.Sentence, code
	return writeJSON(con.Out, s)
}
