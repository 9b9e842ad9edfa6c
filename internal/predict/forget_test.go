package predict_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/predict"
	"scaleproof/internal/scenario"
)

// Everything that an environment says of its emulator is either known before a
// run, and predicted with, or forgotten. A new key has to be one of them.
func TestForget(t *testing.T) {
	known := []string{
		"Seed", "Variables", "LoadBalancer", "IdleTimeout", "Nodes", "Balancing", "SlowStart", "Stickiness", "Task", "Delays",
		"HealthCheck", "DeregistrationDelay", "Rules", "Costs", "Past", "Failures", "Deployment", "Behaviour",
	}
	unknown := []string{"Happenings", "Faults", "Deviations"}
	em := &scenario.Emulator{Happenings: make([]scenario.Happening, 1), Faults: make([]scenario.Flaw, 1), Deviations: make([]scenario.Flaw, 1)}
	predict.Forget(&scenario.Environment{Emulator: em})
	for _, f := range reflect.VisibleFields(reflect.TypeFor[scenario.Emulator]()) {
		if !f.IsExported() {
			continue
		}
		require.NotEqual(t, slices.Contains(known, f.Name), slices.Contains(unknown, f.Name), "is %s known before a run?", f.Name)
		if slices.Contains(unknown, f.Name) {
			require.True(t, reflect.ValueOf(*em).FieldByIndex(f.Index).IsZero(), f.Name)
		}
	}
}
