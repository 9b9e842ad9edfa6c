package http1

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// answers are what a server of net/http sends, by path.
var answers = map[string]http.HandlerFunc{
	"/length": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") },
	"/long":   func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("x", 100_000)) },
	"/echo": func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server-Timing", "model;dur=12.500000")
		body, _ := io.ReadAll(r.Body) // whole, before the answer begins: net/http wants it so
		_, _ = w.Write(body)
	},
	"/trailers": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Trailer", "X-Sum")
		for i := range 20 {
			_, _ = fmt.Fprintf(w, "part %d,", i)
			_ = http.NewResponseController(w).Flush()
		}
		w.Header().Set("X-Sum", "1")
	},
	"/hints": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</a.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusProcessing)
		w.WriteHeader(http.StatusCreated)
	},
	"/nothing":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
	"/notmodified": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) },
	"/close":       func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") },
}

// A conversation with a server of net/http over one connection, read into a
// buffer of any size: every response is whole, ends where it should, and the
// next one begins there.
func TestConversation(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Number", r.Header.Get("X-Load-Request"))
		answers[r.URL.Path](w, r)
	}))
	defer server.Close()
	for _, size := range []int{1, 7, 512, 64 << 10} {
		t.Run(strconv.Itoa(size), func(t *testing.T) {
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			require.NoError(t, err)
			defer conn.Close()
			buf, keep := make([]byte, size), make([]byte, 0, 128<<10)
			var p Parser
			ask := func(method, path, body string) {
				template, err := NewTemplate(Request{Method: method, URL: at(t, server.URL+path)})
				require.NoError(t, err)
				_, err = conn.Write(template.Message([]byte(body)).Render(9))
				require.NoError(t, err)
				p.Begin(template.Head(), keep)
				for !p.Done() {
					n, err := conn.Read(buf)
					require.NoError(t, err)
					used, err := p.Feed(buf[:n])
					require.NoError(t, err)
					require.Equal(t, n, used)
				}
			}
			for _, c := range []struct {
				method, path, body string
				status             int
				want               string
			}{
				{"GET", "/length", "", 200, "hello"},
				{"HEAD", "/length", "", 200, ""},
				{"POST", "/echo", "an echo", 200, "an echo"},
				{"PUT", "/echo", strings.Repeat("long ", 10_000), 200, strings.Repeat("long ", 10_000)},
				{"GET", "/long", "", 200, strings.Repeat("x", 100_000)},
				{"HEAD", "/long", "", 200, ""},
				{"GET", "/trailers", "", 200, "part 0,part 1,part 2,part 3,part 4,part 5,part 6,part 7,part 8,part 9,part 10,part 11,part 12,part 13,part 14,part 15,part 16,part 17,part 18,part 19,"},
				{"GET", "/hints", "", 201, ""},
				{"DELETE", "/nothing", "", 204, ""},
				{"GET", "/notmodified", "", 304, ""},
				{"GET", "/close", "", 200, ""},
			} {
				ask(c.method, c.path, c.body)
				require.Equal(t, c.status, p.Status(), c.path)
				require.Equal(t, c.want, string(p.Kept()), c.path)
				require.Equal(t, c.path == "/close", p.Close(), c.path)
				require.Equal(t, c.path == "/echo", p.Model() > 0, c.path)
			}
			_, err = conn.Read(buf)
			require.Equal(t, io.EOF, err, "it closed, as it said")
		})
	}
}
