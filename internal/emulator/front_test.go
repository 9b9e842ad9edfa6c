package emulator_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/scaling"
)

// A client that knows nothing of clocks or numbers is served as well, and its
// hold ends with its answer. So is one whose number is nonsense, or reserved.
func TestRequestsWithoutANumber(t *testing.T) {
	b := start(t, clock.NewStepping(clock.Epoch))
	for _, number := range []string{"", "0", "-1", "abc", "9223372036854775809"} {
		resp, body := b.ask(http.MethodGet, "/web/heavy", number, nil)
		require.Equal(t, 200, resp.StatusCode)
		require.Equal(t, `{"status":"ok","successes":[],"errors":[]}`, body)
		require.Equal(t, "model;dur=125.000000", resp.Header.Get("Server-Timing"))
		require.Equal(t, []string{"test"}, b.clock.Holders())
	}
}

// What the load balancer answers itself looks as an ALB's answer does.
func TestAnswersOfTheLoadBalancer(t *testing.T) {
	b := start(t, clock.NewStepping(clock.Epoch))
	resp, body := b.ask("GET", "/nowhere", "", nil)
	require.Equal(t, 404, resp.StatusCode)
	require.Equal(t, "awselb/2.0", resp.Header.Get("Server"))
	require.Contains(t, body, "<h1>404 Not Found</h1>")
	resp, body = b.ask("HEAD", "/web/heavy", "", nil)
	require.Equal(t, 200, resp.StatusCode)
	require.Empty(t, body)
	resp, body = b.ask("GET", "/web/never", "", nil)
	require.Equal(t, 504, resp.StatusCode)
	require.Contains(t, body, "<h1>504 Gateway Timeout</h1>")
	require.Equal(t, "model;dur=60000.000000", resp.Header.Get("Server-Timing"))
}

// A queue that is full refuses the one too many, at once.
func TestOverload(t *testing.T) {
	b := start(t, clock.NewStepping(clock.Epoch))
	wait := b.schedule([]arrival{
		{time.Second, 1, "/small", 0}, {time.Second, 2, "/small", 0}, {time.Second, 3, "/small", 0},
	})
	b.pass(time.Minute)
	wait()
	require.Equal(t, []string{"3 503 0s", "1 200 1s", "2 200 2s"}, b.results)
}

// A sticky target group names the target in a cookie: who brings it back stays
// there, in turn or not, until it is over in service time. Answers of the load
// balancer's own bring none.
func TestStickiness(t *testing.T) {
	c := world()
	c.Services[0].Stickiness, c.Services[0].Desired, c.Services[0].Policies = time.Hour, 3, nil
	b := startWorld(t, clock.NewStepping(clock.Epoch), c, nil)
	get := func(path, cookie string) (pair, whole string) {
		b.cookie = cookie
		resp, _ := b.ask("GET", path, "", nil)
		whole = strings.Join(resp.Header.Values("Set-Cookie"), "\n")
		pair, _, _ = strings.Cut(whole, ";")
		return pair, whole
	}
	first, whole := get("/web/heavy", "")
	require.Regexp(t, `^AWSALB=\S+; Expires=\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT; Path=/\nAWSALBCORS=\S+; .*; SameSite=None; Secure$`, whole)
	second, _ := get("/web/heavy", "")
	require.NotEqual(t, first, second, "the next in turn")
	again, _ := get("/web/heavy", "theme=dark; "+first)
	require.Equal(t, first[:40], again[:40], "stays; only the end is later")
	cors, _ := get("/web/heavy", strings.Replace(first, "AWSALB=", "AWSALBCORS=", 1))
	require.Equal(t, first[:40], cors[:40])
	_, none := get("/nowhere", "")
	require.Empty(t, none)
	broken, _ := get("/web/heavy", "AWSALB=%%%")
	require.NotEqual(t, first[:40], broken[:40])
	b.pass(b.clock.Now().Sub(clock.Epoch) + time.Hour)
	late, _ := get("/web/heavy", second)
	require.NotEqual(t, second[:40], late[:40], "over")
}

// At a deadline the client takes the hold and closes the connection; the
// server sees the close, tells the world, and gives the hold up. Time does not
// go on before it did.
func TestDeadlineWhileParked(t *testing.T) {
	b := start(t, clock.NewStepping(clock.Epoch))
	var closed sync.WaitGroup
	closed.Add(1)
	b.clock.At(clock.Epoch.Add(time.Second), clock.RankArrival, 9, func() {
		id := scaling.RequestID(9)
		b.clock.Hold(id)
		ctx, cancel := context.WithCancel(context.Background())
		b.clock.At(clock.Epoch.Add(4*time.Second), clock.RankDeadline, 9, func() {
			b.clock.Hold(id)
			cancel()
		})
		go func() {
			defer closed.Done()
			status, _ := b.send(ctx, arrival{number: 9, path: "/web/never"})
			b.record("%d", status)
		}()
	})
	b.pass(4*time.Second + 1)
	closed.Wait()
	require.Equal(t, []string{"-1"}, b.results)
	require.Equal(t, []string{"test"}, b.clock.Holders())
	b.pass(2 * time.Hour) // the answer that no one waits for harms no one
	require.Equal(t, 1, strings.Count(strings.Join(b.trace, "\n"), "gone"), b.trace)
}

// An answer and a deadline at one instant: the answer is an event before the
// deadline, and its client takes the deadline back.
func TestAnswerAtTheDeadline(t *testing.T) {
	b := start(t, clock.NewStepping(clock.Epoch))
	due := clock.Epoch.Add(time.Second)
	late := b.clock.At(due.Add(125*time.Millisecond), clock.RankDeadline, 9, func() { b.record("deadline") })
	b.clock.At(due, clock.RankArrival, 9, func() {
		id := scaling.RequestID(9)
		b.clock.Hold(id)
		go func() { // ends with the answer
			defer b.clock.Release(id)
			status, _ := b.send(context.Background(), arrival{number: 9, path: "/web/heavy"})
			b.record("%d %v %v", status, b.clock.Now().Sub(due), b.clock.Cancel(late))
		}()
	})
	b.pass(time.Minute)
	require.Equal(t, []string{"200 125ms true"}, b.results)
}

// A client that goes away in the middle of its request leaves nothing behind,
// and one that takes its time with it keeps no time from going on.
func TestResets(t *testing.T) {
	b := start(t, clock.NewStepping(clock.Epoch))
	for i, to := range []struct{ url, head string }{
		{b.server.FrontURL(), "POST /web/never HTTP/1.1\r\n"},
		{b.server.FrontURL(), "POST /web/never HTTP/1.1\r\n" + scaling.RequestHeader + ": 5\r\n"},
		{b.server.Endpoint(), "POST / HTTP/1.1\r\n"},
	} {
		c, err := net.Dial("tcp", strings.TrimPrefix(to.url, "http://"))
		require.NoError(t, err)
		_, err = io.WriteString(c, to.head+"Host: x\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n")
		require.NoError(t, err)
		reading, err := bufio.NewReader(c).ReadString('\n') // said when the body is asked for
		require.NoError(t, err)
		require.Contains(t, reading, "100 Continue")
		_, err = io.WriteString(c, "half")
		require.NoError(t, err)
		require.Equal(t, []string{"test"}, b.clock.Holders())
		b.pass(time.Duration(i+1) * time.Minute)
		require.NoError(t, c.(*net.TCPConn).SetLinger(0)) // a reset, not a close
		require.NoError(t, c.Close())
		b.eventually(func() bool { return len(b.clock.Holders()) == 1 })
	}
	require.Zero(t, b.arrived(), "half a request reaches no task")
}

// Two requests on the way under one number are two requests all the same.
func TestANumberTwice(t *testing.T) {
	b := start(t, clock.NewStepping(clock.Epoch))
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			status, _ := b.send(context.Background(), arrival{number: 3, path: "/web/heavy"})
			b.clock.Release(scaling.RequestID(3))
			b.record("%d", status)
		})
	}
	b.eventually(func() bool { return b.arrived() == 2 })
	b.pass(time.Minute)
	both.Wait()
	require.Equal(t, []string{"200", "200"}, b.results)
	b.eventually(func() bool { return len(b.clock.Holders()) == 1 })
}

// A body is read and counted, whichever way it comes; a kept connection
// serves one request after the other.
func TestBodies(t *testing.T) {
	b := start(t, clock.NewStepping(clock.Epoch))
	c, err := net.Dial("tcp", strings.TrimPrefix(b.server.FrontURL(), "http://"))
	require.NoError(t, err)
	defer c.Close()
	in := bufio.NewReader(c)
	for i, sent := range []string{
		"POST /web/light HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" + strings.Repeat("x", 1024) + "\r\n0\r\n\r\n",
		"POST /web/light HTTP/1.1\r\nHost: x\r\nContent-Length: 1024\r\n\r\n" + strings.Repeat("x", 1024),
	} {
		_, err = io.WriteString(c, sent)
		require.NoError(t, err)
		b.eventually(func() bool { return b.arrived() == i+1 })
		b.pass(time.Duration(i+1) * time.Minute)
		resp, err := http.ReadResponse(in, nil)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.Equal(t, `{"status":"ok","successes":[],"errors":[]}`, string(body))
		require.Equal(t, "model;dur=3.000000", resp.Header.Get("Server-Timing"))
	}
}

// Closing the server ends those who are parked in it.
func TestCloseWhileParked(t *testing.T) {
	b := start(t, clock.NewStepping(clock.Epoch))
	done := make(chan int)
	go func() {
		status, _ := b.send(context.Background(), arrival{number: 3, path: "/web/never"})
		done <- status
	}()
	b.eventually(func() bool { return b.arrived() == 1 })
	require.NoError(t, b.server.Close(context.Background()))
	require.Equal(t, -1, <-done)
	require.Equal(t, []string{"test"}, b.clock.Holders())
}
