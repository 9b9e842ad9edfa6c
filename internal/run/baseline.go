package run

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"scaleproof/internal/judge"
	"scaleproof/internal/timeline"
)

// readBaseline reads the run to compare with, where one is named. It is read
// before anything begins: a fault in it must not cost an hour's run.
func (o *JudgeOptions) readBaseline(dir string) error {
	if o.Baseline == "" {
		return nil
	}
	if same(dir, o.Baseline) {
		return &Usage{fmt.Errorf("--baseline %s: that is the run itself; name the folder of another", o.Baseline)}
	}
	events, err := timelineOf(o.Baseline)
	if err != nil {
		return &Usage{fmt.Errorf("--baseline: %w", err)}
	}
	if _, err := judge.Judge(events); err != nil {
		return &Usage{fmt.Errorf("--baseline %s: %w", o.Baseline, err)}
	}
	text, err := os.ReadFile(filepath.Join(o.Baseline, timeline.FileName))
	if err != nil {
		return fmt.Errorf("read the baseline: %w", err)
	}
	name, err := filepath.Abs(o.Baseline) // "." has a name too
	if err != nil {
		return fmt.Errorf("name the baseline: %w", err)
	}
	sum := sha256.Sum256(text)
	o.base = &judge.Baseline{Name: filepath.Base(name), SHA256: hex.EncodeToString(sum[:]), Events: events}
	return nil
}

// same says that two paths lead to one folder.
func same(a, b string) bool {
	x, err := os.Stat(a)
	y, other := os.Stat(b)
	return err == nil && other == nil && os.SameFile(x, y)
}

// timelineOf reads the timeline in a run's folder. That there is none to read is
// a mistake of usage; one that says what no run wrote is none.
func timelineOf(dir string) ([]timeline.Event, error) {
	events, err := timeline.ReadFile(filepath.Join(dir, timeline.FileName))
	switch {
	case absent(err):
		return nil, &Usage{noFolder(dir)}
	case errors.Is(err, timeline.ErrNotRegular), errors.Is(err, fs.ErrPermission):
		return nil, &Usage{err}
	}
	if len(events) > 0 {
		if started, ok := events[0].Data.(timeline.Started); ok && started.Command == calibrateCommand {
			return nil, &Usage{fmt.Errorf("%s is the folder of a calibration and not of a run: its result stands in %s", dir, filepath.Join(dir, calibrationFile))}
		}
	}
	return events, err
}

// noFolder says what is wrong with a path that is no run's folder, and what was
// probably meant.
func noFolder(path string) error {
	packed, beside := filepath.Join(path, timeline.FileName+".gz"), filepath.Dir(path)
	switch info, err := os.Stat(path); {
	case absent(err):
		return fmt.Errorf("%s: no such folder; name the folder of a run", path)
	case err == nil && !info.IsDir() && exists(filepath.Join(beside, timeline.FileName)):
		return fmt.Errorf("%s is a file; name the run's folder, %s", path, beside)
	case exists(packed):
		return fmt.Errorf("%s is packed; unpack it first: gunzip %s", packed, packed)
	}
	return fmt.Errorf("%s is no run's folder: it holds no %s", path, timeline.FileName)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// against judges a run, and compares it with the baseline where there is one.
func against(events []timeline.Event, base *judge.Baseline) (judge.Verdict, error) {
	if base == nil {
		return judge.Judge(events)
	}
	return judge.Against(events, *base)
}
