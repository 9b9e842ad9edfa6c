package predict_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/predict"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// shipped predicts a shipped scenario with a seed of the environment's.
func shipped(t testing.TB, name string, seed uint64) []timeline.Event {
	t.Helper()
	doc, err := scenario.Load("../../scenarios/"+name+".yaml", scenario.LoadOptions{})
	require.NoError(t, err)
	doc.Environment.Emulator.Seed = seed
	events, err := predicted(doc)
	require.NoError(t, err)
	return events
}

// predicted is the timeline of a document's run.
func predicted(doc *scenario.Document) (events []timeline.Event, err error) {
	p, err := plan.Build(doc)
	if err != nil {
		return nil, err
	}
	w := predict.Live(predict.World(&doc.Environment, p.Seed, clock.Epoch), clock.Epoch, p)
	return events, predict.Run(w, p, predict.Options{
		Started: timeline.Started{
			Format: timeline.Format, Command: "validate run", Scenario: p.Scenario, Environment: p.Environment,
			Service: p.Service, Seed: p.Seed, Plan: plan.Raw(p),
		},
		Emit: func(e timeline.Event) {
			e.Seq = int64(len(events) + 1)
			events = append(events, e)
		},
	})
}

// A prediction is a whole run: it goes through every phase, in order, and puts
// back what it changed.
func TestPhases(t *testing.T) {
	var phases []string
	var ended timeline.Ended
	for _, e := range shipped(t, "cpu-heavy", 1) {
		switch d := e.Data.(type) {
		case timeline.Phase:
			phases = append(phases, d.Name)
		case timeline.Ended:
			ended = d
		}
	}
	require.Equal(t, []string{timeline.PhasePreflight, timeline.PhaseApply, timeline.PhaseAlarms,
		timeline.PhaseTraffic, timeline.PhaseDrain, timeline.PhaseUndo, timeline.PhaseDone}, phases)
	require.Equal(t, timeline.Ended{Outcome: timeline.EndComplete, Restored: true}, ended)
}

// Equal inputs give equal predictions, and another seed another one.
func TestDeterministic(t *testing.T) {
	first := shipped(t, "gradual-ramp", 1)
	require.Equal(t, first, shipped(t, "gradual-ramp", 1))
	require.NotEqual(t, first, shipped(t, "gradual-ramp", 2))
}

func BenchmarkPredict(b *testing.B) {
	doc, err := scenario.Load("../../scenarios/request-heavy.yaml", scenario.LoadOptions{})
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		_, err := predicted(doc)
		require.NoError(b, err)
	}
}
