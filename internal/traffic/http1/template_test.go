package http1

import (
	"bufio"
	"bytes"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func at(t testing.TB, raw string) *url.URL {
	u, err := url.Parse(raw)
	require.NoError(t, err)
	return u
}

// A request is written as it is meant, and in one order, whatever the map's.
func TestRequestsAsBytes(t *testing.T) {
	for name, c := range map[string]struct {
		request Request
		body    string
		want    string
	}{
		"get": {
			Request{URL: at(t, "http://service:8080/x/y?a=1&b=%20"), Header: map[string][]string{"User-Agent": {"scaleproof"}}}, "",
			"GET /x/y?a=1&b=%20 HTTP/1.1|Host: service:8080|User-Agent: scaleproof|X-Load-Request: 77||",
		},
		"escapes stay as they are": {
			Request{URL: at(t, "http://service/caf%C3%A9/a%2Fb")}, "",
			"GET /caf%C3%A9/a%2Fb HTTP/1.1|Host: service|X-Load-Request: 77||",
		},
		"no path": {
			Request{URL: at(t, "http://service?q")}, "",
			"GET /?q HTTP/1.1|Host: service|X-Load-Request: 77||",
		},
		"post, fields sorted and trimmed": {
			Request{Method: "POST", URL: at(t, "http://service/"), Header: map[string][]string{"x-two": {" b\t", "a"}, "Accept": {"*/*"}}}, "hello",
			"POST / HTTP/1.1|Host: service|Accept: */*|X-Two: b|X-Two: a|X-Load-Request: 77|Content-Length: 5||hello",
		},
		"post of nothing": {
			Request{Method: "POST", URL: at(t, "http://service/")}, "",
			"POST / HTTP/1.1|Host: service|X-Load-Request: 77|Content-Length: 0||",
		},
		"delete of nothing": {
			Request{Method: "DELETE", URL: at(t, "http://service/")}, "",
			"DELETE / HTTP/1.1|Host: service|X-Load-Request: 77||",
		},
		"get with a body": {
			Request{URL: at(t, "http://service/")}, "q",
			"GET / HTTP/1.1|Host: service|X-Load-Request: 77|Content-Length: 1||q",
		},
		"another host, and a close": {
			Request{Method: "HEAD", URL: at(t, "http://10.0.0.1/"), Host: "service.example", Close: true}, "",
			"HEAD / HTTP/1.1|Host: service.example|Connection: close|X-Load-Request: 77||",
		},
		"an address with a zone": {
			Request{URL: at(t, "http://[fe80::1%25eth0]:80/"), Header: map[string][]string{"User-Agent": {""}}}, "",
			"GET / HTTP/1.1|Host: [fe80::1]:80|X-Load-Request: 77||",
		},
	} {
		t.Run(name, func(t *testing.T) {
			template, err := NewTemplate(c.request)
			require.NoError(t, err)
			require.Equal(t, c.request.Method == "HEAD", template.Head())
			want := strings.ReplaceAll(c.want, "|", "\r\n")
			require.Equal(t, want, string(template.Message([]byte(c.body)).Render(77)))
			require.Equal(t, want, string(template.AppendHead(nil, 77, len(c.body)))+c.body)
		})
	}
}

// What could be read as something else is refused when the template is made,
// by name.
func TestBadRequestsAreRefused(t *testing.T) {
	field := func(name, value string) Request {
		return Request{URL: at(t, "http://service/"), Header: map[string][]string{name: {value}}}
	}
	target := func(u url.URL) Request { u.Host = "service"; return Request{URL: &u} }
	for name, c := range map[string]struct {
		request Request
		says    string
	}{
		"CR LF in a value":           {field("X", "a\r\nContent-Length: 9"), `the field X holds '\r'`},
		"LF in a value":              {field("X", "a\nb"), `the field X holds '\n'`},
		"NUL in a value":             {field("X", "a\x00b"), `the field X holds '\x00'`},
		"a line break at its end":    {field("X", "a\r\n"), `the field X holds '\r'`},
		"DEL in a value":             {field("X", "a\x7f"), `the field X holds '\x7f'`},
		"in a second value":          {Request{URL: at(t, "http://service/"), Header: map[string][]string{"X": {"a", "b\n"}}}, "the field X holds"},
		"CR LF in a name":            {field("X\r\nY", "a"), `the field's name "X\r\nY" is no token`},
		"a colon in a name":          {field("X:", "a"), "is no token"},
		"a space in a name":          {field("X ", "a"), "is no token"},
		"no name":                    {field("", "a"), "is no token"},
		"a name beyond ASCII":        {field("Xé", "a"), "is no token"},
		"a length of its own":        {field("content-length", "5"), "the field content-length is the sender's own"},
		"a coding":                   {field("Transfer-Encoding", "chunked"), "is the sender's own"},
		"a trailer":                  {field("Trailer", "X"), "is the sender's own"},
		"a host among the fields":    {field("Host", "x"), "is the sender's own"},
		"a connection":               {field("Connection", "upgrade"), "is the sender's own"},
		"an upgrade":                 {field("Upgrade", "h2c"), "is the sender's own"},
		"another's number":           {field("x-load-request", "1"), "is the sender's own"},
		"a method of two words":      {Request{Method: "GET /x", URL: at(t, "http://service/")}, `the method "GET /x" is no token`},
		"a tunnel":                   {Request{Method: "CONNECT", URL: at(t, "http://service/")}, "tunnel"},
		"no URL":                     {Request{}, "no URL"},
		"no host":                    {Request{URL: at(t, "/x")}, "no host"},
		"no path":                    {Request{URL: at(t, "mailto:x")}, "has no path"},
		"a path of no slash":         {target(url.URL{Path: "*"}), "does not begin with /"},
		"a line break in the query":  {target(url.URL{Path: "/", RawQuery: "a\r\nX: y"}), `hold '\r': write it in percent, as %0D`},
		"a space in the query":       {target(url.URL{Path: "/", RawQuery: "a b"}), "as %20"},
		"a query beyond ASCII":       {target(url.URL{Path: "/", RawQuery: "é"}), "as %C3"},
		"a fragment in the query":    {target(url.URL{Path: "/", RawQuery: "a#b"}), "as %23"},
		"a line break in the host":   {Request{URL: at(t, "http://service/"), Host: "a\r\nX: y"}, `holds '\r', which no host has`},
		"a path in the host":         {Request{URL: at(t, "http://service/"), Host: "a/b"}, `holds '/', which no host has`},
		"a host beyond ASCII":        {Request{URL: at(t, "http://bücher.example/")}, "write it as its DNS name, xn--"},
		"two faults, both are named": {Request{Method: "G T", URL: at(t, "http://service/"), Host: "a b"}, "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewTemplate(c.request)
			require.ErrorContains(t, err, c.says)
		})
	}
}

// A message is used over and over, with numbers and bodies of any width.
func TestMessageIsUsedAgain(t *testing.T) {
	template, err := NewTemplate(Request{Method: "POST", URL: at(t, "http://service/")})
	require.NoError(t, err)
	m := template.Message([]byte("first"))
	for _, number := range []uint64{0, 9, 10, math.MaxUint64, 1, 12345678901} {
		require.Equal(t, string(template.AppendHead(nil, number, 5))+"first", string(m.Render(number)))
	}
	before := m.Render(1)
	m.SetBody(append(m.Body(), "in its place"...)) // longer than the first: it moves
	require.Equal(t, string(template.AppendHead(nil, 2, 12))+"in its place", string(m.Render(2)))
	m.SetBody(append(m.Body(), "short"...))
	require.Equal(t, string(template.AppendHead(nil, 3, 5))+"short", string(m.Render(3)))
	m.SetBody(nil)
	require.Equal(t, string(template.AppendHead(nil, 4, 0)), string(m.Render(4)))
	require.Equal(t, string(template.AppendHead(nil, 1, 5))+"first", string(before), "two messages' bytes are not one's")
	other := template.Message(nil)
	require.Equal(t, string(other.Render(4)), string(m.Render(4)))
}

// traceparent is that of the recommendation's examples.
const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

// A traceparent is one field more, of the one request that it is given with.
func TestTracedMessage(t *testing.T) {
	template, err := NewTemplate(Request{Method: "POST", URL: at(t, "http://service/")})
	require.NoError(t, err)
	for _, number := range []uint64{1, math.MaxUint64} {
		m := template.Message([]byte("body"))
		plain := string(m.Render(number))
		traced := strings.Replace(plain, "\r\nContent-Length", "\r\ntraceparent: "+traceparent+"\r\nContent-Length", 1)
		require.Equal(t, traced, string(m.RenderTraced(number, []byte(traceparent))))
		require.Equal(t, traced, string(template.AppendTraced(nil, number, []byte(traceparent), 4))+"body")
		require.Equal(t, plain, string(m.Render(number)), "and the next has none")
	}
}

// Once there is room for the longest body, no request allocates.
func TestRenderingAllocatesNothing(t *testing.T) {
	template, err := NewTemplate(Request{Method: "POST", URL: at(t, "http://service/x?y=z"), Header: http.Header{"User-Agent": {"scaleproof"}}})
	require.NoError(t, err)
	m, number := template.Message(make([]byte, 4096)), uint64(0)
	dst, trace := make([]byte, 0, 4096), []byte(traceparent)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		number = number*31 + 7
		body := m.Body()
		for i := range number % 4096 {
			body = append(body, byte(i))
		}
		m.SetBody(body)
		m.RenderTraced(number, trace)
		dst = template.AppendTraced(dst[:0], number, trace, len(body))
		m.Render(number)
	}))
	require.NotZero(t, number)
}

// Whatever is accepted, a server reads as one request and as it was meant.
func FuzzTemplate(f *testing.F) {
	f.Add("POST", "/x?y=z", "service:80", "X-A", "value", uint64(1), []byte("body"))
	f.Add("GET", "/%41?a b", "[::1]:80", "User-Agent", "", uint64(math.MaxUint64), []byte(nil))
	f.Add("GET", "//x", "a", "X", "a\r\nb: c", uint64(10), []byte("\r\n\r\n"))
	f.Add("M", "/#", "a%", "Accept", " \xff\t", uint64(99), []byte{0})
	f.Fuzz(func(t *testing.T, method, target, host, name, value string, number uint64, body []byte) {
		path, query, _ := strings.Cut(target, "?")
		u := &url.URL{Scheme: "http", Host: host, Path: path, RawQuery: query}
		template, err := NewTemplate(Request{Method: method, URL: u, Header: map[string][]string{name: {value}}})
		if err != nil {
			return
		}
		in := bufio.NewReader(bytes.NewReader(template.Message(body).Render(number)))
		got, err := http.ReadRequest(in)
		require.NoError(t, err)
		if method == "" {
			method = "GET"
		}
		require.Equal(t, method, got.Method)
		require.Equal(t, u.RequestURI(), got.RequestURI)
		require.Equal(t, withoutZone(host), got.Host)
		want := http.Header{}
		if trimmed := strings.Trim(value, " \t"); trimmed != "" || http.CanonicalHeaderKey(name) != "User-Agent" {
			want.Set(name, trimmed)
		}
		want["X-Load-Request"] = []string{strconv.FormatUint(number, 10)}
		if template.tellsLength(len(body)) {
			require.Equal(t, int64(len(body)), got.ContentLength)
		}
		got.Header.Del("Content-Length")
		if pragma := want["Pragma"]; len(pragma) == 1 && pragma[0] == "no-cache" {
			got.Header.Del("Cache-Control") // net/http adds it
		}
		require.Equal(t, want, got.Header)
		read, err := io.ReadAll(got.Body)
		require.NoError(t, err)
		require.Equal(t, string(body), string(read))
		require.Zero(t, in.Buffered(), "and nothing is left of it")
	})
}
