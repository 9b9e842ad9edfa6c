package run

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/predict"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// console is that of a process without a terminal and without variables.
func console(out *bytes.Buffer) Console {
	return Console{
		Out: out, Err: out, Wall: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) },
		Lookup: func(string) (string, bool) { return "", false },
	}
}

// One model, two drivers: what runs over sockets and the SDK is what was
// predicted, in the world's own trace line for line and in the timeline event
// for event.
func TestRunEqualsPrediction(t *testing.T) {
	for _, name := range []string{"cpu-heavy", "combined"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join("../../scenarios", name+".yaml")
			var out bytes.Buffer
			var lived []string
			reports := t.TempDir()
			err := Validate(context.Background(), console(&out), Options{
				Scenario: path, Reports: reports, trace: func(line string) { lived = append(lived, line) },
			})
			require.NoError(t, err, out.String())
			dirs, err := os.ReadDir(reports)
			require.NoError(t, err)
			require.Len(t, dirs, 1)
			observed, err := timeline.ReadFile(filepath.Join(reports, dirs[0].Name(), timeline.FileName))
			require.NoError(t, err)

			doc, err := scenario.Load(path, scenario.LoadOptions{})
			require.NoError(t, err)
			p, err := plan.Build(doc)
			require.NoError(t, err)
			var trace []string
			var predicted []timeline.Event
			world := predict.Live(predict.World(&doc.Environment, p.Seed, clock.Epoch), clock.Epoch, p)
			require.NoError(t, predict.Run(world, p, predict.Options{
				Trace: func(line string) { trace = append(trace, line) },
				Emit: func(e timeline.Event) {
					e.Seq = int64(len(predicted) + 1)
					predicted = append(predicted, e)
				},
			}))
			require.Greater(t, len(trace), 80_000, "arrivals and completions")
			sameLines(t, trace, lived)
			require.Equal(t, len(predicted), len(observed))
			for i := 1; i < len(predicted); i++ { // the first line says who wrote it
				require.Equal(t, line(t, predicted[i]), line(t, observed[i]))
			}
		})
	}
}

func sameLines(t *testing.T, want, got []string) {
	t.Helper()
	for i := range min(len(want), len(got)) {
		require.Equal(t, want[i], got[i], "line %d of the trace", i+1)
	}
	require.Equal(t, len(want), len(got))
}

func line(t *testing.T, e timeline.Event) string {
	t.Helper()
	b, err := e.MarshalJSON()
	require.NoError(t, err)
	return string(b)
}
