package timeline_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// What an order found is what a look before it saw; not its own effect, which a
// look may have seen a little before it where the two clocks differ.
func TestAnOrderDoesNotFindItsOwnEffect(t *testing.T) {
	order := clock.Epoch.Add(time.Minute)
	for _, c := range []struct {
		name string
		seen time.Duration // of two tasks desired, before the order of two
		want int
	}{
		{"in the look after it", -time.Second, 3},
		{"at its own instant", 0, 3},
		{"by a clock that is late", 4 * time.Second, 3},
		{"long before: it found two", 20 * time.Second, 2},
	} {
		count := func(ago time.Duration, desired int) timeline.Event {
			seen := order.Add(-ago)
			return timeline.Observed(seen, seen, seen.Add(-10*time.Second), "ecs", "", timeline.Counts{Desired: desired, Running: 3})
		}
		orders := timeline.OrdersOf([]timeline.Event{
			count(50*time.Second, 3), count(c.seen, 2),
			timeline.New(order, "autoscaling", "", timeline.ActivityState{Activity: scaling.Activity{
				ID: "a", Description: scaling.DescribeDesired(2), Start: order, Status: scaling.StatusSuccessful,
			}}),
		})
		require.Len(t, orders, 1)
		require.Equal(t, c.want, orders[0].From, c.name)
	}
}
