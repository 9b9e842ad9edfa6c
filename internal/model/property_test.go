package model_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// deed is one thing that is done to a world, after some time.
type deed struct {
	after time.Duration
	do    string
	path  string
	n     int
}

var (
	paths = []string{"/heavy", "/light", "/slow", "/hour", "/big", "/free", "nowhere"}
	deeds = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) deed {
		return deed{
			after: time.Duration(rapid.OneOf(rapid.IntRange(0, 50), rapid.IntRange(0, 90_000)).Draw(t, "after ms")) * time.Millisecond,
			do:    rapid.SampledFrom([]string{"burst", "burst", "burst", "gone", "desired", "bounds", "target", "deregister"}).Draw(t, "do"),
			path:  rapid.SampledFrom(paths).Draw(t, "path"),
			n:     rapid.IntRange(1, 150).Draw(t, "n"),
		}
	}), 1, 40)
)

// life is a world with what came out of it.
type life struct {
	w       *model.World
	now     time.Time
	number  uint64
	answers []model.Answer
	trace   []string
	gone    map[uint64]bool
}

func newLife(seed uint64, tweak func(*model.Config)) *life {
	c := local(2)
	c.Seed = seed
	tweak(&c)
	l := &life{now: start, gone: map[uint64]bool{}}
	l.w = model.New(c)
	l.w.Trace(func(line string) { l.trace = append(l.trace, line) })
	return l
}

func (l *life) advance(to time.Time) {
	l.now = to
	l.answers = append(l.answers, l.w.Advance(to)...)
}

// live does a deed; stops are instants between at which the world is advanced
// too, and looked at.
func (l *life) live(d deed, stops ...time.Duration) {
	for _, s := range stops {
		if s < d.after {
			l.answers = append(l.answers, l.w.Advance(l.now.Add(s))...)
			l.look()
		}
	}
	l.now = l.now.Add(d.after)
	change := func(c scaling.Change) {
		c.Service = web
		l.w.Do(l.now, c) // a refusal is as good as a change here
	}
	switch d.do {
	case "burst":
		l.advance(l.now) // the cookie is that of the last answer
		for range d.n {
			l.number++
			l.answers = append(l.answers, l.w.Submit(l.now, model.Request{Number: l.number, Path: d.path, Body: int64(d.n * 10), Target: l.cookie(d)})...)
		}
	case "gone":
		if l.number > 0 {
			n := l.number - uint64(d.n)%l.number
			l.w.Gone(l.now, n)
			l.gone[n] = true
		}
	case "desired":
		n := d.n % 7
		change(scaling.Change{Op: scaling.UpdateDesired, Desired: &n})
	case "bounds":
		low, high := d.n%4, d.n%4+d.n%3
		change(scaling.Change{Op: scaling.RegisterTarget, Min: &low, Max: &high})
	case "target":
		p := cpuPolicy(float64(d.n))
		change(scaling.Change{Op: scaling.PutPolicy, Policy: &p})
	case "deregister":
		change(scaling.Change{Op: scaling.DeregisterTarget})
	}
}

// look looks at everything, and forgets it.
func (l *life) look() {
	_, _ = l.w.Look(web, model.What{ // refused, where that is the world's fault
		Service: true, Targets: true, Scalable: true, Policies: true, Scheduled: true, Alarms: true, Activities: true,
		Metrics: []scaling.Metric{cpuMetric("Average", time.Minute)},
	})
	_, _ = l.w.Tasks(web)
	l.w.Alarms()
	l.w.Manifested()
}

// cookie names the task that answered last, for some deeds.
func (l *life) cookie(d deed) string {
	if n := len(l.answers); n > 0 && d.n%3 == 0 {
		return l.answers[n-1].Task
	}
	return ""
}

func asIs(*model.Config) {}

// atWork draws how tasks work and how requests are spread over them.
func atWork(t *rapid.T) func(*model.Config) {
	task := model.Task{
		MilliCPU: rapid.SampledFrom([]int64{300, 1000, 2500}).Draw(t, "milli-CPU"),
		Workers:  rapid.IntRange(1, 5).Draw(t, "workers"), WorkersBlock: rapid.Bool().Draw(t, "block"),
		Queue: rapid.SampledFrom([]int{0, 0, 5}).Draw(t, "queue"), InFlight: rapid.SampledFrom([]int{0, 0, 20}).Draw(t, "in flight"),
		QueueTimeout: rapid.SampledFrom([]time.Duration{0, 0, time.Second}).Draw(t, "queue time-out"),
		StartUp: model.StartUp{
			MilliCPU: rapid.SampledFrom([]int64{0, 200, 1000}).Draw(t, "start-up"), For: model.Spread{Min: time.Second, Max: 2 * time.Minute},
		},
	}
	balancing := model.Balancing(rapid.IntRange(0, 1).Draw(t, "balancing"))
	slow := rapid.SampledFrom([]time.Duration{0, 30 * time.Second}).Draw(t, "slow start")
	sticky := rapid.SampledFrom([]time.Duration{0, time.Hour}).Draw(t, "stickiness")
	nodes := rapid.IntRange(0, 3).Draw(t, "nodes")
	return func(c *model.Config) {
		s := &c.Services[0]
		s.Task, s.Balancing, s.SlowStart, s.Stickiness, c.LoadBalancer.Nodes = task, balancing, slow, sticky, nodes
		c.Costs = append([]model.Cost{{Path: "/health", CPU: 3 * time.Millisecond}}, c.Costs...)
	}
}

// Equal inputs give equal outputs; living through an interval in one step or
// in several makes no difference, nor does looking at it, in the worlds of the
// histories too, with all that befalls them.
func TestDeterminismAndSplitting(t *testing.T) {
	worlds := []func(*model.Config){asIs, fine, faultyMetrics}
	for _, h := range histories {
		worlds = append(worlds, h.world)
	}
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		tweak := rapid.SampledFrom(append(worlds, atWork(t))).Draw(t, "world")
		a, b, c := newLife(seed, tweak), newLife(seed, tweak), newLife(seed, tweak)
		for _, d := range deeds.Draw(t, "deeds") {
			stop := time.Duration(rapid.IntRange(0, 90_000).Draw(t, "stop")) * time.Millisecond
			a.live(d)
			b.live(d)
			c.live(d, stop/2, stop)
		}
		end := a.now.Add(20 * time.Minute)
		a.advance(end)
		b.advance(end)
		for { // event by event
			at, ok := c.w.Next()
			if !ok || at.After(end) {
				break
			}
			c.advance(at)
			if at.Nanosecond() == 0 {
				c.look()
			}
		}
		c.advance(end)
		require.Equal(t, a.trace, b.trace)
		require.Equal(t, a.answers, b.answers)
		require.Equal(t, a.trace, c.trace)
		require.Equal(t, a.answers, c.answers)
		for i := 1; i < len(a.answers); i++ {
			x, y := a.answers[i-1], a.answers[i]
			require.False(t, y.At.Before(x.At), "answers come in order of time")
		}
	})
}

// Each request is answered exactly once, unless its client went before; and
// in the end nothing is left.
func TestConservation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(rapid.Uint64().Draw(t, "seed"), atWork(t))
		for _, d := range deeds.Draw(t, "deeds") {
			l.live(d)
		}
		l.advance(l.now.Add(2 * time.Minute)) // everything times out in one
		seen := map[uint64]int{}
		for _, a := range l.answers {
			seen[a.Number]++
			require.Contains(t, []int{200, 404, 502, 503, 504}, a.Status)
			require.Equal(t, a.Status == 200, a.Reason == "")
			require.LessOrEqual(t, seen[a.Number], 1, "request %d", a.Number)
		}
		for n := uint64(1); n <= l.number; n++ {
			require.True(t, seen[n] == 1 || l.gone[n], "request %d has no answer", n)
		}
	})
}

// What the documentation states of every scaling activity, over random loads.
func TestActivitiesKeepTheRules(t *testing.T) {
	acted := 0
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(rapid.Uint64().Draw(t, "seed"), func(c *model.Config) {
			c.Behaviour.ScaleInSteps = model.Steps(rapid.IntRange(0, 1).Draw(t, "steps"))
			c.Behaviour.Datapoints = model.Datapoints(rapid.IntRange(0, 1).Draw(t, "datapoints"))
			c.Behaviour.Base = model.Base(rapid.IntRange(0, 1).Draw(t, "base"))
			c.Services[0].Policies[0].Target = 40
		})
		for range rapid.IntRange(1, 6).Draw(t, "stages") {
			gap := time.Duration(rapid.IntRange(30, 2000).Draw(t, "gap ms")) * time.Millisecond
			end := l.now.Add(time.Duration(rapid.IntRange(1, 25).Draw(t, "minutes")) * time.Minute)
			for l.now.Before(end) {
				l.live(deed{after: gap, do: "burst", path: "/heavy", n: 1})
			}
		}
		look, err := l.w.Look(web, model.What{Activities: true, Service: true})
		require.NoError(t, err)
		desired, lastIn, going := 2, scaling.Activity{}, 0
		for _, a := range actions(look.Activities.List) {
			acted++
			n, ok := scaling.ParseDescription(a.Description)
			require.True(t, ok)
			require.True(t, n >= 1 && n <= 5, "%d outside the bounds", n)
			require.NotEqual(t, desired, n, "an activity changes the desired count")
			_, high, ok := scaling.ParseAlarmName(scaling.ParseCause(a.Cause).Alarm)
			require.True(t, ok)
			require.Equal(t, n > desired, high, "the high alarm adds, the low one removes")
			if n < desired && lastIn.ID != "" {
				require.False(t, lastIn.End.IsZero(), "scale-in while the last one goes on")
				require.GreaterOrEqual(t, a.Start.Sub(lastIn.End), 5*time.Minute, "scale-in within its cooldown")
			}
			lastIn = a
			if n > desired {
				lastIn = scaling.Activity{}
			}
			desired = n
			if a.Status == scaling.StatusInProgress {
				going++
			} else {
				require.False(t, a.End.IsZero())
			}
		}
		require.Equal(t, desired, look.Service.Desired)
		require.LessOrEqual(t, going, 1)
	})
	require.Positive(t, acted, "no run scaled at all")
}

// What a Look returns is the caller's: changing it changes no later Look.
func TestLooksAreCopies(t *testing.T) {
	l := newLife(1, func(c *model.Config) { c.Services[0].Target.Bounds.Min = 2 })
	l.advance(start.Add(20 * time.Minute))
	what := model.What{Service: true, Targets: true, Scalable: true, Policies: true, Alarms: true, Activities: true}
	first, err := l.w.Look(web, what)
	require.NoError(t, err)
	again, err := l.w.Look(web, what)
	require.NoError(t, err)
	first.Scalable.Target.Bounds.Max = 99
	first.Policies.List[0].Alarms[0].Name = "x"
	first.Alarms.List[0].Actions[0] = "x"
	first.Alarms.List[0].Metric.Dimensions[0].Value = "x"
	first.Service.Events[0].Message = "x"
	first.Service.Deployments[0].Status = "x"
	require.NotEmpty(t, first.Activities.List)
	first.Activities.List[0].NotScaled[0].Code = "x"
	third, err := l.w.Look(web, what)
	require.NoError(t, err)
	require.Equal(t, again, third)
}

// At 90 % CPU a queue of 105 ms jobs is rarely 5 s long: the health checks
// must not fail, nor the task be replaced, for that alone.
func TestBusyIsNotUnhealthy(t *testing.T) {
	for seed := range uint64(20) {
		l := newLife(seed, func(c *model.Config) {
			c.Services[0].Desired, c.Services[0].Policies = 1, nil
		})
		gaps := poisson(seed, 116*time.Millisecond)
		for l.now.Before(start.Add(30 * time.Minute)) {
			l.live(deed{after: gaps(), do: "burst", path: "/heavy", n: 1})
		}
		look, err := l.w.Look(web, model.What{Service: true})
		require.NoError(t, err)
		require.Len(t, look.Service.Events, 1, "nothing but the steady state at the start")
	}
}

func TestUnknownServices(t *testing.T) {
	l := newLife(1, asIs)
	for s, code := range map[scaling.Service]string{
		{Cluster: "staging-cluster", Name: "other"}: "ServiceNotFoundException",
		{Cluster: "other", Name: "web"}:             "ClusterNotFoundException",
	} {
		_, err := l.w.Look(s, model.What{})
		require.ErrorContains(t, err, code)
	}
	got, ok := l.w.Route("/any")
	require.True(t, ok)
	require.Equal(t, web, got)
	_, ok = l.w.Route("any")
	require.False(t, ok)
}

// Draws belong to a service: what its sibling does changes nothing for it.
func TestSiblingsDoNotDisturb(t *testing.T) {
	other := scaling.Service{Cluster: web.Cluster, Name: "other"}
	run := func(scale bool) (lines []string) {
		l := newLife(3, func(c *model.Config) {
			s := c.Services[0]
			s.Service, s.TargetGroup, s.Target, s.Policies = other, "targetgroup/other/1", nil, nil
			c.Services = append([]model.Service{s}, c.Services...)
		})
		l.advance(start.Add(time.Minute))
		if scale {
			n := 4
			_, err := l.w.Do(l.now, scaling.Change{Op: scaling.UpdateDesired, Service: other, Desired: &n})
			require.NoError(t, err)
		}
		l.live(deed{after: 2 * time.Minute, do: "desired", n: 5})
		l.live(deed{after: 2 * time.Minute, do: "target", n: 30})
		l.advance(start.Add(40 * time.Minute))
		for _, line := range l.trace {
			if !strings.Contains(line, "service=other") && !strings.Contains(line, "point other") {
				lines = append(lines, line)
			}
		}
		return lines
	}
	quiet := run(false)
	require.NotEmpty(t, quiet)
	require.Equal(t, quiet, run(true))
}
