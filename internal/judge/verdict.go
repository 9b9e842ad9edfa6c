package judge

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"scaleproof/internal/scaling"
)

// SchemaVersion is the version of verdict.json.
const SchemaVersion = 1

// FileName is the verdict's name in a run's folder.
const FileName = "verdict.json"

// Answer is what a check says.
type Answer string

// The three answers.
const (
	Pass         Answer = "pass"
	Fail         Answer = "fail"
	Inconclusive Answer = "inconclusive"
)

// worse orders answers: fail, then inconclusive, then pass.
func worse(a, b Answer) Answer {
	for _, w := range []Answer{Fail, Inconclusive} {
		if a == w || b == w {
			return w
		}
	}
	return Pass
}

// Severity says whether an answer counts for the run.
type Severity string

// A warning is printed and changes nothing.
const (
	Counts Severity = "fail"
	Warns  Severity = "warn"
)

// Pos is the place of an expectation in its file, from 1; zero for a check
// that no line asked for.
type Pos struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	Col  int    `json:"col,omitempty"`
}

// String returns file:line:col, or nothing for the zero value.
func (p Pos) String() string {
	if p == (Pos{}) {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Result is one answer of one check.
type Result struct {
	ID       string   `json:"id"`                // of the check, stable
	Subject  string   `json:"subject,omitempty"` // what it is about: a stage, a policy, an expectation
	Answer   Answer   `json:"answer"`
	Severity Severity `json:"severity"`
	Expected string   `json:"expected"`
	Measured string   `json:"measured"`
	Margin   string   `json:"margin,omitempty"` // how far from the other answer, where that has a size
	// Tolerance is how far Measured may lie from what was asked for before the
	// answer changes, and why so far, where it is not in Expected already.
	Tolerance string `json:"tolerance,omitempty"`
	// Samples are what the answer rests on: requests, datapoints or orders; Needs
	// is how many it takes at least. Both are 0 where the check counts none.
	Samples int64 `json:"samples,omitempty"`
	Needs   int64 `json:"needs,omitempty"`
	// Explanation is one plain sentence: the numbers, the moment, the likely
	// cause, the next step.
	Explanation string  `json:"explanation,omitempty"`
	Evidence    []int64 `json:"evidence,omitempty"` // Seq of the events that prove it, ascending
	Pos         Pos     `json:"pos,omitzero"`
	Inverted    bool    `json:"inverted,omitempty"` // see Invert

	// since is set where an inconclusive answer tells of what may harm the
	// service and is nobody's failure: when that began.
	since time.Time
	in    []string  // stages that it is about, where the subject does not say; nil: all
	until time.Time // when the last of the evidence was seen
}

// Source is a file whose expectations a run was judged by in place of its own.
type Source struct {
	File   string `json:"file"`   // its name, without its folder
	SHA256 string `json:"sha256"` // of its bytes, in hex
}

// Tally counts results by answer. Warnings are those that would not be a pass
// if they counted.
type Tally struct {
	Pass         int `json:"pass"`
	Fail         int `json:"fail"`
	Inconclusive int `json:"inconclusive"`
	Warnings     int `json:"warnings"`
}

// Verdict is the judgement of one run: the worst answer of its checks.
type Verdict struct {
	SchemaVersion int             `json:"schema_version"`
	Answer        Answer          `json:"answer"`
	Sentence      string          `json:"sentence"`           // the whole run in one sentence
	Headline      string          `json:"headline,omitempty"` // id of the check that the sentence begins with; empty where it tells what happened
	Command       string          `json:"command"`
	Scenario      string          `json:"scenario"`
	Environment   string          `json:"environment"`
	Service       scaling.Service `json:"service"`
	Counts        Tally           `json:"counts"`
	Results       []Result        `json:"results"`
	Actions       []Action        `json:"actions,omitempty"`      // changes of the desired count, in order of time
	Figures       *Figures        `json:"figures,omitempty"`      // stability, elasticity and cost; nil where no tasks were seen under load
	Expectations  *Source         `json:"expectations,omitempty"` // the file whose expectations were judged; nil: the run's own
	Baseline      *Compared       `json:"baseline,omitempty"`     // what it was compared with; nil: with nothing
	Divergence    *Divergence     `json:"divergence,omitempty"`   // from the prediction; nil for a bare `loadgen run`

	story string // what happened, the part of the sentence behind a pass
}

// ExitCode is the exit code that the verdict alone asks for: 0, 1 or 3.
func (v Verdict) ExitCode() int {
	switch v.Answer {
	case Pass:
		return 0
	case Fail:
		return 1
	}
	return 3
}

// WriteJSON writes the verdict as indented JSON; equal verdicts give equal
// bytes.
func (v Verdict) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// settle works out the tally, the answer and the sentence from the results.
func (v *Verdict) settle() {
	v.Counts, v.Answer = Tally{}, Pass
	counted := 0
	for _, r := range v.Results {
		if r.Severity == Warns {
			if r.Answer == Pass {
				v.Counts.Pass++
			} else {
				v.Counts.Warnings++
			}
			continue
		}
		counted++
		v.Answer = worse(v.Answer, r.Answer)
		switch r.Answer {
		case Pass:
			v.Counts.Pass++
		case Fail:
			v.Counts.Fail++
		default:
			v.Counts.Inconclusive++
		}
	}
	if counted == 0 { // nothing was asked: nothing was proven
		v.Answer = Inconclusive
	}
	v.Headline, v.Sentence = v.sentence()
}
