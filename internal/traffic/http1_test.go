package traffic

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/traffic/http1"
)

// seen is what a server makes of a request.
type seen struct {
	Method, Target, Host string
	Header               http.Header
	Length               int64
	Coding               []string
	Body                 string
	Close                bool
	Left                 int // bytes after it
}

// serverSees reads a request with net/http's parser for servers.
func serverSees(t *testing.T, wire []byte) seen {
	in := bufio.NewReaderSize(bytes.NewReader(wire), len(wire)+16)
	r, err := http.ReadRequest(in)
	require.NoError(t, err, "%q", wire)
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return seen{r.Method, r.RequestURI, r.Host, r.Header, r.ContentLength, r.TransferEncoding, string(body), r.Close, in.Buffered()}
}

// viaNetHTTP is what the transport over net/http writes for a request.
func viaNetHTTP(t *testing.T, base *url.URL, k plan.Kind, headers map[string]string, number uint64, trace, body string) []byte {
	k.Name = "a"
	written := make(chan []byte, 1)
	wire := newHTTP(Config{
		Clock: clock.NewWall(), Network: somewhere,
		Plan: &plan.Plan{Kinds: []plan.Kind{k}}, Base: base, Headers: map[string]map[string]string{"a": headers},
		dial: func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			go func() { // ends with the connection, or when the request is whole
				defer far.Close()
				var got bytes.Buffer
				r, err := http.ReadRequest(bufio.NewReaderSize(io.TeeReader(far, &got), 1))
				if err == nil {
					_, _ = io.Copy(io.Discard, r.Body)
				}
				written <- got.Bytes()
				_, _ = io.WriteString(far, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
			}()
			return near, nil
		},
	})
	defer wire.closeIdle()
	require.NoError(t, wire.send(context.Background(), &outgoing{number: number, trace: []byte(trace), body: []byte(body)}))
	return <-written
}

// viaBytes is what package http1 writes for it, of the same template.
func viaBytes(t *testing.T, base *url.URL, k plan.Kind, headers map[string]string, number uint64, trace, body string) []byte {
	of := newTemplate(base, k.Method, k.Path, headers)
	template, err := http1.NewTemplate(http1.Request{Method: of.method, URL: of.url, Host: of.host, Header: of.header})
	require.NoError(t, err)
	return template.Message([]byte(body)).RenderTraced(number, []byte(trace))
}

// A server cannot tell which of the two wrote a request, but for the order of
// its fields.
func TestBytesAreWhatNetHTTPSends(t *testing.T) {
	langfuse := map[string]string{"authorization": "Basic cGs6c2s=", "Content-Type": "application/json", "x-langfuse-sdk-name": "python"}
	for _, c := range []struct {
		base    string
		kind    plan.Kind
		headers map[string]string
		body    string
	}{
		{"http://service", plan.Kind{Path: "/"}, nil, ""},
		{"http://service:8080/", plan.Kind{Path: "/health"}, nil, ""},
		{"http://service:80/base/", plan.Kind{Path: "/x/y?a=1&b=%20&c=+"}, nil, ""},
		{"http://service/base", plan.Kind{Path: "/x?"}, nil, ""},
		{"http://service", plan.Kind{Path: "/?q=a;b"}, nil, ""},
		{"http://service/a%2Fb/", plan.Kind{Path: "/caf%C3%A9/%25?%C3"}, nil, ""},
		{"http://service", plan.Kind{Method: "POST", Path: "/api/public/ingestion"}, langfuse, `{"batch":[]}`},
		{"http://service", plan.Kind{Method: "POST", Path: "/long"}, langfuse, strings.Repeat("0123456789", 10_000)},
		{"http://service", plan.Kind{Method: "POST", Path: "/x"}, langfuse, ""},
		{"http://service", plan.Kind{Method: "PUT", Path: "/x"}, nil, ""},
		{"http://service", plan.Kind{Method: "PATCH", Path: "/x"}, nil, "a"},
		{"http://service", plan.Kind{Method: "DELETE", Path: "/x"}, nil, ""},
		{"http://service", plan.Kind{Method: "DELETE", Path: "/x"}, nil, "a"},
		{"http://service", plan.Kind{Method: "GET", Path: "/x"}, nil, "a body, oddly"},
		{"http://service", plan.Kind{Method: "HEAD", Path: "/x"}, nil, ""},
		{"http://service", plan.Kind{Method: "OPTIONS", Path: "/x"}, nil, ""},
		{"http://10.0.0.1:8080", plan.Kind{Path: "/x"}, map[string]string{"host": "service.example"}, ""},
		{"http://[::1]:8080", plan.Kind{Path: "/x"}, nil, ""},
		{"http://[fe80::1%25eth0]:8080", plan.Kind{Path: "/x"}, nil, ""},
		{"http://service", plan.Kind{Path: "/x"}, map[string]string{"user-agent": "other/1.0", "X-Odd": "\t a  b\t ", "x-empty": ""}, ""},
		{"http://service", plan.Kind{Path: "/x"}, map[string]string{"User-Agent": "", "Expect": "100-continue", "Te": "trailers"}, ""},
		{"http://user:secret@service", plan.Kind{Path: "/x"}, nil, ""},
	} {
		base, err := url.Parse(c.base)
		require.NoError(t, err)
		traced := plan.Plan{Seed: 7, Traceparent: 1}
		for _, number := range []uint64{0, 1, 77, 1<<64 - 1} {
			trace := "" // the one that is not traced
			if number > 0 {
				trace = string(traced.AppendTraceparent(nil, number, time.Unix(1767225600, 0)))
			}
			want := serverSees(t, viaNetHTTP(t, base, c.kind, c.headers, number, trace, c.body))
			require.Equal(t, trace, want.Header.Get("Traceparent"))
			wire := viaBytes(t, base, c.kind, c.headers, number, trace, c.body)
			require.Equal(t, want, serverSees(t, wire), "%s %v", c.base, c.kind)
			require.Zero(t, want.Left)
		}
	}
}
