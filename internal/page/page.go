// Package page replaces parts of a Markdown page that a program writes: what
// stands between two marks, and nothing else.
//
//	<!-- proof: deviations -->
//	<!-- end of proof -->
//
//	err := page.Write("README.md", "proof", []page.Part{{Name: "deviations", Text: table}})
//
// It knows no Markdown but its marks.
package page

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/google/renameio/v2"
)

// Part is what one pair of marks encloses.
type Part struct {
	Name string
	Text string // ends with a newline
}

// Check says what is wrong with a file that Write could not write into: that is
// better said before an hour of work than after it.
func Check(file, what string, parts []Part) error {
	_, err := read(file, what, parts)
	return err
}

// Write puts the parts of what that a file asks for between their marks. Some
// may be left unasked for, but not all. The file is replaced as a whole, or
// left as it was.
func Write(file, what string, parts []Part) error {
	text, err := read(file, what, parts)
	if err != nil {
		return err
	}
	return renameio.WriteFile(file, []byte(text), 0o644)
}

// read is a file's text with the parts in it.
func read(file, what string, parts []Part) (string, error) {
	if i, err := os.Stat(file); err == nil && !i.Mode().IsRegular() { // it would be replaced
		return "", fmt.Errorf("%s is no regular file", file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	page, err := into(string(text), what, parts)
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	return page, nil
}

func into(page, what string, parts []Part) (string, error) {
	begin, end := "<!-- "+what+": ", "<!-- end of "+what+" -->\n"
	var b strings.Builder
	for found := false; ; found = true {
		before, rest, ok := strings.Cut(page, begin)
		b.WriteString(before)
		if !ok && !found {
			return "", fmt.Errorf("no line %s%s --> says where that stands", begin, parts[0].Name)
		} else if !ok {
			return b.String(), nil
		}
		name, rest, _ := strings.Cut(rest, " -->\n")
		i := slices.IndexFunc(parts, func(p Part) bool { return p.Name == name })
		_, after, ended := strings.Cut(rest, end)
		if i < 0 || !ended {
			return "", fmt.Errorf("%s%s --> is no part of the %s, or has no line %s behind it", begin, name, what, strings.TrimSpace(end))
		}
		fmt.Fprintf(&b, "%s%s -->\n%s%s", begin, name, parts[i].Text, end)
		page = after
	}
}
