package twin

import (
	"flag"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	seeds = flag.Int("seeds", 120, "histories that TestHistories compares")
	first = flag.Int("first", 0, "the first of their seeds")
)

// The world and its twin take the same decisions, in every random history.
func TestHistories(t *testing.T) {
	counts := map[string]int{}
	for seed := *first; seed < *first+*seeds; seed++ {
		h := draw(uint64(seed))
		if found := compare(record(t, h), counts); len(found) > 0 {
			t.Errorf("seed %d, the first of %d differences: %v", seed, len(found), found[0])
		}
	}
	for _, class := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%6d %s", counts[class], class)
	}
	if *seeds < 120 {
		t.Skip("too few histories for every class of decision")
	}
	for _, class := range classes {
		require.NotZero(t, counts[class], "no history came to this: %s", class)
	}
}

// classes are the decisions that histories must come to, or the comparison
// would prove little.
var classes = []string{
	"alarm OK", "alarm ALARM", "alarm INSUFFICIENT_DATA", "premature alarm",
	"scale-out", "from zero", "out clamped", "out from below the minimum", "no scale-out above the maximum", "scale-out suspended",
	"scale-out held by its cooldown", "scale-out credited in its cooldown",
	"scale-in", "in clamped", "in from above the maximum", "no scale-in below the minimum", "scale-in suspended",
	"scale-in vetoed, OK", "scale-in vetoed, INSUFFICIENT_DATA", "scale-in against a high alarm",
	"scale-in without a policy that has it disabled", "scale-in without datapoints of another policy",
	"scale-in held by its cooldown", "scale-in cooldown interrupted",
	"AlreadyAtMaxCapacity", "AlreadyAtMinCapacity", "AlreadyAtDesiredCapacity", "AutoScalingAnticipatedFlapping", "TargetServicePutResourceAsUnscalable",
	"step: scale-out", "step: out clamped", "step: out from below the minimum", "step: no scale-out above the maximum", "step: scale-out suspended",
	"step: scale-out held by its cooldown", "step: scale-out credited in its cooldown",
	"step: scale-in", "step in clamped", "step: in from above the maximum", "step: no scale-in below the minimum", "step: scale-in suspended",
	"step in from zero", "step: scale-in held by its cooldown", "step in against a high alarm",
	"step: AlreadyAtMaxCapacity", "step: AlreadyAtMinCapacity", "step: AlreadyAtDesiredCapacity", "step: TargetServicePutResourceAsUnscalable",
	"steps among several calls", "exact capacity", "step rounded", "step by the least magnitude", "step at a bound", "no step for it",
	"scheduled action", "scheduled action suspended", "raised to the minimum", "lowered to the maximum",
	"activity Successful", "activity Overridden", "activity Unfulfilled",
}
