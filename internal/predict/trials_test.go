package predict_test

import (
	"flag"
	"strings"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/judge"
	"scaleproof/internal/plan"
	"scaleproof/internal/predict"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

var (
	update     = flag.Bool("update", false, "rewrite testdata; commit the difference only if it is understood")
	trialSeeds = flag.Int("trial-seeds", 0, "seeds of every world of TestWeakWitnessBlamesNobody; 0: of one scenario by turns, one")
)

// trial is a shipped scenario, as it is or with an autoscaler that is wrong.
type trial struct {
	deviation string // its name, with =size; empty: it is right
	scenario  string
	both      bool // with both policies
}

func minutes(n int) scenario.Duration { return scenario.Duration(n) * scenario.Duration(time.Minute) }

func happens(d *scenario.Document, h scenario.Happening) {
	d.Environment.Emulator.Happenings = append(d.Environment.Emulator.Happenings, h)
}

// document is the trial's world with a seed, deviating or right.
func (c trial) document(seed uint64, deviating bool) (*scenario.Document, error) {
	doc, err := scenario.Load("../../scenarios/"+c.scenario+".yaml", scenario.LoadOptions{})
	if err != nil {
		return nil, err
	}
	if c.both {
		both(nil, doc)
	}
	if deviating && c.deviation != "" {
		name, size, _ := strings.Cut(c.deviation, "=")
		doc.Environment.Emulator.Deviations = []scenario.Flaw{{Name: name, Size: scenario.Amount(size)}}
	}
	doc.Scenario.Traffic.Seed, doc.Environment.Emulator.Seed = seed, seed
	return doc, nil
}

// answers are what a document's run came to.
type answers struct {
	manifested int // how often it decided otherwise
	verdict    judge.Verdict
	refused    error // it never began its traffic
}

// tryOut lives a document's run and has it judged. Windows of 10 s are a tenth of
// the work.
func tryOut(doc *scenario.Document) (l answers, err error) {
	p, err := plan.Build(doc)
	if err != nil {
		return l, err
	}
	p.Window = 10 * time.Second
	var events []timeline.Event
	w := predict.Live(predict.World(&doc.Environment, p.Seed, clock.Epoch), clock.Epoch, p)
	l.refused = predict.Run(w, p, predict.Options{
		Started: timeline.Started{
			Format: timeline.Format, Command: "validate run", Scenario: p.Scenario, Environment: p.Environment,
			Service: p.Service, Seed: p.Seed, Plan: plan.Raw(p),
		},
		Emit: func(e timeline.Event) {
			e.Seq = int64(len(events) + 1)
			events = append(events, e)
		},
	})
	l.manifested = len(w.Manifested())
	if l.refused == nil {
		l.verdict, err = judge.Judge(events)
	}
	return l, err
}

// answered lists the checks with an answer that counts, each once, in order.
func (l answers) answered(a judge.Answer) (ids []string) {
	for _, id := range judge.IDs() {
		for _, r := range l.verdict.Results {
			if r.ID == id && r.Answer == a && r.Severity == judge.Counts {
				ids = append(ids, id)
				break
			}
		}
	}
	return ids
}
