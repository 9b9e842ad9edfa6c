package emulator

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// The load balancer's cookies: two of the same value, the second for requests
// across sites. [D]
const (
	cookieName = "AWSALB"
	cookieCORS = "AWSALBCORS"
)

// cookies are the stickiness of services; none where no target group is
// sticky, which costs a request nothing. A cookie's value is opaque to clients,
// as AWS's encrypted one is; it says which task it names, and until when in
// service time, since a client's clock may be another.
type cookies map[scaling.Service]time.Duration

func newCookies(c model.Config) cookies {
	all := cookies{}
	for _, s := range c.Services {
		if s.Stickiness > 0 {
			all[s.Service] = s.Stickiness
		}
	}
	return all
}

// read returns the task that a request's cookie names, and until when. One
// that cannot be decoded names none. [D]
func (c cookies) read(r *http.Request) (task string, until time.Time) {
	if len(c) == 0 {
		return "", time.Time{}
	}
	for _, name := range []string{cookieName, cookieCORS} {
		cookie, err := r.Cookie(name)
		if err != nil {
			continue
		}
		text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
		if err != nil {
			continue
		}
		id, at, _ := strings.Cut(string(text), " ")
		if n, err := strconv.ParseInt(at, 10, 64); err == nil {
			return id, time.Unix(n, 0)
		}
	}
	return "", time.Time{}
}

// write puts the cookies on an answer that a sticky target gave: each answer
// prolongs them. [P]
func (c cookies) write(h http.Header, service scaling.Service, a model.Answer) {
	length, sticky := c[service]
	if !sticky || a.Task == "" || a.Reason == model.ReasonTimeout || a.Reason == model.ReasonKilled {
		return
	}
	until := a.At.Add(length)
	value := base64.RawURLEncoding.EncodeToString([]byte(a.Task + " " + strconv.FormatInt(until.Unix(), 10)))
	tail := "=" + value + "; Expires=" + until.UTC().Format(http.TimeFormat) + "; Path=/"
	h["Set-Cookie"] = []string{cookieName + tail, cookieCORS + tail + "; SameSite=None; Secure"}
}
