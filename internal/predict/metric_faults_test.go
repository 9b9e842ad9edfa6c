package predict_test

import (
	"flag"
	"slices"
	"strings"
	"testing"
	"time"

	"scaleproof/internal/judge"
	"scaleproof/internal/scenario"
)

var faultSeeds = flag.Int("fault-seeds", 1, "seeds of each case of TestMetricFaultsAccuseNobody")

// users are the checks that tell what users met. Where datapoints are missing
// nothing is scaled, and what users meet then is real.
var users = []string{"errors", "latency", "saturation"}

// The metrics are late, lost or out of order, and the autoscaler does what AWS
// documents: no check that judges it may fail.
func TestMetricFaultsAccuseNobody(t *testing.T) {
	for _, c := range []struct {
		scenario string
		fault    scenario.Flaw
	}{
		{"cpu-heavy", scenario.Flaw{Name: "metrics-missing", Size: "20%"}},
		{"cpu-heavy", scenario.Flaw{Name: "metrics-missing", Of: "CPUUtilization", From: scenario.Duration(5 * time.Minute), For: scenario.Duration(10 * time.Minute)}},
		{"cpu-heavy", scenario.Flaw{Name: "metrics-disordered"}},
		{"combined", scenario.Flaw{Name: "metrics-late", Size: "3m"}},
		{"combined", scenario.Flaw{Name: "metrics-late", Size: "10m"}},
	} {
		t.Run(strings.Join([]string{c.scenario, c.fault.Name, string(c.fault.Size)}, " "), func(t *testing.T) {
			each(*faultSeeds, func(seed uint64) {
				v := verdict(t, c.scenario, seed, func(_ *testing.T, d *scenario.Document) { d.Environment.Emulator.Faults = []scenario.Flaw{c.fault} })
				for _, r := range v.Results {
					if r.Answer == judge.Fail && !slices.Contains(users, r.ID) {
						t.Errorf("seed %d: %s fails\n%s", seed, r.ID, told(v))
					}
				}
			})
		})
	}
}
