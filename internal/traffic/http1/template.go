package http1

import (
	"errors"
	"fmt"
	"maps"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"scaleproof/internal/scaling"
)

// Request is what all requests of a kind share.
type Request struct {
	// Method is GET where it is empty.
	Method string
	// URL has the path and the query that are asked for, which go out as they
	// are escaped in it, and where Host is empty the host.
	URL *url.URL
	// Host is the Host field's value, where it is another than the URL's.
	Host string
	// Header are the other fields. What frames the request, tells it apart or
	// belongs to the connection may not be among them. No field is added to
	// them on its own: without a User-Agent none is sent, nor with an empty one.
	Header map[string][]string
	// Close asks the service to close the connection after its response.
	Close bool
}

// Template is a kind's requests, rendered but for number and body. It is
// immutable, and safe for concurrent use. Make one with NewTemplate.
type Template struct {
	head   bool
	sized  bool   // a body of no bytes has a length too
	prefix []byte // up to the request's number
}

// framed are the fields that the template writes on its own, or never.
var framed = []string{
	"Connection", "Content-Length", "Host", "Keep-Alive", "Proxy-Connection",
	"Trailer", "Transfer-Encoding", "Upgrade", textproto.CanonicalMIMEHeaderKey(scaling.RequestHeader),
}

// NewTemplate renders a request. It names all that is wrong with it: nothing
// is sent that could be read as two requests, or that a server would see as
// something else than was asked for.
func NewTemplate(r Request) (*Template, error) {
	method := r.Method
	if method == "" {
		method = "GET"
	}
	faults := []error{checkMethod(method), checkURL(r.URL)}
	if r.URL == nil {
		return nil, errors.Join(faults...)
	}
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	faults = append(faults, checkHost(host))
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, r.URL.RequestURI(), withoutZone(host))
	if r.Close {
		b.WriteString("Connection: close\r\n")
	}
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		for _, value := range r.Header[name] {
			faults = append(faults, checkField(name, value))
			writeField(&b, textproto.CanonicalMIMEHeaderKey(name), textproto.TrimString(value))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	b.WriteString(scaling.RequestHeader + ": ")
	return &Template{
		head:   method == "HEAD",
		sized:  method == "POST" || method == "PUT" || method == "PATCH",
		prefix: []byte(b.String()),
	}, nil
}

// writeField writes a field; an empty User-Agent is none.
func writeField(b *strings.Builder, name, value string) {
	if name != "User-Agent" || value != "" {
		b.WriteString(name + ": " + value + "\r\n")
	}
}

func checkMethod(method string) error {
	switch {
	case !isToken(method):
		return fmt.Errorf("the method %q is no token", method)
	case method == "CONNECT":
		return errors.New("the method CONNECT asks for a tunnel: it is no request to a service")
	}
	return nil
}

func checkURL(u *url.URL) error {
	switch {
	case u == nil:
		return errors.New("no URL")
	case u.Opaque != "":
		return fmt.Errorf("the URL %q has no path: write //host/path after its scheme", u)
	}
	target := u.RequestURI()
	if !strings.HasPrefix(target, "/") {
		return fmt.Errorf("the path %q does not begin with /", target)
	}
	for _, c := range []byte(target) {
		if c <= ' ' || c >= 0x7f || c == '#' {
			return fmt.Errorf("the path and query %q hold %q: write it in percent, as %%%02X", target, c, c)
		}
	}
	return nil
}

// hostBytes are all but letters and digits that a host with its port has: RFC
// 3986 section 3.2.2.
const hostBytes = "!$%&'()*+,-.:;=[]_~"

func checkHost(host string) error {
	if host == "" {
		return errors.New("no host")
	}
	for _, c := range []byte(host) {
		if c >= 0x80 {
			return fmt.Errorf("the host %q is not ASCII: write it as its DNS name, xn--...", host)
		}
		if !isLetterOrDigit(c) && strings.IndexByte(hostBytes, c) < 0 {
			return fmt.Errorf("the host %q holds %q, which no host has", host, c)
		}
	}
	return nil
}

func isLetterOrDigit(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// withoutZone takes the zone out of an IPv6 address: it means something on
// this machine alone (RFC 6874 section 4).
func withoutZone(host string) string {
	end := strings.LastIndexByte(host, ']')
	if !strings.HasPrefix(host, "[") || end < 0 {
		return host
	}
	if zone := strings.LastIndexByte(host[:end], '%'); zone >= 0 {
		return host[:zone] + host[end:]
	}
	return host
}

func checkField(name, value string) error {
	switch {
	case !isToken(name):
		return fmt.Errorf("the field's name %q is no token", name)
	case slices.Contains(framed, textproto.CanonicalMIMEHeaderKey(name)):
		return fmt.Errorf("the field %s is the sender's own: leave it out", name)
	}
	if at := text([]byte(value)); at < len(value) {
		return fmt.Errorf("the field %s holds %q, a control character", name, value[at])
	}
	return nil
}

func isToken(s string) bool {
	for _, c := range []byte(s) {
		if lower[c] == 0 {
			return false
		}
	}
	return s != ""
}

// Head says that the method is HEAD: the response to it has no body.
func (t *Template) Head() bool { return t.head }

const (
	traceField  = "\r\n" + scaling.TraceHeader + ": "
	lengthField = "\r\nContent-Length: "
	endOfHead   = "\r\n\r\n"
	mostDigits  = 20
	mostTrace   = 55 // bytes of a traceparent: W3C Trace Context section 3.2 [D]
)

// AppendHead appends a request's head to dst: the one with a number, and a
// body of so many bytes, which is to follow it on the wire.
func (t *Template) AppendHead(dst []byte, number uint64, body int) []byte {
	return t.AppendTraced(dst, number, nil, body)
}

// AppendTraced appends the head of a request with a traceparent, whose bytes it
// does not look at: they are the plan's. Without any there is no such field.
func (t *Template) AppendTraced(dst []byte, number uint64, trace []byte, body int) []byte {
	dst = append(dst, t.prefix...)
	dst = strconv.AppendUint(dst, number, 10)
	if len(trace) > 0 {
		dst = append(append(dst, traceField...), trace...)
	}
	if t.tellsLength(body) {
		dst = append(dst, lengthField...)
		dst = strconv.AppendUint(dst, uint64(body), 10)
	}
	return append(dst, endOfHead...)
}

// tellsLength says whether there is a Content-Length. Without a body only
// those methods have one that are expected to bring one (RFC 9110 section
// 8.6).
func (t *Template) tellsLength(body int) bool { return body > 0 || t.sized }

// headSize is how many bytes AppendTraced appends.
func (t *Template) headSize(number uint64, trace []byte, body int) int {
	n := len(t.prefix) + digits(number) + len(endOfHead)
	if len(trace) > 0 {
		n += len(traceField) + len(trace)
	}
	if t.tellsLength(body) {
		n += len(lengthField) + digits(uint64(body))
	}
	return n
}

// digits is how many a number has.
func digits(n uint64) int {
	d := 1
	for ; n >= 10; n /= 10 {
		d++
	}
	return d
}
