package main

import (
	"bytes"
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the help shows can be typed: each example is a command with flags that
// exist, and each file in it is shipped.
func TestExamplesOfTheHelp(t *testing.T) {
	files := regexp.MustCompile(`scenarios/\S+\.yaml`)
	for _, name := range []string{"check", "schedule", "calibrate", "run", "control", "import", "export"} {
		var help bytes.Buffer
		require.Zero(t, exec(context.Background(), []string{name, "--help"}, nil, &help, &help))
		_, examples, found := strings.Cut(help.String(), "Examples:\n")
		require.True(t, found, name)
		examples, _, _ = strings.Cut(examples, "\n\n")
		for _, line := range strings.Split(examples, "\n") {
			_, line, ok := strings.Cut(line, "loadgen ")
			require.True(t, ok, line)
			words := strings.Fields(line)
			require.Equal(t, name, words[0])
			for _, file := range files.FindAllString(line, -1) {
				require.FileExists(t, filepath.Join("../..", file))
			}
			var said bytes.Buffer
			require.Zero(t, exec(context.Background(), append(words, "--help"), nil, &said, &said), "%s\n%s", line, &said)
		}
	}
}
