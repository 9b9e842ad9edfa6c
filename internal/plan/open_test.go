package plan_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
)

// Whatever the two files say, they are planned or refused, never a panic: the
// plan is tried also on documents that are at fault elsewhere.
func FuzzOpen(f *testing.F) {
	const testdata = "../scenario/testdata/"
	good, err := os.ReadFile(testdata + "good.yaml")
	require.NoError(f, err)
	environment, err := os.ReadFile(testdata + "environments/good.yaml")
	require.NoError(f, err)
	seeds := func(pattern string, add func([]byte)) {
		files, err := filepath.Glob(testdata + pattern)
		require.NoError(f, err)
		require.NotEmpty(f, files)
		for _, file := range files {
			b, err := os.ReadFile(file)
			require.NoError(f, err)
			add(b)
		}
	}
	seeds("*.yaml", func(b []byte) { f.Add(b, environment) })
	seeds("environments/*.yaml", func(b []byte) { f.Add(good, b) })
	f.Fuzz(func(t *testing.T, sc, env []byte) {
		dir := t.TempDir()
		path, envPath := filepath.Join(dir, "x.yaml"), filepath.Join(dir, "e.yaml")
		require.NoError(t, os.WriteFile(path, sc, 0o600))
		require.NoError(t, os.WriteFile(envPath, env, 0o600))
		_, p, err := plan.Open(path, scenario.LoadOptions{Environment: envPath})
		var faults scenario.Faults
		require.Equal(t, err != nil, errors.As(err, &faults))
		if p != nil {
			_ = plan.Raw(p)
			for s, n := p.Schedule(), 0; n < 1000; n++ {
				if _, ok := s.Next(); !ok {
					break
				}
			}
		}
	})
}
