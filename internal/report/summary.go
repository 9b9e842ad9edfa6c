package report

import (
	"fmt"
	"strings"

	"scaleproof/internal/judge"
	"scaleproof/internal/scaling"
)

// marks of the answers in running text, so that colour is never the only
// sign.
var signs = map[judge.Answer]string{judge.Pass: "✅ pass", judge.Fail: "❌ fail", judge.Inconclusive: "❔ inconclusive"}

// summary writes the step summary of a CI: sentence, checks, scaling events
// and the names of the pictures that lie beside it.
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
		if warns(r) {
			word = "⚠️ warning"
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
