package live

import (
	"fmt"
	"strings"
)

// mostTold are the lines of a summary that tell what happened.
const mostTold = 12

// summary is what stays of the dashboard when the run is over: plain lines.
func summary(s *state, f *figures) (lines []string) {
	outcome := s.outcome
	if outcome == "" {
		outcome = "ended in its phase " + s.phase
	}
	lines = append(lines, printable(fmt.Sprintf("%s: %s", s.title, outcome)))
	if s.origin.IsZero() {
		return lines
	}
	took := screen{state: s}.elapsed()
	text := fmt.Sprintf("%s of %s  sent %d of %d planned", clockText(took), clockText(s.total), f.sent, f.planned)
	if s.unsent > 0 {
		text += fmt.Sprintf(" (%d given up)", s.unsent)
	}
	text += fmt.Sprintf("  %d failed", s.failed)
	var by []string
	for _, class := range classes(f.failures) {
		by = append(by, fmt.Sprintf("%s: %d", printable(class), f.failures[class]))
	}
	if len(by) > 0 {
		text += " (" + strings.Join(by, ", ") + ")"
	}
	lines = append(lines, text+"  late p99 "+short(f.whole.late))
	if times := named(f.whole.latency); times != "" {
		lines = append(lines, "latency  "+times)
	}
	told := s.events
	if n := len(told) - mostTold; n > 0 {
		lines = append(lines, fmt.Sprintf("... %d more lines of what happened are in the timeline", n))
		told = told[n:]
	}
	return append(lines, told...)
}
