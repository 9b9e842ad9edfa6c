// Package metrics serves a run's numbers to Prometheus while it goes on. They
// are added up from the timeline's events as they are written, by the same
// package that exports a run that is over: at the end the counters are the sums
// of its windows. Nothing is asked of the engine, and a scrape waits for no
// request.
//
//	e, err := metrics.Listen("127.0.0.1:9464")
//	writer.Tap(e.Feed)
//	defer e.Close()
//
// Histograms are classic ones with fixed bounds. Native ones were rejected: the
// text format has none, and a Prometheus before version 3 drops them unless it
// is told otherwise. Requests that ended without an answer are in the last
// bucket, the one without a bound: a percentile of those that were answered
// would make a service look fast that answers nothing.
//
// It refuses to listen beyond loopback unless the address names a host.
package metrics

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"scaleproof/internal/export"
	"scaleproof/internal/timeline"
)

// Path is where the numbers are.
const Path = "/metrics"

// ErrAddress is the error of an address that is none.
var ErrAddress = errors.New("write it as 127.0.0.1:9464; port 0 takes a free one")

// Endpoint serves one run's numbers. Its methods are safe for concurrent use.
type Endpoint struct {
	server   *http.Server
	listener net.Listener
	served   chan struct{} // closed when the server has ended

	mu    sync.Mutex
	state state
}

// state is what is told. The zero value is a run of which nothing is known.
type state struct {
	started timeline.Started
	known   bool // started was seen
	now     time.Time
	stage   timeline.Stage
	staged  bool
	rate    timeline.Rate
	changed bool            // rate was seen
	window  timeline.Window // the last
	starved map[string]int  // windows by cause
	totals  export.Totals
	broken  int // windows that could not be read
}

// Listen begins to serve at a TCP address, host and port; without a host on
// loopback.
func Listen(address string) (*Endpoint, error) {
	host, port, err := net.SplitHostPort(address)
	if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil {
		return nil, fmt.Errorf("%q is no address: %w", address, ErrAddress)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, err
	}
	e := &Endpoint{listener: l, served: make(chan struct{})}
	registry := prometheus.NewRegistry()
	registry.MustRegister(e, collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.Handle(Path, promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	e.server = &http.Server{Handler: mux, ReadHeaderTimeout: patience, WriteTimeout: patience}
	go func() { // ends with Close
		defer close(e.served)
		_ = e.server.Serve(l)
	}()
	return e, nil
}

// patience guards against clients that hang, in wall time.
const patience = 10 * time.Second

// URL is where the numbers are.
func (e *Endpoint) URL() string { return "http://" + e.listener.Addr().String() + Path }

// Close ends the endpoint, its connections and its goroutines.
func (e *Endpoint) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if e.server.Shutdown(ctx) != nil {
		_ = e.server.Close()
	}
	<-e.served
}

// Feed takes an event in. It is a timeline.Writer's tap.
func (e *Endpoint) Feed(ev timeline.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := &e.state
	if ev.Seen.After(s.now) {
		s.now = ev.Seen
	}
	switch d := ev.Data.(type) {
	case timeline.Started:
		s.started, s.known = d, true
	case timeline.Stage:
		s.stage, s.staged = d, true
	case timeline.Rate:
		s.rate, s.changed = d, true
	case timeline.Starved:
		if s.starved == nil {
			s.starved = map[string]int{}
		}
		s.starved[d.Cause]++
	case timeline.Window:
		s.window = d
		if s.totals.Add(d) != nil {
			s.broken++
		}
	}
}
