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
	"scaleproof/internal/scenario"
)

var update = flag.Bool("update", false, "rewrite what the tests expect; commit the difference only if it is understood")

var shipped = []string{"cpu-heavy", "request-heavy", "combined", "gradual-ramp", "staircase", "deployment", "incident", "nginx"}

// What `loadgen check` prints of each shipped scenario.
func TestDescribe(t *testing.T) {
	for _, name := range shipped {
		golden(t, name, build(t, name))
	}
}

// The same scenario on a real environment: address, account, measured costs,
// longer drains.
func TestDescribeStaging(t *testing.T) {
	_, p, err := plan.Open("../../scenarios/cpu-heavy.yaml", scenario.LoadOptions{
		Environment: "../../scenarios/environments/staging.example.yaml",
		Lookup:      func(name string) (string, bool) { return "secret", name == "LANGFUSE_BASIC_AUTH" },
	})
	require.NoError(t, err)
	golden(t, "cpu-heavy-staging", p)
}

func golden(t *testing.T, name string, p *plan.Plan) {
	t.Run(name, func(t *testing.T) {
		var b bytes.Buffer
		plan.Describe(&b, p)
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
	})
}
