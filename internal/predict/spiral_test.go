package predict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// The shipped spiral, whatever the draw: fewer tasks run than are desired for
// five minutes on end, since saturated ones miss their checks and are replaced
// faster than new ones start, and the CPU policy is asked and asks for nothing
// more, since its base is what runs. When the load has fallen the service
// comes back. With AWS's default for how tasks are replaced there is none.
func TestSpiral(t *testing.T) {
	for seed := range uint64(4) {
		events := spiral(t, seed+1, func(*scenario.Emulator) {})
		longest, recovered := shortage(events)
		require.GreaterOrEqual(t, longest, 5*time.Minute)
		require.True(t, recovered)
		refused := 0
		for _, e := range events {
			if a, ok := e.Data.(timeline.ActivityState); ok && len(a.Activity.NotScaled) > 0 {
				refused++
			}
		}
		require.Positive(t, refused)

		longest, recovered = shortage(spiral(t, seed+1, func(em *scenario.Emulator) { em.Deployment = nil }))
		require.Less(t, longest, 3*time.Minute, "no longer than tasks take to start")
		require.True(t, recovered)
	}
}

func spiral(t *testing.T, seed uint64, change func(*scenario.Emulator)) []timeline.Event {
	doc, err := scenario.Load("../../scenarios/spiral.yaml", scenario.LoadOptions{})
	require.NoError(t, err)
	doc.Environment.Emulator.Seed, doc.Scenario.Traffic.Seed = seed, seed
	change(doc.Environment.Emulator)
	events, err := predicted(doc)
	require.NoError(t, err)
	return events
}

// shortage is the longest stretch of a timeline in which fewer tasks ran than
// were desired, and whether none was missing at its end.
func shortage(events []timeline.Event) (longest time.Duration, recovered bool) {
	var since time.Time
	for _, e := range events {
		c, ok := e.Data.(timeline.Counts)
		if !ok {
			continue
		}
		recovered = c.Running >= c.Desired
		switch {
		case recovered && !since.IsZero():
			longest = max(longest, e.At.Sub(since))
			since = time.Time{}
		case !recovered && since.IsZero():
			since = e.At
		}
	}
	return longest, recovered
}
