package judge

import (
	"bytes"
	"flag"
	"os"
	"testing"

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
		require.NoError(t, Table(&b, v, false))
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
	require.NoError(t, Table(&plain, v, false))
	require.NoError(t, Table(&coloured, v, true))
	require.Contains(t, coloured.String(), "\x1b[31mfail\x1b[0m")
	stripped := coloured.Bytes()
	for _, code := range []string{"31", "32", "33", "90", "0"} {
		stripped = bytes.ReplaceAll(stripped, []byte("\x1b["+code+"m"), nil)
	}
	require.Equal(t, plain.String(), string(stripped))
}
