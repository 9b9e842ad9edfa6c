package traffic

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
)

// wireTo is the transport to a base URL with one kind.
func wireTo(t *testing.T, base string, k plan.Kind, headers map[string]string) *httpTransport {
	u, err := url.Parse(base)
	require.NoError(t, err)
	k.Name = "a"
	wire := newHTTP(Config{
		Clock: clock.NewWall(), Plan: &plan.Plan{Kinds: []plan.Kind{k}}, Base: u,
		Headers: map[string]map[string]string{"a": headers},
	})
	t.Cleanup(wire.closeIdle)
	return wire
}

// speak listens and has each connection served by f, with its number from 0.
func speak(t *testing.T, f func(n int, conn net.Conn, in *bufio.Reader)) (base string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() { // ends when the test closes the listener
		for n := 0; ; n++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() { // ends with its connection
				defer conn.Close()
				f(n, conn, bufio.NewReader(conn))
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

const okay = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// A request goes out as the plan has it: path under the base's, query, its
// number, the kind's headers with a Host of its own, nothing that asks for
// compression; one without a body says nothing about a body.
func TestRequestOnTheWire(t *testing.T) {
	for name, c := range map[string]struct {
		kind    plan.Kind
		headers map[string]string
		body    string
		want    string
	}{
		"get": {
			plan.Kind{Path: "/x/y?a=1&b=%20"}, map[string]string{"host": "service.example", "X-Two": "2"}, "",
			"GET /base/x/y?a=1&b=%20 HTTP/1.1|Host: service.example|User-Agent: scaleproof|X-Load-Request: 77|X-Two: 2||",
		},
		"escapes stay as they are written": {
			plan.Kind{Path: "/caf%C3%A9/a%2Fb%25?c=%2F"}, nil, "",
			"GET /base/caf%C3%A9/a%2Fb%25?c=%2F HTTP/1.1|Host: HOST|User-Agent: scaleproof|X-Load-Request: 77||",
		},
		"post": {
			plan.Kind{Method: "POST", Path: "/x"}, nil, "hello",
			"POST /base/x HTTP/1.1|Host: HOST|User-Agent: scaleproof|Content-Length: 5|X-Load-Request: 77||hello",
		},
		"post of nothing": {
			plan.Kind{Method: "POST", Path: "/x"}, nil, "",
			"POST /base/x HTTP/1.1|Host: HOST|User-Agent: scaleproof|Content-Length: 0|X-Load-Request: 77||",
		},
		"delete": {
			plan.Kind{Method: "DELETE", Path: "/"}, nil, "",
			"DELETE /base/ HTTP/1.1|Host: HOST|User-Agent: scaleproof|X-Load-Request: 77||",
		},
		"an agent of its own": {
			plan.Kind{Path: "/"}, map[string]string{"user-agent": "other"}, "",
			"GET /base/ HTTP/1.1|Host: HOST|User-Agent: other|X-Load-Request: 77||",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := make(chan string, 1)
			base := speak(t, func(_ int, conn net.Conn, in *bufio.Reader) {
				var text strings.Builder
				for {
					line, _ := in.ReadString('\n')
					text.WriteString(strings.ReplaceAll(line, "\r\n", "|"))
					if line == "\r\n" {
						break
					}
				}
				body := make([]byte, len(c.body))
				_, _ = io.ReadFull(in, body)
				got <- text.String() + string(body)
				_, _ = io.WriteString(conn, okay)
			})
			wire := wireTo(t, base+"/base/", c.kind, c.headers)
			out := outgoing{number: 77, body: []byte(c.body)}
			require.NoError(t, wire.send(context.Background(), &out))
			require.Equal(t, 200, out.status)
			host := strings.TrimPrefix(base, "http://")
			require.Equal(t, strings.ReplaceAll(c.want, "HOST", host), <-got)
		})
	}
}

// A request is sent once. A kept connection that breaks ends the request; it
// is not sent again over another, whatever its method: the service would see
// two where one is counted.
func TestNothingIsSentTwice(t *testing.T) {
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE"} {
		for _, body := range []string{"", "some"} {
			t.Run(method+" "+body, func(t *testing.T) {
				var seen atomic.Int32
				base := speak(t, func(_ int, conn net.Conn, in *bufio.Reader) {
					for {
						r, err := http.ReadRequest(in)
						if err != nil {
							return
						}
						_, _ = io.Copy(io.Discard, r.Body)
						if seen.Add(1) == 2 {
							return
						}
						answer := okay
						if method == "HEAD" {
							answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
						}
						_, _ = io.WriteString(conn, answer)
					}
				})
				wire := wireTo(t, base, plan.Kind{Method: method, Path: "/"}, nil)
				out := outgoing{number: 1, body: []byte(body)}
				require.NoError(t, wire.send(context.Background(), &out))
				err := wire.send(context.Background(), &out)
				require.Error(t, err)
				require.Equal(t, ClassReset, classify(err))
				require.EqualValues(t, 2, seen.Load())
			})
		}
	}
}

// What can go wrong has a name.
func TestClasses(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	nobody := "http://" + free.Addr().String()
	require.NoError(t, free.Close())

	answer := func(text string) string {
		return speak(t, func(_ int, conn net.Conn, in *bufio.Reader) {
			_, _ = http.ReadRequest(in)
			_, _ = io.WriteString(conn, text)
		})
	}
	aborts := speak(t, func(_ int, conn net.Conn, in *bufio.Reader) {
		_, _ = in.Peek(1)
		_ = conn.(*net.TCPConn).SetLinger(0) // a reset, not an end
	})
	for name, c := range map[string]struct{ base, class string }{
		"nobody listens":         {nobody, ClassConnect},
		"no such interface":      {"http://[fe80::1%25nowhere]:1", ClassConnect},
		"closed without a word":  {answer(""), ClassReset},
		"aborted":                {aborts, ClassReset},
		"cut off in the body":    {answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"), ClassReset},
		"cut off in the header":  {answer("HTTP/1.1 200 OK\r\nA: b\r\n"), ClassReset},
		"cut off within a line":  {answer("HTTP/1.1 200 OK\r\nContent-Le"), ClassProtocol}, // net/http cannot tell it from garbage
		"not HTTP":               {answer("SSH-2.0-OpenSSH\r\n\r\n"), ClassProtocol},
		"a length that is none":  {answer("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), ClassProtocol},
		"a chunk that is none":   {answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), ClassProtocol},
		"two lengths":            {answer("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), ClassProtocol},
		"an answer without end":  {answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"), ClassReset},
		"a header without limit": {answer("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 11<<20)), ClassProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			wire := wireTo(t, c.base, plan.Kind{Path: "/"}, nil)
			err := wire.send(context.Background(), &outgoing{number: 1})
			require.Error(t, err)
			require.Equal(t, c.class, classify(err), "%v", err)
		})
	}
}

// A machine without a descriptor or a port left says so, and does not call it
// the service's refusal.
func TestOwnLimitsHaveAName(t *testing.T) {
	for own, class := range map[syscall.Errno]string{
		syscall.EMFILE: ClassDescriptors, syscall.ENFILE: ClassDescriptors, syscall.EADDRNOTAVAIL: ClassPorts,
		syscall.ENOBUFS: ClassMemory, syscall.ENOMEM: ClassMemory,
	} {
		wire := newHTTP(Config{
			Clock: clock.NewWall(), Plan: &plan.Plan{Kinds: []plan.Kind{{Path: "/"}}}, Base: &url.URL{Scheme: "http", Host: "127.0.0.1"},
			dial: func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("socket", own)}
			},
		})
		err := wire.send(context.Background(), &outgoing{number: 1})
		require.Equal(t, class, classify(err), "%v", err)
	}
}

// A redirect is an answer: traffic goes where the plan says and nowhere else.
func TestRedirectsAreNotFollowed(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		require.Equal(t, "/", r.URL.Path)
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}))
	defer server.Close()
	wire := wireTo(t, server.URL, plan.Kind{Path: "/"}, nil)
	out := outgoing{number: 1}
	require.NoError(t, wire.send(context.Background(), &out))
	require.Equal(t, 302, out.status)
}

// An answer is read to its end, however long, and its connection used again;
// what the criterion reads of it is bounded, and nothing of one answer is
// left in the next.
func TestAnswersAreReadWhole(t *testing.T) {
	var connections atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := map[string]int{"1": 2 * mostKept, "2": 10}[r.Header.Get("X-Load-Request")]
		_, _ = fmt.Fprint(w, strings.Repeat("x", n))
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	wire := wireTo(t, server.URL, plan.Kind{Path: "/"}, nil)
	out := outgoing{number: 1, keep: true}
	require.NoError(t, wire.send(context.Background(), &out))
	require.Len(t, out.answer, mostKept)
	out.number = 2
	require.NoError(t, wire.send(context.Background(), &out))
	require.Equal(t, "xxxxxxxxxx", string(out.answer))
	require.EqualValues(t, 1, connections.Load())
}
