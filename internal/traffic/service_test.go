package traffic

import (
	"encoding/json"
	"io"
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
)

// service is a small far end that keeps the emulator's part of the bargain on
// a stepping clock: it holds the clock under the request's id, gives the hold
// up while the request waits inside it, and after a close that it has seen.
type service struct {
	clock *clock.Clock
	// work says how long a request takes and how it is answered; a status of 0
	// breaks the connection instead.
	work func(number uint64) (wait time.Duration, status int)

	mu   sync.Mutex
	came []came
	gone int
}

type came struct {
	number uint64
	at     time.Time
	body   int
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var number uint64
	if json.Unmarshal([]byte(r.Header.Get(scaling.RequestHeader)), &number) != nil {
		panic("a request without its number")
	}
	id := scaling.RequestID(number)
	s.clock.Hold(id)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.clock.Release(id)
		return
	}
	now := s.clock.Now()
	s.mu.Lock()
	s.came = append(s.came, came{number, now, len(body)})
	s.mu.Unlock()
	wait, status := s.work(number)
	if wait > 0 {
		parked := s.clock.Waiter(id)
		s.clock.At(now.Add(wait), clock.RankAnswer, number, func() { parked.Wake() })
		if !parked.Wait(r.Context().Done()) {
			s.mu.Lock()
			s.gone++
			s.mu.Unlock()
			s.clock.Release(id)
			return
		}
	}
	if status == 0 {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`{"errors":[]}`))
	_ = http.NewResponseController(w).Flush()
}

// rig is one run of the engine against a service on a stepping clock.
type rig struct {
	*flights
	service *service
	clock   *clock.Clock
	events  []timeline.Event
}

// steady is a plan of one kind at one rate.
func steady(rate float64, length time.Duration) *plan.Plan {
	return &plan.Plan{
		Seed: 7, Arrivals: "poisson", Window: time.Second,
		Kinds:  []plan.Kind{{Name: "a", Method: "POST", Path: "/a", Timeout: 30 * time.Second}},
		Stages: []plan.Stage{{Name: "only", For: length, Rates: []plan.Rate{{From: rate, To: rate}}}},
	}
}

// fast answers everything with 200 after 20 ms.
func fast(uint64) (time.Duration, int) { return 20 * time.Millisecond, 200 }

// runOf starts the engine at the epoch; the test holds the clock as "test".
func runOf(t *testing.T, p *plan.Plan, arrivals schedule, work func(uint64) (time.Duration, int)) *rig {
	c := clock.NewStepping(clock.Epoch)
	r := &rig{service: &service{clock: c, work: work}, clock: c}
	server := httptest.NewUnstartedServer(r.service)
	server.Start()
	base, err := url.Parse(server.URL)
	require.NoError(t, err)
	if arrivals == nil {
		arrivals = p.Flow()
	}
	c.Keep("test")
	c.Watch(func(id string) { t.Error("stuck:", id); c.Stop() })
	r.flights = start(Config{
		Clock: c, Plan: p, Base: base, Start: c.Now(),
		Emit: func(e ...timeline.Event) { r.events = append(r.events, e...) },
	}, arrivals)
	t.Cleanup(func() {
		c.Stop()
		r.Close()
		server.Close()
	})
	return r
}

// end waits for the drain and returns the windows.
func (r *rig) end(t *testing.T) []timeline.Window {
	require.True(t, r.Wait("test"))
	require.Equal(t, []string{"test"}, r.clock.Holders(), "every hold was given up")
	return r.windows(t)
}

func (r *rig) windows(t *testing.T) (ws []timeline.Window) {
	for _, e := range r.events {
		if w, ok := e.Data.(timeline.Window); ok {
			require.Equal(t, w.Start.Add(w.Length), e.At)
			ws = append(ws, w)
		}
	}
	return ws
}

// completed are the completed requests of all windows by key.
func completed(windows []timeline.Window) map[string]int64 {
	by := map[string]int64{}
	for _, w := range windows {
		for _, k := range w.Kinds {
			for key, n := range k.Completed {
				by[key] += n
			}
		}
	}
	return by
}

// unsent are the unsent requests of all windows by reason.
func unsent(windows []timeline.Window) map[string]int64 {
	by := map[string]int64{}
	for _, w := range windows {
		for _, k := range w.Kinds {
			for reason, n := range k.Unsent {
				by[reason] += n
			}
		}
	}
	return by
}

// given are arrivals written out by their times.
type given []time.Duration

func (g *given) Next() (plan.Arrival, bool) {
	a, ok := g.Peek()
	if ok {
		*g = (*g)[1:]
	}
	return a, ok
}

func (g *given) Peek() (plan.Arrival, bool) {
	if len(*g) == 0 {
		return plan.Arrival{}, false
	}
	n := uint64(1001 - len(*g))
	return plan.Arrival{At: (*g)[0], N: n, Number: n}, true
}

func (g *given) Ended(uint64, time.Duration) bool { return false }

func (g *given) Rescale(time.Duration, float64) { panic("written out by their times") }
