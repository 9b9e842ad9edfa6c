package run

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
)

// fresh refuses to write over a file: an environment is somebody's.
func fresh(file string) error {
	if file == "" {
		return nil
	}
	switch _, err := os.Lstat(file); {
	case err == nil:
		return &Usage{fmt.Errorf("--write %s: it stands already, and is not written over; name a new file", file)}
	case !errors.Is(err, fs.ErrNotExist):
		return &Usage{fmt.Errorf("--write %s: %w", file, err)}
	}
	if info, err := os.Stat(filepath.Dir(file)); err != nil || !info.IsDir() {
		return &Usage{fmt.Errorf("--write %s: there is no folder %s", file, filepath.Dir(file))}
	}
	return nil
}

// tell prints the result, writes the environment where that was asked for, and
// names what comes next.
func (b *probe) tell(c calibration, o CalibrateOptions) error {
	w := b.con.Out
	fmt.Fprintf(w, "%s on %s, %s of %s vCPU\n\n", c.Service, c.Environment, tasksText(c.Tasks), strconv.FormatFloat(c.VCPU, 'f', -1, 64))
	rows := [][]string{{"kind", "CPU time a request", "90 % interval", "", "points per request/s", "up to", "requests", "minutes"}}
	for _, k := range c.Kinds {
		rows = append(rows, k.row())
	}
	columns(w, rows)
	fmt.Fprintf(w, "\n%s\n", c.sentence())
	for _, line := range c.sentences() {
		fmt.Fprintln(w, line)
	}
	fmt.Fprintf(w, "evidence: %s\n", filepath.Join(b.dir, calibrationFile))
	return b.offer(c, o)
}

// row is a kind's line of the table.
func (k calibrated) row() []string {
	e := k.Estimate
	if e == nil {
		return []string{k.Name, "not measured"}
	}
	points := fmt.Sprintf("%.3g (%.3g to %.3g)", e.Points.Mean, e.Points.Low, e.Points.High)
	sent := []string{rated(e.Highest) + "/s a task", strconv.FormatInt(e.Requests, 10), strconv.Itoa(e.Minutes)}
	if !e.Seen() {
		points = fmt.Sprintf("at most %.3g", max(0, e.Points.High))
		return append([]string{k.Name, "at most " + k.Interval.Max.String(), k.Interval.String(), "too little to be seen", points}, sent...)
	}
	half := (e.Points.High - e.Points.Low) / 2 / e.Points.Mean * 100
	return append([]string{k.Name, k.CPU.String(), k.Interval.String(), fmt.Sprintf("± %.1f %%", half), points}, sent...)
}

// columns writes rows with their cells under each other.
func columns(w io.Writer, rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if i == 0 || len(row) > 2 { // else what stands there is no figure
				widths[i] = max(widths[i], utf8.RuneCountInString(cell))
			}
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(cell + strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(cell))+2))
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}

// sentence is the whole of it.
func (c calibration) sentence() string {
	var sent int64
	measured, unseen := 0, 0
	for _, m := range c.Minutes {
		for _, n := range m.Sent {
			sent += n
		}
	}
	for _, k := range c.Kinds {
		if k.Estimate != nil {
			measured++
			if !k.Estimate.Seen() {
				unseen++
			}
		}
	}
	text := fmt.Sprintf("%d of %s measured, with %s in %s of the service's time", measured, counted(len(c.Kinds), "kind", "kinds"), counted(sent, "request", "requests"), counted(len(c.Minutes), "minute", "minutes"))
	if unseen > 0 {
		text += fmt.Sprintf("; %d of them too cheap to be seen", unseen)
	}
	return text + "."
}

// idleOff is how far the idle part may be from what the environment says, in
// percent of a task, until it is told: health checks alone are some hundredths.
const idleOff = 0.25

// sentences are what the table cannot say.
func (c calibration) sentences() (lines []string) {
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for _, k := range c.Kinds {
		if k.Gone != "" {
			say("%s was not measured: %s.", k.Name, k.Gone)
		}
		if e := k.Estimate; k.Saturated > 0 && e != nil && e.Seen() {
			say("%s: at %s/s requests pile up, and at %s/s they do not. By its cost a service that can do no more shows %.0f to %.0f %% CPU: a CPU policy with a higher target never fires.",
				k.Name, rated(k.Saturated), rated(e.Highest*float64(c.Tasks)), e.Rest.Mean+e.Points.Mean*e.Highest, min(100, e.Rest.Mean+e.Points.Mean*k.Saturated/float64(c.Tasks)))
		}
		if e := k.Estimate; e != nil && e.Bent {
			say("%s costs another amount at the higher rate than at the lower: the interval holds both. A service that saturates, or that caches, does so.", k.Name)
		}
	}
	if c.RestMinutes > 1 {
		say("Without our requests the service uses %.2f %% CPU (%.2f to %.2f, over %d minutes).", c.Rest.Mean, max(0, c.Rest.Low), c.Rest.High, c.RestMinutes)
	}
	if c.Others >= 1 {
		say("Others sent %.0f requests per target and minute meanwhile: that part is theirs too.", c.Others)
	}
	if off := c.Rest.Mean - c.Idle; c.RestMinutes > 1 && c.Others < 1 && math.Abs(off) > max(idleOff, c.Rest.High-c.Rest.Mean) {
		say("The environment says %s %%: correct its task, idle: %.1f%%, since a demand is solved with it.", strconv.FormatFloat(c.Idle, 'f', -1, 64), c.Rest.Mean)
	}
	if c.Incomplete != "" {
		say("Incomplete: %s.", c.Incomplete)
	}
	return lines
}

// found are the rows for what was measured, by the kinds' names.
func (b *probe) found(c calibration) map[string]scenario.Cost {
	rows := map[string]scenario.Cost{}
	for _, k := range c.Kinds {
		if k.Estimate == nil {
			continue
		}
		rows[k.Name] = scenario.Cost{CPU: min(max(k.CPU, k.Interval.Min), k.Interval.Max), Measured: &scenario.Measured{
			Date: c.Date, Interval: k.Interval,
			How: fmt.Sprintf("%s: %s of %s, up to %s/s on %s, %d minutes", calibrateCommand, k.Name, c.Scenario, rated(k.Estimate.Highest*float64(c.Tasks)), tasksText(c.Tasks), k.Estimate.Minutes),
		}}
	}
	return rows
}

// offer writes the environment with the costs in it, or prints them.
func (b *probe) offer(c calibration, o CalibrateOptions) error {
	found := b.found(c)
	w := b.con.Out
	if len(found) == 0 {
		if o.Write != "" {
			fmt.Fprintf(w, "%s is not written: nothing was measured\n", o.Write)
		}
		return nil
	}
	rows, err := plan.Priced(b.doc.Service().Costs, b.all, found)
	if err != nil {
		return fmt.Errorf("the costs of service %s: %w", b.plan.Key, err)
	}
	check := "loadgen check " + o.Scenario + " --environment"
	if o.Write == "" {
		fmt.Fprintf(w, "\nFor services.%s of the environment file (--write FILE writes a copy with them):\n\n    costs:\n", b.plan.Key)
		for _, row := range rows {
			fmt.Fprintln(w, "      "+row.Line())
		}
		return nil
	}
	text, err := b.doc.Costed(b.plan.Key, rows)
	if err != nil {
		return fmt.Errorf("--write %s: %w", o.Write, err)
	}
	if err := create(o.Write, text); err != nil {
		return fmt.Errorf("--write %s: %w", o.Write, err)
	}
	fmt.Fprintf(w, "wrote: %s\nnext:  %s %s\n", o.Write, check, o.Write)
	return nil
}

// create writes a new file, and never over one that came meanwhile.
func create(file string, text []byte) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}
