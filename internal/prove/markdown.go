package prove

import (
	"fmt"
	"io"
	"strings"

	"scaleproof/internal/page"
)

// section is one part of the proof as Markdown.
type section struct {
	name string
	text func(*Proof) string
}

var sections = []section{
	{"bars", (*Proof).barsText},
	{"deviations", func(p *Proof) string { return p.deviationTable().marked() }},
	{"elsewhere", func(p *Proof) string { return p.elsewhereTable().marked() }},
	{"checks", func(p *Proof) string { return p.checkTable().marked() }},
	{"right", func(p *Proof) string { return p.rightTable().marked() }},
	{"limits", func(p *Proof) string { return p.limitTable().marked() }},
}

func (t table) marked() string {
	var b strings.Builder
	t.markdown(&b)
	return b.String()
}

func (p *Proof) barsText() string {
	t := table{{fmt.Sprintf("%d runs, seeds from %d on", p.Runs, p.Base), "measured", ""}}
	for _, x := range p.Bars {
		word := "holds"
		if !x.Holds {
			word = "**missed**"
		}
		t = append(t, []string{x.Name, x.Measured, word})
	}
	return t.marked()
}

// WriteMarkdown writes all parts of the proof.
func (p *Proof) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	for i, s := range sections {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(s.text(p))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// CheckInto says whether WriteInto could write into a file: what is wrong with
// it is better said before thousands of runs than after them.
func CheckInto(file string) error { return page.Check(file, "proof", (&Proof{}).parts()) }

// WriteInto writes the parts that a file asks for, between the lines
//
//	<!-- proof: deviations -->
//	<!-- end of proof -->
//
// The file is replaced as a whole, or left as it was.
func (p *Proof) WriteInto(file string) error { return page.Write(file, "proof", p.parts()) }

func (p *Proof) parts() (parts []page.Part) {
	for _, s := range sections {
		parts = append(parts, page.Part{Name: s.name, Text: s.text(p)})
	}
	return parts
}
