package plan_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
)

func load(t testing.TB, name string) *scenario.Document {
	t.Helper()
	d, err := scenario.Load("../../scenarios/"+name+".yaml", scenario.LoadOptions{})
	require.NoError(t, err)
	return d
}

func build(t testing.TB, name string) *plan.Plan {
	t.Helper()
	p, err := plan.Build(load(t, name))
	require.NoError(t, err)
	return p
}

func TestShippedScenariosBuild(t *testing.T) {
	for name, arrivals := range map[string]int{
		"cpu-heavy": 41639, "request-heavy": 84165, "combined": 76808,
		"gradual-ramp": 39824, "incident": 47020, "nginx": 1319,
	} {
		p := build(t, name)
		n := 0
		for s := p.Schedule(); ; n++ {
			a, ok := s.Next()
			if !ok {
				break
			}
			require.Less(t, a.At, p.Total())
		}
		require.Equal(t, arrivals, n, name)
	}
}
