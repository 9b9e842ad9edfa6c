package run

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/predict"
)

// A run meets what goes wrong in its environment as its prediction does: on
// the wire what the world was told to do, and nothing else. Reads are refused
// while traffic flows: before and after it a run tries again, a prediction does
// not.
func TestRunEqualsPredictionOfFlaws(t *testing.T) {
	dir := t.TempDir()
	copied := func(from, to, more string) string {
		text, err := os.ReadFile(filepath.Join("../../cmd/validate/testdata", from))
		require.NoError(t, err)
		to = filepath.Join(dir, to)
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
		require.NoError(t, os.WriteFile(to, append(text, more...), 0o644))
		return to
	}
	copied("environments/small.yaml", "environments/small.yaml", `
  faults:
    - {name: looks-refused, size: 30%, from: 2m, for: 10m}
    - {name: looks-refused, of: alarms, from: 4m, for: 1m}
    - {name: activities-disordered, size: 1m, from: 30s}
  deviations:
    - {name: over-scaling}
    - {name: late-reaction, size: 1m}
    - {name: other-alarm-named}
`)
	path := copied("scenarios/climb.yaml", "scenarios/climb.yaml", "")
	run := validate(t, path, ExitPass, ExitFail, ExitInconclusive)
	require.Contains(t, strings.Join(run.trace, "\n"), " deviation late-reaction service=test-work ")
	doc, p := planned(t, path)
	var trace []string
	world := predict.Live(predict.World(&doc.Environment, p.Seed, clock.Epoch), clock.Epoch, p)
	require.NoError(t, predict.Run(world, p, predict.Options{Trace: func(line string) { trace = append(trace, line) }}))
	sameLines(t, trace, run.trace)
}
