package model

import (
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/flaw"
)

// Every name has its piece, and every piece its name.
func TestDeviationsAreTheListed(t *testing.T) {
	require.Len(t, wraps, len(flaw.Deviations))
	for _, k := range flaw.Deviations {
		require.Contains(t, wraps, k.Name)
	}
	c := small().Config()
	c.Deviations = []Deviation{{Name: "rain"}}
	require.PanicsWithValue(t, `model: no deviation "rain"`, func() { New(c) })
}
