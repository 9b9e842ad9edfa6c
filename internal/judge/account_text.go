package judge

import (
	"fmt"
	"io"
	"strings"
)

// textWidth is how wide an account is written: what it tells is sentences, and
// a line of them is not read beyond that.
const textWidth = 100

// prose writes paragraphs under headings.
type prose struct {
	strings.Builder
	colour bool
	width  int // of its lines, in characters
}

// proseFor writes for a terminal of so many columns; 0 stands for none.
func proseFor(colour bool, columns int) *prose {
	if columns <= 0 {
		columns = textWidth
	}
	return &prose{colour: colour, width: min(textWidth, columns)}
}

func (p *prose) heading(s string) {
	if p.colour {
		s = "\x1b[1m" + s + "\x1b[0m"
	}
	p.WriteString("\n" + s + "\n")
}

// item writes a sentence behind a lead, and further lines below it.
func (p *prose) item(lead, s string) {
	indent := strings.Repeat(" ", len([]rune(lead)))
	for i, line := range Wrap(s, max(1, p.width-len(indent))) {
		if i > 0 {
			lead = indent
		}
		p.WriteString(lead + line + "\n")
	}
}

// moments writes what happened, with offsets into the traffic and the clock.
func (p *prose) moments(list []Moment, traffic bool) {
	before := ""
	for _, m := range list {
		at := m.After.String()
		if !traffic {
			at = "" // there is nothing to count from
		} else if m.After > 0 {
			at = "+" + at
		}
		lead := fmt.Sprintf("  %8s  %s  ", at, m.At.UTC().Format("15:04:05"))
		if lead == before {
			lead = strings.Repeat(" ", len(lead))
		} else {
			before = lead
		}
		p.item(lead, m.Says)
	}
}

// findings writes what is wrong, in colour where that is allowed.
func (p *prose) findings(a Account) {
	for _, w := range a.Wrong {
		r := Result{ID: w.Check, Subject: w.Subject, Answer: w.Answer, Severity: Counts}
		p.WriteString("  " + paint(label(r), r, p.colour) + " " + strings.TrimSpace(w.Check+" "+bracketed(w.Subject)) + "\n")
		p.item("    ", w.Explanation)
	}
	if a.Others > 0 {
		p.WriteString("  and what follows from these; the table of validate judge has all.\n")
	}
}

// WriteText writes the account for a person: what is wrong first, the story
// last, for a terminal of so many columns (0: none). All times of day are
// service time, UTC.
func (a Account) WriteText(w io.Writer, colour bool, columns int) error {
	p := proseFor(colour, columns)
	if len(a.Wrong) == 0 {
		p.item("", a.Sentence)
	} else {
		p.item("", fmt.Sprintf("%s: %s on %s, environment %s", paint(string(a.Answer), Result{Answer: a.Answer, Severity: Counts}, colour), a.Scenario, a.Service.Name, a.Environment))
		p.heading("What is wrong")
		p.findings(a)
	}
	if len(a.Users) > 0 {
		p.heading("How it went for users")
		width := 0
		for _, s := range a.Users {
			width = max(width, len([]rune(s.Stage)))
		}
		for _, s := range a.Users {
			p.item(fmt.Sprintf("  %-*s  ", width, s.Stage), s.String())
		}
	}
	if len(a.Expected) > 0 {
		p.heading("What was expected")
		for _, e := range a.Expected {
			p.item("  - ", e)
		}
	}
	p.heading("What happened (time into the traffic, service time UTC)")
	p.moments(a.Story, !a.Began.IsZero())
	_, err := io.WriteString(w, p.String())
	return err
}

// WriteText writes the moment for a person, for a terminal of so many columns
// (0: none).
func (i Instant) WriteText(w io.Writer, colour bool, columns int) error {
	p := proseFor(colour, columns)
	p.item("", fmt.Sprintf("%s, %s", i.When, clockOf(i.At)))
	section := func(title string, said []string) {
		if len(said) == 0 {
			return
		}
		p.heading(title)
		for _, s := range said {
			p.item("  ", s)
		}
	}
	section("Why it did, or did not, scale", i.Scaling)
	section("The service", i.Service)
	if len(i.Policies) > 0 {
		p.heading("Its policies")
		for _, r := range i.Policies {
			p.WriteString("  " + r.Policy + "\n")
			p.item("    ", r.Says)
		}
	}
	section("What went on", i.Happening)
	if len(i.Before) > 0 {
		p.heading("Before")
		p.moments(i.Before, !i.Began.IsZero())
	}
	if len(i.After) > 0 {
		p.heading("What came next")
		p.moments(i.After, !i.Began.IsZero())
	}
	_, err := io.WriteString(w, p.String())
	return err
}
