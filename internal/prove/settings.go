package prove

import (
	"fmt"
	"maps"
	"slices"

	"scaleproof/internal/scenario"
)

// setting is a world in which a correct autoscaler may stand.
type setting struct {
	name   string
	change func(*scenario.Document)
	// harms are checks of users that may fail: this world harms them, whoever
	// scales it.
	harms []string
	// atStart: cooldowns are anchored at the start of an activity.
	atStart bool
}

// asShipped changes nothing.
var asShipped = setting{name: "as shipped", change: func(*scenario.Document) {}}

// settings are all worlds of a correct autoscaler.
func settings() []setting { return slices.Concat([]setting{asShipped}, readings(), surroundings()) }

// readings are all settings of what AWS leaves undocumented, singly and in
// pairs. That capacity is worked out from the running count is documented [D],
// so that the desired count as the base is a deviation and not among them.
func readings() (list []setting) {
	type reading struct {
		kind, name string
		set        func(*scenario.Behaviour)
		atStart    bool
	}
	all := []reading{
		{"datapoints", "datapoints since the last activity", func(b *scenario.Behaviour) { b.Datapoints = "since_activity" }, false},
		{"steps", "scale-in in proportion", func(b *scenario.Behaviour) { b.ScaleInSteps = "proportional" }, false},
		{"flapping", "flapping not anticipated", func(b *scenario.Behaviour) { b.Flapping = "unanticipated" }, false},
		{"anchor", "cooldowns from the order", func(b *scenario.Behaviour) { b.CooldownAnchor = "start" }, true},
		{"unfulfilled", "activities given up after 1m", func(b *scenario.Behaviour) { b.Unfulfilled = minutes(1) }, false},
		{"unfulfilled", "activities given up after 3m", func(b *scenario.Behaviour) { b.Unfulfilled = minutes(3) }, false},
	}
	for i, x := range all {
		list = append(list, setting{name: x.name, atStart: x.atStart, change: func(d *scenario.Document) { x.set(&d.Environment.Emulator.Behaviour) }})
		for _, y := range all[i+1:] {
			if x.kind != y.kind {
				list = append(list, setting{name: x.name + ", " + y.name, atStart: x.atStart || y.atStart, change: func(d *scenario.Document) {
					x.set(&d.Environment.Emulator.Behaviour)
					y.set(&d.Environment.Emulator.Behaviour)
				}})
			}
		}
	}
	return list
}

// surroundings are delays, balancers and tasks as AWS may have them.
func surroundings() (list []setting) {
	add := func(name string, set func(*scenario.Emulator)) *setting {
		list = append(list, setting{name: name, change: func(d *scenario.Document) { set(d.Environment.Emulator) }})
		return &list[len(list)-1]
	}
	for _, s := range []scenario.Spread{between(5, 5), between(5, 180), between(30, 60), between(120, 120), between(60, 180), between(180, 180)} {
		add(fmt.Sprintf("published after %v to %v", s.Min, s.Max), func(e *scenario.Emulator) { e.Delays.Publication = s })
	}
	for _, s := range []scenario.Spread{between(5, 10), between(60, 100), between(100, 150), between(150, 150)} {
		add(fmt.Sprintf("running after %v to %v", s.Min, s.Max), func(e *scenario.Emulator) { e.Delays.Start = s })
	}
	add("healthy after 100s to 120s", func(e *scenario.Emulator) { e.Delays.Health = between(100, 120) }).longer()
	add("provisioned after 30s to 60s", func(e *scenario.Emulator) { e.Delays.Provisioning = between(30, 60) })
	add("stopped after 30s", func(e *scenario.Emulator) { e.Delays.Stop = between(30, 30) })
	add("as on Fargate", func(e *scenario.Emulator) {
		e.Delays.Start, e.Delays.Health, e.DeregistrationDelay = between(20, 90), between(40, 65), seconds(300)
	}).longer()
	add("deregistered at once", func(e *scenario.Emulator) { e.DeregistrationDelay = 0 }).harms = []string{"errors", "drain.lossless"}
	for _, n := range []int{10, 60, 120} {
		add(fmt.Sprintf("deregistered after %ds", n), func(e *scenario.Emulator) { e.DeregistrationDelay = seconds(n) })
	}
	add("deregistered after 300s", func(e *scenario.Emulator) { e.DeregistrationDelay = seconds(300) }).longer()
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
		add(fmt.Sprintf("start-up of %g vCPU for %v", u.VCPU, u.For.Max), func(e *scenario.Emulator) { e.Task.StartUp = &u }).harms = []string{"latency"}
	}
	add("start-up of 2 vCPU for 60s", func(e *scenario.Emulator) { e.Task.StartUp = &scenario.StartUp{VCPU: 2, For: between(30, 60)} }).harms = []string{"latency"}
	return append(list,
		setting{name: "metrics of 20s", change: fine},
		setting{name: "policy on metrics of 20s", change: highResolution},
		setting{name: "policy on metrics of 20s, running after 100s to 150s", change: func(d *scenario.Document) {
			highResolution(d)
			d.Environment.Emulator.Delays.Start = between(100, 150)
		}},
	)
}

// longer gives the last stage half an hour more, as the judge asks for where
// with drains of five minutes the last step down runs out of it.
func (s *setting) longer() {
	change := s.change
	s.change = func(d *scenario.Document) {
		change(d)
		stages := d.Scenario.Traffic.Stages
		stages[len(stages)-1].For += minutes(30)
	}
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
	for key, s := range services(d) {
		s.MetricResolution = seconds(20)
		d.Environment.Services[key] = s
	}
}

// highResolution gives the service metrics of 20 s and has its CPU policy go by
// them.
func highResolution(d *scenario.Document) {
	fine(d)
	for key, s := range services(d) {
		s.Policies = maps.Clone(s.Policies)
		if cpu, ok := s.Policies["cpu"]; ok {
			cpu.HighResolution = true
			s.Policies["cpu"] = cpu
		}
		d.Environment.Services[key] = s
	}
}
