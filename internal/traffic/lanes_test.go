package traffic

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/hdr"
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
	return onLanesBy(t, p, n, base, open, Network{})
}

func onLanesBy(t *testing.T, p *plan.Plan, n int, base string, open func() (*socket.Poller, error), network Network) *laneRun {
	u, err := url.Parse(base)
	require.NoError(t, err)
	c := clock.NewWall()
	r := &laneRun{}
	config := Config{Clock: c, Plan: p, Base: u, Start: c.Now(), Network: network, Emit: func(e ...timeline.Event) {
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
				mu.Lock()
				defer mu.Unlock()
				require.Len(t, came, int(want))
				for number, times := range came {
					require.Equal(t, 1, times, number)
				}
				require.Zero(t, windows[len(windows)-1].InFlight)
			})
		}
	}
}

// A change of the rate reaches every lane, and is told in its place.
func TestLanesAreRescaled(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	p := steady(300, 1200*ms)
	p.Window, p.Ceiling, p.Arrivals = 200*ms, 1000, "uniform"
	r := onLanesOf(t, p, 2, server.URL, socket.Open)
	r.clock.At(r.base.Add(400*ms), clock.RankInterrupt, 0, func() { require.NoError(t, r.Scale(2, timeline.BySocket)) })
	require.Error(t, r.Scale(4, timeline.BySocket), "beyond the ceiling")
	windows := r.end(t)
	s := sumOf(t, windows...)
	require.Equal(t, s.planned, s.completed)
	var told []string
	for _, e := range r.events {
		told = append(told, e.Kind)
		if e.Kind == "traffic.rate" {
			require.Equal(t, 2.0, e.Data.(timeline.Rate).Factor)
			before := e.At.Sub(r.base).Seconds() // as soon as the machine calls
			require.InDelta(t, 300*before+600*(1.2-before), s.planned, 20)
		}
	}
	require.Contains(t, told, "traffic.rate")
	require.Equal(t, "stage.started", told[0])
}

// What waits, flies or is not yet due when the traffic is stopped is accounted
// for, and what flies drains; an abort leaves it in flight.
func TestLanesStopAndAbort(t *testing.T) {
	release, all := make(chan struct{}), make(chan struct{})
	var came atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if came.Add(1) == 20 {
			close(all)
		}
		<-release
	}))
	defer server.Close()
	p := steady(200, 20*time.Second)
	p.Window, p.Connections.Max = 100*ms, 20
	r := onLanesOf(t, p, 2, server.URL, socket.Open)
	<-all
	now := r.clock.Now()
	r.clock.At(now.Add(300*ms), clock.RankInterrupt, 0, func() { r.Stop("enough") })
	r.clock.At(now.Add(500*ms), clock.RankInterrupt, 0, func() { r.Abort("now") })
	windows := r.end(t)
	close(release)
	s := sumOf(t, windows...)
	require.Equal(t, "enough", r.Stopped())
	require.EqualValues(t, 20, s.sent, "as many as there are connections")
	require.Zero(t, s.completed)
	require.EqualValues(t, 20, windows[len(windows)-1].InFlight)
	require.Equal(t, map[string]int64{UnsentStopped: s.planned - s.sent}, unsent(windows))
	require.Greater(t, s.planned, int64(20))
}

// A request that waits for a connection until its time is over was not sent
// where the plan allows no more of them; what is on the wire times out, and its
// connection is closed.
func TestLanesTimeOut(t *testing.T) {
	var came, gone atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		came.Add(1)
		<-r.Context().Done()
		gone.Add(1)
	}))
	defer server.Close()
	p := steady(100, 500*ms)
	p.Window, p.Connections.Max = 100*ms, 5
	p.Kinds[0].Method, p.Kinds[0].Timeout = "GET", 800*ms
	brief := p.Kinds[0]
	brief.Name, brief.Timeout = "b", 200*ms
	p.Kinds, p.Stages[0].Rates = append(p.Kinds, brief), append(p.Stages[0].Rates, p.Stages[0].Rates[0])
	windows := onLanesOf(t, p, 1, server.URL, socket.Open).end(t)
	s := sumOf(t, windows...)
	require.Equal(t, s.planned, s.sent+s.unsent)
	require.Equal(t, map[string]int64{ClassTimeout: s.sent}, completed(windows))
	require.Equal(t, map[string]int64{UnsentConnections: s.unsent}, unsent(windows))
	require.Greater(t, s.sent, int64(5), "a time-out makes room")
	require.Greater(t, s.unsent, int64(5))
	require.Zero(t, windows[len(windows)-1].InFlight)
	require.Positive(t, came.Load()) // not each: on a busy machine no new connection may be there in time
	require.Eventually(t, func() bool { return gone.Load() == came.Load() }, 10*time.Second, 10*ms, "a connection was not closed")
}

// TLS goes the same way, with large bodies in both directions, which no socket
// takes in one piece.
func TestLanesOverTLS(t *testing.T) {
	var mu sync.Mutex
	var received int64
	answer := bytes.Repeat([]byte("answer "), 200_000)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		mu.Lock()
		received += n
		mu.Unlock()
		w.Write(answer)
	}))
	defer server.Close()
	for name, open := range pollers {
		t.Run(name, func(t *testing.T) {
			received = 0
			p := steady(60, 500*ms)
			p.Window, p.Connections.RotateRequests = 100*ms, 3
			var err error
			p.Kinds[0].Body, err = plan.Compile("a", plan.Source{Text: []byte("{{random 1000000}}")})
			require.NoError(t, err)
			authorities := x509.NewCertPool()
			authorities.AddCert(server.Certificate())
			r := onLanesBy(t, p, 1, server.URL, open, Network{TLS: &tls.Config{RootCAs: authorities}})
			windows := r.end(t)
			s := sumOf(t, windows...)
			require.Equal(t, map[string]int64{"200": s.planned}, completed(windows))
			require.Greater(t, s.planned, int64(10))
			mu.Lock()
			defer mu.Unlock()
			require.EqualValues(t, s.planned*1_000_000, received)
		})
	}
}

// What a request waits for a connection, since a slow service has all that there
// may be, is in its latency and not the generator's lateness.
func TestLanesWaitForConnections(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(100 * ms) }))
	defer server.Close()
	p := steady(100, 500*ms)
	p.Window, p.Connections.Max = 100*ms, 2
	windows := onLanesOf(t, p, 1, server.URL, socket.Open).end(t)
	s := sumOf(t, windows...)
	require.Equal(t, map[string]int64{"200": s.planned}, completed(windows))
	require.Greater(t, s.planned, int64(30))
	require.Less(t, s.late, s.planned/2, "they wait for a second and more, all but the first")
	var latency, service hdr.Sum
	for _, w := range windows {
		for _, k := range w.Kinds {
			if k.Latency != "" {
				require.NoError(t, latency.Add(k.Latency))
				require.NoError(t, service.Add(cmp.Or(k.Service, k.Latency)))
			}
		}
	}
	require.Greater(t, latency.Histogram().ValueAtPercentile(90), int64(500_000))
	require.Greater(t, latency.Histogram().ValueAtPercentile(50), 2*service.Histogram().ValueAtPercentile(50))
}

// A service that stood still and goes on again does not get at once what was
// due meanwhile: the ceiling holds in every second, over all lanes.
func TestLanesKeepTheCeilingAfterAStall(t *testing.T) {
	frozen := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-frozen }))
	defer server.Close()
	p := steady(150, 2*time.Second)
	p.Window, p.Ceiling, p.Connections.Max = 100*ms, 200, 20
	r := onLanesOf(t, p, 2, server.URL, socket.Open)
	r.clock.At(r.base.Add(700*ms), clock.RankInterrupt, 0, func() { close(frozen) })
	windows := r.end(t)
	s := sumOf(t, windows...)
	require.Equal(t, map[string]int64{"200": s.planned}, completed(windows))
	highest := int64(0)
	for i := range windows {
		highest = max(highest, sumOf(t, windows[i:min(i+10, len(windows))]...).sent)
	}
	require.LessOrEqual(t, highest, int64(200+minSlack+1))
	require.Greater(t, highest, int64(160), "what was held back is made up for, as fast as may be")
}
