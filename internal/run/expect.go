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

// target is the file that the verdict is written to: the run's own where it is
// by the run's own expectations, and the one that is named; empty is none. A
// name that cannot be written to is refused before anything is judged.
func (o JudgeOptions) target(dir string) (file string, err error) {
	if o.Out == "" && o.Expect != "" {
		return "", nil
	}
	if o.Out == "" {
		return filepath.Join(dir, judge.FileName), nil
	}
	refuse := func(why string, args ...any) (string, error) {
		return "", &Usage{fmt.Errorf("--out %s: %s", o.Out, fmt.Sprintf(why, args...))}
	}
	folder := filepath.Dir(o.Out)
	if i, err := os.Stat(folder); err != nil || !i.IsDir() {
		return refuse("there is no folder %s; make it first", folder)
	}
	i, err := os.Stat(o.Out)
	switch {
	case err != nil:
		return o.Out, nil
	case !i.Mode().IsRegular(): // the file is replaced: what is none would be gone
		return refuse("it is no regular file; name one, or one that is not there yet")
	case !replaceable(o.Out):
		return refuse("it stands already and is no verdict; name another")
	}
	return o.Out, nil
}

// replaceable says that a file is a verdict, or empty: a run's timeline, a
// scenario or whatever else a slip of the hand named is nothing to write over.
func replaceable(file string) bool {
	text, err := os.ReadFile(file)
	var v struct {
		SchemaVersion int             `json:"schema_version"`
		Answer        judge.Answer    `json:"answer"`
		Results       json.RawMessage `json:"results"`
	}
	return err == nil && (len(text) == 0 || json.Unmarshal(text, &v) == nil && v.SchemaVersion > 0 && v.Answer != "" && v.Results != nil)
}
