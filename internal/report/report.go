package report

import (
	"bytes"
	"fmt"
	"path/filepath"

	"github.com/google/renameio/v2"

	"scaleproof/internal/export"
	"scaleproof/internal/judge"
	"scaleproof/internal/timeline"
)

// Names of the files of a report, in a run's folder.
const (
	PageFile    = "report.html"
	JUnitFile   = "junit.xml"
	SummaryFile = "summary.md"
	LatencyFile = "latency.hlog"
	PictureFile = "overview.png" // all panels; beside it one picture for each panel, by its ID
)

// file is a finished file, by its name in the run's folder.
type file struct {
	name string
	data []byte
}

// Write draws a run into its folder, which must be there. Each file appears
// whole or not at all. verdict.json is not among them: it is the judge's.
func Write(dir string, events []timeline.Event, v judge.Verdict) error {
	files, err := compose(events, v)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := renameio.WriteFile(filepath.Join(dir, f.name), f.data, 0o644); err != nil {
			return fmt.Errorf("write %s: %w", f.name, err)
		}
	}
	return nil
}

// compose makes all files of a report.
func compose(events []timeline.Event, v judge.Verdict) ([]file, error) {
	p := Build(events)
	f := readFacts(events)
	files, err := pictures(p, f, v)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, pic := range files {
		names = append(names, pic.name)
	}
	add := func(name string, data []byte, err error) error {
		files = append(files, file{name, data})
		return err
	}
	page, err := html(events, v, f, p)
	if err := add(PageFile, page, err); err != nil {
		return nil, err
	}
	xml, err := junitXML(v, f)
	if err := add(JUnitFile, xml, err); err != nil {
		return nil, err
	}
	var log bytes.Buffer
	err = export.HLog(&log, events)
	if err := add(LatencyFile, log.Bytes(), err); err != nil {
		return nil, err
	}
	return append(files, file{SummaryFile, summary(v, f, p, names)}), nil
}

// pictures draws the overview and one picture for each panel.
func pictures(p Panels, f facts, v judge.Verdict) ([]file, error) {
	title := f.started.Scenario + " on " + f.started.Environment + ": " + string(v.Answer)
	all, err := overview(p, title, sentence(v))
	if err != nil {
		return nil, err
	}
	files := []file{{PictureFile, all}}
	for _, panel := range p.List {
		pic, err := single(p, panel)
		if err != nil {
			return nil, err
		}
		files = append(files, file{panel.ID + ".png", pic})
	}
	return files, nil
}
