package traffic

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/traffic/socket"
)

// While no connection can be made a lane tries some at a time, and not one for
// each request that waits; when they can be made again all go on.
func TestConnectionsAreBegunInBounds(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	known := make(chan struct{})
	network := Network{lookup: func(context.Context, string) ([]netip.Addr, error) {
		<-known
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
	}}
	p := steady(1000, 600*ms)
	p.Window, p.Kinds[0].Timeout = 100*ms, 30*time.Second
	r := onLanesBy(t, p, 1, strings.Replace(server.URL, "127.0.0.1", "service.test", 1), socket.Open, network)
	begun, waiting := 0, 0
	r.clock.At(r.base.Add(600*ms), clock.RankInterrupt, 0, func() {
		r.each[0].mail.put(func() {
			begun, waiting = r.each[0].begun, r.each[0].line.length
			close(known)
		})
	})
	windows := r.end(t)
	require.Greater(t, waiting, mostBegun)
	require.Equal(t, mostBegun, begun)
	require.Equal(t, map[string]int64{"200": sumOf(t, windows...).planned}, completed(windows))
}
