package plan_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
)

// A demand that was solved with measured costs is as sure as they are. By
// hand, for the stage whose CPU work is almost all of the heavy kind: 100 to
// 110 ms around 105 ms are 0.952 to 1.048 of what is meant, a little nearer to
// one where the light kind has a part in it.
func TestPlanSaysHowSureADemandIs(t *testing.T) {
	d, err := scenario.Load("../../scenarios/cpu-heavy.yaml", scenario.LoadOptions{})
	require.NoError(t, err)
	_, silent := noteOf(t, d)
	require.False(t, silent, "costs that nobody measured are not said to be sure")

	d = d.Clone()
	s := d.Environment.Services["web-ingestion"]
	s.Costs = []scenario.Cost{{Method: "POST", Path: "/api/public/otel/v1/traces", Over: 16 << 10, CPU: ms(105), Measured: &scenario.Measured{
		Date: "2026-01-31", Interval: scenario.Spread{Min: ms(100), Max: ms(110)},
	}}}
	d.Environment.Services["web-ingestion"] = s
	note, ok := noteOf(t, d)
	require.True(t, ok)
	require.Contains(t, note, "heavy 105ms (100ms..110ms, measured 2026-01-31)")
	require.Contains(t, note, "what peak asks for is 0.953 to 1.047 times what is meant")

	p, err := plan.Build(d)
	require.NoError(t, err)
	for _, k := range p.Kinds {
		require.Equal(t, k.Name == "heavy", k.Measured != nil)
	}
}

func noteOf(t *testing.T, d *scenario.Document) (string, bool) {
	p, err := plan.Build(d)
	require.NoError(t, err)
	for _, n := range p.Notes {
		if strings.Contains(n.Text, "measured costs") {
			return n.Text, true
		}
	}
	return "", false
}
