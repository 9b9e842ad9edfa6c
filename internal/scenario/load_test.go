package scenario_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scenario"
)

var update = flag.Bool("update", false, "rewrite what the tests expect; commit the difference only if it is understood")

// wants are the lines of a bad file that say which faults it must give:
// "# want 12:3: message".
var wants = regexp.MustCompile(`(?m)^# want (.*)\n`)

// Each bad file breaks one rule, and must give exactly the faults that stand
// at its end.
func TestBadFiles(t *testing.T) {
	scenarios, err := filepath.Glob("testdata/*.bad.yaml")
	require.NoError(t, err)
	environments, err := filepath.Glob("testdata/environments/*.bad.yaml")
	require.NoError(t, err)
	require.Greater(t, len(scenarios), 70)
	require.Greater(t, len(environments), 40)
	for _, file := range scenarios {
		badFile(t, file, file, "")
	}
	for _, file := range environments {
		badFile(t, file, "testdata/good.yaml", file)
	}
}

func badFile(t *testing.T, file, path, environment string) {
	t.Run(strings.TrimSuffix(filepath.Base(file), ".bad.yaml"), func(t *testing.T) {
		o := scenario.LoadOptions{Environment: environment}
		if environment != "" {
			o.Lookup = func(name string) (string, bool) { return "secret", name == "TOKEN" }
		}
		_, err := scenario.Load(path, o)
		var faults scenario.Faults
		require.ErrorAs(t, err, &faults)
		var got []string
		for _, f := range faults {
			got = append(got, strings.TrimPrefix(f.String(), file+":"))
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if *update {
			text = wants.ReplaceAll(text, nil)
			for _, line := range got {
				text = append(text, "# want "+line+"\n"...)
			}
			require.NoError(t, os.WriteFile(file, text, 0o644))
		}
		var want []string
		for _, m := range wants.FindAllSubmatch(text, -1) {
			want = append(want, string(bytes.TrimSpace(m[1])))
		}
		require.Equal(t, want, got)
	})
}
