package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What docs/calibration.md shows is what its command prints, to the digit: on
// the embedded environment a probe is the same on every machine.
func TestCalibrationDocsAreTrue(t *testing.T) {
	page, err := os.ReadFile("../../docs/calibration.md")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(page), "```\nloadgen ")
	command, rest, found := strings.Cut(rest, "\n```\n")
	require.True(t, found)
	_, rest, _ = strings.Cut(rest, "```text\n")
	shown, _, found := strings.Cut(rest, "```\n")
	require.True(t, found)

	root, err := filepath.Abs("../../scenarios")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	require.NoError(t, os.Symlink(root, "scenarios"))
	var out, said bytes.Buffer
	require.Zero(t, exec(t.Context(), strings.Fields(command), nil, &out, &said), said.String())
	require.Greater(t, strings.Count(shown, "\n"), 6)
	for line := range strings.Lines(shown) {
		require.Contains(t, out.String(), line)
	}
	require.FileExists(t, "measured.yaml")
}
