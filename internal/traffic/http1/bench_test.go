package http1

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// typical are responses as services write them: nginx's to a health check, an
// API's behind a load balancer, the same in chunks, and a long one.
var typical = []struct{ name, data string }{
	{"small", "HTTP/1.1 200 OK\r\nServer: nginx/1.26.0\r\nDate: Mon, 23 Nov 2026 22:00:00 GMT\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"},
	{"api", apiHead + "Content-Length: 300\r\n\r\n" + strings.Repeat("x", 300)},
	{"chunked", apiHead + "Transfer-Encoding: chunked\r\n\r\n" + strings.Repeat("12c\r\n"+strings.Repeat("x", 300)+"\r\n", 3) + "0\r\n\r\n"},
	{"64KiB", apiHead + "Content-Length: 65536\r\n\r\n" + strings.Repeat("x", 65536)},
}

const apiHead = "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 22:00:00 GMT\r\nContent-Type: application/json; charset=utf-8\r\n" +
	"Connection: keep-alive\r\nX-Request-Id: 3f1d9a52-0d8e-4b7c-9a55-2f8f6c1f6c11\r\nVary: Origin, Accept-Encoding\r\n" +
	"Set-Cookie: AWSALB=Zk3j0Jb2yT0yNnVbq8m1v1uQh7e4bqk9; Expires=Mon, 30 Nov 2026 22:00:00 GMT; Path=/\r\n" +
	"Strict-Transport-Security: max-age=31536000; includeSubDomains\r\nETag: W/\"12c-8xZ\"\r\n"

// BenchmarkParse reads whole responses, beside net/http on the same bytes.
func BenchmarkParse(b *testing.B) {
	for _, r := range typical {
		data := []byte(r.data)
		b.Run(r.name+"/ours", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			var p Parser
			for b.Loop() {
				p.Begin(false, nil)
				if n, err := p.Feed(data); n != len(data) || err != nil || !p.Done() {
					b.Fatal(n, err)
				}
			}
		})
		b.Run(r.name+"/net-http", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			in, req := bytes.NewReader(nil), &http.Request{Method: "GET"}
			buffered := bufio.NewReader(in)
			for b.Loop() {
				in.Reset(data)
				buffered.Reset(in)
				res, err := http.ReadResponse(buffered, req)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, res.Body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRender makes requests of a kind with a body, beside net/http.
func BenchmarkRender(b *testing.B) {
	for _, size := range []int{0, 1 << 10, 32 << 10} {
		body := bytes.Repeat([]byte("x"), size)
		u, err := url.Parse("http://service.example:8080/api/public/ingestion?project=1")
		require.NoError(b, err)
		header := http.Header{
			"User-Agent": {"scaleproof"}, "Content-Type": {"application/json"},
			"Authorization": {"Basic cGstbGYtMTIzNDU2Nzg5MDpzay1sZi0xMjM0NTY3ODkw"},
		}
		b.Run(fmt.Sprintf("%d/ours", size), func(b *testing.B) {
			b.ReportAllocs()
			t, err := NewTemplate(Request{Method: "POST", URL: u, Header: header})
			require.NoError(b, err)
			m := t.Message(body)
			for n := uint64(0); b.Loop(); n++ {
				m.Render(n)
			}
		})
		b.Run(fmt.Sprintf("%d/traced", size), func(b *testing.B) {
			b.ReportAllocs()
			t, err := NewTemplate(Request{Method: "POST", URL: u, Header: header})
			require.NoError(b, err)
			m, trace := t.Message(body), []byte(traceparent)
			for n := uint64(0); b.Loop(); n++ {
				m.RenderTraced(n, trace)
			}
		})
		b.Run(fmt.Sprintf("%d/net-http", size), func(b *testing.B) {
			b.ReportAllocs()
			out := bufio.NewWriterSize(io.Discard, 64<<10)
			for n := uint64(0); b.Loop(); n++ {
				h := header.Clone()
				h["X-Load-Request"] = []string{fmt.Sprint(n)}
				r := &http.Request{Method: "POST", URL: u, Header: h, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(size)}
				if err := r.Write(out); err != nil {
					b.Fatal(err)
				}
				out.Reset(io.Discard)
			}
		})
	}
}
