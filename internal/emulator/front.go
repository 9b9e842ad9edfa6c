package emulator

import (
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// unnumbered is the bit that marks the numbers which the front gives to
// requests that carry none.
const unnumbered = 1 << 63

// front is the load balancer as a client sees it.
//
// A request that carries its number is held by both ends under the number's
// id: the client takes the hold before it sends and gives it up when it has
// read the answer, and the front only lends it to the clock while the request
// waits inside the world. One without a number, or with one that nobody holds
// since it comes from another process, is held by the front alone, and only
// while it goes into the world and out again: a client that takes its time
// with a body or an answer must not keep time from going on. Where no answer
// is written, since the client is gone, the front gives the hold up in both
// cases.
type front struct {
	clock  *clock.Clock
	driver *driver
	sticky cookies
	fresh  atomic.Uint64
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	number, own := f.number(r)
	id := scaling.RequestID(number)
	size, err := measure(r)
	if err != nil {
		f.clock.Release(id)
		panic(http.ErrAbortHandler) // half a request; net/http closes the connection without a word
	}
	if !f.clock.Held(id) { // a client that knows of clocks holds it already
		own = true
		f.clock.Hold(id)
	}
	// Rules and costs match the path as it was sent, as an ALB's do.
	in := model.Request{Number: number, Method: r.Method, Path: r.URL.EscapedPath(), Body: size}
	var until time.Time
	in.Target, until = f.sticky.read(r)
	flight := f.driver.enter(in, until, id, f.next)
	if !flight.waiter.Wait(r.Context().Done()) {
		f.clock.Hold(id)
		f.driver.leave(flight)
		f.clock.Release(id)
		panic(http.ErrAbortHandler)
	}
	if own {
		f.clock.Release(id)
	}
	if len(f.sticky) > 0 {
		f.sticky.write(w.Header(), f.driver.service(in.Path), flight.answer)
	}
	if err := write(w, flight); err != nil {
		f.clock.Release(id)
	}
}

// number reads a request's number, or gives it one; own says the latter.
func (f *front) number(r *http.Request) (number uint64, own bool) {
	if h := r.Header[scaling.RequestHeader]; len(h) == 1 {
		n, err := strconv.ParseUint(h[0], 10, 63)
		if err == nil && n > 0 {
			return n, false
		}
	}
	return f.next(), true
}

func (f *front) next() uint64 { return unnumbered | f.fresh.Add(1) }

// measure reads a body to its end and counts what it holds: unpacked, since
// that is what the service works on. What says that it is gzip and is not
// holds nothing.
func measure(r *http.Request) (size int64, err error) {
	if r.Header.Get("Content-Encoding") != "gzip" {
		return discard(r.Body)
	}
	if unpacked, err := gzip.NewReader(r.Body); err == nil {
		size, _ = discard(unpacked)
	}
	_, err = discard(r.Body)
	return size, err
}

// buffers are for bodies, which nobody reads.
var buffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// discard reads a body to its end and counts it. net/http watches a
// connection for its close only once the body is read.
func discard(body io.Reader) (size int64, err error) {
	if body == http.NoBody {
		return 0, nil
	}
	buffer := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buffer)
	for {
		n, err := body.Read(buffer[:])
		size += int64(n)
		if err == io.EOF {
			return size, nil
		}
		if err != nil {
			return size, err
		}
	}
}
