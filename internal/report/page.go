package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
	"time"

	"scaleproof/internal/judge"
	"scaleproof/internal/price"
	"scaleproof/internal/timeline"
)

//go:embed assets
var assets embed.FS

// chartVersion is the version of uPlot in assets, under its licence.
const chartVersion = "1.6.32"

// page is what the template of the page is given. Its methods are what the
// template calls.
type page struct {
	Policy       string // the Content-Security-Policy: nothing may be loaded, only our own scripts run
	ChartStyle   template.CSS
	Style        template.CSS
	ChartScript  template.JS
	Script       template.JS
	ChartVersion string

	Title      string
	Verdict    judge.Verdict
	Sentence   string
	Open       []judge.Result // the checks that did not pass, worst first
	Controls   []judge.Result // the checks that failed as they were to
	Passed     []judge.Result
	Facts      pageFacts
	Panels     Panels
	Cards      []card
	Foretold   bool  // there is a prediction, and how far the run went from it:
	Areas      []row // tasks
	Actions    []row // orders
	Data       drawing
	Figures    []string    // sentences
	Waterfalls []waterfall // of the actions with legs, in order of time
	Prices     []price.Price
	PricesAsOf string
	Tally      string
	Events     int

	bySeq map[int64]timeline.Event
}

type pageFacts struct {
	Summary   string
	Disturbed string // what was made to go wrong
	List      []fact
}

// html writes the page: one file that loads nothing.
func html(events []timeline.Event, v judge.Verdict, f facts, p Panels) ([]byte, error) {
	text, err := assets.ReadFile("assets/page.html")
	if err != nil {
		return nil, err
	}
	t, err := template.New("page").Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("read the page's template: %w", err)
	}
	view := newPage(events, v, f, p)
	if err := view.embed(); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, view); err != nil {
		return nil, fmt.Errorf("write the page: %w", err)
	}
	return out.Bytes(), nil
}

func newPage(events []timeline.Event, v judge.Verdict, f facts, p Panels) *page {
	view := &page{
		Title: f.started.Scenario + " on " + f.started.Environment, Verdict: v, Sentence: sentence(v),
		Facts: pageFacts{f.plan.Summary, f.started.Disturbed(), f.List}, Panels: p, Cards: cards(p, v), Data: newDrawing(p),
		Figures: figures(v), Waterfalls: waterfalls(v.Actions), Prices: price.List(), PricesAsOf: price.AsOf, Tally: tally(v.Results), Events: len(events),
		ChartVersion: chartVersion, bySeq: map[int64]timeline.Event{},
	}
	if view.Foretold = foretold(v.Divergence); view.Foretold {
		view.Areas, view.Actions = areaRows(v.Divergence), actionRows(v.Divergence, policyRoles(events))
	}
	for _, r := range worstFirst(v.Results) {
		switch {
		case controlled(r):
			view.Controls = append(view.Controls, r)
		case r.Answer == judge.Pass:
			view.Passed = append(view.Passed, r)
		default:
			view.Open = append(view.Open, r)
		}
	}
	for _, e := range events {
		view.bySeq[e.Seq] = e
	}
	return view
}

// embed reads scripts and styles and names them in the policy by their
// hashes, so that nothing else runs even if a name slipped through unescaped.
func (v *page) embed() error {
	var files [4]string
	for i, name := range []string{"uPlot.min.css", "report.css", "uPlot.iife.min.js", "report.js"} {
		b, err := assets.ReadFile("assets/" + name)
		if err != nil {
			return err
		}
		files[i] = string(b)
	}
	v.ChartStyle, v.Style = template.CSS(files[0]), template.CSS(files[1])
	v.ChartScript, v.Script = template.JS(files[2]), template.JS(files[3])
	v.Policy = "default-src 'none'; style-src " + hash(files[0]) + " " + hash(files[1]) +
		"; script-src " + hash(files[2]) + " " + hash(files[3]) + "; base-uri 'none'; form-action 'none'"
	return nil
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func tally(results []judge.Result) string {
	n := map[string]int{}
	for _, r := range results {
		if warns(r) {
			n[warned]++
		} else {
			n[string(r.Answer)]++
		}
	}
	parts := []string{fmt.Sprintf("%d checks", len(results))}
	for _, a := range []struct{ key, word string }{{string(judge.Fail), "failed"}, {string(judge.Inconclusive), "inconclusive"}, {warned, "warned"}, {string(judge.Pass), "passed"}} {
		if n[a.key] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[a.key], a.word))
		}
	}
	return strings.Join(parts, ", ") + "."
}

// figures are the judge's figures, in sentences.
func figures(v judge.Verdict) []string {
	if lines := v.Told(); len(lines) > 0 {
		return lines
	}
	return []string{"No running task was seen under load, so there is nothing to add up."}
}

// checkTable is what the template of a table of checks is given.
type checkTable struct {
	Page    *page
	Results []judge.Result
}

// Table makes a table of some of the checks.
func (v *page) Table(results []judge.Result) checkTable { return checkTable{v, results} }

// Class is the style of an answer; an answer that this version does not know
// looks like one that could not be said.
func (v *page) Class(answer judge.Answer) string {
	switch answer {
	case judge.Pass, judge.Fail:
		return string(answer)
	}
	return string(judge.Inconclusive)
}

// Sign is the sign of an answer, for eyes that do not tell the colours.
func (v *page) Sign(answer judge.Answer) string {
	switch answer {
	case judge.Pass:
		return "✓"
	case judge.Fail:
		return "✕"
	}
	return "?"
}

// ResultClass is the style of a result.
func (v *page) ResultClass(r judge.Result) string {
	if warns(r) {
		return warned
	}
	return v.Class(r.Answer)
}

// ResultWord is a result in one word.
func (v *page) ResultWord(r judge.Result) string {
	if warns(r) {
		return "! warning"
	}
	if controlled(r) {
		return v.Sign(r.Answer) + " failed, as it was to"
	}
	return v.Sign(r.Answer) + " " + string(r.Answer)
}

// mostEvidence is how many lines of evidence a check shows; all their numbers
// stand in verdict.json.
const mostEvidence = 40

// Evidence tells the lines of the timeline that a result rests on.
func (v *page) Evidence(r judge.Result) []string {
	var lines []string
	for i, seq := range r.Evidence {
		if i == mostEvidence {
			lines = append(lines, fmt.Sprintf("… and %d more, by number in verdict.json", len(r.Evidence)-i))
			break
		}
		if e, ok := v.bySeq[seq]; ok {
			lines = append(lines, evidence(e, v.Panels))
		} else {
			lines = append(lines, fmt.Sprintf("#%d  not in this timeline", seq))
		}
	}
	return lines
}

// Clock writes a place on the axis.
func (v *page) Clock(d time.Duration) string { return clockText(d) }

// Step writes what an activity did.
func (v *page) Step(m Mark) string { return stepOrReason(m) }

// row is a line of a panel, by stage.
type row struct {
	Name  string
	Cells []string
}

// Digest is a panel in words: of each line its least and most value in each
// stage. It is what stands beside the canvas for who cannot see it.
func (v *page) Digest(panel Panel) []row {
	var rows []row
	for _, l := range panel.Lines {
		r := row{Name: l.Name}
		for _, s := range v.Panels.Stages {
			r.Cells = append(r.Cells, reach(l, s.From, s.To))
		}
		rows = append(rows, r)
	}
	if len(v.Panels.Stages) == 0 {
		return nil
	}
	return rows
}
