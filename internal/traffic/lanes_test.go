package traffic

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
	"scaleproof/internal/traffic/socket"
)

// laneRun is a run of n lanes against a service on the machine's own time.
type laneRun struct {
	*lanes
	mu     sync.Mutex
	events []timeline.Event
}

func onLanesOf(t *testing.T, p *plan.Plan, n int, base string, open func() (*socket.Poller, error)) *laneRun {
	u, err := url.Parse(base)
	require.NoError(t, err)
	c := clock.NewWall()
	r := &laneRun{}
	config := Config{Clock: c, Plan: p, Base: u, Start: c.Now(), Emit: func(e ...timeline.Event) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.events = append(r.events, e...)
	}}
	templates, ok := onLanes(config)
	require.True(t, ok)
	r.lanes, err = startLanes(config, templates, n, open)
	require.NoError(t, err)
	t.Cleanup(func() { r.Close(); c.Stop() })
	return r
}

func (r *laneRun) end(t *testing.T) (windows []timeline.Window) {
	require.True(t, r.Wait("test"))
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.events {
		if w, ok := e.Data.(timeline.Window); ok {
			windows = append(windows, w)
		}
	}
	return windows
}

// counted is how many arrivals a plan has.
func counted(p *plan.Plan) (n int64) {
	for s := p.Schedule(); ; n++ {
		if _, ok := s.Next(); !ok {
			return n
		}
	}
}

// pollers are the ways to wait that this machine has.
var pollers = map[string]func() (*socket.Poller, error){"precise": socket.Open, "portable": socket.Portable}

// Each arrival of the plan reaches the service once, with its number and body,
// whatever the number of lanes and the way in which they wait, and is accounted for.
func TestLanesSendThePlan(t *testing.T) {
	for name, open := range pollers {
		for _, n := range []int{1, 3} {
			t.Run(name, func(t *testing.T) {
				var mu sync.Mutex
				came := map[string]int{}
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					mu.Lock()
					defer mu.Unlock()
					came[r.Header.Get(scaling.RequestHeader)]++
				}))
				defer server.Close()
				p := steady(800, time.Second)
				p.Window = 200 * ms
				r := onLanesOf(t, p, n, server.URL, open)
				windows := r.end(t)
				want := counted(p)
				require.Equal(t, sums{planned: want, sent: want, completed: want, measured: want, late: sumOf(t, windows...).late}, sumOf(t, windows...))
				require.Equal(t, map[string]int64{"200": want}, completed(windows))
				require.Len(t, came, int(want))
				for number, times := range came {
					require.Equal(t, 1, times, number)
				}
				require.Zero(t, windows[len(windows)-1].InFlight)
			})
		}
	}
}
