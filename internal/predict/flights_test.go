package predict

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
)

// The ring against a map: whatever comes and ends, the same requests are found,
// and the same is the oldest; none of the past is.
func TestFlightsAreAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, twin := flights{kind: 2}, map[uint64]time.Time{}
		n, now := uint64(0), clock.Epoch
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				for range rapid.IntRange(1, 50).Draw(t, "how many") {
					f.add(now)
					twin[plan.Number(2, n)] = now
					n, now = n+1, now.Add(time.Duration(n%2))
				}
			},
			"end": func(t *rapid.T) {
				if len(twin) > 0 {
					number := rapid.SampledFrom(slices.Sorted(maps.Keys(twin))).Draw(t, "which")
					f.end(number)
					delete(twin, number)
				}
			},
			"": func(t *rapid.T) {
				number, due, ok := f.oldest()
				require.Equal(t, len(twin) > 0, ok)
				if ok {
					require.Equal(t, slices.Min(slices.Collect(maps.Keys(twin))), number)
					require.Equal(t, twin[number], due)
				}
				for n := range n + 2 {
					due, ok := f.find(plan.Number(2, n))
					want, flies := twin[plan.Number(2, n)]
					require.Equal(t, flies, ok)
					require.Equal(t, want, due)
				}
				_, ok = f.find(plan.Number(2, 1<<47))
				require.False(t, ok)
			},
		})
	})
}
