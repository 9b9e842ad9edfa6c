package report

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/judge"
	"scaleproof/internal/plan"
	"scaleproof/internal/predict"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// predicted is a shipped scenario's run as the model gives it, judged. Each
// caller gets a slice of its own.
func predicted(t testing.TB, name string) ([]timeline.Event, judge.Verdict) {
	t.Helper()
	if _, known := runs[name]; !known {
		events, v := inVirtualTime(t, name)
		runs[name] = run{events, v}
	}
	return slices.Clone(runs[name].events), runs[name].verdict
}

// runs are the predicted ones, by scenario: tests here do not run in parallel.
var runs = map[string]run{}

type run struct {
	events  []timeline.Event
	verdict judge.Verdict
}

func inVirtualTime(t testing.TB, name string) ([]timeline.Event, judge.Verdict) {
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
