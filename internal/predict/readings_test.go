package predict_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"scaleproof/internal/judge"
	"scaleproof/internal/scenario"
)

// world is a shipped scenario's world, told otherwise.
type world struct {
	name   string
	change func(*scenario.Document)
	harms  []string // checks of users that may fail: the world harms them
	unsure []string // checks that may be inconclusive, and why they may stands beside
	// disturbed: others act in it, so that any check may be inconclusive.
	disturbed bool
}

// readings are all settings of what AWS leaves undocumented, singly and in
// pairs. That capacity is worked out from the running count is documented [D], so
// that the desired count as the base is a deviation and not among them.
func readings() (list []world) {
	type setting struct {
		kind, name string
		set        func(*scenario.Behaviour)
		unsure     []string
	}
	settings := []setting{
		// The scale-out of combined comes in parts: which datapoints count
		// behind an order is not documented.
		{"datapoints", "datapoints since the last activity", func(b *scenario.Behaviour) { b.Datapoints = "since_activity" }, []string{"scale-out.in-time"}},
		{"steps", "scale-in in proportion", func(b *scenario.Behaviour) { b.ScaleInSteps = "proportional" }, nil},
		{"flapping", "flapping not anticipated", func(b *scenario.Behaviour) { b.Flapping = "unanticipated" }, nil},
		// From which end a scale-in cooldown counts is not documented; that of
		// gradual-ramp's end comes sooner than anybody may hold due.
		{"anchor", "cooldowns from the order", func(b *scenario.Behaviour) { b.CooldownAnchor = "start" }, []string{"cooldown.scale-in", "capacity.stage-end"}},
		{"unfulfilled", "activities given up after 1m", func(b *scenario.Behaviour) { b.Unfulfilled = minutes(1) }, nil},
		{"unfulfilled", "activities given up after 3m", func(b *scenario.Behaviour) { b.Unfulfilled = minutes(3) }, nil},
	}
	for i, x := range settings {
		list = append(list, world{name: x.name, unsure: x.unsure, change: func(d *scenario.Document) { x.set(&d.Environment.Emulator.Behaviour) }})
		for _, y := range settings[i+1:] {
			if x.kind != y.kind {
				list = append(list, world{name: x.name + ", " + y.name, unsure: slices.Concat(x.unsure, y.unsure), change: func(d *scenario.Document) {
					x.set(&d.Environment.Emulator.Behaviour)
					y.set(&d.Environment.Emulator.Behaviour)
				}})
			}
		}
	}
	return list
}

// surroundings are delays, balancers and tasks as AWS may have them.
func surroundings() (list []world) {
	add := func(name string, set func(*scenario.Emulator)) *world {
		list = append(list, world{name: name, change: func(d *scenario.Document) { set(d.Environment.Emulator) }})
		return &list[len(list)-1]
	}
	// The last step of a service that overshot takes longer than the stage.
	ranOut := []string{"capacity.stage-end", "scale-in.to-minimum"}
	for _, s := range []scenario.Spread{between(5, 5), between(5, 180), between(30, 60), between(120, 120), between(60, 180), between(180, 180)} {
		add(fmt.Sprint("published after ", s.Min, " to ", s.Max), func(e *scenario.Emulator) { e.Delays.Publication = s })
	}
	for _, s := range []scenario.Spread{between(5, 10), between(60, 100), between(100, 150), between(150, 150)} {
		add(fmt.Sprint("running after ", s.Min, " to ", s.Max), func(e *scenario.Emulator) { e.Delays.Start = s })
	}
	add("healthy after 100s to 120s", func(e *scenario.Emulator) { e.Delays.Health = between(100, 120) })
	add("provisioned after 30s to 60s", func(e *scenario.Emulator) { e.Delays.Provisioning = between(30, 60) })
	add("stopped after 30s", func(e *scenario.Emulator) { e.Delays.Stop = between(30, 30) })
	add("as on Fargate", func(e *scenario.Emulator) {
		e.Delays.Start, e.Delays.Health, e.DeregistrationDelay = between(20, 90), between(40, 65), seconds(300)
	}).unsure = ranOut
	add("deregistered at once", func(e *scenario.Emulator) { e.DeregistrationDelay = 0 }).harms = []string{"errors", "drain.lossless"}
	for _, n := range []int{10, 60, 120} {
		add(fmt.Sprintf("deregistered after %ds", n), func(e *scenario.Emulator) { e.DeregistrationDelay = seconds(n) })
	}
	add("deregistered after 300s", func(e *scenario.Emulator) { e.DeregistrationDelay = seconds(300) }).unsure = ranOut
	add("least outstanding requests", func(e *scenario.Emulator) { e.Balancing = "least_outstanding_requests" })
	add("least outstanding requests, 3 nodes", func(e *scenario.Emulator) { e.Balancing, e.Nodes = "least_outstanding_requests", 3 })
	add("2 nodes", func(e *scenario.Emulator) { e.Nodes = 2 })
	add("3 nodes", func(e *scenario.Emulator) { e.Nodes = 3 })
	add("sticky", func(e *scenario.Emulator) { e.Stickiness = minutes(60) })
	for _, n := range []int{30, 120, 300} {
		add(fmt.Sprintf("slow start of %ds", n), func(e *scenario.Emulator) { e.SlowStart = seconds(n) })
	}
	for _, n := range []int{2, 3, 4} {
		add(fmt.Sprintf("%d workers", n), func(e *scenario.Emulator) { e.Task.Workers = n })
		add(fmt.Sprintf("%d workers on 2 vCPU", n), func(e *scenario.Emulator) { twice(e, n) })
	}
	add("5% idle", func(e *scenario.Emulator) { e.Task.Idle = 5 })
	for _, u := range []scenario.StartUp{{VCPU: 1, For: between(30, 60)}, {VCPU: .5, For: between(120, 120)}} {
		add(fmt.Sprintf("start-up of %g vCPU for %v", u.VCPU, u.For.Max), func(e *scenario.Emulator) { e.Task.StartUp = &u })
	}
	add("start-up of 2 vCPU for 60s", func(e *scenario.Emulator) { e.Task.StartUp = &scenario.StartUp{VCPU: 2, For: between(30, 60)} }).harms = []string{"latency"}
	return append(list,
		world{name: "metrics of 20s", change: fine},
		world{name: "metrics of 20s, and the policy goes by them", change: func(d *scenario.Document) { highResolution(nil, d) }},
		world{name: "metrics of 20s, the policy goes by them, tasks start late", change: func(d *scenario.Document) {
			highResolution(nil, d)
			d.Environment.Emulator.Delays.Start = between(100, 150)
		}},
	)
}

// twice has the tasks twice as large, and every request twice as dear.
func twice(e *scenario.Emulator, workers int) {
	e.Task.VCPU, e.Task.Workers, e.Costs = 2, workers, slices.Clone(e.Costs)
	for i := range e.Costs {
		e.Costs[i].CPU *= 2
		e.Costs[i].CPUPerKiB *= 2
	}
}

// fine gives the service metrics of 20 s, by which no policy goes.
func fine(d *scenario.Document) {
	d.Environment.Services = maps.Clone(d.Environment.Services)
	for key, s := range d.Environment.Services {
		s.MetricResolution = seconds(20)
		d.Environment.Services[key] = s
	}
}

func seconds(n int) scenario.Duration { return scenario.Duration(n) * scenario.Duration(time.Second) }

func between(least, most int) scenario.Spread {
	return scenario.Spread{Min: seconds(least), Max: seconds(most)}
}

// A correct autoscaler fails no shipped scenario, however AWS is read where it
// is undocumented and whatever it stands on.
func TestSeedsReadings(t *testing.T) {
	live(t, append(readings(), surroundings()...), []string{"cpu-heavy", "request-heavy", "combined", "gradual-ramp", "incident"})
}

// live lives worlds, of each scenario and with a seed for each hundred that are
// asked for; with fewer, every so many.
func live(t *testing.T, worlds []world, scenarios []string) {
	all, every := len(worlds)*len(scenarios), 1
	if *seeds < 100 {
		every = all/sample + 1
	}
	each(all*max(*seeds/100, 1)/every, func(k uint64) {
		i := int(k-1) * every
		seed := uint64(i/all + 1)
		x, s := worlds[i%len(worlds)], scenarios[i/len(worlds)%len(scenarios)]
		where := fmt.Sprintf("%s, %s, seed %d", s, x.name, seed)
		doc, err := trial{scenario: s}.document(seed, false)
		if err != nil {
			t.Error(err)
			return
		}
		if s == "incident" {
			both(nil, doc)
		}
		x.change(doc)
		l, err := tryOut(doc)
		if err != nil || l.refused != nil {
			t.Error(where, err, l.refused)
			return
		}
		fails := slices.DeleteFunc(l.answered(judge.Fail), func(id string) bool { return slices.Contains(x.harms, id) })
		unsure := slices.DeleteFunc(l.answered(judge.Inconclusive), func(id string) bool { return slices.Contains(x.unsure, id) })
		if len(fails) > 0 || len(unsure) > 0 && !x.disturbed {
			t.Errorf("%s: %v fail, %v unsure\n%s", where, fails, unsure, told(l.verdict))
		}
	})
}

// sample is about how many worlds are lived where few seeds are asked for.
const sample = 14
