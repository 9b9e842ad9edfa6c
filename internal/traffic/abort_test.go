package traffic

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/timeline"
	"scaleproof/internal/traffic/socket"
)

// An abort reaches the lanes one after the other, and may find one before the
// end of a window and another behind it: what is in flight on the first is in
// the last window too.
func TestAnAbortOnEitherSideOfAWindow(t *testing.T) {
	var told []timeline.Window
	p := steady(1, 10*time.Second)
	s := &lanes{
		standing: standing{plan: p, base: clock.Epoch, end: clock.Epoch.Add(p.Total()), reason: "now"}, kinds: kindNames(p),
		parts: make([][]part, 2), cut: make([]bool, 2), used: make(chan *window, 8), safety: NewSafety(p),
		emit: func(events ...timeline.Event) {
			for _, e := range events {
				told = append(told, e.Data.(timeline.Window))
			}
		},
	}
	for i, last := range []time.Duration{900 * ms, 1100 * ms} {
		w := NewWindows(s.base, time.Second, timeline.LateAfter, s.kinds)
		for range i + 1 { // one, and two
			w.Planned(s.base, 0)
			w.Sent(s.base, s.base, 0)
		}
		if last > time.Second {
			s.parts[i] = append(s.parts[i], part{closed: w.cut(w.End())})
		}
		s.parts[i] = append(s.parts[i], part{closed: w.cut(s.base.Add(last)), last: true})
	}
	for over := false; !over; {
		parts, _, ok := s.complete()
		require.True(t, ok)
		over = s.write(parts)
	}
	require.Len(t, told, 2)
	require.EqualValues(t, 3, told[0].InFlight)
	require.EqualValues(t, 3, told[1].InFlight)
	require.Equal(t, s.base.Add(1100*ms), told[1].Start.Add(told[1].Length))
}

// What waited for a connection, and whose time was over while the lane did not
// run, is not sent any more: the generator did not come to it.
func TestLanesSendNothingThatIsOver(t *testing.T) {
	var came atomic.Int64
	answer, answered := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if came.Add(1) == 1 {
			<-answer
			w.Header().Set("Content-Length", "0")
			w.(http.Flusher).Flush()
			close(answered)
		}
	}))
	defer server.Close()
	p := steady(40, 100*ms)
	p.Arrivals, p.Window, p.Connections.Max, p.Kinds[0].Timeout = "uniform", 100*ms, 1, 2*time.Second
	want := counted(p)
	r := onLanesOf(t, p, 1, server.URL, socket.Open)
	l := r.each[0]
	var stall func()
	stall = func() {
		if came.Load() == 0 || l.more {
			r.clock.At(r.clock.Now().Add(10*ms), clock.RankInterrupt, 0, func() { l.mail.put(stall) })
			return
		}
		close(answer)
		<-answered
		over := r.base.Add(p.Total() + p.Kinds[0].Timeout)
		time.Sleep(over.Sub(r.clock.Now()))
	}
	l.mail.put(stall)
	windows := r.end(t)
	s := sumOf(t, windows...)
	require.EqualValues(t, 1, came.Load())
	require.EqualValues(t, 1, s.sent)
	require.Greater(t, want, int64(2))
	require.Equal(t, want-1, s.unsent)
	if runtime.GOOS == "linux" { // the kernel says that the answer came in time
		require.Equal(t, map[string]int64{"200": 1}, completed(windows))
		require.Equal(t, map[string]int64{UnsentGenerator: want - 1}, unsent(windows))
	}
}

// A connection that could not be made is nobody's failure where another is
// free: who waits then does so for the ceiling.
func TestAConnectionThatNobodyWaitsFor(t *testing.T) {
	l := &lane{begun: 1, line: list{by: byTurn}, idle: []*track{{}}}
	l.line.push(&trip{})
	l.connected(nil, errors.New("refused"))
	require.Zero(t, l.begun)
	require.Equal(t, 1, l.line.length)
}
