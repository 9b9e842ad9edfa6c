package run

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"scaleproof/internal/judge"
	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// expecting puts the expectations of the file that is named into the first
// event, in place of the run's own, and says which file that was; nil where none
// is. Of the file only expect: counts, and it must be a whole scenario, so that
// what is judged by today can be run tomorrow.
func (o JudgeOptions) expecting(events []timeline.Event) (*judge.Source, error) {
	if o.Expect == "" {
		return nil, nil
	}
	lookup := withStandIns(func(string) (string, bool) { return "", false }) // nothing is sent
	doc, err := scenario.Load(o.Expect, scenario.LoadOptions{Lookup: lookup})
	if err != nil {
		return nil, &Usage{err}
	}
	if len(doc.Scenario.Expect) == 0 {
		return nil, &Usage{fmt.Errorf("--expect %s: it expects nothing; give a scenario with expect:", o.Expect)}
	}
	started, ok := events[0].Data.(timeline.Started)
	var p plan.Plan
	if !ok || json.Unmarshal(started.Plan, &p) != nil {
		return nil, nil // the judge says so, with its place
	}
	if started.Command == "loadgen run" {
		if err := loadAlone(o.Expect, doc.Scenario.Expect); err != nil {
			return nil, &Usage{err}
		}
	}
	other, err := p.Judged(o.Expect, doc.Scenario.Expect)
	if err != nil {
		return nil, &Usage{err}
	}
	started.Plan = plan.Raw(other)
	events[0].Data = started
	name := filepath.Base(o.Expect)
	return &judge.Source{File: name, SHA256: doc.Files[name]}, nil
}

// loadAlone refuses, of a bare load, what only a service that was watched can
// show: it would be judged neither way.
func loadAlone(file string, expect []plan.Expectation) error {
	var faults scenario.Faults
	for _, e := range expect {
		if e.Latency == nil && e.Errors == nil {
			faults = append(faults, scenario.Fault{File: file, Line: e.Pos.Line, Col: e.Pos.Col, Msg: "loadgen run watched no service: of its runs only latency and errors can be judged"})
		}
	}
	return faults.Err()
}

// keep writes a verdict down: into the run's folder where it is by the run's own
// expectations, and to the file that is named.
func (o JudgeOptions) keep(dir string, v judge.Verdict) error {
	file := o.Out
	switch {
	case file == "" && o.Expect != "":
		return nil
	case file == "":
		file = filepath.Join(dir, judge.FileName)
	default:
		i, err := os.Stat(file)
		if err == nil && !i.Mode().IsRegular() { // the file is replaced: what is none would be gone
			return &Usage{fmt.Errorf("--out %s: it is no regular file; name one, or one that is not there yet", file)}
		}
		if err == nil && same(dir, filepath.Dir(file)) && filepath.Base(file) != judge.FileName {
			return &Usage{fmt.Errorf("--out %s: that is one of the run's own files; name another", file)}
		}
	}
	return writeVerdict(file, v)
}
