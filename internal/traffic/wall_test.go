package traffic

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// pipes is a listener and its dialer without a network, so that time in a
// synctest bubble stands still while bytes move.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		return near, nil
	case <-p.closed:
		return nil, &net.OpError{Op: "dial", Err: errors.New("closed")}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// onTheWall runs a plan on a clock that follows the (fake) wall.
func onTheWall(t *testing.T, c *clock.Clock, p *plan.Plan, handler http.HandlerFunc) []timeline.Window {
	far := newPipes()
	server := &http.Server{Handler: handler}
	go server.Serve(far) // ends with server.Close
	defer server.Close()
	var windows []timeline.Window
	e := Start(Config{
		Clock: c, Plan: p, Base: &url.URL{Scheme: "http", Host: "service"}, Start: c.Now(), dial: far.dial, Network: somewhere,
		Emit: func(events ...timeline.Event) {
			for _, e := range events {
				if w, ok := e.Data.(timeline.Window); ok {
					windows = append(windows, w)
				}
			}
		},
	})
	defer e.Close()
	require.True(t, e.Wait("test"))
	return windows
}

// On clocks that follow the wall the same code sends on schedule, and measures
// the service: here the fake wall has no delays of its own.
func TestOnTheWall(t *testing.T) {
	for name, fresh := range map[string]func() *clock.Clock{
		"wall":   clock.NewWall,
		"scaled": func() *clock.Clock { return clock.NewScaled(clock.Epoch, 10) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := fresh()
				defer c.Stop()
				p := steady(40, 20*time.Second)
				p.Ceiling = 200
				wait := time.Duration(float64(20*ms) / c.Speed())
				windows := onTheWall(t, c, p, func(http.ResponseWriter, *http.Request) { time.Sleep(wait) })
				s := sumOf(t, windows...)
				n := int64(0)
				for a := p.Schedule(); ; n++ {
					if _, ok := a.Next(); !ok {
						break
					}
				}
				require.Equal(t, sums{planned: n, sent: n, completed: n, measured: n}, s)
				for _, w := range windows {
					for _, k := range w.Kinds {
						if k.Latency != "" {
							h, err := hdrhistogram.Decode([]byte(k.Latency))
							require.NoError(t, err)
							require.InDelta(t, 20000, h.Min(), 16)
							require.InDelta(t, 20000, h.Max(), 16)
						}
					}
				}
			})
		})
	}
}

// A deadline ends a request there too, and closes its connection.
func TestDeadlineOnTheWall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewWall()
		defer c.Stop()
		p := steady(10, 2*time.Second)
		p.Kinds[0].Timeout = 5 * time.Second
		var mu sync.Mutex
		closed := 0
		windows := onTheWall(t, c, p, func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			mu.Lock()
			defer mu.Unlock()
			closed++
		})
		s := sumOf(t, windows...)
		require.Equal(t, map[string]int64{ClassTimeout: s.planned}, completed(windows))
		require.Zero(t, s.measured)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		require.EqualValues(t, s.planned, closed)
	})
}

// Answer and deadline at one moment of the wall, whichever comes first: each
// request is recorded once.
func TestRaceOfAnswerAndDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewWall()
		defer c.Stop()
		p := steady(50, 5*time.Second)
		p.Kinds[0].Timeout = time.Second
		windows := onTheWall(t, c, p, func(http.ResponseWriter, *http.Request) { time.Sleep(time.Second) })
		s := sumOf(t, windows...)
		require.Equal(t, s.planned, s.completed)
		by := completed(windows)
		require.Equal(t, s.planned, by["200"]+by[ClassTimeout])
	})
}
