package twin

import (
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/flaw"
	"scaleproof/internal/model"
)

// The comparison can fail: whatever decision of the autoscaler's a deviation
// makes wrong, some history shows it.
func TestDeviations(t *testing.T) {
	for _, k := range flaw.Deviations {
		if k.Name == flaw.DrainCut {
			continue // no decision of the autoscaler's: when tasks stop is told to the twin
		}
		t.Run(k.Name, func(t *testing.T) {
			for seed := range uint64(400) {
				h := draw(seed)
				h.config.Deviations = []model.Deviation{{Name: k.Name}}
				if found := compare(record(t, h), map[string]int{}); len(found) > 0 {
					t.Logf("seed %d: %s\n  twin:  %s\n  world: %s", seed, found[0].what, found[0].twin, found[0].world)
					return
				}
			}
			require.Fail(t, "no history shows it")
		})
	}
}
