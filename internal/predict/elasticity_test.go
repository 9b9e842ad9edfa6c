package predict_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// The score ranks settings as anybody would who sees the runs: the right
// autoscaler before one that scales too far, one that reacts late and one that
// never gives back; and by the targets of the baseline, a service that aims at
// 70 % before one that aims at 50 % under the same load, which keeps tasks that
// nobody asked for.
func TestElasticityRanksSettings(t *testing.T) {
	live := func(change func(*scenario.Document)) []timeline.Event {
		doc, err := scenario.Load("../../scenarios/cpu-heavy.yaml", scenario.LoadOptions{})
		require.NoError(t, err)
		change(doc)
		events, err := predicted(doc)
		require.NoError(t, err)
		return events
	}
	wrong := func(name, size string) func(*scenario.Document) {
		return func(d *scenario.Document) {
			d.Environment.Emulator.Deviations = []scenario.Flaw{{Name: name, Size: scenario.Amount(size)}}
		}
	}
	base := judge.Baseline{Name: "right", Events: live(func(*scenario.Document) {})}
	right, err := judge.Judge(base.Events)
	require.NoError(t, err)
	for name, change := range map[string]func(*scenario.Document){
		"scales too far":       wrong("over-scaling", "4"),
		"reacts late":          wrong("late-reaction", "4m"),
		"never gives back":     wrong("no-scale-in", ""),
		"aims at half of that": aimsAt50,
	} {
		v, err := judge.Against(live(change), base)
		require.NoError(t, err)
		require.Empty(t, v.Baseline.Unlike, name)
		require.Less(t, v.Baseline.Elasticity.Run, v.Baseline.Elasticity.Baseline, name)
		require.Equal(t, right.Figures.Elasticity, v.Baseline.Elasticity.Baseline, name)
		if name != "aims at half of that" {
			require.Equal(t, v.Figures.Elasticity, v.Baseline.Elasticity.Run, "one measure, where the targets are the same")
		}
		t.Log(name, v.Figures.Elasticity, v.Baseline.Elasticity)
	}
	late, later := judged(t, live(wrong("late-reaction", "2m"))), judged(t, live(wrong("late-reaction", "6m")))
	require.Greater(t, late.Figures.Elasticity, later.Figures.Elasticity)
}

func judged(t *testing.T, events []timeline.Event) judge.Verdict {
	v, err := judge.Judge(events)
	require.NoError(t, err)
	return v
}

// aimsAt50 has the CPU policy aim at 50 % in place of 70, under the same load.
func aimsAt50(d *scenario.Document) {
	s := d.Environment.Services[d.Scenario.Service]
	p := s.Policies["cpu"]
	p.Target = 50
	s.Policies["cpu"] = p
	for i := range d.Scenario.Traffic.Stages {
		d.Scenario.Traffic.Stages[i].Demand.CPU.Tasks *= 70.0 / 50
	}
}
