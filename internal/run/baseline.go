package run

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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

// timelineOf reads the timeline in a run's folder.
func timelineOf(dir string) ([]timeline.Event, error) {
	events, err := timeline.ReadFile(filepath.Join(dir, timeline.FileName))
	if absent(err) {
		return nil, &Usage{fmt.Errorf("%s is no run's folder: it holds no %s", dir, timeline.FileName)}
	}
	return events, err
}

// against judges a run, and compares it with the baseline where there is one.
func against(events []timeline.Event, base *judge.Baseline) (judge.Verdict, error) {
	if base == nil {
		return judge.Judge(events)
	}
	return judge.Against(events, *base)
}
