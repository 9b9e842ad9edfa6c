package forecast

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"

	"scaleproof/internal/judge"
)

// WriteText writes the forecast for a person: a picture of the courses, the
// stages, the moments, what would not pass and where to look, the sentence
// last. again is the command line that predicts a seed alone.
func (f *Forecast) WriteText(w io.Writer, colour bool, again func(seed uint64) string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s on %s, predicted; nothing is sent\n", f.Scenario, f.Environment)
	fmt.Fprintf(&b, "%s of the environment's delays, %s; the traffic is the same in each\n", count(len(f.Runs), "seed"), f.seedsText())
	if f.Recorded != "" {
		fmt.Fprintf(&b, "the demand is that of %s, %s requests\n", f.Recorded, figure(math.Round(f.plan.Expected())))
	}
	if f.Disturbed != "" {
		b.WriteString(f.Disturbed + "\n")
	}
	b.WriteString("\n")
	f.picture(&b, colour)
	f.stageTable(&b)
	f.momentTable(&b)
	f.findings(&b, again)
	for _, n := range f.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	fmt.Fprintf(&b, "%s\n", paint(f.Sentence, hueOf(f.Answer), colour))
	_, err := io.WriteString(w, b.String())
	return err
}

// seedsText is 1 to 10, or the seed.
func (f *Forecast) seedsText() string {
	if n := len(f.Runs); n > 1 {
		return fmt.Sprintf("%d to %d", f.Runs[0].Seed, f.Runs[n-1].Seed)
	}
	return strconv.FormatUint(f.Runs[0].Seed, 10)
}

func (f *Forecast) stageTable(b *strings.Builder) {
	rows := [][]string{{"stage", "from", "tasks at its end", "CPU at most", "per target at most", "p99", "failed"}}
	for _, s := range f.Stages {
		rows = append(rows, []string{s.Name, clockText(s.Start), whole(s.Tasks), ranged(s.CPU, " %"), ranged(s.Requests, "/min"), latencies(s.P99), whole(s.Failed)})
	}
	table(b, rows)
}

// ranged is the median, with the range in brackets where there is one.
func ranged(s Spread, unit string) string {
	if s.Seeds == 0 {
		return "-"
	}
	if figure(s.Least) == figure(s.Most) {
		return figure(s.Median) + unit
	}
	return fmt.Sprintf("%s%s (%s to %s)", figure(s.Median), unit, figure(s.Least), figure(s.Most))
}

func latencies(s Spread) string {
	switch {
	case s.Seeds == 0:
		return "-"
	case s.Most < 0.001:
		return ranged(wholly(s, 1000000), " µs")
	case s.Most < 1:
		return ranged(wholly(s, 1000), " ms")
	}
	return ranged(s, " s")
}

// wholly is a spread in a unit of which so many make its own, rounded.
func wholly(s Spread, many float64) Spread {
	whole := func(v float64) float64 { return float64(int(v*many + 0.5)) }
	return Spread{whole(s.Least), whole(s.Median), whole(s.Most), s.Seeds}
}

// mostMoments is how many lines of moments are shown.
const mostMoments = 24

func (f *Forecast) momentTable(b *strings.Builder) {
	rows := [][]string{{"at", "in all seeds", "what happens", "seeds"}}
	for i, m := range f.Moments {
		if i == mostMoments {
			rows = append(rows, []string{"...", "", fmt.Sprintf("%d more: --format json", len(f.Moments)-i)})
			break
		}
		rows = append(rows, []string{clockText(m.Median), clockText(m.Least) + " to " + clockText(m.Most), m.String(), fmt.Sprintf("%d of %d", len(m.Seeds), len(f.Runs))})
	}
	if len(rows) == 1 {
		b.WriteString("no alarm fires, and nothing scales\n\n")
		return
	}
	table(b, rows)
}

// findings tells what is not a pass, in which seeds, and how to look at one.
func (f *Forecast) findings(b *strings.Builder, again func(seed uint64) string) {
	for _, x := range f.Findings {
		name := x.Check
		if x.Subject != "" {
			name += " (" + x.Subject + ")"
		}
		fmt.Fprintf(b, "%s in %d of %s: %s: expected %s, measured %s in seed %d\n", word(x.Answer), len(x.Seeds), count(len(f.Runs), "seed"), name, x.Expected, x.Measured, x.Seeds[0])
		for i, line := range judge.Wrap(x.Explanation, 100) {
			lead := "    "
			if i == 0 {
				lead = "  > "
			}
			b.WriteString(lead + line + "\n")
		}
		if len(x.Seeds) < len(f.Runs) {
			fmt.Fprintf(b, "    seeds %s\n", seedList(x.Seeds))
		}
	}
	if len(f.Findings) > 0 {
		if again != nil {
			fmt.Fprintf(b, "alone: %s\n", again(f.Findings[0].Seeds[0]))
		}
		b.WriteString("\n")
	}
}

func word(a judge.Answer) string {
	if a == judge.Inconclusive {
		return "unsure"
	}
	return string(a)
}

func seedList(seeds []uint64) string {
	var list []string
	for _, s := range seeds {
		list = append(list, strconv.FormatUint(s, 10))
	}
	return strings.Join(list, ", ")
}

// table writes rows in columns, the first of them as their heads.
func table(b *strings.Builder, rows [][]string) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	_ = w.Flush() // into memory
	b.WriteString("\n")
}

func hueOf(a judge.Answer) string {
	switch a {
	case judge.Pass:
		return green
	case judge.Fail:
		return red
	}
	return yellow
}

// Colours, by the names that a terminal knows.
const (
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
	dim    = "2"
)

func paint(s, hue string, colour bool) string {
	if !colour || strings.TrimSpace(s) == "" {
		return s
	}
	return "\x1b[" + hue + "m" + s + "\x1b[0m"
}
