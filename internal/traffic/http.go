package traffic

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/traffic/http1"
)

// transport is the seam between the engine and the wire.
type transport interface {
	// send sends one request, once, and reads its whole answer into r. It
	// returns as soon as ctx is done, and then has closed the connection, or
	// does so without waiting.
	send(ctx context.Context, r *outgoing) error
	// closeIdle closes the connections that no request is on.
	closeIdle()
}

// outgoing is one request and its answer. It is used again for the next.
type outgoing struct {
	kind   int
	number uint64
	trace  []byte // its traceparent; empty: it has none
	body   []byte
	lent   *atomic.Int32 // how often net/http has the body; nil: never had
	keep   bool          // the answer's body is wanted

	status int
	answer []byte
	model  time.Duration // what an emulator says that the answer took in its world; 0: it says nothing
}

// mostKept is how much of an answer's body is kept for the criterion of
// success; the rest is read and thrown away, and the criterion fails.
const mostKept = 1 << 20

// httpTransport sends over net/http: HTTP/1.1 or HTTP/2, through a proxy, to
// where a redirect leads, as the plan's Connections want it. There is no
// compression, and no time-out of its own but the one of the first byte.
type httpTransport struct {
	*pool
	kinds []template
}

// template is what all requests of a kind share.
type template struct {
	method string
	url    *url.URL
	host   string
	header http.Header
}

func newHTTP(c Config) *httpTransport {
	want, d := c.Plan.Connections, newDialer(c)
	rt := &http.Transport{
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			if c.Network.Proxy != nil {
				return d.tcp(ctx, c.Network.Proxy.Hostname(), portOf(c.Network.Proxy))
			}
			return d.dial(ctx, &url.URL{Scheme: "http", Host: address}, nil)
		},
		DialTLSContext: func(ctx context.Context, _, address string) (net.Conn, error) { // where there is no proxy
			return d.dial(ctx, &url.URL{Scheme: "https", Host: address}, nil)
		},
		TLSClientConfig:        d.tls.Clone(), // through a proxy; net/http writes into it
		DisableCompression:     true,
		WriteBufferSize:        writeBuffer(c.Plan),
		MaxResponseHeaderBytes: http1.MaxHead,
		ResponseHeaderTimeout:  wallTime(c.Clock, want.FirstByte),
		Protocols:              new(http.Protocols),
	}
	rt.Protocols.SetHTTP1(!want.HTTP2)
	rt.Protocols.SetHTTP2(want.HTTP2)
	rt.Protocols.SetUnencryptedHTTP2(want.HTTP2)
	if c.Network.Proxy != nil {
		rt.Proxy = http.ProxyURL(c.Network.Proxy)
	}
	t := &httpTransport{pool: &pool{clock: c.Clock, dialer: d, want: want, rt: rt, streams: map[string]int{}}}
	for _, k := range c.Plan.Kinds {
		t.kinds = append(t.kinds, newTemplate(c.Base, k.Method, k.Path, c.Headers[k.Name]))
	}
	return t
}

// writeBuffer is the size with which a request is one write, head and body, as
// long as that does not cost each connection more than 64 KiB.
func writeBuffer(p *plan.Plan) int {
	const head, most = 4 << 10, 64 << 10
	size := int64(head)
	for _, k := range p.Kinds {
		size = max(size, k.Body.Size+head)
	}
	return int(min(size, most))
}

func newTemplate(base *url.URL, method, path string, headers map[string]string) template {
	u := *base
	path, u.RawQuery, _ = strings.Cut(path, "?")
	u.RawPath = strings.TrimSuffix(base.EscapedPath(), "/") + path
	var err error
	if u.Path, err = url.PathUnescape(u.RawPath); err != nil { // no scenario's: it is escaped anew, as it stands
		u.Path = u.RawPath
	}
	if method == "" {
		method = http.MethodGet
	}
	t := template{method: method, url: &u, header: http.Header{"User-Agent": {"scaleproof"}}}
	for name, value := range headers {
		if http.CanonicalHeaderKey(name) == "Host" {
			t.host = value
			continue
		}
		t.header.Set(name, value)
	}
	return t
}

// request makes a request of a kind's template. The template's values are
// shared, not copied: nothing writes them.
func (t *template) request(ctx context.Context, r *outgoing) *http.Request {
	header := make(http.Header, len(t.header)+2)
	for name, values := range t.header {
		header[name] = values
	}
	header[scaling.RequestHeader] = []string{strconv.FormatUint(r.number, 10)}
	if len(r.trace) > 0 {
		header[scaling.TraceHeader] = []string{string(r.trace)}
	}
	req := &http.Request{
		Method: t.method, URL: t.url, Host: t.host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: http.NoBody,
	}
	if len(r.body) > 0 {
		req.Body, req.ContentLength = r.lend(), int64(len(r.body))
	}
	return req.WithContext(ctx)
}

// lent is a body that net/http has until it closes it, which may be after the
// answer came: of a service that answers before it has read all.
type lent struct {
	bytes.Reader
	out  *atomic.Int32
	back atomic.Bool
}

// Close implements io.Closer.
func (b *lent) Close() error {
	if !b.back.Swap(true) {
		b.out.Add(-1)
	}
	return nil
}

func (r *outgoing) lend() io.ReadCloser {
	if r.lent == nil {
		r.lent = new(atomic.Int32)
	}
	r.lent.Add(1)
	b := &lent{out: r.lent}
	b.Reset(r.body)
	return b
}

// reclaim leaves a body to net/http that it has not given back: the next
// request is rendered elsewhere.
func (r *outgoing) reclaim() {
	if r.lent != nil && r.lent.Load() > 0 {
		r.body, r.lent = nil, nil
	}
}

func (t *httpTransport) send(ctx context.Context, r *outgoing) error {
	r.status, r.answer, r.model = 0, r.answer[:0], 0
	req := t.kinds[r.kind].request(ctx, r)
	defer r.reclaim()
	for hops := t.want.Redirects; ; hops-- {
		next, err := t.once(ctx, req, r, hops > 0)
		if err != nil || next == nil {
			return err
		}
		req = next
	}
}

// once sends one request and reads its answer. Where that leads on, and may,
// it returns the request that it leads to.
func (t *httpTransport) once(ctx context.Context, req *http.Request, r *outgoing, may bool) (next *http.Request, err error) {
	l, err := t.take(ctx, req.URL)
	if err != nil {
		return nil, err
	}
	well := false
	defer func() { t.give(l, well) }()
	req.Close = t.want.Close
	res, err := l.cc.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if t.want.HTTP2 && res.ProtoMajor != 2 {
		return nil, &dialError{ClassProtocol, errNoHTTP2}
	}
	if may {
		if next, err = led(req, res, r); err != nil {
			return nil, err
		}
	}
	if next != nil {
		_, err = io.Copy(io.Discard, res.Body)
	} else {
		err = r.read(res.Body)
	}
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	well = !res.Close
	r.status = res.StatusCode
	r.model = modelled(res.Header.Get("Server-Timing"))
	return next, nil
}

// read reads a whole body, of which it keeps what is wanted.
func (r *outgoing) read(body io.Reader) error {
	if r.keep {
		kept := bytes.NewBuffer(r.answer)
		_, err := kept.ReadFrom(io.LimitReader(body, mostKept))
		r.answer = kept.Bytes()
		if err != nil {
			return err
		}
	}
	_, err := io.Copy(io.Discard, body)
	return err
}

func (t *httpTransport) closeIdle() { t.close() }
