package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/run"
	"scaleproof/internal/timeline"
)

// A run's folder is no place for a run that never was: its timeline is the only
// witness of it.
func TestOutSparesTheFolderOfARun(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"run.json", timeline.FileName} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("{}\n"), 0o600))
	}
	for _, args := range [][]string{
		{"predict", "../../scenarios/cpu-heavy.yaml", "--seeds", "1", "--out", dir},
		{"prove", "--scenarios", "../../scenarios", "--only", "cpu-heavy/as shipped", "--seeds", "1", "--show", "--out", dir},
	} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, run.ExitUsage, exec(t.Context(), args, strings.NewReader(""), &stdout, &stderr), args)
		require.Contains(t, stderr.String(), "--out "+dir+": that is the folder of a run")
	}
	text, err := os.ReadFile(filepath.Join(dir, timeline.FileName))
	require.NoError(t, err)
	require.Equal(t, "{}\n", string(text))
}

// What stands where a file is asked for, and is none, is neither read without
// end nor replaced; a flag that says nothing is no flag left out.
func TestOddFilesAndFlags(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, timeline.FileName)
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"judge", dir}, run.ExitUsage, timeline.FileName + " is no regular file"},
		{[]string{"explain", dir}, run.ExitUsage, timeline.FileName + " is no regular file"},
		{[]string{"report", dir}, run.ExitUsage, timeline.FileName + " is no regular file"},
		{[]string{"judge", dir, "--expect", ""}, run.ExitUsage, "--expect is given and empty"},
		{[]string{"judge", dir, "--baseline", ""}, run.ExitUsage, "--baseline is given and empty"},
		{[]string{"judge", dir, "--out="}, run.ExitUsage, "--out is given and empty"},
		{[]string{"explain", dir, "--at="}, run.ExitUsage, "--at is given and empty"},
	} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, c.code, exec(t.Context(), c.args, strings.NewReader(""), &stdout, &stderr), c.args)
		require.Contains(t, stderr.String(), c.says)
		require.Empty(t, stdout.String())
	}
	i, err := os.Stat(pipe)
	require.NoError(t, err)
	require.Equal(t, os.ModeNamedPipe, i.Mode().Type())
}
