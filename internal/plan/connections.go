package plan

import (
	"fmt"
	"strings"
	"time"

	"scaleproof/internal/scenario"
)

// Connections is how requests reach the service. The zero value opens as many
// connections as there are requests at one time, keeps each for as long as
// both ends will, speaks HTTP/1.1, follows no redirect, and wakes as precisely
// as the machine can.
type Connections struct {
	// Max is how many connections are open at one time, of all kinds together;
	// 0: as many as are needed. A request that finds all of them taken waits,
	// in order of due time, and its latency goes on.
	Max int `json:"max,omitempty"`
	// Close closes each connection after its first answer (keep_alive: false);
	// the request says Connection: close.
	Close bool `json:"close,omitempty"`
	// RotateAfter and RotateRequests are when a connection is not used again:
	// it is so old, or it had so many requests. What opens in its place asks
	// for the name's addresses anew. 0: never.
	RotateAfter    time.Duration `json:"rotate_after,omitempty"`
	RotateRequests int           `json:"rotate_requests,omitempty"`
	// Connect is how long a name's address, a connection and a TLS handshake
	// may take together; FirstByte how long, from the real send, the first byte
	// of an answer. Both in service time; 0: as long as the kind's time-out,
	// which ends everything in any case.
	Connect   time.Duration `json:"connect,omitempty"`
	FirstByte time.Duration `json:"first_byte,omitempty"`
	// HTTP2 is spoken in place of HTTP/1.1: over TLS by ALPN, without TLS with
	// prior knowledge. Max is then of connections still, each with as many
	// requests at one time as the server allows.
	HTTP2 bool `json:"http2,omitempty"`
	// Redirects is how many an answer may be led on by; 0: a redirect is the
	// answer. None leads to a host that is not the environment's.
	Redirects int `json:"redirects,omitempty"`
	// Economy wakes the sender at most every EconomyTick, for less CPU and less
	// precision; false: for each arrival, as precisely as the machine can.
	Economy bool `json:"economy,omitempty"`
	// Proxy is what all connections go through, as the environment writes it,
	// with ${NAME} and not its value; empty: none.
	Proxy string `json:"proxy,omitempty"`
}

// Places is how many requests may be on the way at one time, since each needs
// a connection; 0: as many as are due. Of HTTP/2 it is for the service to say.
func (c Connections) Places() int {
	if c.HTTP2 {
		return 0
	}
	return c.Max
}

// connections are as a scenario's traffic and the service have them.
func connections(t scenario.Traffic, s scenario.Service) Connections {
	out := Connections{Economy: t.Pace == "economy", Proxy: s.Proxy}
	c := t.Connections
	if c == nil {
		return out
	}
	out.Max, out.Close = c.Max, c.KeepAlive != nil && !*c.KeepAlive
	if r := c.Rotate; r != nil {
		out.RotateAfter, out.RotateRequests = r.After.Std(), r.Requests
	}
	out.Connect, out.FirstByte = c.Connect.Std(), c.FirstByte.Std()
	out.HTTP2, out.Redirects = c.Protocol == "http2", c.Redirects
	return out
}

// String says in a few words what a plan asks for; empty where nothing.
func (c Connections) String() string {
	var all []string
	say := func(asked bool, format string, args ...any) {
		if asked {
			all = append(all, fmt.Sprintf(format, args...))
		}
	}
	say(c.HTTP2, "HTTP/2")
	say(c.Max > 0, "at most %s", thousands(c.Max))
	say(c.Close, "closed after each answer")
	say(c.RotateAfter > 0, "rotated after %s", scenario.Duration(c.RotateAfter))
	say(c.RotateRequests > 0, "rotated after %s requests", thousands(c.RotateRequests))
	say(c.Connect > 0, "made within %s", scenario.Duration(c.Connect))
	say(c.FirstByte > 0, "an answer begins within %s", scenario.Duration(c.FirstByte))
	say(c.Redirects > 0, "up to %d redirects followed", c.Redirects)
	say(c.Proxy != "", "through a proxy")
	say(c.Economy, "sent in economy")
	return strings.Join(all, ", ")
}

// EconomyTick is how often a sender in economy wakes at most.
const EconomyTick = 500 * time.Microsecond

// Plain says that nothing is asked for but HTTP/1.1 straight to the service:
// what the fastest way of sending has.
func (c Connections) Plain() bool { return !c.HTTP2 && c.Redirects == 0 && c.Proxy == "" }
