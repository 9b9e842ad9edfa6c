package traffic

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
)

// wanting is the transport to a base URL with one kind, over connections as a
// plan wants them.
func wanting(t *testing.T, base string, want plan.Connections, n Network) *httpTransport {
	u, err := url.Parse(base)
	require.NoError(t, err)
	c := clock.NewWall()
	t.Cleanup(c.Stop)
	wire := newHTTP(Config{
		Clock: c, Base: u, Network: n,
		Plan: &plan.Plan{Connections: want, Kinds: []plan.Kind{{Name: "a", Method: "POST", Path: "/", Body: plan.Body{Size: 5}}}},
	})
	t.Cleanup(wire.closeIdle)
	return wire
}

func sent(t *testing.T, wire *httpTransport) *outgoing {
	t.Helper()
	out := &outgoing{number: 1, keep: true, body: []byte("hello")}
	require.NoError(t, wire.send(t.Context(), out))
	return out
}

// numbered serves each connection's number, from 0, and counts those that are
// open.
func numbered(t *testing.T) (base string, open *atomic.Int32) {
	open = new(atomic.Int32)
	return speak(t, func(n int, conn net.Conn, in *bufio.Reader) {
		open.Add(1)
		defer open.Add(-1)
		for {
			r, err := http.ReadRequest(in)
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n%d %.1s", n, fmt.Sprint(r.Close))
		}
	}), open
}

// A connection is used again as long as it may be: until it had so many
// requests, or is so old, or not at all, and then each request says so.
func TestConnectionsAreRotated(t *testing.T) {
	for name, c := range map[string]struct {
		want    plan.Connections
		answers []string
	}{
		"kept":          {plan.Connections{}, []string{"0 f", "0 f", "0 f", "0 f", "0 f"}},
		"two requests":  {plan.Connections{RotateRequests: 2}, []string{"0 f", "0 f", "1 f", "1 f", "2 f"}},
		"closed":        {plan.Connections{Close: true}, []string{"0 t", "1 t", "2 t", "3 t", "4 t"}},
		"old at once":   {plan.Connections{RotateAfter: 1}, []string{"0 f", "1 f", "2 f", "3 f", "4 f"}},
		"young for now": {plan.Connections{RotateAfter: time.Hour, Max: 1}, []string{"0 f", "0 f", "0 f", "0 f", "0 f"}},
	} {
		t.Run(name, func(t *testing.T) {
			base, _ := numbered(t)
			wire := wanting(t, base, c.want, Network{})
			var got []string
			for range c.answers {
				got = append(got, string(sent(t, wire).answer))
			}
			require.Equal(t, c.answers, got)
			wire.closeIdle()
			require.Zero(t, wire.count)
			require.ErrorIs(t, wire.send(t.Context(), &outgoing{}), errClosed)
		})
	}
}

// opened is a connection that counts as open until it is closed.
type opened struct {
	net.Conn
	open *atomic.Int32
	once sync.Once
}

func (c *opened) Close() error {
	c.once.Do(func() { c.open.Add(-1) })
	return c.Conn.Close()
}

// No more connections than the limit are open at one time, whoever asks for
// them; those that find all taken have theirs in the order in which they came,
// and one that is over gives its room to the next.
func TestConnectionsHaveALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far := newPipes()
		var now, most atomic.Int32
		var mu sync.Mutex
		var order []string
		server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			mu.Lock()
			order = append(order, r.Header.Get("X-Load-Request"))
			mu.Unlock()
			time.Sleep(time.Second)
		})}
		go server.Serve(far) // ends with server.Close
		defer server.Close()
		c := clock.NewWall()
		defer c.Stop()
		wire := newHTTP(Config{
			Clock: c, Base: &url.URL{Scheme: "http", Host: "service"}, Network: somewhere,
			dial: func(ctx context.Context, network, address string) (net.Conn, error) {
				most.Store(max(most.Load(), now.Add(1)))
				conn, err := far.dial(ctx, network, address)
				return &opened{Conn: conn, open: &now}, err
			},
			Plan: &plan.Plan{Connections: plan.Connections{Max: 2, RotateRequests: 2}, Kinds: []plan.Kind{{Path: "/"}}},
		})
		defer wire.closeIdle()
		var wait sync.WaitGroup
		var failed atomic.Int32
		for n := range 9 {
			wait.Go(func() {
				time.Sleep(time.Duration(n) * ms)
				ctx := t.Context()
				if n == 4 { // gives up while it waits, and nobody loses a turn by it
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, 500*ms)
					defer cancel()
				}
				if wire.send(ctx, &outgoing{number: uint64(n)}) != nil {
					failed.Add(1)
				}
			})
		}
		wait.Wait()
		synctest.Wait()
		require.Equal(t, []string{"0", "1", "2", "3", "5", "6", "7", "8"}, order)
		require.EqualValues(t, 1, failed.Load())
		require.EqualValues(t, 2, most.Load())
		require.Empty(t, wire.queue)
	})
}

// HTTP/2 is spoken over TLS and without it: requests at one time share a
// connection, and where the service allows no more on one, another is opened, or
// waited for where there may be none. A rotation moves on to a new one.
func TestHTTP2(t *testing.T) {
	for name, c := range map[string]struct {
		secure bool
		want   plan.Connections
		most   int32 // connections
	}{
		"over TLS":    {true, plan.Connections{HTTP2: true}, 3},
		"without":     {false, plan.Connections{HTTP2: true}, 3},
		"of one":      {true, plan.Connections{HTTP2: true, Max: 1}, 1},
		"of one, h2c": {false, plan.Connections{HTTP2: true, Max: 1}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var connections, at atomic.Int32
			together := make(chan struct{})
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if n := at.Add(1); n == min(7, 2*c.most+1) {
					close(together)
				} else if n > 1 {
					<-together
				}
				_, _ = fmt.Fprint(w, r.Proto, " ", string(body))
			}))
			server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
				if s == http.StateNew {
					connections.Add(1)
				}
			}
			server.Config.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: 2}
			server.Config.Protocols = new(http.Protocols)
			server.Config.Protocols.SetHTTP2(c.secure)
			server.Config.Protocols.SetUnencryptedHTTP2(!c.secure)
			n := Network{}
			if server.EnableHTTP2 = c.secure; c.secure {
				ours := newAuthority(t)
				server.TLS = &tls.Config{Certificates: []tls.Certificate{ours.sign(t, "service.test", time.Hour)}}
				server.StartTLS()
				n.TLS = &tls.Config{RootCAs: ours.pool, ServerName: "service.test"}
			} else {
				server.Start()
			}
			defer server.Close()
			wire := wanting(t, server.URL, c.want, n)
			defer wire.closeIdle() // before the server, which waits for it
			sent(t, wire)          // what a service allows is known with its first answer at the latest
			var wait sync.WaitGroup
			answers := make(chan string, 6)
			for range 6 {
				wait.Go(func() {
					out := &outgoing{number: 1, keep: true, body: []byte("hello")}
					if err := wire.send(t.Context(), out); err != nil {
						answers <- err.Error()
						return
					}
					answers <- string(out.answer)
				})
			}
			wait.Wait()
			for range 6 {
				require.Equal(t, "HTTP/2.0 hello", <-answers)
			}
			require.Equal(t, c.most, connections.Load())
			before := connections.Load()
			wire.want.RotateRequests = 1
			sent(t, wire)
			sent(t, wire)
			require.Equal(t, before+2, connections.Load())
		})
	}
}

// A service that does not speak the version that is asked for is a failure of
// its own, and no other version is spoken.
func TestNoHTTP2(t *testing.T) {
	ours := newAuthority(t)
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{Certificates: []tls.Certificate{ours.sign(t, "service.test", time.Hour)}, NextProtos: []string{"http/1.1"}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	wire := wanting(t, server.URL, plan.Connections{HTTP2: true}, Network{TLS: &tls.Config{RootCAs: ours.pool, ServerName: "service.test"}})
	require.Equal(t, ClassProtocol, classOf(t, wire.send(t.Context(), &outgoing{})))

	base := speak(t, func(_ int, conn net.Conn, in *bufio.Reader) {
		_, _ = in.Peek(1)
		_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
		_, _ = io.Copy(io.Discard, in)
	})
	wire = wanting(t, base, plan.Connections{HTTP2: true}, Network{})
	require.Equal(t, ClassProtocol, classOf(t, wire.send(t.Context(), &outgoing{})))
}

// A redirect is followed as often as it may be and to the environment's hosts
// alone: elsewhere nothing is sent, and what is secret goes to its own host
// only. The last answer counts.
func TestRedirects(t *testing.T) {
	var stranger atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stranger.Add(1)
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprint(w, r.Method, " ", r.Header.Get("Authorization"), r.Header.Get("X-Load-Request"), " ", string(body))
	}))
	defer other.Close()
	elsewhere := strings.Replace(other.URL, "127.0.0.1", "other.test", 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		to := map[string]string{"/a": "/b", "/b": "/c", "/away": elsewhere + "/x", "/nowhere": "ftp://x", "/kept": "/c?kept"}[r.URL.Path]
		switch {
		case r.URL.Path == "/kept" || r.URL.Query().Has("kept"):
			http.Redirect(w, r, elsewhere, http.StatusPermanentRedirect)
		case to != "":
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
		default:
			_, _ = fmt.Fprint(w, r.Method, " ", r.Header.Get("Authorization"), r.Header.Get("X-Load-Request"), " ", string(body))
		}
	}))
	defer server.Close()
	for name, c := range map[string]struct {
		path    string
		hops    int
		allowed bool
		status  int
		answer  string
		class   string
	}{
		"none":                    {path: "/a", status: 302},
		"one of two":              {path: "/a", hops: 1, status: 302},
		"two":                     {path: "/a", hops: 2, status: 200, answer: "GET secret7 "},
		"no redirect":             {path: "/c", hops: 2, status: 200, answer: "POST secret7 hello"},
		"to a stranger":           {path: "/away", hops: 3, class: ClassRefusedHost},
		"to another that may be":  {path: "/away", hops: 3, allowed: true, status: 200, answer: "GET 7 "},
		"with its body, likewise": {path: "/kept", hops: 3, allowed: true, status: 200, answer: "POST 7 hello"},
		"to no URL of HTTP":       {path: "/nowhere", hops: 3, class: ClassProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			n := Network{Hosts: []string{"127.0.0.1"}, Resolve: map[string][]netip.Addr{"other.test": {netip.MustParseAddr("127.0.0.1")}}}
			if c.allowed {
				n.Hosts = append(n.Hosts, "other.test")
			}
			wire := wanting(t, server.URL, plan.Connections{Redirects: c.hops, Max: 1}, n)
			wire.kinds[0] = newTemplate(mustParse(t, server.URL), "POST", c.path, map[string]string{"Authorization": "secret"})
			before := stranger.Load()
			out := &outgoing{number: 7, keep: true, body: []byte("hello")}
			err := wire.send(t.Context(), out)
			if c.class != "" {
				require.Equal(t, c.class, classOf(t, err), "%v", err)
				require.Equal(t, before, stranger.Load())
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.status, out.status)
			require.Equal(t, c.answer, string(out.answer))
		})
	}
}

func mustParse(t *testing.T, raw string) *url.URL {
	u, err := url.Parse(raw)
	require.NoError(t, err)
	return u
}

// Through a proxy a request without TLS is the proxy's to send on, and one with
// TLS goes through a tunnel; names are the proxy's to look up, and a proxy that
// refuses is no connection.
func TestProxies(t *testing.T) {
	ours := newAuthority(t)
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto+" "+r.Host) })
	secure := httptest.NewUnstartedServer(hello)
	secure.EnableHTTP2 = true
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.TLS = &tls.Config{Certificates: []tls.Certificate{ours.sign(t, "service.test", time.Hour)}}
	secure.StartTLS()
	defer secure.Close()
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.RequestURI+" "+r.Header.Get("Proxy-Authorization"))
		switch {
		case r.Method != http.MethodConnect:
			_, _ = io.WriteString(w, "from the proxy")
		case r.Host == "refused.test:443":
			w.WriteHeader(http.StatusForbidden)
		default:
			near, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return
			}
			defer near.Close()
			far, err := net.Dial("tcp", secure.Listener.Addr().String())
			if err != nil {
				return
			}
			defer far.Close()
			_, _ = io.WriteString(near, "HTTP/1.1 200 OK\r\n\r\n")
			go func() { // ends with the tunnel
				_, _ = io.Copy(far, near)
				far.Close()
			}()
			_, _ = io.Copy(near, far)
		}
	}))
	defer proxy.Close()
	u := mustParse(t, proxy.URL)
	u.User = url.UserPassword("me", "secret")
	n := Network{Proxy: u, TLS: &tls.Config{RootCAs: ours.pool}}
	const basic = " Basic bWU6c2VjcmV0"

	wire := wanting(t, "http://service.test", plan.Connections{}, n)
	require.Equal(t, "from the proxy", string(sent(t, wire).answer))
	wire.closeIdle()
	wire = wanting(t, "https://service.test", plan.Connections{}, n)
	require.Equal(t, "HTTP/1.1 service.test", string(sent(t, wire).answer))
	wire.closeIdle()
	wire = wanting(t, "https://service.test", plan.Connections{HTTP2: true}, n)
	require.Equal(t, "HTTP/2.0 service.test", string(sent(t, wire).answer))
	wire.closeIdle()
	wire = wanting(t, "https://refused.test", plan.Connections{}, n)
	require.Equal(t, ClassConnect, classOf(t, wire.send(t.Context(), &outgoing{})))
	n.TLS = nil
	wire = wanting(t, "https://service.test", plan.Connections{}, n)
	require.Equal(t, ClassTLS, classOf(t, wire.send(t.Context(), &outgoing{})))
	require.Equal(t, []string{
		"POST http://service.test/" + basic, "CONNECT service.test:443" + basic, "CONNECT service.test:443" + basic,
		"CONNECT refused.test:443" + basic, "CONNECT service.test:443" + basic,
	}, asked)
}

// An answer that does not begin in time is a time-out, whatever the version.
func TestFirstByteHasALimit(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-release }))
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetHTTP1(true)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Start()
	defer server.Close()
	defer close(release)
	for _, http2 := range []bool{false, true} {
		wire := wanting(t, server.URL, plan.Connections{FirstByte: 20 * ms, HTTP2: http2}, Network{})
		err := wire.send(t.Context(), &outgoing{body: []byte("hello")})
		require.Equal(t, ClassTimeout, classOf(t, err), "%v", err)
	}
}
