//go:build unix

package scenario_test

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scenario"
)

// What is no regular file is refused by its kind, wherever it is named:
// reading a pipe or a device would never end.
func TestOnlyRegularFilesAreRead(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	for file, want := range map[string]string{pipe: "it is a pipe: name a file", "/dev/zero": "it is a device: name a file", dir: "it is a folder: name a file"} {
		_, err := scenario.Load(file, scenario.LoadOptions{})
		require.EqualError(t, err, file+": scenario: "+want)
		_, err = scenario.Load("testdata/good.yaml", scenario.LoadOptions{Environment: file})
		require.EqualError(t, err, file+": environment: "+want)
	}
	_, err := scenario.Load(changed(t, dir, "environment: good", "environment: /dev/zero"), scenario.LoadOptions{})
	require.ErrorContains(t, err, "x.yaml:3:14: environment /dev/zero: it is a device: name a file")
	environment, err := filepath.Abs("testdata/environments/good.yaml")
	require.NoError(t, err)
	_, err = scenario.Load(changed(t, dir, `inline: "{}"`, "template: pipe"), scenario.LoadOptions{Environment: environment})
	require.EqualError(t, err, filepath.Join(dir, "x.yaml")+":7:68: template pipe: it is a pipe: name a file")
}

// A file that is too large is not read to its end.
func TestLargeFilesAreRefused(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large")
	require.NoError(t, os.WriteFile(large, nil, 0o600))
	require.NoError(t, os.Truncate(large, 1<<20+1))
	_, err := scenario.Load(large, scenario.LoadOptions{})
	require.EqualError(t, err, large+": scenario: it is larger than 1MiB: name a smaller file")
	_, err = scenario.Load("testdata/good.yaml", scenario.LoadOptions{Environment: large})
	require.EqualError(t, err, large+": environment: it is larger than 1MiB: name a smaller file")

	environment, err := filepath.Abs("testdata/environments/good.yaml")
	require.NoError(t, err)
	file := changed(t, dir, `inline: "{}"`, "template: large")
	_, err = scenario.Load(file, scenario.LoadOptions{Environment: environment})
	require.NoError(t, err, "a template may be larger than a scenario")
	require.NoError(t, os.Truncate(large, 8<<20+1))
	_, err = scenario.Load(file, scenario.LoadOptions{Environment: environment})
	require.ErrorContains(t, err, "template large: it is larger than 8MiB: name a smaller file")
}

// changed writes the good scenario with one change to x.yaml in a folder.
func changed(t *testing.T, dir, from, to string) string {
	text, err := os.ReadFile("testdata/good.yaml")
	require.NoError(t, err)
	require.Contains(t, string(text), from)
	file := filepath.Join(dir, "x.yaml")
	require.NoError(t, os.WriteFile(file, bytes.Replace(text, []byte(from), []byte(to), 1), 0o600))
	return file
}
