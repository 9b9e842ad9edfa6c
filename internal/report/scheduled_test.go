package report

import (
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// A scheduled action's own activity sets bounds. It is neither a step nor a
// call that was not followed.
func TestScheduledActionSetsBounds(t *testing.T) {
	two, three := 2, 3
	a := scaling.Activity{
		Description: scaling.DescribeBounds(&two, &three), Status: scaling.StatusSuccessful,
		Cause: scaling.Cause{Kind: scaling.CauseScheduled, Action: "sale"}.String(),
	}
	m := mark(a, timeline.Event{}, Panels{}, nil)
	require.Equal(t, ToneScheduled, m.Lane)
	require.Equal(t, "bounds set", stepOrReason(m))
	a.Status = scaling.StatusFailed
	require.Equal(t, "not scaled", stepOrReason(mark(a, timeline.Event{}, Panels{}, nil)))
}
