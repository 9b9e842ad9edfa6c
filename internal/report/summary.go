package report

import (
	"fmt"
	"slices"
	"strings"

	"scaleproof/internal/judge"
	"scaleproof/internal/scaling"
)

// marks of the answers in running text, so that colour is never the only
// sign.
var signs = map[judge.Answer]string{judge.Pass: "✅ pass", judge.Fail: "❌ fail", judge.Inconclusive: "❔ inconclusive"}

// summary writes the step summary of a CI: sentence, checks, scaling events,
// where the time of each went, and the names of the pictures that lie beside it.
func summary(v judge.Verdict, f facts, p Panels, pictures []string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s on %s: %s\n\n%s\n\n", cell(f.started.Scenario), cell(f.started.Environment), sign(v.Answer), cell(sentence(v)))
	if s := f.started.Disturbed(); s != "" {
		fmt.Fprintf(&b, "%s\n\n", cell(s))
	}
	if d := v.Divergence; d != nil && d.Large {
		fmt.Fprintf(&b, "%s\n\n", cell(d.Sentence))
	}
	b.WriteString("| | check | expected | measured | why |\n|---|---|---|---|---|\n")
	for _, r := range worstFirst(v.Results) {
		word := sign(r.Answer)
		switch {
		case warns(r):
			word = "⚠️ warning"
		case controlled(r):
			word = "✅ failed, as it was to"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", word, cell(titleOf(r)), cell(r.Expected), cell(r.Measured), cell(r.Explanation))
	}
	b.WriteString("\n### Scaling events\n\n")
	if len(p.Marks) == 0 {
		b.WriteString("None was seen.\n")
	} else {
		b.WriteString("| time | step | by | status | cause |\n|---|---|---|---|---|\n")
		for _, m := range p.Marks {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", clockText(m.At), cell(stepOrReason(m)), cell(string(m.Lane)), cell(m.Status), cell(m.Cause))
		}
	}
	b.WriteString(legsTable(v.Actions))
	for _, line := range figures(v) {
		fmt.Fprintf(&b, "\n%s\n", cell(line))
	}
	if c := v.Baseline; c != nil && len(c.Table) > 0 {
		fmt.Fprintf(&b, "\n### Beside %s\n\n| | %s | this run |\n|---|---|---|\n", cell(c.Name), cell(c.Name))
		for _, row := range c.Table {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", cell(row.What), cell(row.Baseline), cell(row.Run))
		}
	}
	fmt.Fprintf(&b, "\nThe whole report is `report.html`; pictures: `%s`.\n", strings.Join(pictures, "`, `"))
	return []byte(b.String())
}

// legs of a reaction in the order in which they follow each other, on the way
// out and then on the way in.
var legNames = []string{"datapoint", "alarm", "order", "desired", "running", "healthy", "latency", "drained", "stopped"}

// legsTable tells where the time of each change went: the waterfall of the page
// as a table. The pictures beside it show what happened when, and not this.
func legsTable(actions []judge.Action) string {
	var names []string
	for _, n := range legNames {
		if slices.ContainsFunc(actions, func(a judge.Action) bool { return legOf(a, n) != "" }) {
			names = append(names, n)
		}
	}
	if len(names) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n### Where the time went\n\n| change | %s |\n|---|%s\n", strings.Join(names, " | "), strings.Repeat("---|", len(names)))
	for _, w := range actions {
		if len(w.Legs) == 0 {
			continue
		}
		b.WriteString("| " + cell(w.String()))
		for _, n := range names {
			b.WriteString(" | " + cell(legOf(w, n)))
		}
		b.WriteString(" |\n")
	}
	return b.String()
}

// legOf tells one leg of an action as its waterfall does; empty where it has none.
func legOf(a judge.Action, name string) string {
	if len(a.Legs) == 0 {
		return ""
	}
	for _, bar := range waterfallOf(a).Bars {
		if bar.Name == name {
			return bar.Says
		}
	}
	return ""
}

func sign(answer judge.Answer) string {
	if s, ok := signs[answer]; ok {
		return s
	}
	return cell(string(answer))
}

// stepOrReason is 1→2, or why nothing was scaled.
func stepOrReason(m Mark) string {
	if !m.NotScaled {
		return stepText(m)
	}
	switch {
	case m.Reason != "":
		return "not scaled: " + m.Reason
	case m.Lane == ToneScheduled && m.Status == scaling.StatusSuccessful:
		return "bounds set" // what that does to the count is an activity of its own
	}
	return "not scaled"
}

// cell makes text safe inside a table of Markdown that may hold HTML.
func cell(s string) string {
	return strings.NewReplacer(
		"&", "&amp;", "<", "&lt;", ">", "&gt;", "|", "\\|", "\r", "", "\n", " ",
		"`", "\\`", "[", "\\[", "]", "\\]", "*", "\\*", "_", "\\_", "!", "\\!",
	).Replace(s)
}
