package prove

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"scaleproof/internal/scenario"
)

// scene is a shipped scenario in which things are proven.
type scene struct {
	name         string
	file         string                   // the scenario's, without .yaml
	policies     []string                 // nil: the scenario's
	vary         func(*scenario.Document) // how it is another than the shipped one; nil: it is not
	deviates     string                   // the service whose autoscaler does; empty: all
	from, during time.Duration            // when it does; zero: from the world's beginning, to the end
}

// shipped are the scenes in which a correct autoscaler passes, as they are.
var shipped = []scene{
	{name: "cpu-heavy", file: "cpu-heavy"},
	{name: "request-heavy", file: "request-heavy"},
	{name: "combined", file: "combined"},
	{name: "gradual-ramp", file: "gradual-ramp"},
	{name: "incident with both policies", file: "incident", policies: []string{"requests", "cpu"}},
	{name: "staircase", file: "staircase"},
	{name: "deployment", file: "deployment"},
	{name: "rollback watched for longer", file: "rollback", vary: func(d *scenario.Document) {
		stages := d.Scenario.Traffic.Stages
		stages[len(stages)-1].For += minutes(15)
	}},
}

// varied are those in which one deviation matters that does not in the others.
var varied = []scene{
	{name: "cpu-heavy with a scale-out cooldown of 3m", file: "cpu-heavy", vary: slowOut},
	{name: "gradual-ramp with the CPU policy alone", file: "gradual-ramp", vary: func(d *scenario.Document) {
		d.Scenario.Policies = []string{"cpu"}
		d.Environment.Emulator.Past.Policies = nil
	}},
	{name: "staircase with one stair of eight", file: "staircase", vary: stairOfEight},
	{name: "staircase with one stair of eight, tasks start late", file: "staircase", vary: func(d *scenario.Document) {
		stairOfEight(d)
		d.Environment.Emulator.Delays.Start = between(150, 170)
	}},
	{name: "cpu-heavy with at least 2 tasks", file: "cpu-heavy", from: 3 * time.Minute, vary: func(d *scenario.Document) {
		bounds(2, 5)(d)
		d.Scenario.Expect = nil
	}},
	{name: "baseline of cpu-heavy beside a busy web", file: "cpu-heavy", deviates: "web", vary: func(d *scenario.Document) {
		d.Scenario.Traffic.Stages = d.Scenario.Traffic.Stages[:1]
		d.Scenario.Traffic.Stages[0].For = minutes(12)
		d.Scenario.Expect = []scenario.Expectation{{NoScaleOut: &scenario.InStages{In: scenario.Stages{"baseline"}}}}
		delete(d.Scenario.Requests, "slow") // of another stage
		eachPolicy(d, func(p *scenario.Policy) { p.DisableScaleIn = true })
		happens(d, scenario.Happening{Traffic: &scenario.OtherTraffic{Path: "/api/public/health", Rate: 30}})
	}},
}

// stairOfEight asks for eight tasks at once by requests, and for two by CPU, and
// ends before anything is scaled in.
func stairOfEight(d *scenario.Document) {
	bounds(1, 14)(d)
	stages := d.Scenario.Traffic.Stages[:2]
	stages[1].Ramp, stages[1].For = 0, minutes(19)
	stages[1].Demand.CPU.Tasks, stages[1].Demand.Requests.Tasks = 1.1, 7.8
	d.Scenario.Traffic.Stages = stages
	d.Scenario.Expect = nil
	eachPolicy(d, func(p *scenario.Policy) { p.ScaleOutCooldown = minutes(1) })
	delete(d.Scenario.Requests, "slow") // of another stage
}

func slowOut(d *scenario.Document) {
	eachPolicy(d, func(p *scenario.Policy) { p.ScaleOutCooldown = minutes(3) })
}

func eachPolicy(d *scenario.Document, change func(*scenario.Policy)) {
	for _, s := range d.Environment.Services {
		for role, p := range s.Policies {
			change(&p)
			s.Policies[role] = p
		}
	}
}

func bounds(least, most int) func(*scenario.Document) {
	return func(d *scenario.Document) {
		for key, s := range d.Environment.Services {
			s.Capacity.Min, s.Capacity.Max = least, most
			d.Environment.Services[key] = s
		}
	}
}

func happens(d *scenario.Document, h scenario.Happening) {
	d.Environment.Emulator.Happenings = append(d.Environment.Emulator.Happenings, h)
}

// scenes are all of them.
func scenes() []scene { return slices.Concat(shipped, varied) }

// sceneOf finds a scene. A name that is none is a mistake of the tables here.
func sceneOf(name string) scene {
	all := scenes()
	i := slices.IndexFunc(all, func(s scene) bool { return s.name == name })
	if i < 0 {
		panic(fmt.Sprintf("prove: no scene %q", name))
	}
	return all[i]
}

// document is the scene's, read anew, so that it may be changed.
func (s scene) document(folder string) (*scenario.Document, error) {
	d, err := scenario.Load(filepath.Join(folder, s.file+".yaml"), scenario.LoadOptions{Policies: s.policies})
	if err != nil {
		return nil, err
	}
	if d.Environment.Emulator == nil {
		return nil, fmt.Errorf("scenario %s: its environment is not an emulated one", s.file)
	}
	if s.vary != nil {
		s.vary(d)
	}
	return d, nil
}

func seconds(n int) scenario.Duration { return scenario.Duration(n) * scenario.Duration(time.Second) }
func minutes(n int) scenario.Duration { return 60 * seconds(n) }

func between(least, most int) scenario.Spread {
	return scenario.Spread{Min: seconds(least), Max: seconds(most)}
}

// services are a copy of the environment's, for a change.
func services(d *scenario.Document) map[string]scenario.Service {
	d.Environment.Services = maps.Clone(d.Environment.Services)
	return d.Environment.Services
}
