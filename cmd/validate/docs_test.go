package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var command = regexp.MustCompile(`(?m)(?:bin/|run \./cmd/)validate ([a-z][^\n&|#>]*)`)

// Every call of validate that the README shows names a command, flags and
// files that there are. Nothing is run: --help behind a call reads its flags
// and does no more.
func TestReadmeCommands(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	calls := command.FindAllStringSubmatch(string(data), -1)
	require.Greater(t, len(calls), 4)
	for _, call := range calls {
		var stdout, stderr bytes.Buffer
		args := strings.Fields(call[1])
		require.Zero(t, exec(t.Context(), append(args, "--help"), strings.NewReader(""), &stdout, &stderr), "%s: %s", call[1], stderr.String())
		require.Contains(t, stdout.String(), "validate "+args[0], call[1])
		for _, a := range args {
			if strings.HasSuffix(a, ".yaml") {
				require.FileExists(t, filepath.Join("../..", a), call[1])
			}
		}
	}
}

// The links of the pages lead to files.
func TestLinksOfTheDocs(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	pages = append(pages, "../../README.md", "../../reports/README.md", "../../CHANGELOG.md")
	links := 0
	for _, page := range pages {
		data, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`\]\(([^)#\s]+)[^)]*\)`).FindAllStringSubmatch(string(data), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			links++
			require.FileExists(t, filepath.Join(filepath.Dir(page), m[1]), page)
		}
	}
	require.Greater(t, links, 5)
}
