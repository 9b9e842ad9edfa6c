package judge

import (
	"slices"
	"strings"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// Account is what happened in a run, told for who has to answer for it: what
// is wrong, what was expected, what came when and why, and how it went for
// users. It is told of what was seen, however the run ended.
type Account struct {
	Scenario    string          `json:"scenario"`
	Environment string          `json:"environment"`
	Service     scaling.Service `json:"service"`
	Answer      Answer          `json:"answer"`
	Sentence    string          `json:"sentence"`
	Began       time.Time       `json:"began,omitzero"`   // of the traffic; zero where it never began
	Wrong       []Finding       `json:"wrong,omitempty"`  // what failed, then what is not known
	Others      int             `json:"others,omitempty"` // how many more are not known for want of what Wrong tells
	Expected    []string        `json:"expected"`         // what the scenario asked for
	Story       []Moment        `json:"story"`            // in order of time
	Users       []Span          `json:"users,omitempty"`  // stage by stage
}

// Finding is an answer of a check that is not a pass.
type Finding struct {
	Check       string `json:"check"`
	Subject     string `json:"subject,omitempty"`
	Answer      Answer `json:"answer"`
	Explanation string `json:"explanation"`
}

// Moment is one thing that happened.
type Moment struct {
	At    time.Time `json:"at"`
	After Seconds   `json:"after"` // the beginning of the traffic; negative before it
	Stage string    `json:"stage,omitempty"`
	Says  string    `json:"says"`
	Seqs  []int64   `json:"evidence,omitempty"`
}

// Tell tells a run: its timeline, and the verdict on it.
func Tell(events []timeline.Event, v Verdict) (Account, error) {
	f, err := factsOf(events)
	if err != nil {
		return Account{}, err
	}
	a := Account{Scenario: v.Scenario, Environment: v.Environment, Service: v.Service,
		Answer: v.Answer, Sentence: v.Sentence, Began: f.from, Expected: f.expected(v), Story: f.moments(), Users: f.users()}
	a.Wrong, a.Others = findings(v)
	return a, nil
}

// factsOf reads events in any order.
func factsOf(events []timeline.Event) (*facts, error) {
	events, err := inOrder(events)
	if err != nil {
		return nil, err
	}
	return read(events)
}

// enough is how many inconclusive answers are told one by one: what one missing
// thing leaves open is the same for all.
const enough = 4

// findings are the answers that are no pass, causes first: what the sentence
// begins with, then all failures, and the first of what is not known. What only
// warns is left to the table.
func findings(v Verdict) (list []Finding, others int) {
	results := slices.Clone(v.Results)
	slices.SortStableFunc(results, byCause)
	var cause Result
	if headed := v.headed(); len(headed) > 0 {
		if c, ok := v.behind(headed[0]); ok {
			cause = c
			list = append(list, Finding{c.ID, c.Subject, c.Answer, c.headline()})
		}
	}
	for _, answer := range []Answer{Fail, Inconclusive} {
		for _, r := range results {
			switch {
			case r.Severity == Warns || r.Answer != answer || r.ID == cause.ID && r.Subject == cause.Subject:
			case answer == Inconclusive && len(list) >= enough:
				others++
			default:
				list = append(list, Finding{r.ID, r.Subject, r.Answer, r.headline()})
			}
		}
	}
	return list, others
}

// expected lists what the scenario's own lines asked for, in the words of the
// results.
func (f *facts) expected(v Verdict) (list []string) {
	for _, r := range v.Results {
		if r.Pos == (Pos{}) {
			continue
		}
		said := strings.TrimSpace(r.ID+" "+bracketed(r.Subject)) + ": " + r.Expected
		if !slices.Contains(list, said) {
			list = append(list, said)
		}
	}
	return list
}

// moments tells all that happened, in order of time.
func (f *facts) moments() (list []Moment) {
	for _, tell := range []func(func(time.Time, string, ...int64)){
		f.tellRun, f.tellLoad, f.tellRates, f.tellMetrics, f.tellAlarms, f.tellActions, f.tellTasks,
		f.tellRefusals, f.tellSurroundings, f.tellFailures, f.tellSlowness, f.tellHoles, f.tellSilences,
	} {
		tell(func(t time.Time, says string, seqs ...int64) {
			if says == "" || t.IsZero() {
				return
			}
			m := Moment{At: t, Says: says, Seqs: seqs}
			if !f.from.IsZero() {
				m.After = Seconds(t.Sub(f.from))
			}
			if s, ok := f.stageAt(t); ok {
				m.Stage = s.Name
			}
			list = append(list, m)
		})
	}
	slices.SortStableFunc(list, func(a, b Moment) int { return a.At.Compare(b.At) })
	return list
}
