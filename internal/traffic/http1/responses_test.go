package http1

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite testdata; commit the difference only if it is understood")

// Each file in testdata/responses is a list of responses and of what they
// come to. A case begins with "== name", or "== HEAD name" where it answers a
// HEAD. Its lines are the response's, with CRLF at the end of each, or nothing
// where it ends in a backslash; what Go escapes in a string is escaped so. The
// lines "-- " say what the parser makes of it and what net/http does.
func TestResponses(t *testing.T) {
	files, err := filepath.Glob("testdata/responses/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			old, err := os.ReadFile(file)
			require.NoError(t, err)
			told := retell(t, string(old))
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(told), 0o644))
				return
			}
			require.Equal(t, string(old), told)
		})
	}
}

// retell writes a file anew, with what its cases come to now.
func retell(t *testing.T, file string) string {
	var out strings.Builder
	for _, text := range strings.SplitAfter(file, "\n") {
		if !strings.HasPrefix(text, "-- ") {
			out.WriteString(text)
			continue
		}
		if strings.HasPrefix(text, "-- net/http") {
			continue // told with the line before
		}
		cases := strings.Split(out.String(), "== ")
		data, head := response(t, cases[len(cases)-1])
		agreed(t, data, head)
		mine, other := ours(t, data, head), theirs(data, head)
		fmt.Fprintf(&out, "-- %v%s\n", mine, surplus(mine, data))
		if (mine.err == nil) == (other.err == nil) {
			out.WriteString("-- net/http: the same\n")
		} else {
			fmt.Fprintf(&out, "-- net/http: %v%s\n", other, surplus(other, data))
		}
	}
	return out.String()
}

func surplus(o outcome, data []byte) string {
	if n := len(data) - o.used; o.err == nil && n > 0 {
		return fmt.Sprintf(", and %d bytes too many", n)
	}
	return ""
}

// response reads a case: its name's line, and the response's.
func response(t testing.TB, text string) (data []byte, head bool) {
	name, lines, _ := strings.Cut(text, "\n")
	for line := range strings.Lines(lines) {
		line, open := strings.CutSuffix(strings.TrimSuffix(line, "\n"), `\`)
		plain, err := strconv.Unquote(`"` + strings.ReplaceAll(line, `"`, `\"`) + `"`)
		require.NoError(t, err, "%s: %s", name, line)
		data = append(data, plain...)
		if !open {
			data = append(data, "\r\n"...)
		}
	}
	return data, strings.HasPrefix(name, "HEAD ")
}
