package judge

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Table writes the verdict for a person: one line for each answer, the gravest
// last, below it the explanation of each that is not a pass, then the sentence, and how the run
// went otherwise than predicted where it did, and its figures. Three and
// more passes of one check on the witness (load, observation) share a line;
// the verdict's file has them all. Sentences are wrapped to a width in
// characters, of a terminal; 0 leaves those below the table on a line each, for
// programs that read them.
func Table(w io.Writer, v Verdict, colour bool, width int) error {
	rows := [][4]string{{"", "check", "expected", "measured"}}
	v.Results = gathered(v.Results)
	slices.SortStableFunc(v.Results, func(a, b Result) int { return cmp.Or(gravity(a)-gravity(b), CausesFirst(a, b)) })
	for _, r := range v.Results {
		rows = append(rows, [4]string{label(r), strings.TrimSpace(r.ID + " " + bracketed(r.Subject)), r.Expected, r.Measured})
	}
	var columns [4]int
	for _, row := range rows {
		for i, cell := range row {
			columns[i] = max(columns[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for n, row := range rows {
		for i, cell := range row {
			painted := cell
			if i == 0 && n > 0 {
				painted = paint(cell, v.Results[n-1], colour)
			}
			b.WriteString(painted)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", columns[i]-utf8.RuneCountInString(cell)+2))
			}
		}
		b.WriteString("\n")
		if n > 0 {
			explain(&b, v.Results[n-1], width)
		}
	}
	fmt.Fprintf(&b, "\n%d passed, %d failed, %d inconclusive, %s\n%s\n", v.Counts.Pass, v.Counts.Fail, v.Counts.Inconclusive,
		plural(v.Counts.Warnings, "warning", "warnings"), paint(fold(v.Sentence, width), Result{Answer: v.Answer, Severity: Counts}, colour))
	if v.Expectations != nil {
		b.WriteString(fold("Judged by the expectations of "+v.Expectations.File+", not by those of the run.", width) + "\n")
	}
	if d := v.Divergence; d != nil && d.Large {
		b.WriteString(fold(d.Sentence, width) + "\n")
	}
	for _, line := range v.Told() {
		b.WriteString(fold(line, width) + "\n")
	}
	v.Baseline.beforeAfter(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// beforeAfter writes the figures of two runs side by side, where there are two
// that are comparable.
func (c *Compared) beforeAfter(b *strings.Builder) {
	if c == nil || len(c.Table) == 0 {
		return
	}
	rows := append([]Beside{{"", c.Name, "this run"}}, c.Table...)
	var width [2]int
	for _, row := range rows {
		width[0] = max(width[0], utf8.RuneCountInString(row.What))
		width[1] = max(width[1], utf8.RuneCountInString(row.Baseline))
	}
	b.WriteString("\n")
	for _, row := range rows {
		fmt.Fprintf(b, "%-*s  %-*s  %s\n", width[0], row.What, width[1], row.Baseline, row.Run)
	}
}

// gravity orders a table: what passed, what only warns, what is not known, and
// what failed last, beside the sentence, where who ran it looks first.
func gravity(r Result) int {
	switch {
	case r.Answer == Pass:
		return 0
	case r.Severity == Warns:
		return 1
	case r.Answer == Inconclusive:
		return 2
	}
	return 3
}

// gathered puts passes of one check on the witness into one line.
func gathered(results []Result) (lines []Result) {
	for i := 0; i < len(results); {
		j := i
		for j < len(results) && results[j].ID == results[i].ID && results[j].Answer == Pass && !results[j].Inverted {
			j++
		}
		if j-i < 3 || !strings.HasPrefix(results[i].ID, "load.") && !strings.HasPrefix(results[i].ID, "observation.") {
			lines = append(lines, results[i])
			i++
			continue
		}
		one := Result{ID: results[i].ID, Answer: Pass, Severity: Counts, Subject: results[i].Subject + " ... " + results[j-1].Subject,
			Expected: results[i].Expected + " ...", Measured: fmt.Sprintf("%s ... (all %d passed)", results[i].Measured, j-i)}
		lines, i = append(lines, one), j
	}
	return lines
}

func bracketed(subject string) string {
	if subject == "" {
		return ""
	}
	return "(" + subject + ")"
}

// label is the answer's word: a warning says so.
func label(r Result) string {
	switch {
	case r.Answer == Pass && r.Inverted:
		return "pass*"
	case r.Severity == Warns && r.Answer != Pass:
		return "warn"
	case r.Answer == Inconclusive:
		return "unsure"
	}
	return string(r.Answer)
}

// explain writes the sentence under an answer that is not a pass, with the
// line of the scenario that asked.
func explain(b *strings.Builder, r Result, width int) {
	if r.Explanation == "" || r.Answer == Pass && !r.Inverted {
		return
	}
	if width <= 0 {
		width = textWidth + indented
	}
	for i, line := range Wrap(r.Explanation, min(textWidth, width-indented)) {
		lead := "        "
		if i == 0 {
			lead = "      > "
		}
		b.WriteString(lead + line + "\n")
	}
	if r.Pos != (Pos{}) {
		b.WriteString("        asked for at " + r.Pos.String() + "\n")
	}
}

// indented is by how much a sentence stands behind the beginning of its line.
const indented = 8

// fold wraps a sentence to a width; 0 leaves it on one line.
func fold(s string, width int) string {
	if width <= 0 {
		return s
	}
	return strings.Join(Wrap(s, width), "\n")
}

// Wrap breaks a sentence into lines of at most n characters; a longer word has
// a line of its own.
func Wrap(s string, n int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > n {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line == "" {
		return lines
	}
	return append(lines, line)
}

// paint colours a word by the answer: green, red, yellow, grey.
func paint(s string, r Result, colour bool) string {
	if !colour || s == "" {
		return s
	}
	code := "32"
	switch {
	case r.Severity == Warns && r.Answer != Pass:
		code = "90"
	case r.Answer == Fail:
		code = "31"
	case r.Answer == Inconclusive:
		code = "33"
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
