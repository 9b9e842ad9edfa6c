package traffic_test

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/emulator"
	"scaleproof/internal/model"
	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
	"scaleproof/internal/traffic"
)

// small is a world of one service with one task, which 9 heavy requests a
// second nearly fill and whose queue is short, so that requests end in every
// way that a load balancer knows.
func small() model.Config {
	return model.Config{
		Seed: 1, Start: clock.Epoch, Region: "eu-west-1", Account: "111122223333",
		LoadBalancer: model.LoadBalancer{Label: "app/staging/0123456789abcdef", IdleTimeout: time.Minute},
		Services: []model.Service{{
			Service: scaling.Service{Cluster: "staging-cluster", Name: "web"}, TargetGroup: "targetgroup/web/0123456789abcdef",
			Desired: 1, Task: model.Task{MilliCPU: 1000, Workers: 1, Queue: 20},
			HealthCheck: model.HealthCheck{Path: "/health", Interval: 10 * time.Second, Timeout: 5 * time.Second, Healthy: 5, Unhealthy: 2},
		}},
		Rules: []model.Rule{{Paths: []string{"/web*"}, Service: "web"}},
		Costs: []model.Cost{
			{Path: "/web/heavy", CPU: 105 * time.Millisecond, Wait: 20 * time.Millisecond},
			{Path: "/web/slow", CPU: 2 * time.Millisecond, Wait: 5 * time.Second},
			{Path: "/web/*", CPU: 2 * time.Millisecond},
		},
	}
}

// mix is two minutes of four kinds: one has bodies of 32 KiB, one times out
// before its answer comes, one reaches no service.
func mix(t testing.TB) *plan.Plan {
	body, err := plan.Compile("heavy", plan.Source{Text: []byte(strings.Repeat("x", 32<<10))})
	require.NoError(t, err)
	kind := func(name, path string, timeout time.Duration) plan.Kind {
		return plan.Kind{Name: name, Method: "POST", Path: path, Timeout: timeout}
	}
	p := &plan.Plan{
		Seed: 7, Arrivals: "poisson", Window: time.Second, Ceiling: 200,
		Kinds: []plan.Kind{
			kind("heavy", "/web/heavy", 30*time.Second), kind("light", "/web/light", 1500*time.Millisecond),
			kind("lost", "/elsewhere", 30*time.Second), kind("slow", "/web/slow", 3*time.Second),
		},
		Stages: []plan.Stage{{Name: "only", For: 2 * time.Minute, Ramp: time.Minute, Rates: []plan.Rate{
			{From: 4, To: 9.6}, {From: 4, To: 6}, {From: 1, To: 1}, {From: 2, To: 2},
		}}},
	}
	p.Kinds[0].Body = body
	return p
}

// overTheWire runs the engine against the emulator and returns the events and
// the world's trace.
func overTheWire(t *testing.T) (events, trace string) {
	out, lines := send(t, small(), mix(t))
	return text(t, out), strings.Join(lines, "\n")
}

func send(t testing.TB, world model.Config, p *plan.Plan) (out []timeline.Event, lines []string) {
	c := clock.NewStepping(clock.Epoch)
	c.Keep("test")
	c.Watch(func(id string) { t.Error("stuck:", id); c.Stop() })
	w := model.New(world)
	var mu sync.Mutex
	w.Trace(func(line string) { mu.Lock(); defer mu.Unlock(); lines = append(lines, line) })
	server, err := emulator.Start(emulator.Config{Clock: c, World: w})
	require.NoError(t, err)
	base, err := url.Parse(server.FrontURL())
	require.NoError(t, err)
	e := traffic.Start(traffic.Config{
		Clock: c, Plan: p, Base: base, Start: c.Now(),
		Emit: func(events ...timeline.Event) { out = append(out, events...) },
	})
	require.True(t, e.Wait("test"))
	require.Equal(t, []string{"test"}, c.Holders())
	c.Stop()
	e.Close()
	require.NoError(t, server.Close(context.Background()))
	return out, lines
}

func text(t *testing.T, events []timeline.Event) string {
	var b strings.Builder
	for _, e := range events {
		line, err := json.Marshal(e)
		require.NoError(t, err)
		b.Write(append(line, '\n'))
	}
	return b.String()
}

// alone is the slow obvious twin: the same arrivals given to the world by
// hand, without HTTP or goroutines.
type alone struct {
	*testing.T
	clock   *clock.Clock
	world   *model.World
	plan    *plan.Plan
	windows *traffic.Windows
	events  []timeline.Event
	flying  map[uint64]plan.Arrival
	timeout map[uint64]clock.Event
	left    *plan.Schedule
	next    clock.Event // the world's
	over    bool
}

func inTheModel(t *testing.T) (events, trace string) {
	a := &alone{
		T: t, clock: clock.NewStepping(clock.Epoch), world: model.New(small()), plan: mix(t),
		windows: traffic.NewWindows(clock.Epoch, time.Second, timeline.LateAfter, []string{"heavy", "light", "lost", "slow"}),
		flying:  map[uint64]plan.Arrival{}, timeout: map[uint64]clock.Event{},
	}
	defer a.clock.Stop()
	var lines []string
	a.world.Trace(func(line string) { lines = append(lines, line) })
	a.left = a.plan.Schedule()
	a.events = append(a.events, timeline.New(clock.Epoch, "traffic", "only",
		timeline.Stage{Name: "only", For: 2 * time.Minute, Ramp: time.Minute}))
	a.clock.Keep("test")
	a.arrivals()
	a.clock.At(a.windows.End(), clock.RankWindow, 0, a.window)
	a.lives()
	a.clock.Release("test") // runs it all, here
	return text(t, a.events), strings.Join(lines, "\n")
}

func (a *alone) arrivals() {
	next, ok := a.left.Next()
	if !ok {
		return
	}
	a.clock.At(clock.Epoch.Add(next.At), clock.RankArrival, next.Number, func() {
		now, kind := a.clock.Now(), a.plan.Kinds[next.Kind]
		a.windows.Planned(now, next.Kind)
		a.windows.Sent(now, now, next.Kind)
		a.flying[next.Number] = next
		a.timeout[next.Number] = a.clock.At(now.Add(kind.Timeout), clock.RankDeadline, next.Number, func() {
			delete(a.flying, next.Number)
			a.windows.Ended(a.clock.Now(), next.Kind, traffic.Outcome{Class: traffic.ClassTimeout, Failed: true})
			a.world.Gone(a.clock.Now(), next.Number)
			a.lives()
		})
		a.arrivals()
		a.answered(a.world.Submit(now, model.Request{
			Number: next.Number, Method: kind.Method, Path: kind.Path, Body: kind.Body.Size,
		}))
		a.lives()
	})
}

// lives has the world live its own next event at its instant.
func (a *alone) lives() {
	a.clock.Cancel(a.next)
	if at, ok := a.world.Next(); ok && !a.over {
		a.next = a.clock.At(at, clock.RankModel, 0, func() {
			a.answered(a.world.Advance(a.clock.Now()))
			a.lives()
		})
	}
}

func (a *alone) answered(answers []model.Answer) {
	for _, answer := range answers {
		a.clock.At(answer.At, clock.RankAnswer, answer.Number, func() {
			arrival, ok := a.flying[answer.Number]
			if !ok {
				return
			}
			delete(a.flying, answer.Number)
			a.clock.Cancel(a.timeout[answer.Number])
			a.windows.Ended(a.clock.Now(), arrival.Kind, traffic.Outcome{
				Status: answer.Status, Failed: answer.Status != 200,
				Latency: a.clock.Now().Sub(clock.Epoch) - arrival.At,
			})
		})
	}
}

func (a *alone) window() {
	now := a.clock.Now()
	a.events = append(a.events, timeline.New(now, "traffic", "", a.windows.Close(now)))
	if now.Sub(clock.Epoch) >= a.plan.Total() && a.windows.Drained() {
		a.over = true
		a.clock.Cancel(a.next)
		return
	}
	a.clock.At(a.windows.End(), clock.RankWindow, 0, a.window)
}

// What the engine measures over real HTTP against the emulator is what the
// model does by itself: the same windows, histograms included, byte for byte,
// and the same trace of the world, line for line; in every run, and beside
// processes that keep every core busy.
func TestTheWireAddsNothing(t *testing.T) {
	events, trace := inTheModel(t)
	for _, want := range []string{`"200":`, `"503":`, `"404":`, `"timeout":`} {
		require.Contains(t, events, want, "the mix exercises it")
	}
	check := func(t *testing.T) {
		gotEvents, gotTrace := overTheWire(t)
		require.Equal(t, events, gotEvents)
		require.Equal(t, trace, gotTrace)
	}
	t.Run("once", check)
	t.Run("again", check)
	t.Run("beside others", func(t *testing.T) {
		traffic.Hogs(t, 3)
		check(t)
	})
}

// BenchmarkEmulated is 20 service minutes of a shipped scenario's load, a third
// of it with bodies of 32 KiB, through the engine, the emulator and the model.
func BenchmarkEmulated(b *testing.B) {
	world := small()
	world.Services[0].Desired = 2
	for b.Loop() {
		p := mix(b)
		p.Stages = []plan.Stage{{Name: "only", For: 20 * time.Minute, Rates: []plan.Rate{
			{From: 8.5, To: 8.5}, {From: 17, To: 17}, {}, {},
		}}}
		before := traffic.CPU()
		_, lines := send(b, world, p)
		used := traffic.CPU() - before
		arrived := 0
		for _, line := range lines {
			if strings.Contains(line, " arrival ") {
				arrived++
			}
		}
		b.ReportMetric(float64(arrived), "requests/op")
		b.ReportMetric(float64(used.Microseconds())/float64(arrived), "cpu-µs/request")
	}
}
