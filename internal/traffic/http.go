package traffic

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
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
	keep   bool // the answer's body is wanted

	status int
	answer []byte
	model  time.Duration // what an emulator says that the answer took in its world; 0: it says nothing
}

// mostKept is how much of an answer's body is kept for the criterion of
// success; the rest is read and thrown away, and the criterion fails.
const mostKept = 1 << 20

// httpTransport sends over net/http's HTTP/1.1: as many connections as are
// needed, kept open without a limit, no proxy, no redirect, no compression,
// no time-out of its own.
//
// net/http silently sends a request again when a kept connection breaks and
// it believes that the request can be repeated. A load test must not: the
// service would see two where one is counted. It believes so of a request
// whose body can be had again (GetBody) and of a GET without a body; so no
// request here has a GetBody, and one without a body gets an empty one of
// unknown length whose encoding, identity, adds nothing to the wire.
type httpTransport struct {
	rt    *http.Transport
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
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	if c.dial == nil {
		c.dial = (&net.Dialer{}).DialContext
	}
	t := &httpTransport{rt: &http.Transport{
		DialContext:         c.dial,
		DisableCompression:  true,
		MaxIdleConnsPerHost: 1 << 30, // 0 would mean two
		WriteBufferSize:     writeBuffer(c.Plan),
		Protocols:           &protocols,
	}}
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
		Body: io.NopCloser(bytes.NewReader(r.body)), ContentLength: int64(len(r.body)),
	}
	if len(r.body) == 0 && t.method != http.MethodPost && t.method != http.MethodPut && t.method != http.MethodPatch {
		req.TransferEncoding = []string{"identity"}
	} else if len(r.body) == 0 {
		req.Body = http.NoBody // Content-Length: 0; net/http repeats none of these methods
	}
	return req.WithContext(ctx)
}

func (t *httpTransport) send(ctx context.Context, r *outgoing) error {
	r.status, r.answer, r.model = 0, r.answer[:0], 0
	res, err := t.rt.RoundTrip(t.kinds[r.kind].request(ctx, r))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if err := r.read(res.Body); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	r.status = res.StatusCode
	r.model = modelled(res.Header.Get("Server-Timing"))
	return nil
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

func (t *httpTransport) closeIdle() { t.rt.CloseIdleConnections() }

// closedIdle are net/http's words for a kept connection that the far end
// closed as the request went out; it has no value for it.
const closedIdle = "http: server closed idle connection"

// ownLimits are what a dial fails with when this machine is at its end.
var ownLimits = []error{
	syscall.EMFILE, syscall.ENFILE, syscall.EADDRNOTAVAIL, syscall.ENOBUFS, syscall.ENOMEM,
}

// classify names the class of a failed send.
func classify(err error) string {
	var op *net.OpError
	var dns *net.DNSError
	for _, own := range ownLimits {
		if errors.Is(err, own) {
			return ClassGenerator
		}
	}
	switch {
	case errors.As(err, &dns), errors.As(err, &op) && op.Op == "dial":
		return ClassConnect
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		errors.Is(err, net.ErrClosed), err.Error() == closedIdle:
		return ClassReset
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return ClassTimeout
	}
	return ClassProtocol
}
