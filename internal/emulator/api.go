package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/emulator/wire"
	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// api answers AWS calls at the present. It holds the clock under an id of its
// own from when it has read a call until it writes the answer, so that a client that knows nothing of clocks (the aws
// CLI) is served on a stepping one too.
type api struct {
	clock  *clock.Clock
	driver *driver
	front  *net.TCPAddr
	began  time.Time
	fault  func(string, int) (time.Duration, error)

	mu    sync.Mutex
	calls int
	count map[string]int // calls of each operation
}

func newAPI(c *clock.Clock, d *driver, front *net.TCPAddr, fault func(string, int) (time.Duration, error)) *api {
	return &api{clock: c, driver: d, front: front, began: c.Now(), fault: fault, count: map[string]int{}}
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if path, ok := strings.CutPrefix(r.URL.Path, "/_control/"); ok {
		a.control(w, r, path)
		return
	}
	n := a.number()
	id := fmt.Sprintf("api-%d", n)
	// A client that takes its time with the body must not keep time from going
	// on; one that knows of clocks holds it for the call.
	call, err := wire.Read(r, fmt.Sprintf("00000000-0000-4000-8000-%012x", n))
	a.clock.Hold(id)
	defer a.clock.Release(id)
	if err == nil {
		err = a.disturb(r, call, id, n)
	}
	var out any
	lost := errors.Is(err, ErrLost)
	if err == nil || lost {
		out, err = a.do(call)
	}
	if lost {
		panic(http.ErrAbortHandler) // net/http closes the connection without a word
	}
	a.clock.Release(id) // nor with the answer
	if err == nil {
		err = call.Answer(w, out)
	}
	if err != nil {
		call.Refuse(w, fault(err))
	}
	_ = http.NewResponseController(w).Flush() // the client is gone where this fails
}

func (a *api) number() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls++
	return a.calls
}

// do runs an operation under the world's lock.
func (a *api) do(call *wire.Call) (out any, err error) {
	run, ok := operations[call.Service][call.Operation]
	if !ok {
		return nil, &wire.Fault{Code: "UnknownOperationException",
			Message: fmt.Sprintf("%s %s is not emulated", call.Service, call.Operation)}
	}
	a.driver.touch(func(w *model.World, now time.Time) []model.Answer {
		out, err = run(present{world: w, config: w.Config(), now: now, front: a.front}, call)
		return nil
	})
	return out, err
}

// disturb does what the configured fault says. A caller that holds the clock
// for its call is parked like one that does not.
func (a *api) disturb(r *http.Request, call *wire.Call, id string, n int) error {
	if a.fault == nil {
		return nil
	}
	a.mu.Lock()
	a.count[call.Operation]++
	delay, err := a.fault(call.Operation, a.count[call.Operation])
	a.mu.Unlock()
	if delay > 0 && !a.park(r, call, id, delay, n) {
		panic(http.ErrAbortHandler)
	}
	return err
}

// park waits for delay in service time, with the caller's own hold given up
// for as long.
func (a *api) park(r *http.Request, call *wire.Call, id string, delay time.Duration, n int) bool {
	caller := scaling.CallID(call.Invocation)
	held := call.Invocation != "" && slices.Contains(a.clock.Holders(), caller)
	w := a.clock.Waiter(id)
	e := a.clock.At(a.clock.Now().Add(delay), clock.RankAnswer, unnumbered|uint64(n), func() {
		if held {
			a.clock.Hold(caller)
		}
		w.Wake()
	})
	if held {
		a.clock.Release(caller)
	}
	if w.Wait(r.Context().Done()) {
		return true
	}
	a.clock.Cancel(e)
	return false
}

// fault puts an error into AWS's words; what is not a refusal is the
// emulator's own failure.
func fault(err error) *wire.Fault {
	var f *wire.Fault
	if errors.As(err, &f) {
		return f
	}
	var refusal *model.Error
	if errors.As(err, &refusal) {
		return &wire.Fault{Code: refusal.Code, Message: refusal.Message}
	}
	return &wire.Fault{Code: "InternalFailure", Message: err.Error(), Status: http.StatusInternalServerError, Receiver: true}
}

// control tells what no AWS service would: that this is an emulator, and its
// time.
func (a *api) control(w http.ResponseWriter, r *http.Request, path string) {
	var answer any
	switch {
	case r.Method != http.MethodGet:
		http.Error(w, "only GET", http.StatusMethodNotAllowed)
		return
	case path == "clock":
		answer = Time{Mode: a.clock.Mode(), Now: a.clock.Now(), Speed: a.clock.Speed(), Start: a.began}
	case path == "health":
		answer = map[string]string{"status": "ok"}
	default:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer) // only the connection can fail
}

// Time is the answer of GET /_control/clock.
type Time struct {
	Mode  clock.Mode `json:"mode"`
	Now   time.Time  `json:"now"`   // service time
	Speed float64    `json:"speed"` // service seconds a second; 0 on a stepping clock that nothing limits
	Start time.Time  `json:"start"` // service time at which the server started
}
