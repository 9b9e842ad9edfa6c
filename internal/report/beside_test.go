package report

import (
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
)

// The summary sets the figures of two comparable runs side by side, and says
// nothing where there are none.
func TestSummaryBesideAnotherRun(t *testing.T) {
	v := judge.Verdict{Baseline: &judge.Compared{Name: "before", Table: []judge.Beside{{What: "p99 of all requests", Baseline: "1s", Run: "200ms"}}}}
	require.Contains(t, string(summary(v, facts{}, Panels{}, nil)), "### Beside before\n\n| | before | this run |\n|---|---|---|\n| p99 of all requests | 1s | 200ms |\n")
	v.Baseline.Table = nil
	require.NotContains(t, string(summary(v, facts{}, Panels{}, nil)), "Beside")
}
