package emulator_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"scaleproof/internal/clock"
	"scaleproof/internal/emulator"
	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// No test leaves a goroutine behind: neither of a server nor of a parked
// request.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var web = scaling.Service{Cluster: "staging-cluster", Name: "web"}

const (
	balancer = "app/staging/0123456789abcdef"
	group    = "targetgroup/web/0123456789abcdef"
)

// world is one service whose heavy requests take a worker 105 ms and the
// client 20 ms more, and one whose tasks refuse all but two requests at a
// time.
func world() model.Config {
	check := model.HealthCheck{Path: "/health", Interval: 10 * time.Second, Timeout: 5 * time.Second, Healthy: 5, Unhealthy: 2}
	return model.Config{
		Seed: 1, Start: clock.Epoch, Region: "eu-west-1", Account: "111122223333",
		LoadBalancer: model.LoadBalancer{Label: balancer, IdleTimeout: time.Minute},
		Services: []model.Service{{
			Service: web, TargetGroup: group, Desired: 2, HealthCheck: check,
			Task:                model.Task{MilliCPU: 1000, Workers: 1},
			DeregistrationDelay: 30 * time.Second,
			Publication:         model.Spread{Min: time.Minute, Max: 2 * time.Minute},
			Start:               model.Spread{Min: 30 * time.Second, Max: 75 * time.Second},
			Health:              model.Spread{Min: 5 * time.Second, Max: 30 * time.Second},
			Target:              &scaling.ScalableTarget{Bounds: scaling.Bounds{Min: 1, Max: 5}},
			Policies: []scaling.Policy{{
				Name: "cpu", Type: scaling.TargetTracking, Metric: scaling.MetricCPU, Target: 70,
				ScaleOutCooldown: time.Minute, ScaleInCooldown: 5 * time.Minute,
			}},
		}, {
			Service: scaling.Service{Cluster: web.Cluster, Name: "small"}, TargetGroup: "targetgroup/small/0123456789abcdef",
			Desired: 1, HealthCheck: check, Task: model.Task{MilliCPU: 1000, Workers: 1, Queue: 1},
		}},
		Rules: []model.Rule{{Paths: []string{"/small*"}, Service: "small"}, {Paths: []string{"/web*"}, Service: "web"}},
		Costs: []model.Cost{
			{Path: "/web/heavy", CPU: 105 * time.Millisecond, Wait: 20 * time.Millisecond},
			{Path: "/web/never", CPU: time.Millisecond, Wait: time.Hour},
			{Path: "/web/*", CPU: 2 * time.Millisecond, CPUPerKiB: time.Millisecond},
			{Path: "/small*", CPU: time.Second},
		},
	}
}

// bench is a server on a stepping clock and a client that holds the clock as
// the generator does.
type bench struct {
	*testing.T
	clock  *clock.Clock
	server *emulator.Server
	client *http.Client
	trace  []string
	cookie string // sent with what is asked

	mu      sync.Mutex
	results []string
}

func start(t *testing.T, c *clock.Clock) *bench { return startWith(t, c, nil) }

func startWith(t *testing.T, c *clock.Clock, fault func(string, int) (time.Duration, error)) *bench {
	t.Helper()
	return startWorld(t, c, world(), fault)
}

func startWorld(t *testing.T, c *clock.Clock, config model.Config, fault func(string, int) (time.Duration, error)) *bench {
	t.Helper()
	b := &bench{T: t, clock: c, client: newClient()}
	c.Keep("test")
	w := model.New(config)
	w.Trace(func(line string) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.trace = append(b.trace, line)
	})
	var err error
	b.server, err = emulator.Start(emulator.Config{Clock: c, World: w, Fault: fault})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, b.server.Close(context.Background()))
		b.client.CloseIdleConnections()
		c.Stop()
	})
	return b
}

// newClient has as many connections as it needs, and dials loopback alone.
func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		MaxIdleConnsPerHost: 1000, DisableCompression: true,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if !strings.HasPrefix(addr, "127.0.0.1:") {
				return nil, fmt.Errorf("a test dials %s", addr)
			}
			return (&net.Dialer{}).DialContext(ctx, network, addr)
		},
	}}
}

// arrival is one request that is due.
type arrival struct {
	after  time.Duration
	number uint64
	path   string
	body   int
}

// schedule makes an event of each arrival. wait returns when all are
// answered.
func (b *bench) schedule(list []arrival) (wait func()) {
	var answered sync.WaitGroup
	for _, a := range list {
		answered.Add(1)
		due := clock.Epoch.Add(a.after)
		b.clock.At(due, clock.RankArrival, a.number, func() {
			id := scaling.RequestID(a.number)
			b.clock.Hold(id)
			go func() {
				defer answered.Done()
				defer b.clock.Release(id)
				status, _ := b.send(context.Background(), a)
				b.record("%d %d %v", a.number, status, b.clock.Now().Sub(due))
			}()
		})
	}
	return answered.Wait
}

func (b *bench) send(ctx context.Context, a arrival) (status int, h http.Header) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.server.FrontURL()+a.path, bytes.NewReader(make([]byte, a.body)))
	if err != nil {
		return -1, nil
	}
	if a.number > 0 {
		r.Header.Set(scaling.RequestHeader, fmt.Sprint(a.number))
	}
	resp, err := b.client.Do(r)
	if err != nil {
		return -1, nil
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return -1, nil
	}
	return resp.StatusCode, resp.Header
}

func (b *bench) record(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.results = append(b.results, fmt.Sprintf(format, args...))
}

// pass lets service time go on until an instant after the beginning.
func (b *bench) pass(until time.Duration) {
	b.Helper()
	require.True(b, b.clock.Sleep("test", clock.Epoch.Add(until), 0))
}

// arrived counts the requests that reached the world.
func (b *bench) arrived() (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, line := range b.trace {
		if strings.Contains(line, " arrival ") {
			n++
		}
	}
	return n
}

// eventually waits for what happens outside of service time.
func (b *bench) eventually(ok func() bool) {
	b.Helper()
	require.Eventually(b, ok, 10*time.Second, time.Millisecond)
}

// ask sends one request as curl would, and lets time go on once it reached
// the world, until it is answered.
func (b *bench) ask(method, path, number string, body io.Reader) (*http.Response, string) {
	b.Helper()
	r, err := http.NewRequest(method, b.server.FrontURL()+path, body)
	require.NoError(b, err)
	if number != "" {
		r.Header.Set(scaling.RequestHeader, number)
	}
	if b.cookie != "" {
		r.Header.Set("Cookie", b.cookie)
	}
	before := b.arrived()
	type answer struct {
		*http.Response
		body string
	}
	answers := make(chan answer, 1)
	go func() { // ends with the answer
		resp, err := b.client.Do(r)
		if err != nil {
			close(answers)
			return
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		answers <- answer{resp, string(text)}
	}()
	b.eventually(func() bool { return b.arrived() > before })
	b.pass(b.clock.Now().Sub(clock.Epoch) + 2*time.Minute)
	a, ok := <-answers
	require.True(b, ok, "no answer")
	b.eventually(func() bool { return len(b.clock.Holders()) == 1 })
	return a.Response, a.body
}
