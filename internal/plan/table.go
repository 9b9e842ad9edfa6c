package plan

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// table lays out text in columns as wide as their widest cell. A column whose
// heading begins with > is set flush right; without any heading there is no
// line of them.
type table struct {
	head []string
	rows [][]string
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) write(w io.Writer, indent string) {
	widths := make([]int, len(t.head))
	rows := t.rows
	if strings.Join(t.head, "") != "" {
		rows = append([][]string{t.plainHead()}, rows...)
	}
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			if i > 0 {
				line.WriteString("  ")
			}
			fill := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if strings.HasPrefix(t.head[i], ">") {
				line.WriteString(fill + cell)
			} else {
				line.WriteString(cell + fill)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(indent+line.String(), " "))
	}
}

func (t *table) plainHead() []string {
	out := make([]string, len(t.head))
	for i, h := range t.head {
		out[i] = strings.TrimPrefix(h, ">")
	}
	return out
}

// lineWidth is where text for people is broken.
const lineWidth = 110

// wrap writes a text behind a label, broken into lines that begin below its
// first word.
func wrap(w io.Writer, label, text string) {
	line, margin := label, strings.Repeat(" ", utf8.RuneCountInString(label))
	empty := true
	for word := range strings.FieldsSeq(text) {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > lineWidth {
			fmt.Fprintln(w, line)
			line, empty = margin, true
		}
		if !empty {
			line += " "
		}
		line += word
		empty = false
	}
	fmt.Fprintln(w, strings.TrimRight(line, " "))
}
