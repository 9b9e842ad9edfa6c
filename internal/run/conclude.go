package run

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"

	"scaleproof/internal/judge"
	"scaleproof/internal/report"
	"scaleproof/internal/timeline"
)

// JudgeOptions say how a run is to be judged.
type JudgeOptions struct {
	ExpectFail []string // checks that must fail, for a negative control; nil: as the run said
	FailOn     string   // "fail", or "warn" to count warnings too; empty: as the run said
	Baseline   string   // folder of a run to compare with; empty: none

	// Expect is a scenario file whose expectations are judged in place of the
	// run's own, of a run that is over; empty: its own. The verdict is then no
	// word of the run's, and stands in its folder only where Out says so.
	Expect string
	Out    string // file to write the verdict to; empty: the run's, or none with Expect

	base *judge.Baseline // what stands there, once it was read
}

func (o JudgeOptions) check() error {
	if o.FailOn != "" && o.FailOn != "fail" && o.FailOn != "warn" {
		return &Usage{fmt.Errorf("--fail-on %s: it is fail or warn", o.FailOn)}
	}
	for _, id := range o.ExpectFail {
		if !slices.Contains(judge.IDs(), id) {
			return &Usage{fmt.Errorf("--expect-fail %s: no such check; the checks are %s", id, strings.Join(judge.IDs(), ", "))}
		}
	}
	return nil
}

// conclude judges and draws a run that is over, from its folder alone, and
// joins the verdict with what else went wrong. A run that was refused is not
// judged.
func (s *session) conclude(failed error) error {
	var refusal *Refusal
	if errors.As(failed, &refusal) && s.interrupted() == 0 {
		return failed // nothing was sent: a page of checks that saw nothing would hide the reason
	}
	verdict, err := drawn(s.dir, JudgeOptions{base: s.base})
	if !s.json && len(verdict.Results) > 0 { // also where no report could be written
		err = errors.Join(err, s.tell(verdict, err == nil))
	}
	code := verdict.ExitCode()
	if err != nil {
		code = ExitInconclusive
	}
	codes := []int{code, Code(failed)}
	if s.interrupted() > 0 {
		codes = append(codes, ExitInterrupted)
	}
	if s.json {
		if lost := summarize(s.con, s.dir, verdict, Exit(codes...)); lost != nil {
			err, codes = errors.Join(err, lost), append(codes, ExitInconclusive)
		}
	}
	if err = errors.Join(failed, err); err != nil {
		return &Ended{Exit(codes...), err}
	}
	return ended(Exit(codes...))
}

// tell prints the table of a run's verdict, what traffic alone measured, and
// where the report is, if it is.
func (s *session) tell(v judge.Verdict, written bool) error {
	out := s.con.Out
	if err := judge.Table(out, v, s.con.Colour, s.con.columns()); err != nil {
		return err
	}
	if s.command == "loadgen run" {
		sum, err := summary(s.dir)
		if err != nil {
			return err
		}
		measured(out, sum)
	}
	if written {
		fmt.Fprintf(out, "\nreport: %s\n", filepath.Join(s.dir, report.PageFile))
	}
	return nil
}

// drawn judges the timeline in a folder, and writes verdict and report beside
// it. Without a verdict nothing is proven.
func drawn(dir string, o JudgeOptions) (judge.Verdict, error) {
	events, v, err := judged(dir, o)
	if err != nil {
		return judge.Verdict{Answer: judge.Inconclusive}, err
	}
	if err := writeVerdict(filepath.Join(dir, judge.FileName), v); err != nil {
		return v, err
	}
	if err := report.Write(dir, events, v); err != nil {
		return v, fmt.Errorf("draw the report: %w; once that is mended, validate report %s draws it", err, dir)
	}
	return v, nil
}

// judged reads the timeline in a folder and judges it as the run asked, or as
// the options say.
func judged(dir string, o JudgeOptions) ([]timeline.Event, judge.Verdict, error) {
	events, err := timelineOf(dir)
	if err != nil {
		return nil, judge.Verdict{}, err
	}
	source, err := o.expecting(events)
	if err != nil {
		return nil, judge.Verdict{}, err
	}
	v, err := against(events, o.base)
	if err != nil {
		return nil, judge.Verdict{}, fmt.Errorf("judge %s: %w", dir, err)
	}
	v.Expectations = source
	started, _ := events[0].Data.(timeline.Started)
	expect, strict := started.ExpectFail, started.Strict
	if source != nil {
		expect = nil // a negative control is one of its own expectations
	}
	if o.ExpectFail != nil {
		expect = o.ExpectFail
	}
	if o.FailOn != "" {
		strict = o.FailOn == "warn"
	}
	if strict {
		v = judge.Strict(v)
	}
	return events, judge.Invert(v, expect), nil
}

func writeVerdict(file string, v judge.Verdict) error {
	var b bytes.Buffer
	if err := v.WriteJSON(&b); err != nil {
		return fmt.Errorf("write the verdict: %w", err)
	}
	if err := renameio.WriteFile(file, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the verdict: %w", err)
	}
	return nil
}

// Judge judges a run again, from its folder.
func Judge(con Console, dir string, o JudgeOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	file, err := o.target(dir)
	if err != nil {
		return err
	}
	if err := o.readBaseline(dir); err != nil {
		return err
	}
	_, v, err := judged(dir, o)
	if err != nil {
		return err
	}
	if file != "" {
		if err := writeVerdict(file, v); err != nil {
			return err
		}
	}
	if err := judge.Table(con.Out, v, con.Colour, con.columns()); err != nil {
		return err
	}
	return ended(v.ExitCode())
}

// Report judges and draws a run again, from its folder.
func Report(con Console, dir string, o JudgeOptions) error {
	if err := o.readBaseline(dir); err != nil {
		return err
	}
	if _, err := drawn(dir, o); err != nil {
		return err
	}
	fmt.Fprintln(con.Out, filepath.Join(dir, report.PageFile))
	return nil
}

// ended is nil where the code is 0.
func ended(code int) error {
	if code == ExitPass {
		return nil
	}
	return &Ended{ExitCode: code}
}
