package scenario_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scenario"
)

// A file that is no environment, named by mistake, is not printed by way of
// its fault.
func TestFaultsQuoteLittle(t *testing.T) {
	file := filepath.Join(t.TempDir(), "accounts")
	require.NoError(t, os.WriteFile(file, []byte(strings.Repeat("root:x:0:0:root:/root:/bin/bash\n", 40)), 0o600))
	_, err := scenario.Load("testdata/good.yaml", scenario.LoadOptions{Environment: file})
	require.ErrorContains(t, err, "not a table of keys and values")
	require.LessOrEqual(t, strings.Count(err.Error(), "root"), 6, err.Error())
	require.Contains(t, err.Error(), `b...", not a table`)
}

// Nothing in a file or on a command line steers the terminal that shows what
// is wrong with it.
func TestFaultsSteerNoTerminal(t *testing.T) {
	for _, text := range []string{
		`{"a\e[31m": 1}`, `{name: "a\e[31m\a"}`, `{summary: "\u202eabc\u009b2J"}`, `{"a\nb": 1, "a\rb": 1}`,
		`{requests: {"\e]0;": {path: "\e", headers: {"\e": "\e"}, method: "\e"}}}`,
		`{traffic: {arrivals: "\e", seed: "\e", ceiling: "\e"}}`, "a: *\x1b", "\x1b[31m", "{a: \x7f",
	} {
		file := filepath.Join(t.TempDir(), "x.yaml")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		_, err := scenario.Load(file, scenario.LoadOptions{Environment: "\x1b[1m", Policies: []string{"\x1b"}})
		require.Error(t, err)
		steers := func(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }
		require.Equal(t, -1, strings.IndexFunc(err.Error(), steers), "%q", err.Error())
	}
}

// A file with thousands of mistakes is told of in a screen or two.
func TestFaultsAreBounded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.yaml")
	require.NoError(t, os.WriteFile(file, []byte(strings.Repeat("? ["+"]\n: 1\n", 5000)), 0o600))
	_, err := scenario.Load(file, scenario.LoadOptions{})
	require.ErrorContains(t, err, "more faults")
	require.Less(t, strings.Count(err.Error(), "\n"), 110)
}
