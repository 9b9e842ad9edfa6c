package traffic

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
	"scaleproof/internal/traffic/socket"
)

// drivers are both ways to send.
var drivers = map[string]func(Config) (driver, error){
	"flights": func(c Config) (driver, error) { return start(c, c.Plan.Flow()), nil },
	"lanes": func(c Config) (driver, error) {
		templates, ok := onLanes(c)
		if !ok {
			return nil, errors.New("no plan of lanes")
		}
		return startLanes(c, templates, 2, socket.Open)
	},
	"lanes, portable": func(c Config) (driver, error) {
		templates, ok := onLanes(c)
		if !ok {
			return nil, errors.New("no plan of lanes")
		}
		return startLanes(c, templates, 1, socket.Portable)
	},
}

// driven runs a plan to its end.
func driven(t *testing.T, by func(Config) (driver, error), p *plan.Plan, base string, network Network) (windows []timeline.Window) {
	u, err := url.Parse(base)
	assert.NoError(t, err)
	c := clock.NewWall()
	defer c.Stop()
	var mu sync.Mutex
	d, err := by(Config{Clock: c, Plan: p, Base: u, Start: c.Now(), Network: network, Emit: func(events ...timeline.Event) {
		mu.Lock()
		defer mu.Unlock()
		for _, e := range events {
			if w, ok := e.Data.(timeline.Window); ok {
				windows = append(windows, w)
			}
		}
	}})
	if assert.NoError(t, err) {
		assert.True(t, d.Wait("test"))
		d.Close()
	}
	return windows
}

// hostile serves each connection of its own with a function, until the test
// ends.
func hostile(t *testing.T, serve func(*talk)) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if !assert.NoError(t, err) {
		return "http://127.0.0.1:1"
	}
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	var serving sync.WaitGroup
	serving.Go(func() { // ends with the listener
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[c] = true
			mu.Unlock()
			serving.Go(func() { // ends with its connection
				serve(&talk{Conn: c, in: bufio.NewReader(c)})
				mu.Lock()
				delete(open, c)
				mu.Unlock()
				c.Close()
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for c := range open {
			c.Close()
		}
		mu.Unlock()
		serving.Wait()
	})
	return "http://" + l.Addr().String()
}

// talk is the service's end of a connection.
type talk struct {
	net.Conn
	in *bufio.Reader
}

// asked reads a request; false at the end.
func (c *talk) asked() bool {
	r, err := http.ReadRequest(c.in)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, r.Body)
	return err == nil
}

func (c *talk) says(text string) bool {
	_, err := io.WriteString(c, text)
	return err == nil
}

// stays waits until the far end closes.
func (c *talk) stays() { _, _ = io.Copy(io.Discard, c) }

// breaks resets the connection.
func (c *talk) breaks() {
	_ = c.Conn.(*net.TCPConn).SetLinger(0)
	c.Close()
}

const fine = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine"

// forever says a text again and again.
func forever(first, again string) func(*talk) {
	return func(c *talk) {
		for c.asked() && c.says(first) {
			for c.says(again) {
			}
		}
	}
}

// each answers every request of a connection.
func each(answer func(*talk) bool) func(*talk) {
	return func(c *talk) {
		for c.asked() && answer(c) {
		}
	}
}

// Services that do what no service should. Each request ends once, in the class
// that says what happened, whichever driver sent it; none is lost, none hangs.
// Where more than one stands it depends on the order in which two ends do
// something at one moment, or on what net/http makes of it.
func TestHostileServices(t *testing.T) {
	const timeout, patience = 300 * ms, time.Minute
	body, err := plan.Compile("a", plan.Source{Text: bytes.Repeat([]byte("large "), 1<<18)})
	require.NoError(t, err)
	large := func(p *plan.Plan) { p.Kinds[0].Body = body }
	log.SetOutput(io.Discard) // net/http says there what it thinks of some of them
	defer log.SetOutput(os.Stderr)
	cases := []struct {
		name  string
		serve func(*talk)
		want  []string
		plan  func(*plan.Plan)
	}{
		{"slow", each(func(c *talk) bool { c.stays(); return false }), []string{ClassTimeout}, nil},
		{"resets", each(func(c *talk) bool { c.breaks(); return false }), []string{ClassReset}, nil},
		{"resets within its answer", each(func(c *talk) bool { c.says(fine[:len(fine)-2]); c.breaks(); return false }), []string{ClassReset}, nil},
		{"resets before it is asked", func(c *talk) { c.breaks() }, []string{ClassReset, ClassConnect}, nil},
		{"half-closes", each(func(c *talk) bool { c.Conn.(*net.TCPConn).CloseWrite(); c.stays(); return false }), []string{ClassReset}, nil},
		{"half-closes within its answer", each(func(c *talk) bool {
			c.says(fine[:len(fine)-2])
			c.Conn.(*net.TCPConn).CloseWrite()
			c.stays()
			return false
		}), []string{ClassReset}, nil},
		{"half-closes at the end of an answer without a length", each(func(c *talk) bool {
			c.says("HTTP/1.1 200 OK\r\n\r\nfine")
			c.Conn.(*net.TCPConn).CloseWrite()
			c.stays()
			return false
		}), []string{"200"}, nil},
		{"trickles", each(func(c *talk) bool {
			for i := range fine {
				if !c.says(fine[i : i+1]) {
					return false
				}
				runtime.Gosched()
			}
			return true
		}), []string{"200"}, nil},
		{"trickles for too long", each(func(c *talk) bool {
			for i := range fine {
				if !c.says(fine[i : i+1]) {
					return false
				}
				time.Sleep(20 * ms)
			}
			return true
		}), []string{ClassTimeout}, nil},
		{"garbage", each(func(c *talk) bool { return c.says("\x00\xff\x16\x03garbage\r\n\r\n") }), []string{ClassProtocol}, nil},
		{"a page without a head", each(func(c *talk) bool { return c.says("<html>fine</html>\r\n") }), []string{ClassProtocol}, nil},
		{"a length that is too long, and closes", each(func(c *talk) bool {
			c.says("HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\nfine")
			return false
		}), []string{ClassReset}, nil},
		{"a length that is too long, and stays", each(func(c *talk) bool {
			c.says("HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\nfine")
			c.stays()
			return false
		}), []string{ClassTimeout}, nil},
		{"a length that is too short", each(func(c *talk) bool { return c.says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nfine") }), []string{"200", ClassReset}, nil},
		{"two lengths", each(func(c *talk) bool {
			return c.says("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 2\r\n\r\nfine")
		}), []string{ClassProtocol}, nil},
		{"a chunk that is none", each(func(c *talk) bool {
			return c.says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nfine\r\n0\r\n\r\n")
		}), []string{ClassProtocol}, nil},
		{"endless headers", forever("HTTP/1.1 200 OK\r\n", "X-More: "+strings.Repeat("more", 250)+"\r\n"), []string{ClassProtocol}, nil},
		{"one endless header", forever("HTTP/1.1 200 OK\r\nX-More: ", strings.Repeat("more", 250)), []string{ClassProtocol}, nil},
		{"endless answers that are none yet", forever("", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), []string{ClassProtocol}, nil},
		{"an endless body", forever("HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("more", 2000)), []string{ClassTimeout}, func(p *plan.Plan) { p.Kinds[0].Timeout = 400 * ms }},
		{"endless chunks", each(func(c *talk) bool {
			for c.says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"); c.says(strings.Repeat("4\r\nmore\r\n", 1000)); {
				time.Sleep(ms)
			}
			return false
		}), []string{ClassTimeout}, nil},
		{"closes what is idle", each(func(c *talk) bool { c.says(fine); return false }), []string{"200", ClassReset}, nil},
		{"answers before it is asked", func(c *talk) { c.says(fine); c.asked() }, []string{"200", ClassReset, ClassProtocol}, nil},
		{"answers twice", each(func(c *talk) bool { return c.says(fine + fine) }), []string{"200", ClassReset}, nil},
		{"answers again a little later", each(func(c *talk) bool { c.says(fine); runtime.Gosched(); return c.says(fine) }), []string{"200", ClassReset, ClassProtocol}, nil},
		{"never reads", func(c *talk) { time.Sleep(2 * timeout) }, []string{ClassTimeout}, large},
		{"refuses a large body", func(c *talk) {
			c.says("HTTP/1.1 413 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			c.Conn.(*net.TCPConn).CloseWrite()
			c.stays()
		}, []string{"413", ClassProtocol}, large}, // net/http holds an answer that comes before its request for none
	}
	before := descriptors(t)
	t.Run("each", func(t *testing.T) {
		room := make(chan struct{}, 10) // they wait more than they work
		var checks []func(*testing.T)
		for _, c := range cases {
			for name, by := range drivers {
				windows := make(chan []timeline.Window, 1)
				p := steady(60, 200*ms)
				p.Window, p.Kinds[0].Timeout = 50*ms, patience
				if c.want[0] == ClassTimeout {
					p.Kinds[0].Timeout = timeout
				}
				if c.plan != nil {
					c.plan(p)
				}
				go func() { // ends with the run
					room <- struct{}{}
					defer func() { <-room }()
					windows <- driven(t, by, p, hostile(t, c.serve), Network{})
				}()
				checks = append(checks, func(t *testing.T) {
					t.Run(c.name+", "+name, func(t *testing.T) { endedAs(t, <-windows, c.want...) })
				})
			}
		}
		for _, check := range checks {
			check(t)
		}
	})
	require.Eventually(t, func() bool { return descriptors(t) <= before+2 }, 10*time.Second, 10*ms, "connections stay open")
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	require.Less(t, memory.HeapInuse, uint64(300<<20))
}

// endedAs checks that windows are of requests that ended once each, in one of
// these ways and some of them in the first.
func endedAs(t *testing.T, windows []timeline.Window, want ...string) {
	t.Helper()
	s := sumOf(t, windows...)
	require.Positive(t, s.planned)
	require.Equal(t, s.planned, s.sent+s.unsent)
	require.Equal(t, s.sent, s.completed)
	require.Zero(t, windows[len(windows)-1].InFlight)
	require.Equal(t, s.unsent, unsent(windows)[UnsentGenerator], "a busy machine")
	for class, n := range completed(windows) {
		require.Contains(t, want, class, "%d of %d", n, s.sent)
	}
	require.Positive(t, completed(windows)[want[0]])
}

// descriptors are how many this process has open; 0 where the machine does not
// tell.
func descriptors(t *testing.T) int {
	list, err := os.ReadDir("/proc/self/fd")
	if errors.Is(err, os.ErrNotExist) {
		return 0
	}
	require.NoError(t, err)
	return len(list)
}

// Answers that are right, wrong, and cut where it happens: what the parsers make
// of them their own tests say, here nothing is lost and nothing hangs.
func TestRandomServices(t *testing.T) {
	known := []string{"200", "404", "503", ClassProtocol, ClassReset, ClassTimeout}
	texts := []string{
		fine, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\nto the end",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfine\r\n0\r\n\r\n", "HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 3\r\n\r\nno\n",
	}
	for name, by := range drivers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			random := rand.New(rand.NewPCG(7, 7))
			draw := func(n int) int {
				mu.Lock()
				defer mu.Unlock()
				return random.IntN(n)
			}
			address := hostile(t, each(func(c *talk) bool {
				b := []byte(texts[draw(len(texts))])
				for range draw(3) {
					b[draw(len(b))] = byte(draw(256))
				}
				if draw(6) == 0 {
					b = b[:draw(len(b))]
				}
				for len(b) > 0 {
					n := 1 + draw(len(b))
					if !c.says(string(b[:n])) {
						return false
					}
					b = b[n:]
				}
				return draw(4) > 0
			}))
			p := steady(800, 400*ms)
			p.Window, p.Kinds[0].Timeout = 50*ms, 200*ms
			windows := driven(t, by, p, address, Network{})
			s := sumOf(t, windows...)
			require.Equal(t, s.planned, s.sent)
			require.Equal(t, s.sent, s.completed)
			require.Zero(t, windows[len(windows)-1].InFlight)
			for class, n := range completed(windows) {
				if len(class) == 3 && class[0] >= '1' && class[0] <= '9' {
					continue // a digit of the status was changed
				}
				require.Contains(t, known, class, "%d", n)
			}
			require.Positive(t, completed(windows)["200"])
			require.Positive(t, completed(windows)[ClassProtocol])
		})
	}
}

// A service that does not accept any more: the kernel takes a few connections
// for it and lets further ones wait.
func TestFullBacklog(t *testing.T) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	require.NoError(t, err)
	defer unix.Close(fd)
	require.NoError(t, unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	require.NoError(t, unix.Listen(fd, 1))
	name, err := unix.Getsockname(fd)
	require.NoError(t, err)
	address := fmt.Sprintf("http://127.0.0.1:%d", name.(*unix.SockaddrInet4).Port)
	for name, by := range drivers {
		t.Run(name, func(t *testing.T) {
			p := steady(60, 200*ms)
			p.Window, p.Kinds[0].Timeout, p.Connections.Connect = 50*ms, 300*ms, 100*ms
			endedAs(t, driven(t, by, p, address, Network{}), ClassConnect, ClassTimeout)
			p.Connections.Connect = 0
			endedAs(t, driven(t, by, p, address, Network{}), ClassTimeout)
		})
	}
}

// A name that stops to resolve: connections that are opened from then on fail
// for that, and say so.
func TestNameStopsResolving(t *testing.T) {
	for name, by := range drivers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := hostile(t, each(func(c *talk) bool { return c.says(fine) }))
			var mu sync.Mutex
			asked := 0
			network := Network{lookup: func(context.Context, string) ([]netip.Addr, error) {
				mu.Lock()
				defer mu.Unlock()
				if asked++; asked > 1 {
					return nil, &net.DNSError{Err: "no such host", Name: "service.test", IsNotFound: true}
				}
				return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
			}}
			p := steady(40, 2200*ms)
			p.Window, p.Kinds[0].Timeout, p.Connections.RotateRequests = 100*ms, 500*ms, 2
			windows := driven(t, by, p, strings.Replace(address, "127.0.0.1", "service.test", 1), network)
			endedAs(t, windows, ClassDNS, "200")
			require.Positive(t, completed(windows)["200"])
			first := completed(windows[:1])
			require.Equal(t, sumOf(t, windows[0]).completed, first["200"], "the name is asked for again after a second at the earliest")
		})
	}
}
