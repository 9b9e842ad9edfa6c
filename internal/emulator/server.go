package emulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/model"
)

// loopback is where a server listens unless it is told otherwise: a port that
// the system gives.
const loopback = "127.0.0.1:0"

// ErrLost is the fault of a call that is carried out and whose answer never
// comes: the connection breaks.
var ErrLost = errors.New("the answer is lost")

// Config is what a server is started from.
type Config struct {
	Clock *clock.Clock
	World *model.World // owned by the server from then on

	APIAddr   string // host:port of the AWS APIs; empty: loopback, any port
	FrontAddr string // host:port of the load balancer; empty: loopback, any port

	// Fault is asked before each API call is answered, with the operation's
	// name and the number of calls of it so far, from 1. The call then waits
	// for delay in service time, and is refused where err is not nil: with its
	// code and message where it is a *model.Error; with ErrLost it is carried
	// out instead, and its caller told nothing. Nil: no faults. No two calls of
	// it overlap.
	Fault func(operation string, n int) (delay time.Duration, err error)
}

// Server answers for one world until it is closed. It is safe for concurrent
// use.
type Server struct {
	clock   *clock.Clock
	driver  *driver
	servers [2]*http.Server
	api     *net.TCPAddr
	front   *net.TCPAddr
	end     context.CancelFunc

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup // Serve loops and requests; none is added once closed
}

// Start listens and serves. Both ports are open when it returns.
func Start(cfg Config) (*Server, error) {
	apiLn, err := listen(cfg.APIAddr)
	if err != nil {
		return nil, fmt.Errorf("listen for the AWS APIs: %w", err)
	}
	frontLn, err := listen(cfg.FrontAddr)
	if err != nil {
		apiLn.Close()
		return nil, fmt.Errorf("listen for the load balancer: %w", err)
	}
	s := &Server{clock: cfg.Clock, driver: newDriver(cfg.Clock, cfg.World), api: reachable(apiLn), front: reachable(frontLn)}
	ctx, end := context.WithCancel(context.Background())
	s.end = end
	s.serve(ctx, 0, apiLn, newAPI(s.clock, s.driver, s.front, cfg.Fault))
	s.serve(ctx, 1, frontLn, &front{clock: s.clock, driver: s.driver, sticky: newCookies(cfg.World.Config())})
	return s, nil
}

func listen(addr string) (net.Listener, error) {
	if addr == "" {
		addr = loopback
	}
	return net.Listen("tcp", addr)
}

// reachable is the address by which this host finds a listener: that of one
// that listens on all addresses is loopback's.
func reachable(ln net.Listener) *net.TCPAddr {
	addr := *ln.Addr().(*net.TCPAddr)
	if addr.IP.IsUnspecified() {
		addr.IP = net.IPv4(127, 0, 0, 1)
	}
	return &addr
}

// fatal lets a panic end the process. net/http would swallow it, with the
// world's lock taken, and everything that came after would hang.
func fatal() {
	if p := recover(); p == http.ErrAbortHandler {
		panic(p)
	} else if p != nil {
		stack := debug.Stack()
		go panic(fmt.Sprintf("%v\n%s", p, stack))
	}
}

// mostStreams is how many requests may be on one connection of HTTP/2. A limit
// that is met would be one in wall time: who waits for room on a connection
// holds the clock, and no room would come.
const mostStreams = 1 << 30

// serve runs one of the two HTTP servers. It has no limits in wall time: on a
// stepping clock an hour of silence may be nothing.
func (s *Server) serve(ctx context.Context, i int, ln net.Listener, h http.Handler) {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	s.servers[i] = &http.Server{
		Protocols: protocols, HTTP2: &http.HTTP2Config{MaxConcurrentStreams: mostStreams},
		BaseContext: func(net.Listener) context.Context { return ctx },
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !s.begin() {
				panic(http.ErrAbortHandler)
			}
			defer s.running.Done()
			defer fatal()
			h.ServeHTTP(w, r)
		}),
	}
	s.begin()
	go func() { // ends when the server is closed
		defer s.running.Done()
		_ = s.servers[i].Serve(ln) // always ErrServerClosed: the listener is ours
	}()
}

// begin counts a goroutine that touches the world, unless it is too late.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.running.Add(1)
	}
	return !s.closed
}

// Endpoint is the base URL of the AWS APIs, for AWS_ENDPOINT_URL.
func (s *Server) Endpoint() string { return "http://" + s.api.String() }

// FrontURL is the base URL of the load balancer.
func (s *Server) FrontURL() string { return "http://" + s.front.String() }

// Close ends the server: whoever is parked in it sees its connection closed,
// and the world lives no further.
// It returns when all of its goroutines that touch the world have ended, or
// with the context's cause.
func (s *Server) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.end()
	err := errors.Join(s.servers[0].Close(), s.servers[1].Close())
	ended := make(chan struct{})
	go func() { // ends with the last request
		s.running.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		s.driver.end()
		return err
	case <-ctx.Done():
		return errors.Join(err, context.Cause(ctx))
	}
}
