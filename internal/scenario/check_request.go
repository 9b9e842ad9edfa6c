package scenario

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/scaling"
)

const (
	mostSummary    = 1000 // bytes
	mostKinds      = 100  // a report draws a line for each, and each arrival asks all for the next
	mostPath       = 2048 // bytes
	mostHeader     = 8192 // bytes of a value
	longestTimeout = Duration(24 * time.Hour)
)

// path checks where a kind of request goes. What it holds is sent as it
// stands, so nothing is allowed that one of those on the way would rewrite:
// the emulated load balancer would then route something else than AWS's.
func (c *checker) path(at, p string) {
	bare, _, _ := strings.Cut(p, "?")
	switch {
	case !strings.HasPrefix(p, "/") || strings.ContainsAny(p, " #\t\r\n"):
		c.s.fault(at, "", "%q is not a path: it begins with / and has neither spaces nor #", p)
	case len(p) > mostPath:
		c.s.fault(at, "", "a path has at most %d characters", mostPath)
	case strings.HasPrefix(p, "//"):
		c.s.fault(at, "", "%q names a host by its //: a path begins with one /", p)
	case strings.ContainsFunc(p, unsendable) || strings.ContainsAny(p, "\"<>\\^`{|}"):
		c.s.fault(at, "", "%q holds a character that no path may: write it in percent, as %%C3%%A9 for é", p)
	case !decodes(p):
		c.s.fault(at, "", "%q holds a %% that two hexadecimal digits do not follow: write %%25 for the character itself", p)
	case slices.ContainsFunc(strings.Split(bare, "/"), dots):
		c.s.fault(at, "", "%q goes through . or ..: write the path that is meant", p)
	}
}

// decodes says whether all that is written in percent can be read, in the
// query too.
func decodes(p string) bool {
	_, err := url.PathUnescape(p)
	return err == nil
}

// dots says that a segment of a path means another one.
func dots(segment string) bool {
	s, _ := url.PathUnescape(segment)
	return s == "." || s == ".."
}

func (c *checker) body(path string, k Kind) {
	b := k.Body
	if b == nil {
		return
	}
	given := 0
	for _, is := range []bool{b.Template != "", b.Inline != "", b.OTLP != nil} {
		if is {
			given++
		}
	}
	if given != 1 {
		c.s.fault(path, "", "a body has one of template, inline and otlp")
	}
	if b.CSV != "" && b.OTLP != nil {
		c.s.fault(path+".csv", "", "csv is for the placeholders of text, and an export has none: write it as a template")
	}
	if b.Rows != "" && b.CSV == "" {
		c.s.fault(path+".rows", "", "rows says which row of csv a body has its values from, and this body has no csv")
	}
	for _, h := range keys(k.Headers) {
		if b.Gzip && http.CanonicalHeaderKey(h) == "Content-Encoding" && k.Headers[h] != "gzip" {
			c.s.fault(strings.TrimSuffix(path, ".body")+".headers."+h, "", "the body is sent as gzip, and this header says %q: leave one of them out", k.Headers[h])
		}
	}
}

// ownHeaders follow from the body and the connection, or tell requests apart;
// what a scenario said there would be dropped without a word.
var ownHeaders = []string{"Connection", "Content-Length", "Trailer", "Transfer-Encoding", "Upgrade", http.CanonicalHeaderKey(scaling.RequestHeader)}

func (c *checker) headers(path string, headers map[string]string) {
	written := map[string]string{}
	for _, h := range keys(headers) {
		at, v := path+"."+h, headers[h]
		if !headerName.MatchString(h) {
			c.s.fault(at, "", "%q is not a header's name", h)
		}
		if slices.Contains(ownHeaders, http.CanonicalHeaderKey(h)) {
			c.s.fault(at, "", "the header %s is set by the sender: leave it out", h)
		}
		if first, twice := written[http.CanonicalHeaderKey(h)]; twice {
			c.s.fault(at, "", "the headers %s and %s are one: case tells none apart", first, h)
		}
		written[http.CanonicalHeaderKey(h)] = h
		if strings.EqualFold(h, scaling.TraceHeader) && c.doc.Scenario.Traffic.Traceparent > 0 {
			c.s.fault(at, "", "traffic.traceparent sets the header %s on a share of the requests: leave out one of the two", h)
		}
		switch {
		case strings.ContainsAny(v, "\r\n\x00"):
			c.s.fault(at, "", "the header %s holds a line break", h)
		case strings.ContainsFunc(v, unsendable):
			c.s.fault(at, "", "the header %s holds a character outside ASCII", h)
		case len(v) > mostHeader:
			c.s.fault(at, "", "the header %s has more than %d characters", h, mostHeader)
		}
	}
}

// unsendable says that a character has no place in a request's head.
func unsendable(r rune) bool { return r != '\t' && (r < ' ' || r > '~') }
