package judge

import (
	"bytes"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden tables anew; commit the difference only if you understand it")

// What a person reads, for a run that passes, one that fails, and one that
// was cut off.
func TestTable(t *testing.T) {
	for name, v := range map[string]Verdict{
		"cpu-heavy": golden(t, "cpu-heavy").judge(t, checks),
		"incident":  golden(t, "incident").judge(t, checks),
		"inverted":  Invert(golden(t, "incident").judge(t, checks), []string{"saturation", "latency"}),
		"cut-off": func() Verdict {
			cut := golden(t, "cpu-heavy")
			cut.events = cut.events[:len(cut.events)/2]
			return cut.judge(t, checks)
		}(),
	} {
		var b bytes.Buffer
		require.NoError(t, Table(&b, v, false, 0))
		file := "testdata/" + name + ".table"
		if *update {
			require.NoError(t, os.WriteFile(file, b.Bytes(), 0o644))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(want), b.String(), name)
	}
}

func TestColourIsAllThatColourAdds(t *testing.T) {
	v := golden(t, "incident").judge(t, checks)
	var plain, coloured bytes.Buffer
	require.NoError(t, Table(&plain, v, false, 0))
	require.NoError(t, Table(&coloured, v, true, 0))
	require.Contains(t, coloured.String(), "\x1b[31mfail\x1b[0m")
	stripped := coloured.Bytes()
	for _, code := range []string{"31", "32", "33", "90", "0"} {
		stripped = bytes.ReplaceAll(stripped, []byte("\x1b["+code+"m"), nil)
	}
	require.Equal(t, plain.String(), string(stripped))
}

// On a terminal no sentence is wider than it; elsewhere each is one line.
func TestTableOnATerminal(t *testing.T) {
	v := golden(t, "incident").judge(t, nil)
	write := func(width int) []string {
		var b bytes.Buffer
		require.NoError(t, Table(&b, v, false, width))
		return strings.Split(strings.TrimSpace(b.String()), "\n")
	}
	sentences := func(lines []string) []string {
		i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, string(v.Answer)+": ") })
		require.Positive(t, i)
		return lines[i:]
	}
	plain, narrow := sentences(write(0)), sentences(write(72))
	require.Equal(t, append([]string{v.Sentence}, v.Told()...), plain)
	require.Equal(t, strings.Join(plain, " "), strings.Join(narrow, " "))
	for _, line := range narrow {
		require.LessOrEqual(t, utf8.RuneCountInString(line), 72)
	}
	for _, line := range write(72) {
		if strings.HasPrefix(line, "      > ") {
			require.LessOrEqual(t, utf8.RuneCountInString(line), 72)
		}
	}
}
