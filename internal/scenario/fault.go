package scenario

import (
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that is wrong with a file.
type Fault struct {
	File string
	Line int // from 1; 0 where the fault has no place in the file
	Col  int
	Msg  string
	Hint string // what was probably meant; may be empty
}

// String writes file:line:col: msg (did you mean "x"?), on one line, without
// control characters, and with no more of a file's text than a short quote.
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(printable(f.File))
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", f.Line, f.Col)
	}
	b.WriteString(": " + told(f.Msg))
	if f.Hint != "" {
		b.WriteString(told(fmt.Sprintf(" (did you mean %q?)", f.Hint)))
	}
	return b.String()
}

// Faults are all things that are wrong with a scenario and its environment,
// in order of file, line and column. It is an error with a line for each
// of the first hundred.
type Faults []Fault

func (f Faults) Error() string {
	var lines []string
	for i, fault := range f {
		if i == mostFaults {
			lines = append(lines, fmt.Sprintf("... and %d more faults", len(f)-i))
			break
		}
		lines = append(lines, fault.String())
	}
	return strings.Join(lines, "\n")
}

// Err is nil where there is no fault, and otherwise the faults in order, each
// told once.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f.Sorted()
}

// Sorted returns the faults in order of file, line, column and text, each
// told once.
func (f Faults) Sorted() Faults {
	f = slices.Clone(f)
	slices.SortFunc(f, func(a, b Fault) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		if a.Col != b.Col {
			return a.Col - b.Col
		}
		return strings.Compare(a.Msg, b.Msg)
	})
	return slices.Compact(f)
}
