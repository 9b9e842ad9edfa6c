package plan_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
)

var update = flag.Bool("update", false, "rewrite what the tests expect; commit the difference only if it is understood")

var shipped = []string{"cpu-heavy", "request-heavy", "combined", "gradual-ramp", "incident", "nginx"}

// What `loadgen check` prints of each shipped scenario.
func TestDescribe(t *testing.T) {
	for _, name := range shipped {
		var b bytes.Buffer
		plan.Describe(&b, build(t, name))
		file := filepath.Join("testdata", name+".plan.txt")
		if *update {
			require.NoError(t, os.WriteFile(file, b.Bytes(), 0o644))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(want), b.String())
		for line := range strings.Lines(b.String()) {
			require.Equal(t, strings.TrimRight(line, " \n"), strings.TrimSuffix(line, "\n"), "trailing blanks")
		}
	}
}
