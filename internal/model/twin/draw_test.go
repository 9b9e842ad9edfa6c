package twin

import (
	"math/rand/v2"
	"time"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// A history is all that is done to one world.
type history struct {
	config  model.Config
	end     time.Time
	loads   []load
	changes []timed // in order of time
}

// A load is arrivals at one path, evenly spaced.
type load struct {
	path     string
	from, to time.Time
	every    time.Duration
}

type timed struct {
	at     time.Time
	change scaling.Change
}

// arrivals calls f with each arrival, in order of time.
func (h *history) arrivals(f func(at time.Time, path string)) {
	next := make([]time.Time, len(h.loads))
	for i, l := range h.loads {
		next[i] = l.from
	}
	for {
		first := -1
		for i, l := range h.loads {
			if next[i].Before(l.to) && (first < 0 || next[i].Before(next[first])) {
				first = i
			}
		}
		if first < 0 {
			return
		}
		f(next[first], h.loads[first].path)
		next[first] = next[first].Add(h.loads[first].every)
	}
}

// A dice draws what a history is made of.
type dice struct{ *rand.Rand }

func pick[T any](d dice, of ...T) T { return of[d.IntN(len(of))] }

func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

func (d dice) seconds(lo, hi int) time.Duration {
	return time.Duration(lo+d.IntN(hi-lo+1)) * time.Second
}

const (
	balancer = "app/staging/0123456789abcdef"
	cluster  = "staging"
)

// draw makes the history of a seed: one service or two, up to three policies
// each, load that comes in steps, and changes in between.
func draw(seed uint64) history {
	d := dice{rand.New(rand.NewPCG(seed, 3))}
	begin := time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC).Add(d.seconds(0, 59))
	h := history{end: begin.Add(time.Duration(90+d.IntN(120)) * time.Minute)}
	h.config = model.Config{
		Seed: seed, Start: begin, Region: "eu-west-1", Account: "111122223333",
		LoadBalancer: model.LoadBalancer{Label: balancer, IdleTimeout: time.Minute},
		Behaviour: model.Behaviour{
			Base:           pick(d, model.RunningCount, model.RunningCount, model.DesiredCount),
			Datapoints:     pick(d, model.AllSeen, model.AllSeen, model.SinceActivity),
			ScaleInSteps:   pick(d, model.OneTask, model.Proportional),
			CooldownAnchor: pick(d, model.FromCompletion, model.FromCompletion, model.FromStart),
			Flapping:       pick(d, model.Anticipated, model.Anticipated, model.Unanticipated),
			Unfulfilled:    pick(d, 0, 0, time.Minute, 20*time.Minute),
		},
	}
	if d.chance(20) {
		meddle(d, &h)
		addSteps(seed, &h)
		addScheduled(seed, &h)
		return h
	}
	for _, name := range []string{"web", "api"}[:1+d.IntN(5)/4] {
		h.config.Services = append(h.config.Services, drawService(d, name))
		h.config.Rules = append(h.config.Rules, model.Rule{Paths: []string{"/" + name}, Service: name})
		h.config.Costs = append(h.config.Costs, model.Cost{Path: "/" + name, CPU: 3 * time.Second})
		drawLoads(d, &h, "/"+name)
		drawChanges(d, &h, h.config.Services[len(h.config.Services)-1])
	}
	addSteps(seed, &h)
	addScheduled(seed, &h)
	if d.chance(10) {
		together(&h.config)
	}
	return h
}

// together looks for a seed by which two high alarms of a service have the same
// second of the minute, so that they may call at one instant; in general one
// pair in sixty does.
func together(c *model.Config) {
	if len(c.Services[0].Policies) < 2 {
		return
	}
	for range 300 {
		w := model.New(*c)
		w.Advance(c.Start.Add(5 * time.Minute))
		seconds := map[time.Duration]bool{}
		look, _ := w.Look(c.Services[0].Service, model.What{Alarms: true})
		for _, a := range look.Alarms.List {
			since := a.StateSince.Sub(a.StateSince.Truncate(time.Minute))
			if a.High() && a.State != scaling.AlarmInsufficientData && seconds[since] {
				return
			}
			seconds[since] = seconds[since] || a.High() && a.State != scaling.AlarmInsufficientData
		}
		c.Seed += 1000
	}
}

func drawService(d dice, name string) model.Service {
	publication, start := d.seconds(0, 90), d.seconds(1, 60)
	s := model.Service{
		Service:     scaling.Service{Cluster: cluster, Name: name},
		TargetGroup: "targetgroup/" + name + "/0123456789abcdef",
		Desired:     pick(d, 0, 1, 1, 2, 3, 5),
		// Checks that a task fails under load would replace it: rare here,
		// since a replacement says little about decisions.
		Task:                model.Task{MilliCPU: 1000, Workers: 1, Queue: 10, MemoryPercent: pick(d, 10, 50, 57, 80)},
		HealthCheck:         model.HealthCheck{Path: "/health", Interval: 30 * time.Second, Timeout: 20 * time.Second, Healthy: 2, Unhealthy: 5},
		DeregistrationDelay: pick(d, 0, 10*time.Second, 30*time.Second, 5*time.Minute),
		Publication:         model.Spread{Min: publication, Max: publication + d.seconds(0, pick(d, 1, 60, 150))},
		Start:               model.Spread{Min: start, Max: start + d.seconds(0, pick(d, 1, 120))},
		Health:              model.Spread{Min: time.Second, Max: 10 * time.Second},
	}
	if d.chance(30) { // a life with more states in it, and with failures
		s.Provisioning, s.Stop = model.Spread{Max: 20 * time.Second}, model.Spread{Max: 40 * time.Second}
		s.Failures = model.Failures{Start: model.Chance(d.IntN(300_000)), Crash: model.Chance(d.IntN(200_000)), Life: model.Spread{Max: time.Hour}}
	}
	if d.chance(95) {
		least := pick(d, 0, 0, 1, 2, 3)
		s.Target = &scaling.ScalableTarget{
			Bounds:    scaling.Bounds{Min: least, Max: least + pick(d, 0, 2, 4, 8, 20)},
			Suspended: drawSuspended(d, 3),
		}
		long := d.chance(15) // a cooldown that outlasts what the low alarms take
		for _, metric := range drawMetrics(d) {
			p := drawPolicy(d, s, metric)
			if long {
				p.ScaleInCooldown = 40 * time.Minute
			}
			s.Policies = append(s.Policies, p)
		}
	}
	return s
}

func drawSuspended(d dice, percent int) scaling.Suspended {
	return scaling.Suspended{ScaleIn: d.chance(percent), ScaleOut: d.chance(percent)}
}

func drawMetrics(d dice) []string {
	return pick(d,
		[]string{scaling.MetricCPU}, []string{scaling.MetricRequestCount},
		[]string{scaling.MetricCPU, scaling.MetricRequestCount}, []string{scaling.MetricCPU, scaling.MetricRequestCount},
		[]string{scaling.MetricCPU, scaling.MetricMemory}, []string{scaling.MetricCPU, scaling.MetricRequestCount, scaling.MetricMemory})
}

func drawPolicy(d dice, s model.Service, metric string) scaling.Policy {
	p := scaling.Policy{
		Name: map[string]string{scaling.MetricCPU: "cpu", scaling.MetricMemory: "memory", scaling.MetricRequestCount: "requests"}[metric],
		Type: scaling.TargetTracking, Metric: metric,
		Target:           pick(d, 20, 33.3, 50, 60, 70, 80),
		ScaleOutCooldown: time.Second * pick[time.Duration](d, 0, 30, 60, 60, 61, 120, 300, 600, 900),
		ScaleInCooldown:  time.Second * pick[time.Duration](d, 0, 30, 60, 90, 300, 300, 600),
		DisableScaleIn:   d.chance(10),
	}
	switch metric {
	case scaling.MetricRequestCount:
		p.Target = pick(d, 2, 4, 6.5, 10.25, 13)
		p.ResourceLabel = balancer + "/" + s.TargetGroup
	case scaling.MetricMemory: // mostly low, so that it seldom vetoes
		p.Target = pick[float64](d, 60, 70, 95, 95, 95)
	}
	return p
}

// drawLoads makes load that rises, falls, stops and bursts, in steps of a few
// minutes.
func drawLoads(d dice, h *history, path string) {
	for at := h.config.Start; at.Before(h.end); {
		to := at.Add(time.Duration(1+d.IntN(pick(d, 4, 20, 45))) * time.Minute)
		if to.After(h.end) {
			to = h.end
		}
		if perMinute := pick(d, 0, 1, 3, 6, 10, 20, 30, 50, 80); perMinute > 0 {
			every := time.Minute / time.Duration(perMinute)
			h.loads = append(h.loads, load{path, at.Add(d.seconds(0, 30)), to, every})
		}
		at = to
	}
}

// drawChanges makes changes at any time, of any kind or mostly of one kind.
func drawChanges(d dice, h *history, s model.Service) {
	kinds := pick(d, anything, anything, []scaling.Operation{scaling.UpdateDesired}, []scaling.Operation{scaling.RegisterTarget},
		[]scaling.Operation{scaling.PutPolicy, scaling.DeletePolicy}, []scaling.Operation{deploy})
	for range pick(d, 0, 1, 1, 2, 3, 5, 8) {
		at := h.config.Start.Add(time.Duration(d.Int64N(int64(h.end.Sub(h.config.Start)))))
		if d.chance(50) && len(h.loads) > 0 { // soon after the load has changed
			at = pick(d, h.loads...).from.Add(d.seconds(3*60, 12*60))
		}
		if at = at.Truncate(pick(d, time.Second, time.Millisecond)); at.Before(h.end) {
			h.changes = append(h.changes, timed{at, drawChange(d, s, pick(d, kinds...))})
		}
	}
}

// deploy stands for an UpdateDesired that begins a deployment.
const deploy scaling.Operation = "deploy"

var anything = []scaling.Operation{
	scaling.PutPolicy, scaling.PutPolicy, scaling.DeletePolicy, scaling.RegisterTarget, scaling.RegisterTarget,
	scaling.UpdateDesired, scaling.UpdateDesired, deploy, scaling.DeregisterTarget,
}

func drawChange(d dice, s model.Service, op scaling.Operation) scaling.Change {
	c := scaling.Change{Service: s.Service, Op: op}
	switch c.Op {
	case scaling.PutPolicy, scaling.DeletePolicy:
		p := drawPolicy(d, s, pick(d, scaling.MetricCPU, scaling.MetricCPU, scaling.MetricRequestCount, scaling.MetricMemory))
		if len(s.Policies) > 0 && d.chance(40) { // as it stands
			p = pick(d, s.Policies...)
		}
		c.Policy = &p
	case scaling.RegisterTarget:
		least := pick(d, 0, 1, 2, 4)
		most := least + pick(d, 0, 2, 6)
		if d.chance(80) {
			c.Min, c.Max = &least, &most
		}
		if d.chance(30) {
			x := drawSuspended(d, 30)
			c.Suspended = &x
		}
	case scaling.UpdateDesired:
		n := pick(d, 0, 0, 0, 1, 2, 4, 7, 12)
		c.Desired = &n
	case deploy:
		c.Op, c.Deploy = scaling.UpdateDesired, true
	}
	return c
}
