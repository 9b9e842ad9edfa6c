package judge

import (
	"scaleproof/internal/timeline"
)

// Baseline is another run to compare with.
type Baseline struct {
	Name   string           // how people call it: the name of its folder
	SHA256 string           // of its timeline.jsonl, in hex, to find it again by
	Events []timeline.Event // its timeline
}

// Compared is what a verdict says of the run it was compared with.
type Compared struct {
	Name        string `json:"name"`
	SHA256      string `json:"sha256"`
	Scenario    string `json:"scenario"`
	Environment string `json:"environment"`
	// Unlike says why no check holds the run against this one, a sentence
	// without its full stop for each reason; empty: the two are comparable.
	Unlike []string `json:"unlike,omitempty"`
	// Figures are that run's own; nil where it has none.
	Figures *Figures `json:"figures,omitempty"`
	// Table sets the figures of both runs side by side; empty where they are not
	// comparable.
	Table []Beside `json:"table,omitempty"`
	// Elasticity ranks the two runs: both are held against what the load asks
	// for at the baseline's targets. nil where they are not comparable.
	Elasticity *Ranked `json:"elasticity,omitempty"`
}

// Ranked are the scores of two runs by one measure.
type Ranked struct {
	Run      Score `json:"run"`
	Baseline Score `json:"baseline"`
}

// Against judges a run as Judge does, and compares it with another: each check
// that compares two runs gives an answer, a warning where the two are not
// comparable. It returns an error where either's events cannot be one run's.
func Against(events []timeline.Event, b Baseline) (Verdict, error) {
	return judge(events, checks, &b)
}

// other is the run that this one is compared with.
type other struct {
	Compared
	*facts
}

// compareWith reads the baseline beside the run.
func (f *facts) compareWith(b Baseline) error {
	events, err := inOrder(b.Events)
	if err != nil {
		return err
	}
	o, err := read(events)
	if err != nil {
		return err
	}
	f.base = &other{facts: o, Compared: Compared{
		Name: b.Name, SHA256: b.SHA256, Scenario: o.started.Scenario, Environment: o.started.Environment, Unlike: f.unlike(o),
	}}
	return nil
}

// rank works out the figures of the baseline, and how the run scores where it
// is held against the same need.
func (o *other) rank(f *facts) {
	o.Figures = o.facts.figures()
	if len(o.Unlike) > 0 || o.Figures == nil || len(f.course.Running) == 0 {
		return
	}
	var x Figures
	x.provision(o.need(), f.course, f.to.Sub(f.from))
	o.Elasticity = &Ranked{Run: x.Elasticity, Baseline: o.Figures.Elasticity}
}

// notComparable is the result of a check that compares two runs where these two
// cannot be compared; ok is false where they can.
func (f *facts) notComparable(expected, measured string) (r Result, ok bool) {
	if len(f.base.Unlike) == 0 {
		return r, false
	}
	return Result{Answer: Inconclusive, Severity: Warns, Subject: "against " + f.base.Name, Expected: expected, Measured: measured,
		Explanation: "Not held against " + f.base.Name + ", since " + sentenceOf(f.base.Unlike) + "; take a run of the same scenario, service size and length as the baseline."}, true
}
