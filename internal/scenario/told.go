package scenario

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a fault may show. A file that is no scenario, named by mistake, must
// not be printed by way of its faults, and what stands in a file must not
// steer a terminal.
const (
	mostQuote   = 60   // bytes between quotes
	mostMessage = 2000 // bytes of a fault
	mostFaults  = 100  // lines
)

// quoted is what %q writes.
var quoted = regexp.MustCompile(`"(?:[^"\\\n]|\\.)*"`)

// told is a message as it may be shown: long quotes and all of it cut short,
// and on one line.
func told(msg string) string {
	msg = quoted.ReplaceAllStringFunc(msg, func(q string) string {
		if len(q) <= mostQuote+2 {
			return q
		}
		s, err := strconv.Unquote(q)
		if err != nil {
			return `"` + cut(q[1:len(q)-1], mostQuote) + `"`
		}
		return strconv.Quote(cut(s, mostQuote))
	})
	return printable(cut(msg, mostMessage))
}

// cut shortens a text to a number of bytes, on the border of a character.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "..."
}

// printable writes what a terminal would obey, or not show, as Go does in
// quotes.
func printable(s string) string {
	if strings.IndexFunc(s, hidden) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		_, width := utf8.DecodeRuneInString(s[i:])
		switch {
		case hidden(r):
			q := strconv.QuoteRune(r)
			b.WriteString(q[1 : len(q)-1])
		case r == utf8.RuneError && width == 1:
			b.WriteString(`\x` + strconv.FormatUint(uint64(s[i]), 16))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// hidden says that a character is no visible one and no space of some width:
// control characters, and those that turn the direction of writing.
func hidden(r rune) bool { return !unicode.IsGraphic(r) }
