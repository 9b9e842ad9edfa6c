package judge

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
)

// Runs written by hand, from what AWS documents and what was recorded of it.
// Each file tells a run, what is to be said of it, decided before any judge saw
// it, and what is said: a change of judgement shows as a difference.
//
//	-- run --      what happened: see script_test.go
//	-- decided --  the run's answer, and those of checks
//	-- told --     the table, by -update
func TestRunsWrittenByHand(t *testing.T) {
	files, err := filepath.Glob("testdata/hand/*.txtar")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 12)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			parts := map[string]string{}
			for _, f := range archive.Files {
				parts[f.Name] = string(f.Data)
			}
			told, err := parseScript(parts["run"])
			require.NoError(t, err)
			v := told.judge(t)
			var table bytes.Buffer
			require.NoError(t, Table(&table, v, false, 0))
			for line := range strings.Lines(parts["decided"]) {
				id, want, _ := strings.Cut(strings.TrimSpace(line), " ")
				if id == "verdict" {
					require.Equal(t, Answer(want), v.Answer, table.String())
				} else {
					require.Equal(t, Answer(want), answer(t, v, id), "%s\n%s", id, table.String())
				}
			}
			if *update {
				archive.Files = append(archive.Files[:2:2], txtar.File{Name: "told", Data: table.Bytes()})
				require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o644))
				return
			}
			require.Equal(t, parts["told"], table.String())
		})
	}
}

// A mistake in a file is told with its line.
func TestScriptsTellMistakes(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"stage calm", "line 1: stage: give a name and a length"},
		{"stage calm 10m\nordr 3m 1->2 by cpu", "line 2: no such word: ordr"},
		{"stage calm 10m\norder 3m 1-2 by cpu", "line 2: order"},
		{"cpu", "line 1: cpu"},
	} {
		_, err := parseScript(c.script)
		require.ErrorContains(t, err, c.want, fmt.Sprintf("%q", c.script))
	}
}
