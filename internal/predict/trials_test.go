package predict_test

import (
	"fmt"
	"strings"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/judge"
	"scaleproof/internal/plan"
	"scaleproof/internal/predict"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// trial is a deviation in a world in which it matters.
type trial struct {
	deviation    string // its name, with =size
	scenario     string
	vary         []string // how the scenario is another than the shipped one, see variations
	service      string   // whose autoscaler it is; empty: all
	from, length time.Duration
	why          string // it goes unnoticed: no check fails
}

// trials are at least one for each deviation, and one that is nobody's mistake:
// a change by hand.
var trials = []trial{
	{deviation: "scale-out-cooldown-ignored", scenario: "cpu-heavy",
		why: "with alarms that act once a minute no two orders are closer than the cooldown of 60 s"},
	{deviation: "scale-out-cooldown-ignored", scenario: "cpu-heavy", vary: []string{"scale-out cooldown 3m"}},
	{deviation: "scale-out-cooldown-short=30%", scenario: "request-heavy", vary: []string{"scale-out cooldown 3m"}},
	{deviation: "scale-in-cooldown-ignored", scenario: "gradual-ramp", vary: []string{"the CPU policy alone"}},
	{deviation: "scale-in-cooldown-short", scenario: "gradual-ramp"},
	{deviation: "smallest-wins", scenario: "combined",
		why: "in some runs the larger order comes with its alarm's next action, or a task short of what was asked for"},
	{deviation: "smallest-wins", scenario: "combined", vary: []string{"requests for 4", "nothing expected"}},
	{deviation: "smallest-wins", scenario: "request-heavy", vary: []string{"nothing expected"}},
	{deviation: "smallest-wins", scenario: "request-heavy"},
	{deviation: "scale-in-on-one-word", scenario: "request-heavy"},
	{deviation: "scale-in-on-one-word", scenario: "gradual-ramp", vary: []string{"nothing expected"}},
	{deviation: "no-scale-in", scenario: "cpu-heavy"},
	{deviation: "no-scale-in", scenario: "cpu-heavy", vary: []string{"nothing expected"}},
	{deviation: "no-scale-out", scenario: "request-heavy"},
	{deviation: "no-scale-out", scenario: "incident", vary: []string{"both policies", "nothing expected"}},
	{deviation: "over-scaling=4", scenario: "gradual-ramp"},
	{deviation: "over-scaling=4", scenario: "cpu-heavy"},
	{deviation: "under-scaling", scenario: "combined",
		why: "inside the cooldown of another policy's order what was added is credited, and the order is a task short, as another rounding would have it"},
	{deviation: "under-scaling", scenario: "request-heavy", vary: []string{"room for 12", "a peak of 7", "nothing expected"}},
	{deviation: "base-desired", scenario: "combined"},
	{deviation: "base-desired", scenario: "combined", vary: []string{"room for 12"}},
	{deviation: "threshold-off", scenario: "cpu-heavy"},
	{deviation: "threshold-other", scenario: "gradual-ramp"},
	{deviation: "threshold-other=0.85", scenario: "gradual-ramp"},
	{deviation: "threshold-other", scenario: "gradual-ramp", vary: []string{"nothing expected"}},
	{deviation: "threshold-other", scenario: "gradual-ramp", vary: []string{"a ramp to 1.04 tasks of CPU, only its scale-out expected", "nothing expected"}},
	{deviation: "requests-per-second", scenario: "request-heavy"},
	{deviation: "one-datapoint", scenario: "cpu-heavy"},
	{deviation: "one-datapoint", scenario: "cpu-heavy", vary: []string{"without ramps", "published after 5s", "scale-in disabled", "only a trigger expected"}},
	{deviation: "one-datapoint", scenario: "cpu-heavy", vary: []string{"nothing expected"}},
	{deviation: "late-reaction", scenario: "request-heavy"},
	{deviation: "late-reaction=2m", scenario: "gradual-ramp", vary: []string{"nothing expected"}},
	{deviation: "late-reaction=5m", scenario: "gradual-ramp"},
	{deviation: "late-reaction=5m", scenario: "gradual-ramp", vary: []string{"nothing expected"}},
	{deviation: "no-scale-out", scenario: "gradual-ramp", vary: []string{"a ramp to 1.04 tasks of CPU, only its scale-out expected"}},
	{deviation: "late-reaction=4m", scenario: "gradual-ramp", vary: []string{"only a p99 of 500ms expected"}},
	{deviation: "late-reaction=2m", scenario: "gradual-ramp", vary: []string{"only a p99 of 126ms expected"}}, // 125 ms as AWS has it
	{deviation: "flapping", scenario: "combined"},
	{deviation: "flapping", scenario: "combined", vary: []string{"nothing expected"}},
	{deviation: "flapping", scenario: "request-heavy", from: 35 * time.Minute, length: 10 * time.Minute},
	{deviation: "other-alarm-named", scenario: "cpu-heavy"},
	{deviation: "sibling-scaled", scenario: "request-heavy"},
	{deviation: "sibling-scaled", scenario: "cpu-heavy", vary: []string{"baseline alone, for 12m", "scale-in disabled", "web under load"}, service: "web"},
	{deviation: "scale-in-while-deploying", scenario: "cpu-heavy", vary: []string{"deployments in settle"}},
	{deviation: "bounds-ignored", scenario: "cpu-heavy", vary: []string{"at least 2 tasks", "nothing expected"}, from: 30 * time.Minute, length: time.Hour},
	{deviation: "bounds-off", scenario: "cpu-heavy"},
	{deviation: "other-target-group", scenario: "request-heavy",
		why: "the run refuses to begin, since an alarm has no data"},
	{deviation: "actions-off", scenario: "request-heavy"},
	{deviation: "drain-cut", scenario: "cpu-heavy"},
	{deviation: "drain-cut", scenario: "cpu-heavy", vary: []string{"nothing expected"}},
	{scenario: "cpu-heavy", vary: []string{"nothing expected", "the bounds changed by hand"}},
}

// variations of a scenario and its environment, by name.
var variations = map[string]func(*scenario.Document){
	"nothing expected":             func(d *scenario.Document) { d.Scenario.Expect = nil },
	"both policies":                func(d *scenario.Document) { d.Scenario.Policies = []string{"requests", "cpu"} },
	"only a p99 of 500ms expected": func(d *scenario.Document) { onlyP99(d, 500*time.Millisecond) },
	"only a p99 of 126ms expected": func(d *scenario.Document) { onlyP99(d, 126*time.Millisecond) },
	"a ramp to 1.04 tasks of CPU, only its scale-out expected": func(d *scenario.Document) {
		s := &d.Scenario.Traffic.Stages[1]
		s.Ramp, s.Demand.CPU.Tasks = minutes(5), 1.04
		d.Scenario.Expect = []scenario.Expectation{{ScaleOut: &scenario.ScaleOut{In: "ramp"}}}
	},
	"only a trigger expected": func(d *scenario.Document) {
		d.Scenario.Expect = []scenario.Expectation{{Trigger: &scenario.Trigger{At: 70, Tolerance: 5}}}
	},
	"scale-out cooldown 3m": func(d *scenario.Document) {
		for _, s := range d.Environment.Services {
			for role, p := range s.Policies {
				p.ScaleOutCooldown = scenario.Duration(3 * time.Minute)
				s.Policies[role] = p
			}
		}
	},
	"scale-in disabled": func(d *scenario.Document) {
		for _, s := range d.Environment.Services {
			for role, p := range s.Policies {
				p.DisableScaleIn = true
				s.Policies[role] = p
			}
		}
	},
	"room for 12": func(d *scenario.Document) {
		for key, s := range d.Environment.Services {
			s.Capacity.Max = 12
			d.Environment.Services[key] = s
		}
	},
	"requests for 4": func(d *scenario.Document) {
		for i, s := range d.Scenario.Traffic.Stages {
			if s.Name == "both" {
				d.Scenario.Traffic.Stages[i].Demand.Requests.Tasks = 4
			}
		}
	},
	"a peak of 7": func(d *scenario.Document) {
		d.Scenario.Traffic.Ceiling = 400
		for i, s := range d.Scenario.Traffic.Stages {
			if s.Name == "peak" {
				d.Scenario.Traffic.Stages[i].Demand.Requests.Tasks = 7
			}
		}
	},
	"at least 2 tasks": func(d *scenario.Document) {
		for key, s := range d.Environment.Services {
			s.Capacity.Min = 2
			d.Environment.Services[key] = s
		}
	},
	"the CPU policy alone": func(d *scenario.Document) {
		d.Scenario.Policies = []string{"cpu"}
		d.Environment.Emulator.Past.Policies = nil
	},
	"published after 5s": func(d *scenario.Document) {
		d.Environment.Emulator.Delays.Publication = scenario.Spread{Min: scenario.Duration(5 * time.Second), Max: scenario.Duration(5 * time.Second)}
	},
	"without ramps": func(d *scenario.Document) {
		for i := range d.Scenario.Traffic.Stages {
			d.Scenario.Traffic.Stages[i].Ramp = 0
		}
	},
	"deployments in settle": func(d *scenario.Document) {
		for at := 28; at < 45; at++ {
			happens(d, scenario.Happening{At: minutes(at), Service: d.Scenario.Service, Deployment: &scenario.Deployment{}})
		}
	},
	"the bounds changed by hand": func(d *scenario.Document) {
		happens(d, scenario.Happening{At: minutes(20), Service: d.Scenario.Service, Capacity: &scenario.Bounds{Min: 1, Max: 4}})
	},
	"baseline alone, for 12m": func(d *scenario.Document) {
		d.Scenario.Traffic.Stages = d.Scenario.Traffic.Stages[:1]
		d.Scenario.Traffic.Stages[0].For = minutes(12)
		d.Scenario.Expect = []scenario.Expectation{{NoScaleOut: &scenario.InStages{In: scenario.Stages{"baseline"}}}}
		delete(d.Scenario.Requests, "slow") // of another stage
	},
	"web under load": func(d *scenario.Document) {
		happens(d, scenario.Happening{Traffic: &scenario.OtherTraffic{Path: "/api/public/health", Rate: 30}})
	},
}

// onlyP99 leaves the expectations of latency, with another bound.
func onlyP99(d *scenario.Document, bound time.Duration) {
	var left []scenario.Expectation
	for _, e := range d.Scenario.Expect {
		if e.Latency != nil {
			e.Latency.P99 = scenario.Bound{Limit: scenario.Duration(bound)}
			left = append(left, e)
		}
	}
	d.Scenario.Expect = left
}

func minutes(n int) scenario.Duration { return scenario.Duration(n) * scenario.Duration(time.Minute) }

func happens(d *scenario.Document, h scenario.Happening) {
	d.Environment.Emulator.Happenings = append(d.Environment.Emulator.Happenings, h)
}

// where says in what world a trial is.
func (c trial) where() string {
	parts := append([]string{c.scenario}, c.vary...)
	if c.service != "" {
		parts = append(parts, "of "+c.service)
	}
	if c.from > 0 {
		parts = append(parts, fmt.Sprintf("from %gm for %gm", c.from.Minutes(), c.length.Minutes()))
	}
	return strings.Join(parts, ", ")
}

// document is the trial's world with a seed, deviating or right.
func (c trial) document(seed uint64, deviating bool) (*scenario.Document, error) {
	doc, err := scenario.Load("../../scenarios/"+c.scenario+".yaml", scenario.LoadOptions{})
	if err != nil {
		return nil, err
	}
	for _, v := range c.vary {
		variations[v](doc)
	}
	if deviating && c.deviation != "" {
		name, size, _ := strings.Cut(c.deviation, "=")
		doc.Environment.Emulator.Deviations = []scenario.Flaw{{
			Name: name, Size: scenario.Amount(size), Service: c.service,
			From: scenario.Duration(c.from), For: scenario.Duration(c.length),
		}}
	}
	doc.Scenario.Traffic.Seed, doc.Environment.Emulator.Seed = seed, seed
	return doc, nil
}

// answers are what a document's run came to.
type answers struct {
	manifested int // how often it decided otherwise
	verdict    judge.Verdict
	refused    error // it never began its traffic
}

// tryOut lives a document's run and has it judged. Windows of 10 s are a tenth of
// the work.
func tryOut(doc *scenario.Document) (l answers, err error) {
	p, err := plan.Build(doc)
	if err != nil {
		return l, err
	}
	p.Window = 10 * time.Second
	var events []timeline.Event
	w := predict.Live(predict.World(&doc.Environment, p.Seed, clock.Epoch), clock.Epoch, p)
	l.refused = predict.Run(w, p, predict.Options{
		Started: timeline.Started{
			Format: timeline.Format, Command: "validate run", Scenario: p.Scenario, Environment: p.Environment,
			Service: p.Service, Seed: p.Seed, Plan: plan.Raw(p),
		},
		Emit: func(e timeline.Event) {
			e.Seq = int64(len(events) + 1)
			events = append(events, e)
		},
	})
	l.manifested = len(w.Manifested())
	if l.refused == nil {
		l.verdict, err = judge.Judge(events)
	}
	return l, err
}

// answered lists the checks with an answer that counts, each once, in order.
func (l answers) answered(a judge.Answer) (ids []string) {
	for _, id := range judge.IDs() {
		for _, r := range l.verdict.Results {
			if r.ID == id && r.Answer == a && r.Severity == judge.Counts {
				ids = append(ids, id)
				break
			}
		}
	}
	return ids
}
