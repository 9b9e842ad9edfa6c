package model_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite testdata; commit the difference only if you understand it")

// TestHistories plays the stories of testdata. A file of an archive is one
// world's history: comments, a command, ----, what it answered, a blank line.
// The commands are the methods of play; each says in its comment what it
// takes.
func TestHistories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		require.NoError(t, err)
		for i := range archive.Files {
			f := &archive.Files[i]
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+f.Name, func(t *testing.T) {
				got := replay(t, string(f.Data))
				if *update {
					f.Data = []byte(got)
					return
				}
				require.Equal(t, string(f.Data), got)
			})
		}
		if *update {
			require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o644))
		}
	}
}

// replay plays a history and writes it anew with what each command answers.
func replay(t *testing.T, text string) string {
	p := &play{t: t}
	var out strings.Builder
	for block := range strings.SplitSeq(strings.Trim(text, "\n"), "\n\n") {
		if block = strings.Trim(block, "\n"); block == "" {
			continue
		}
		head, _, found := strings.Cut(block, "\n----")
		if !found {
			fmt.Fprintf(&out, "%s\n\n", block)
			continue
		}
		command := ""
		for line := range strings.SplitSeq(head, "\n") {
			if !strings.HasPrefix(line, "#") {
				command = line
			}
		}
		fmt.Fprintf(&out, "%s\n----\n%s\n\n", head, cmp.Or(strings.TrimRight(p.run(command), "\n"), "(none)"))
	}
	return out.String()
}
