package traffic

import (
	"bytes"
	"net"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/traffic/socket"
)

// A request allocates nothing on its way through a lane, from the schedule to
// the histograms: over hundreds of them there is less than one in ten, which
// windows and timers make.
func TestLanesAllocateNothing(t *testing.T) {
	p := steady(2000, 1500*ms)
	p.Window, p.Ceiling, p.Connections.Max = 500*ms, 10_000, 8
	p.Kinds[0].Method = "GET"
	r := onLanesOf(t, p, 1, frugal(t), socket.Open)
	var from, to runtime.MemStats
	r.clock.At(r.base.Add(600*ms), clock.RankPoll, 0, func() { runtime.ReadMemStats(&from) })
	r.clock.At(r.base.Add(900*ms), clock.RankPoll, 0, func() { runtime.ReadMemStats(&to) })
	windows := r.end(t)
	require.Equal(t, map[string]int64{"200": sumOf(t, windows...).planned}, completed(windows))
	require.NotZero(t, from.Mallocs)
	require.Less(t, to.Mallocs-from.Mallocs, uint64(60), "in the 600 requests between two windows")
}

// frugal is a service that allocates nothing itself.
func frugal(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	answer, end := []byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), []byte("\r\n\r\n")
	go func() { // ends with the listener
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { // ends with its connection
				defer c.Close()
				request := make([]byte, 1024)
				for n := 0; ; {
					more, err := c.Read(request[n:])
					if n += more; err != nil {
						return
					}
					if bytes.HasSuffix(request[:n], end) {
						if _, err := c.Write(answer); err != nil {
							return
						}
						n = 0
					}
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}
