package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
	"scaleproof/internal/run"
	"scaleproof/internal/timeline"
)

// A run that is refused before it sends anything says why and nothing else: no
// table of checks that saw nothing, and no advice to restore what it never
// changed. Here a request policy stands, which the run does not know.
func TestARefusedRunIsNotJudged(t *testing.T) {
	reports := t.TempDir()
	var stdout, stderr bytes.Buffer
	args := []string{"run", "../../scenarios/cpu-heavy.yaml", "--policies", "cpu", "--reports", reports}
	require.Equal(t, run.ExitRefused, exec(t.Context(), args, strings.NewReader(""), &stdout, &stderr))
	require.Empty(t, stdout.String())
	require.Contains(t, stderr.String(), "validate: policy staging-web-ingestion-request-tracking-policy")

	folders, err := filepath.Glob(filepath.Join(reports, "*"))
	require.NoError(t, err)
	require.Len(t, folders, 1)
	require.NoFileExists(t, filepath.Join(folders[0], judge.FileName))
	events, err := timeline.ReadFile(filepath.Join(folders[0], timeline.FileName))
	require.NoError(t, err)
	end, ok := events[len(events)-1].Data.(timeline.Ended)
	require.True(t, ok)
	require.Equal(t, timeline.EndFailed, end.Outcome)
	require.True(t, end.Restored)
	require.Contains(t, end.Reason, "is not among those wanted")
}
