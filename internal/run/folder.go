package run

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"scaleproof/internal/policies"
)

// folder makes the folder of a run: <reports>/<scenario>-<environment>-<UTC
// wall time>, with -2, -3 and so on where that stands already. Making it is
// atomic, so that two runs that start together do not share one.
func folder(reports, scenario, environment string, wall time.Time) (string, error) {
	base := fmt.Sprintf("%s-%s-%s", scenario, environment, wall.UTC().Format("20060102T150405Z"))
	if err := os.MkdirAll(reports, 0o755); err != nil {
		return "", fmt.Errorf("make the folder of reports: %w", err)
	}
	for n := 1; n < 1000; n++ {
		dir := filepath.Join(reports, base)
		if n > 1 {
			dir += fmt.Sprintf("-%d", n)
		}
		err := os.Mkdir(dir, 0o755)
		if err == nil {
			return dir, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", fmt.Errorf("make the run's folder: %w", err)
		}
	}
	return "", fmt.Errorf("make the run's folder: %s and 999 like it stand already", filepath.Join(reports, base))
}

// spare refuses, as a place for what no run was, the folder of a run: its
// timeline is the only witness of it, and would be replaced.
func spare(dir string) error {
	for _, name := range []string{"run.json", policies.JournalName} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return &Usage{fmt.Errorf("--out %s: that is the folder of a run, whose timeline would be lost; name another", dir)}
		}
	}
	return nil
}

// absent says that a run's file is not there, nor where it would lie a folder.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}
