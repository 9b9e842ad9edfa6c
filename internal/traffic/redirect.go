package traffic

import (
	"fmt"
	"net/http"
	"slices"

	"scaleproof/internal/scaling"
)

// led is the request that an answer leads a request on to; nil where it leads
// nowhere. What it may not reach the dialer refuses. The standard library's
// client would do this; it also refuses to end at the last answer that may be
// followed, keeps cookies, and sends the body again from a function.
func led(req *http.Request, res *http.Response, r *outgoing) (*http.Request, error) {
	keep := res.StatusCode == http.StatusTemporaryRedirect || res.StatusCode == http.StatusPermanentRedirect
	where := res.Header.Get("Location")
	if where == "" || !keep && !slices.Contains([]int{http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther}, res.StatusCode) {
		return nil, nil
	}
	u, err := req.URL.Parse(where)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("a redirect to %q, which is no URL of HTTP", where)
	}
	next := req.Clone(req.Context())
	next.URL, next.Body = u, http.NoBody
	switch {
	case keep && len(r.body) > 0:
		next.Body = r.lend()
	case !keep: // as browsers and the standard library have it
		next.ContentLength = 0
		next.Header.Del("Content-Type")
		if req.Method != http.MethodHead {
			next.Method = http.MethodGet
		}
	}
	if originOf(u) != originOf(req.URL) { // its secrets are the other host's no more
		own := http.Header{}
		for _, name := range []string{"User-Agent", "Accept", "Content-Type", scaling.RequestHeader, scaling.TraceHeader} {
			if v := next.Header[name]; v != nil {
				own[name] = v
			}
		}
		next.Header, next.Host = own, ""
	}
	return next, nil
}
