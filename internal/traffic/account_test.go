package traffic

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
	"scaleproof/internal/traffic/socket"
)

// Whatever a run is, whatever becomes of it and whenever it is ended, each
// request is in the account once, and what is told is in order of time: here
// over a service that is fast, slow or breaks the connection, with lanes that
// do not run for a while.
func TestLanesAccountForAll(t *testing.T) {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(5, 5))
	draw := func(n int) int {
		mu.Lock()
		defer mu.Unlock()
		return random.IntN(n)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		switch draw(6) {
		case 0:
			time.Sleep(time.Duration(draw(150)) * ms)
		case 1:
			panic(http.ErrAbortHandler)
		}
		w.Write([]byte(`{"errors":[]}`))
	}))
	t.Cleanup(server.Close)
	for i := range 16 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			p := steady(float64(100+draw(300)), 300*ms)
			p.Window, p.Kinds[0].Timeout = 50*ms, time.Duration(40+draw(150))*ms
			p.Ceiling = []float64{0, 2000}[draw(2)]
			p.Connections = plan.Connections{
				Max: []int{0, 3, 20}[draw(3)], RotateRequests: []int{0, 2, 5}[draw(3)], Close: draw(4) == 0,
				Economy: draw(3) == 0, FirstByte: []time.Duration{0, 60 * ms}[draw(2)],
			}
			if draw(2) == 0 {
				p.Kinds[0].Success.JSON = map[string]any{"errors.length": 0}
			}
			r := onLanesOf(t, p, 1+draw(3), server.URL, socket.Open)
			end, at := draw(4), r.base.Add(time.Duration(draw(6))*p.Window) // where windows end
			r.clock.At(at, clock.RankInterrupt, 0, func() {
				switch end {
				case 0:
					r.Stop("enough")
				case 1:
					r.Abort("now")
				case 2:
					_ = r.Scale(0.3, timeline.BySocket) // an error where the plan is over by then
				}
			})
			for _, l := range r.each {
				if pause := draw(200); pause < 100 {
					l.mail.put(func() { time.Sleep(time.Duration(pause) * ms) })
				}
			}
			windows := r.end(t)
			s, inFlight := sumOf(t, windows...), windows[len(windows)-1].InFlight
			require.Equal(t, s.planned, s.sent+s.unsent)
			require.Equal(t, s.sent, s.completed+inFlight)
			if end != 1 {
				require.Zero(t, inFlight)
			}
			before := int64(0)
			for _, w := range windows { // as the judge has it
				of := sumOf(t, w)
				require.Equal(t, before+of.sent-of.completed, w.InFlight)
				before = w.InFlight
			}
			if end == 3 { // nothing ends it before its time
				due := make([]int64, len(windows))
				for s := p.Schedule(); ; {
					a, ok := s.Next()
					if !ok {
						break
					}
					due[a.At/p.Window]++
				}
				for i, w := range windows {
					require.Equal(t, due[i], sumOf(t, w).planned, "window %d: how much was planned is the schedule's", i)
				}
			}
			for i, e := range r.events[1:] {
				require.False(t, e.At.Before(r.events[i].At), e)
			}
		})
	}
}
