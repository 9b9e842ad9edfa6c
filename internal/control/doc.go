// Package control lets a person see and change a run that goes on, from
// another terminal or a script: through a socket in the file system that only
// this user may connect to. docs/control.md has the protocol.
//
//	server, err := control.Listen(path, run)
//	defer server.Close()
//
//	answer, err := control.Ask(path, control.Request{Do: control.Rate, Factor: 1.5})
//
// It knows nothing of runs: what a request does is its target's, which makes it
// an event of the run's clock as an interrupt is.
//
// Note: a port on loopback was rejected. Every user of the machine could reach
// it, and so could a page in a browser.
package control

import "encoding/json"

// What a request may ask for.
const (
	Status = "status" // nothing but the answer
	Rate   = "rate"   // the plan's rates times Factor
	Pause  = "pause"  // nothing is sent any more, until it is resumed
	Resume = "resume" // the rate from before the pause
	Stop   = "stop"   // what an interrupt does: the first drains, the second ends the drain
)

// Request is one line to the socket.
type Request struct {
	Do     string  `json:"do"`               // one of the constants
	Factor float64 `json:"factor,omitempty"` // of the plan's rates, for Rate alone
}

// Answer is one line from it, one for each request and in their order.
type Answer struct {
	Error string `json:"error,omitempty"` // why the request changed nothing; empty: it did what it asked for
	// Run is how the run stands, in the target's own words. Absent where the
	// request could not be understood.
	Run json.RawMessage `json:"run,omitempty"`
}

// target is the run. Steer does what a request asks for, but Status, or says
// why not. State is how the run stands, in a type that is written as JSON.
// Both may be called by several goroutines at once.
type target interface {
	Steer(r Request) error
	State() any
}
