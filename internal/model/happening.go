package model

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"scaleproof/internal/scaling"
)

// Happening is one thing that somebody, or something, does to the world in
// mid-run: a change through an API, tasks that are killed, or other people's
// requests. Exactly one of Change, Kill and Traffic is set. One that AWS would
// refuse leaves a line in the trace and changes nothing.
type Happening struct {
	At      time.Time
	Service scaling.Service // whose tasks are killed, or are changed

	Change *scaling.Change // its Service is the one above
	// StartsFail is the chance that a task of the deployment that Change begins
	// stops before it runs: a bad image.
	StartsFail Chance
	Kill       int // tasks that run are killed, drawn by key; what they work on is answered 502
	Traffic    *Traffic
}

// Traffic is other people's requests. They cost and count as all requests do;
// their answers are nobody's.
type Traffic struct {
	Method, Path string
	Body         int64         // bytes
	Every        time.Duration // from one to the next, on the average
	For          time.Duration // 0: to the end
	Uniform      bool          // evenly spaced, else as of independent users
}

// others is the least number of the requests that happenings make. A driver's
// own are below it: they set at most the highest bit.
const others = uint64(3) << 62

// numberText is how the trace writes a request's number.
func numberText(n uint64) string {
	if n < others {
		return strconv.FormatUint(n, 10)
	}
	return fmt.Sprintf("other-%d-%d", n>>40&(1<<22-1), n&(1<<40-1))
}

// happening is one that the world has yet to do, or goes on with.
type happening struct {
	Happening
	n       uint64 // its place
	service *service
	request Request
	sent    uint64
	next    int64 // of a traffic that goes on: the next arrival
	until   int64
}

// expect puts the happenings into the world's order of events.
func (w *World) expect(all []Happening) {
	for i, h := range all {
		w.happenings = append(w.happenings, &happening{Happening: h, n: uint64(i), service: w.byName[h.Service]})
		w.push(max(int64(h.At.Sub(w.cfg.Start)), w.now), evHappen, uint32(i), 0)
	}
}

func (w *World) happen(h *happening) {
	switch {
	case h.Traffic != nil:
		w.send(h)
	case h.service == nil:
		w.log("happening refused: no service %s", h.Service)
	case h.Change != nil:
		w.change(h)
	default:
		w.log("happening kill %d service=%s", h.Kill, h.Service.Name)
		w.strike(h.service, h.Kill, h.n)
	}
}

// change does somebody else's change.
func (w *World) change(h *happening) {
	c := *h.Change
	c.Service = h.Service
	w.log("happening %s service=%s", strings.Join(told(c), " "), h.Service.Name)
	if _, err := w.apply(c); err != nil {
		w.log("happening refused: %v", err)
	} else if c.Deploy && h.StartsFail > 0 {
		h.service.primary().stillborn = h.StartsFail
	}
}

// told is a change in words, for the trace.
func told(c scaling.Change) []string {
	words := []string{string(c.Op)}
	for _, v := range []struct {
		name string
		n    *int
	}{{"desired", c.Desired}, {"max", c.Max}, {"min", c.Min}} {
		if v.n != nil {
			words = append(words, fmt.Sprintf("%s=%d", v.name, *v.n))
		}
	}
	if c.Deploy {
		words = append(words, "deploy")
	}
	if c.Suspended != nil {
		words = append(words, fmt.Sprintf("suspended=%+v", *c.Suspended))
	}
	if c.Policy != nil {
		words = append(words, "policy="+c.Policy.Name)
	}
	return words
}
