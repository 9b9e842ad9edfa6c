package report

import (
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/judge"
	"scaleproof/internal/plan"
	"scaleproof/internal/predict"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// predicted is a shipped scenario's run as the model gives it, judged.
func predicted(t testing.TB, name string) ([]timeline.Event, judge.Verdict) {
	t.Helper()
	doc, err := scenario.Load("../../scenarios/"+name+".yaml", scenario.LoadOptions{})
	require.NoError(t, err)
	p, err := plan.Build(doc)
	require.NoError(t, err)
	w := predict.Live(predict.World(&doc.Environment, p.Seed, clock.Epoch), clock.Epoch, p)
	var events []timeline.Event
	require.NoError(t, predict.Run(w, p, predict.Options{
		Started: timeline.Started{Format: timeline.Format, Command: "validate run", Scenario: p.Scenario, Environment: p.Environment,
			Service: p.Service, Seed: p.Seed, Plan: plan.Raw(p)},
		Emit: func(e timeline.Event) {
			e.Seq = int64(len(events) + 1)
			events = append(events, e)
		},
	}))
	v, err := judge.Judge(events)
	require.NoError(t, err)
	return events, v
}
