package traffic

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/timeline"
)

const ms = time.Millisecond

// A plan is sent as it stands: each arrival at its instant, to the
// nanosecond, each answer's latency the service's, nothing late, nothing left.
func TestAPlanIsSent(t *testing.T) {
	p := steady(40, 20*time.Second)
	r := runOf(t, p, nil, fast)
	windows := r.end(t)

	i := 0
	for s := p.Schedule(); ; i++ {
		a, ok := s.Next()
		if !ok {
			break
		}
		require.Equal(t, came{a.Number, clock.Epoch.Add(a.At), 0}, r.service.came[i])
	}
	require.Greater(t, i, 700)
	s := sumOf(t, windows...)
	require.Equal(t, sums{planned: int64(i), sent: int64(i), completed: int64(i), measured: int64(i)}, s)
	require.Equal(t, map[string]int64{"200": int64(i)}, completed(windows))
	for _, w := range windows {
		for _, k := range w.Kinds {
			if k.Latency != "" {
				h, err := hdrhistogram.Decode([]byte(k.Latency))
				require.NoError(t, err)
				require.Equal(t, h.Min(), int64(20000), "the service's latency, and nothing of the machine's")
				require.Less(t, h.Max(), int64(20016))
			}
		}
	}
	require.Equal(t, timeline.Stage{Name: "only", For: 20 * time.Second}, r.events[0].Data)
	require.GreaterOrEqual(t, len(windows), 20)
	require.Zero(t, windows[len(windows)-1].InFlight)
}

// mixed is a service whose requests end in every way, by number.
func mixed(n uint64) (time.Duration, int) {
	switch n % 7 {
	case 0:
		return 40 * time.Second, 200 // beyond the time-out
	case 1:
		return 3 * time.Second, 0
	case 2:
		return 0, 503
	case 3:
		return 30 * time.Second, 200 // answer and deadline at one instant
	case 4:
		return 0, 0
	}
	return time.Duration(n%1000) * ms, 200
}

// Two runs emit the same events, byte for byte, also beside processes that
// keep every core busy, whatever way the requests end in; and every hold is given up.
func TestRunsAreIdentical(t *testing.T) {
	once := func(t *testing.T) []byte {
		p := steady(40, 20*time.Second)
		p.Ceiling = 45
		p.StopWhen = nil
		r := runOf(t, p, nil, mixed)
		r.end(t)
		b, err := json.Marshal(r.events)
		require.NoError(t, err)
		return b
	}
	var first []byte
	t.Run("alone", func(t *testing.T) { first = once(t) })
	t.Run("again", func(t *testing.T) { require.Equal(t, string(first), string(once(t))) })
	t.Run("beside others", func(t *testing.T) {
		Hogs(t, 3)
		require.Equal(t, string(first), string(once(t)))
	})
}

// Every end is counted once, under its own class, in the window of its own
// instant.
func TestEnds(t *testing.T) {
	for name, c := range map[string]struct {
		wait   time.Duration
		status int
		key    string
		second int // whose window it ends in
		failed bool
	}{
		"answered":                    {1500 * ms, 200, "200", 1, false},
		"answered at once":            {0, 200, "200", 0, false},
		"at the end of a window":      {2000 * ms, 200, "200", 2, false},
		"a status that is no success": {1500 * ms, 404, "404", 1, true},
		"reset while parked":          {1500 * ms, 0, "reset", 1, true},
		"reset at once":               {0, 0, "reset", 0, true},
		"timed out":                   {31 * time.Second, 200, "timeout", 30, true},
		"just in time":                {30 * time.Second, 200, "200", 30, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := runOf(t, steady(1, time.Second), &given{0}, func(uint64) (time.Duration, int) { return c.wait, c.status })
			windows := r.end(t)
			require.Len(t, windows, c.second+1)
			last := windows[c.second].Kinds[0]
			require.Equal(t, map[string]int64{c.key: 1}, last.Completed)
			if c.failed {
				require.Equal(t, last.Completed, last.Failed)
			} else {
				require.Empty(t, last.Failed)
			}
			require.Equal(t, c.key == "200" || c.key == "404", last.Latency != "")
			s := sumOf(t, windows...)
			require.Equal(t, [3]int64{1, 1, 1}, [3]int64{s.planned, s.sent, s.completed})
			require.Equal(t, c.key == "timeout", r.service.gone == 1, "the far end saw the close")
		})
	}
}

// Stages and windows are events of one order: what ends comes before what
// begins.
func TestStagesBegin(t *testing.T) {
	p := steady(10, 2*time.Second)
	p.Stages = append(p.Stages, p.Stages[0])
	p.Stages[1].Name, p.Stages[1].Start = "next", 2*time.Second
	r := runOf(t, p, nil, fast)
	r.end(t)
	var order []string
	for _, e := range r.events {
		order = append(order, fmt.Sprint(e.At.Sub(clock.Epoch), " ", e.Kind, " ", e.Subject))
	}
	require.Equal(t, []string{
		"0s stage.started only", "1s traffic.window ", "2s traffic.window ", "2s stage.started next",
		"3s traffic.window ", "4s traffic.window ",
	}, order[:6])
}

// A stop ends the planning: what would have come is not counted at all, what
// is in flight drains to its end, and later stages do not begin.
func TestStopDrains(t *testing.T) {
	p := steady(10, time.Minute)
	p.Stages = append(p.Stages, p.Stages[0])
	p.Stages[1].Start = time.Minute
	r := runOf(t, p, nil, func(uint64) (time.Duration, int) { return 2500 * ms, 200 })
	r.clock.At(clock.Epoch.Add(10*time.Second), clock.RankInterrupt, 0, func() { r.Stop("interrupt"); r.Stop("again") })
	windows := r.end(t)
	require.Equal(t, "interrupt", r.Stopped())
	require.Len(t, windows, 13, "ten seconds, and the last answer's window")
	s := sumOf(t, windows...)
	require.Equal(t, s.planned, s.completed)
	require.Zero(t, sumOf(t, windows[10:]...).planned)
	stages := 0
	for _, e := range r.events {
		if e.Kind == "stage.started" {
			stages++
		}
	}
	require.Equal(t, 1, stages)
}

// finished says that the last window was closed.
func (e *flights) finished() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.ended
}

// An abort ends the drain: the last window is short, and tells what was still
// in flight.
func TestAbortEndsTheDrain(t *testing.T) {
	r := runOf(t, steady(10, time.Minute), nil, func(uint64) (time.Duration, int) { return 20 * time.Second, 200 })
	r.clock.At(clock.Epoch.Add(10*time.Second), clock.RankInterrupt, 0, func() { r.Stop("interrupt") })
	r.clock.At(clock.Epoch.Add(12300*ms), clock.RankInterrupt, 0, func() { r.Abort("interrupt"); r.Abort("again") })
	require.True(t, r.Wait("test"))
	windows := r.windows(t)
	last := windows[len(windows)-1]
	require.Equal(t, 300*ms, last.Length)
	s := sumOf(t, windows...)
	require.Equal(t, s.sent, last.InFlight)
	require.Zero(t, s.completed)
	r.clock.Sleep("test", clock.Epoch.Add(time.Hour), 0)
	require.Equal(t, []string{"test"}, r.clock.Holders(), "the far end gave up what it held")
	require.Equal(t, windows, r.windows(t), "nothing comes after it")
	require.True(t, r.finished())
}

// The safety rule stops the traffic at the end of the window that broke it,
// and says what it measured.
func TestSafetyStops(t *testing.T) {
	p := steady(10, time.Minute)
	require.NoError(t, json.Unmarshal([]byte(`[{"errors":{"above":"50%","for":"5s"}}]`), &p.StopWhen))
	r := runOf(t, p, nil, func(uint64) (time.Duration, int) { return ms, 502 })
	windows := r.end(t)
	require.Len(t, windows, 5)
	last := r.events[len(r.events)-1]
	require.Equal(t, clock.Epoch.Add(5*time.Second), last.At)
	require.Equal(t, "safety.stop", last.Kind)
	require.Equal(t, "errors above 50% for 5s", last.Data.(timeline.Stop).Rule)
	require.Equal(t, "errors above 50% for 5s", r.Stopped())
}

// The engine ends in the middle of everything when the clock stops.
func TestCloseInTheMiddle(t *testing.T) {
	p := steady(50, time.Minute)
	p.Ceiling = 20
	r := runOf(t, p, nil, func(uint64) (time.Duration, int) { return 20 * time.Second, 200 })
	require.True(t, r.clock.Sleep("test", clock.Epoch.Add(10*time.Second), 0))
	r.clock.Stop()
	require.False(t, r.Wait("test"))
	r.Close() // goleak finds what it leaves
	r.Close()
	require.True(t, r.finished())
}
