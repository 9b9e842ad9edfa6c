package prove

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/google/renameio/v2"
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
func CheckInto(file string) error {
	_, err := (&Proof{}).page(file)
	return err
}

// WriteInto writes the parts that a file asks for, between the lines
//
//	<!-- proof: deviations -->
//	<!-- end of proof -->
//
// The file is replaced as a whole, or left as it was.
func (p *Proof) WriteInto(file string) error {
	text, err := p.page(file)
	if err != nil {
		return err
	}
	return renameio.WriteFile(file, []byte(text), 0o644)
}

// page is a file's text with the proof in it.
func (p *Proof) page(file string) (string, error) {
	if i, err := os.Stat(file); err == nil && !i.Mode().IsRegular() { // it would be replaced
		return "", fmt.Errorf("%s is no regular file", file)
	}
	page, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	text, err := p.into(string(page))
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	return text, nil
}

const endMark = "<!-- end of proof -->\n"

func (p *Proof) into(page string) (string, error) {
	var b strings.Builder
	for found := false; ; found = true {
		before, rest, ok := strings.Cut(page, "<!-- proof: ")
		b.WriteString(before)
		if !ok && !found {
			return "", fmt.Errorf("no line <!-- proof: deviations --> says where the table stands")
		} else if !ok {
			return b.String(), nil
		}
		name, rest, _ := strings.Cut(rest, " -->\n")
		i := slices.IndexFunc(sections, func(s section) bool { return s.name == name })
		_, after, ended := strings.Cut(rest, endMark)
		if i < 0 || !ended {
			return "", fmt.Errorf("<!-- proof: %s --> is no part of a proof, or has no line %s behind it", name, strings.TrimSpace(endMark))
		}
		fmt.Fprintf(&b, "<!-- proof: %s -->\n%s%s", name, sections[i].text(p), endMark)
		page = after
	}
}
