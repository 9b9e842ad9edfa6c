// Package demand reads a demand that was recorded, to be replayed in place of
// a scenario's stages: a run's timeline, a CSV, or what CloudWatch answers of a
// load balancer's request count.
//
//	r, err := demand.Read("monday.csv", kinds)
//	p, err = plan.Replay(doc, p, r.Scaled(1.5))
//
// The kind of file is told by what stands in it and not by its name. What a
// file does not say is never guessed where a guess could be wrong: counts with
// a row missing, averages, a page of several are refused, with the remedy.
//
// It refuses to smooth and to fill: the rates have the integral that was
// recorded. Arrivals are then drawn as the scenario says, so that a replay has
// the recorded load and not the recorded instants.
package demand

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"scaleproof/internal/scenario"
)

// mostRate is the highest rate that is believed, in requests per second.
const mostRate = 1e9

// Read reads a recorded demand. kinds are those of request that it may tell
// apart. The error is scenario.Faults.
func Read(path string, kinds []string) (Recording, error) {
	data, err := scenario.ReadFile(path, scenario.MostRecorded)
	if err != nil {
		return Recording{}, err
	}
	return Parse(path, data, kinds)
}

// Parse reads a file's contents; name is how faults call it.
func Parse(name string, data []byte, kinds []string) (Recording, error) {
	f := &file{name: name, data: data, kinds: kinds}
	r, err := f.read()
	if err != nil {
		return Recording{}, scenario.Faults{*err}
	}
	r.Source = "it" // whose name the fault gives
	if err := r.Check(); err != nil {
		return Recording{}, scenario.Faults{{File: name, Msg: err.Error()}}
	}
	r.Source = filepath.Base(name)
	return r, nil
}

// file is one that is being read.
type file struct {
	name  string
	data  []byte
	kinds []string // of the scenario
}

// read tells the kinds of file apart.
func (f *file) read() (Recording, *scenario.Fault) {
	text := bytes.TrimSpace(bytes.TrimPrefix(f.data, []byte("\ufeff")))
	first, _, _ := bytes.Cut(text, []byte("\n"))
	switch {
	case len(text) == 0:
		return Recording{}, f.fault(0, 0, "it is empty: give a run's timeline.jsonl, a CSV, or what aws cloudwatch get-metric-data answers")
	case bytes.HasPrefix(first, []byte(`{"seq":`)):
		return f.timeline()
	case text[0] == '{':
		return f.cloudwatch()
	}
	return f.csv()
}

func (f *file) fault(line, col int, format string, args ...any) *scenario.Fault {
	if line > 0 && col == 0 {
		col = 1
	}
	return &scenario.Fault{File: f.name, Line: line, Col: col, Msg: fmt.Sprintf(format, args...)}
}

// place is the line and column of a byte.
func (f *file) place(offset int64) (line, col int) {
	before := f.data[:min(max(offset, 0), int64(len(f.data)))]
	return bytes.Count(before, []byte("\n")) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}

// Factor reads how much of a recorded demand is to be replayed: 1.5x, or 1.5.
func Factor(text string) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(text), "x"), 64)
	if err != nil || !(v > 0) || v > 1e6 {
		return 0, fmt.Errorf("%q is no factor: give one above 0, e.g. 1.5x", text)
	}
	return v, nil
}
