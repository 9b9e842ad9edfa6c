package traffic

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/ratelimit"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
)

// most is the largest number of requests that came in any second.
func most(came []came) (n int) {
	for i, first := 0, 0; i < len(came); i++ {
		for came[i].at.Sub(came[first].at) >= time.Second {
			first++
		}
		n = max(n, i-first+1)
	}
	return n
}

// However much is due at once, or after how long an idle time, no sliding
// second lets more than the ceiling and its slack through; all goes in order.
func TestCeilingHolds(t *testing.T) {
	var burst given
	for range 300 { // a stall that ends
		burst = append(burst, 0)
	}
	for range 300 { // and an idle time that does
		burst = append(burst, 20*time.Second)
	}
	p := steady(1, 30*time.Second)
	p.Ceiling = 50
	r := runOf(t, p, &burst, fast)
	windows := r.end(t)
	require.Len(t, r.service.came, 600)
	require.LessOrEqual(t, most(r.service.came), 50+minSlack+1)
	require.Greater(t, most(r.service.came), 49)
	for i, c := range r.service.came {
		require.Equal(t, uint64(401+i), c.number)
	}
	s := sumOf(t, windows...)
	require.Equal(t, [3]int64{600, 600, 600}, [3]int64{s.planned, s.sent, s.completed})
	require.Greater(t, s.late, int64(500), "what waited at the ceiling left late, and says so")
}

// An overload that lasts longer than the time-out: the ceiling goes on to be
// used to the full by those who can still make it, and the rest are unsent at
// their deadlines. (A limiter that every request sleeps in would hand its
// permits to requests that had long expired.)
func TestOverloadUsesTheCeiling(t *testing.T) {
	p := steady(100, time.Minute)
	p.Kinds[0].Timeout = 5 * time.Second
	p.Ceiling = 50
	r := runOf(t, p, nil, fast)
	windows := r.end(t)
	s := sumOf(t, windows...)
	require.Equal(t, s.planned, s.sent+s.unsent)
	require.Equal(t, map[string]int64{UnsentCeiling: s.unsent}, unsent(windows))
	require.InDelta(t, 50*60, s.sent, 60+5*50, "a minute of the ceiling, and what waited at its end")
	for _, w := range windows[10:59] {
		require.InDelta(t, 50, w.Kinds[0].Sent, 2)
	}
	require.LessOrEqual(t, most(r.service.came), 50+minSlack+1)
}

// What waits at the ceiling when the traffic stops is unsent, for that reason.
func TestStopEmptiesTheQueue(t *testing.T) {
	p := steady(100, time.Minute)
	p.Ceiling = 10
	r := runOf(t, p, nil, fast)
	r.clock.At(clock.Epoch.Add(5*time.Second), clock.RankInterrupt, 0, func() { r.Stop("interrupt") })
	windows := r.end(t)
	s := sumOf(t, windows...)
	require.Equal(t, s.planned, s.sent+s.unsent)
	require.Equal(t, map[string]int64{UnsentStopped: s.unsent}, unsent(windows))
	require.Greater(t, s.unsent, int64(400))
}

// A ceiling below one a second counts as well, and none at all is none.
func TestSlowCeiling(t *testing.T) {
	c := clock.NewStepping(clock.Epoch)
	defer c.Stop()
	g := NewGate[int](c, &plan.Plan{Ceiling: 0.1}, nil)
	require.True(t, g.Admits())
	require.False(t, g.Admits())
	require.Equal(t, clock.Epoch.Add(10*time.Second), g.permit.UTC())
	none := NewGate[int](c, &plan.Plan{}, nil)
	for range 1000 {
		require.True(t, none.Admits())
	}
}

// With a limit of connections no more requests are on the way at one time, and
// the others go in order of due time as those end, whatever ends them. The wait
// is in their latency, and is no lateness of the sender's; one that waits until
// its time-out is unsent.
func TestPlacesAreHandedOn(t *testing.T) {
	p := steady(1, 5*time.Second)
	p.Connections.Max = 2
	p.Kinds[0].Timeout = 70 * ms
	r := runOf(t, p, &given{0, 0, 0, 0, 0, 10 * ms, 10 * ms, 20 * ms}, func(number uint64) (time.Duration, int) {
		if number == 994 { // the second: it is still at work when its time is over
			return time.Second, 200
		}
		return 30 * ms, 200
	})
	windows := r.end(t)
	var at []time.Duration
	var who []uint64
	for _, c := range r.service.came {
		who, at = append(who, c.number), append(at, c.at.Sub(clock.Epoch))
	}
	require.Equal(t, []uint64{993, 994, 995, 996, 998, 999, 1000}, who)
	require.Equal(t, []time.Duration{0, 0, 30 * ms, 60 * ms, 70 * ms, 70 * ms, 80 * ms}, at)
	s := sumOf(t, windows...)
	require.Equal(t, [4]int64{8, 7, 1, 0}, [4]int64{s.planned, s.sent, s.unsent, s.late})
	require.Equal(t, map[string]int64{UnsentConnections: 1}, unsent(windows))
	require.Equal(t, map[string]int64{"200": 2, ClassTimeout: 5}, completed(windows))
}

// All generators of a plan together keep to its ceiling, after an idle time too.
func TestShardsKeepTheCeiling(t *testing.T) {
	for _, of := range []int{1, 3, 5, 20} {
		c := clock.NewStepping(clock.Epoch)
		whole := &plan.Plan{Ceiling: 50}
		var all []came
		var limiters []ratelimit.Limiter
		for i := range of {
			limiter := newLimiter(c, whole.Sharded(plan.Shard{Index: i + 1, Of: of}))
			limiters = append(limiters, limiter)
			limiter.Take() // it begins now
		}
		c.At(clock.Epoch.Add(time.Minute), clock.RankArrival, 0, func() { // and stands idle
			for _, limiter := range limiters {
				for range 100 / of {
					all = append(all, came{at: limiter.Take()})
				}
			}
		})
		slices.SortFunc(all, func(a, b came) int { return a.at.Compare(b.at) })
		require.LessOrEqual(t, most(all), 50+minSlack+of, "%d generators", of)
	}
}
