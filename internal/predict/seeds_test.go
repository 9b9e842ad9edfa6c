package predict_test

import (
	"flag"
	"fmt"
	"maps"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"scaleproof/internal/judge"
	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
)

var seeds = flag.Int("seeds", 6, "seeds of each case of TestSeeds")

// A correct autoscaler passes every shipped scenario whatever the draw of
// arrivals and delays, and a service that was not asked to scale never does.
func TestSeeds(t *testing.T) {
	for _, c := range []struct {
		name     string
		scenario string
		change   func(*testing.T, *scenario.Document)
		want     []judge.Answer
		fails    []string // where want is Fail: the checks that must say so, and no other may
	}{
		{name: "cpu-heavy", scenario: "cpu-heavy", want: passes},
		{name: "request-heavy", scenario: "request-heavy", want: passes},
		{name: "combined", scenario: "combined", want: passes},
		{name: "gradual-ramp", scenario: "gradual-ramp", want: passes},
		{name: "rollback", scenario: "rollback", want: passes},
		{name: "staircase", scenario: "staircase", want: passes},
		{name: "deployment", scenario: "deployment", want: passes},
		{name: "cpu-heavy on metrics of 20 s", scenario: "cpu-heavy", change: highResolution, want: passes},
		// With so little load that no policy asks for a second task, nothing
		// was proven.
		{name: "cpu-heavy at half the climb", scenario: "cpu-heavy", change: less("climb", 2), want: fallsShort},
		{name: "request-heavy at half the climb", scenario: "request-heavy", change: less("climb", 2), want: fallsShort},
		{name: "combined at a third", scenario: "combined", change: less("both", 3), want: fallsShort},
		{name: "gradual-ramp at half the ramp", scenario: "gradual-ramp", change: less("ramp", 2), want: fallsShort},
		// The incident, its remedy, and the same traffic where it does no harm.
		{name: "incident", scenario: "incident", want: fails, fails: []string{"latency", "saturation"}},
		{name: "incident with both policies", scenario: "incident", change: both, want: passes},
		{name: "spiral", scenario: "spiral", want: fails},
		{name: "single-thread", scenario: "single-thread", want: fails, fails: []string{"latency", "saturation"}},
		{name: "start-up", scenario: "start-up", want: fails, fails: []string{"scale-out.only-by"}},
		{name: "incident at a tenth of the cost", scenario: "incident", change: cheap, want: []judge.Answer{judge.Pass, judge.Inconclusive}},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(*seeds, func(seed uint64) {
				v := verdict(t, c.scenario, seed, c.change)
				if !contains(c.want, v.Answer) {
					t.Errorf("seed %d: %s\n%s", seed, v.Sentence, told(v))
				}
				if c.fails != nil && failed(v) != strings.Join(c.fails, ",") {
					t.Errorf("seed %d: fails %s\n%s", seed, failed(v), told(v))
				}
			})
		})
	}
}

var (
	passes     = []judge.Answer{judge.Pass}
	fails      = []judge.Answer{judge.Fail}
	fallsShort = []judge.Answer{judge.Fail, judge.Inconclusive}
)

// less divides the demand of a stage.
func less(stage string, by float64) func(*testing.T, *scenario.Document) {
	return func(t *testing.T, d *scenario.Document) {
		for _, s := range d.Scenario.Traffic.Stages {
			if s.Name == stage {
				s.Demand.CPU.Tasks /= by
				s.Demand.Requests.Tasks /= by
				return
			}
		}
		t.Errorf("no stage %s", stage)
	}
}

func both(_ *testing.T, d *scenario.Document) { d.Scenario.Policies = []string{"requests", "cpu"} }

// highResolution gives the service metrics of 20 s and has its CPU policy go by
// them.
func highResolution(_ *testing.T, d *scenario.Document) {
	services := maps.Clone(d.Environment.Services)
	for key, s := range services {
		s.MetricResolution, s.Policies = scenario.Duration(20*time.Second), maps.Clone(s.Policies)
		cpu := s.Policies["cpu"]
		cpu.HighResolution = true
		s.Policies["cpu"] = cpu
		services[key] = s
	}
	d.Environment.Services = services
}

// rates are a stage's as a plan solved them, by kind.
func rates(p *plan.Plan, s plan.Stage) map[string]scenario.Rate {
	list := map[string]scenario.Rate{}
	for k, kind := range p.Kinds {
		list[kind.Name] = scenario.Rate(s.Rates[k].To)
	}
	return list
}

// cheap writes the rates out, since no demand solves at another cost, and
// then makes each request cost a tenth.
func cheap(t *testing.T, d *scenario.Document) {
	p, err := plan.Build(d)
	if err != nil {
		t.Error(err)
		return
	}
	for i, s := range p.Stages {
		d.Scenario.Traffic.Stages[i].Demand, d.Scenario.Traffic.Stages[i].Rate = nil, rates(p, s)
	}
	for i := range d.Environment.Emulator.Costs {
		d.Environment.Emulator.Costs[i].CPU /= 10
	}
}

// each calls f with the seeds from 1 on, on all processors.
func each(n int, f func(seed uint64)) {
	var group sync.WaitGroup
	next := make(chan uint64)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for seed := range next {
				f(seed)
			}
		})
	}
	for seed := range n {
		next <- uint64(seed + 1)
	}
	close(next)
	group.Wait()
}

func verdict(t *testing.T, name string, seed uint64, change func(*testing.T, *scenario.Document)) judge.Verdict {
	doc, err := scenario.Load("../../scenarios/"+name+".yaml", scenario.LoadOptions{})
	if err != nil {
		t.Error(err)
		return judge.Verdict{}
	}
	if change != nil {
		change(t, doc)
	}
	doc.Scenario.Traffic.Seed, doc.Environment.Emulator.Seed = seed, seed
	events, err := predicted(doc)
	if err != nil {
		t.Error(err)
		return judge.Verdict{}
	}
	v, err := judge.Judge(events)
	if err != nil {
		t.Error(err)
	}
	return v
}

func contains(list []judge.Answer, a judge.Answer) bool {
	for _, l := range list {
		if l == a {
			return true
		}
	}
	return false
}

// failed lists the checks that fail, each once, in order.
func failed(v judge.Verdict) string {
	var ids []string
	for _, r := range v.Results {
		if r.Answer == judge.Fail && r.Severity == judge.Counts && (len(ids) == 0 || ids[len(ids)-1] != r.ID) {
			ids = append(ids, r.ID)
		}
	}
	return strings.Join(ids, ",")
}

// told is what is not a pass, for the message.
func told(v judge.Verdict) string {
	var b strings.Builder
	for _, r := range v.Results {
		if r.Answer != judge.Pass && r.Severity == judge.Counts {
			fmt.Fprintf(&b, "  %s %s (%s): expected %s, measured %s\n", r.Answer, r.ID, r.Subject, r.Expected, r.Measured)
		}
	}
	return b.String()
}
