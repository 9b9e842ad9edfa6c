package scenario

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Line is a cost as a row of an environment file, on one line.
func (c Cost) Line() string {
	var b strings.Builder
	b.WriteString("- {")
	if c.Method != "" {
		fmt.Fprintf(&b, "method: %s, ", c.Method)
	}
	if c.Path != "" {
		fmt.Fprintf(&b, "path: %s, ", plainOrQuoted(c.Path))
	}
	if c.Over > 0 {
		fmt.Fprintf(&b, "over: %s, ", c.Over)
	}
	fmt.Fprintf(&b, "cpu: %s", c.CPU)
	if c.CPUPerKiB > 0 {
		fmt.Fprintf(&b, ", cpu_per_kib: %s", c.CPUPerKiB)
	}
	if c.Wait > 0 {
		fmt.Fprintf(&b, ", wait: %s", c.Wait)
	}
	if m := c.Measured; m != nil {
		fmt.Fprintf(&b, ", measured: {date: %s, interval: %s", m.Date, m.Interval)
		if m.How != "" {
			fmt.Fprintf(&b, ", how: %s", strconv.Quote(m.How))
		}
		b.WriteString("}")
	}
	b.WriteString("}")
	return b.String()
}

var plainText = regexp.MustCompile(`^/[A-Za-z0-9/_.-]*$`)

// plainOrQuoted is a text as YAML reads it back inside braces.
func plainOrQuoted(text string) string {
	if plainText.MatchString(text) {
		return text
	}
	return strconv.Quote(text)
}

// errShape is for a file whose text cannot be changed without writing all of
// it anew.
var errShape = errors.New("the service is not written as a block of lines with one key each")

// Costed is the text of the environment's file with these costs of a service,
// by its key, in place of those that it has, and nothing else changed: comments
// and order stay. It is an error where the file is written in a way that this
// cannot be done with.
func (d *Document) Costed(service string, costs []Cost) ([]byte, error) {
	at, ok := d.env.at["services."+service]
	if !ok {
		return nil, errShape
	}
	data, err := readFile(at.File, mostDocument)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	if at.Line > len(lines) || !emptyBehind(lines[at.Line-1]) {
		return nil, errShape
	}
	from, to, indent, err := costsBlock(lines, at.Line, at.Col-1)
	if err != nil {
		return nil, err
	}
	pad := strings.Repeat(" ", indent)
	block := []string{pad + "costs:"}
	old := d.Environment.Services[service].Costs
	for _, c := range costs {
		line := pad + "  " + c.Line()
		for i, was := range old { // as somebody wrote it, comment included
			place := d.env.at[fmt.Sprintf("services.%s.costs[%d]", service, i)]
			if reflect.DeepEqual(was, c) && strings.HasPrefix(strings.TrimSpace(lines[place.Line-1]), "- {") {
				line = lines[place.Line-1]
			}
		}
		block = append(block, line)
	}
	text := []byte(strings.Join(slices.Concat(lines[:from], block, lines[to:]), "\n") + "\n")
	return text, d.only(text, service, costs)
}

// emptyBehind says that nothing but a comment stands behind a line's key.
func emptyBehind(line string) bool {
	_, behind, ok := strings.Cut(line, ":")
	behind = strings.TrimSpace(behind)
	return ok && (behind == "" || strings.HasPrefix(behind, "#"))
}

// costsBlock is where the costs stand, or are to stand, among the lines of a
// service that begin behind its key: lines [from, to), and the indent of its
// keys.
func costsBlock(lines []string, begin, outside int) (from, to, indent int, err error) {
	indent, from = -1, -1
	last := begin
	for i := begin; i < len(lines); i++ {
		text := strings.TrimSpace(lines[i])
		depth := len(lines[i]) - len(strings.TrimLeft(lines[i], " "))
		switch {
		case text == "" || strings.HasPrefix(text, "#"):
			continue
		case depth <= outside:
			i = len(lines)
			continue
		case indent < 0:
			indent = depth
		}
		if from >= 0 && to < 0 && depth <= indent && !strings.HasPrefix(text, "- ") {
			to = last
		}
		if depth == indent && strings.HasPrefix(text, "costs:") {
			from, to = i, -1
		}
		last = i + 1
	}
	switch {
	case indent < 0:
		return 0, 0, 0, errShape
	case from < 0:
		return last, last, indent, nil
	case to < 0:
		to = last
	}
	return from, to, indent, nil
}

// only makes sure that a new text differs from the file in a service's costs
// and in nothing else.
func (d *Document) only(text []byte, service string, costs []Cost) error {
	var got Environment
	if faults := decode("", text, &got).faults; len(faults) > 0 {
		return errShape
	}
	want := d.Clone().Environment
	s := want.Services[service]
	s.Costs = costs
	want.Services[service] = s
	if !reflect.DeepEqual(got.Services, want.Services) || !reflect.DeepEqual(got.Emulator, d.Environment.Emulator) {
		return errShape
	}
	return nil
}
