package plan_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
)

func load(t testing.TB, name string) *scenario.Document {
	t.Helper()
	d, err := scenario.Load("../../scenarios/"+name+".yaml", scenario.LoadOptions{})
	require.NoError(t, err)
	return d
}

func build(t testing.TB, name string) *plan.Plan {
	t.Helper()
	p, err := plan.Build(load(t, name))
	require.NoError(t, err)
	return p
}

func TestShippedScenariosBuild(t *testing.T) {
	for name, arrivals := range map[string]int{
		"cpu-heavy": 41639, "request-heavy": 84165, "combined": 76808,
		"gradual-ramp": 39824, "staircase": 60774, "deployment": 29272, "incident": 47020, "nginx": 1319,
	} {
		p := build(t, name)
		n := 0
		for s := p.Schedule(); ; n++ {
			a, ok := s.Next()
			if !ok {
				break
			}
			require.Less(t, a.At, p.Total())
		}
		require.Equal(t, arrivals, n, name)
	}
}

func number(v float64) *scenario.TaskLoad { return &scenario.TaskLoad{Tasks: v} }

func texts(p *plan.Plan) (all []string) {
	for _, n := range p.Notes {
		all = append(all, n.Stage+": "+n.Text)
	}
	return all
}

// What a stage comes to is what it demands.
func TestStagesComeToTheirDemand(t *testing.T) {
	for _, name := range shipped {
		d, p := load(t, name), build(t, name)
		for i, s := range d.Scenario.Traffic.Stages {
			if s.Demand == nil {
				continue
			}
			require.Equal(t, s.Demand.CPU.Tasks, p.Stages[i].CPUTasks)
			require.Equal(t, s.Demand.Requests.Tasks, p.Stages[i].RequestTasks)
		}
	}
}

// The incident's numbers, as they were: near 93 % at 865 requests.
func TestIncident(t *testing.T) {
	p := build(t, "incident")
	s, _, ok := p.StageByName("judged")
	require.True(t, ok)
	require.Equal(t, 92.75, p.Metric("cpu", p.LoadAt(s, 0), 2))
	require.Equal(t, 865.0, p.Metric("requests", p.LoadAt(s, 0), 2))
	require.Equal(t, 2, p.Tasks(s))
	require.Equal(t, 0, p.Wants("cpu", s), "the CPU policy does not stand")

	d, both, err := plan.Open("../../scenarios/incident.yaml", scenario.LoadOptions{Policies: []string{"requests", "cpu"}})
	require.NoError(t, err)
	require.True(t, d.Overridden)
	require.Equal(t, 3, both.Tasks(both.Stages[2]))
	require.Equal(t, p.Stages[2].Rates, both.Stages[2].Rates, "the same traffic")
}

// A tenth of the CPU cost solves for no demand; the same rates, written out,
// are sent all the same.
func TestIncidentAtATenthOfTheCost(t *testing.T) {
	p, d := build(t, "incident"), load(t, "incident")
	for i := range d.Environment.Emulator.Costs {
		d.Environment.Emulator.Costs[i].CPU /= 10
	}
	_, err := plan.Build(d)
	require.ErrorContains(t, err, "incident.yaml:34:42: 0.8 tasks' worth of CPU at 0.8 tasks' worth of requests")
	for i, s := range p.Stages {
		rates := map[string]scenario.Rate{}
		for k, kind := range p.Kinds {
			rates[kind.Name] = scenario.Rate(s.Rates[k].To)
		}
		d.Scenario.Traffic.Stages[i].Demand, d.Scenario.Traffic.Stages[i].Rate = nil, rates
	}
	cheap, err := plan.Build(d)
	require.NoError(t, err)
	require.Equal(t, p.Stages[2].Rates, cheap.Stages[2].Rates)
	require.InDelta(t, 9.275, cheap.Metric("cpu", cheap.LoadAt(cheap.Stages[2], 0), 2), 1e-6)
}

// With the demand so low that nothing asks for a second task the plan warns
// and does not refuse: such a run is a negative control.
func TestHalvedDemandIsNoted(t *testing.T) {
	for name, c := range map[string]struct {
		stage string
		part  float64
	}{"cpu-heavy": {"climb", 2}, "request-heavy": {"climb", 2}, "gradual-ramp": {"ramp", 2}, "combined": {"both", 3}} {
		d := load(t, name)
		i := slices.IndexFunc(d.Scenario.Traffic.Stages, func(s scenario.Stage) bool { return s.Name == c.stage })
		less := d.Scenario.Traffic.Stages[i].Demand
		less.CPU.Tasks /= c.part
		less.Requests.Tasks /= c.part
		p, err := plan.Build(d)
		require.NoError(t, err, name)
		require.Regexp(t, c.stage+": (no policy asks|the (cpu|requests) policy does not ask) for more than the 1 task that runs: the expected scale-out will not come", strings.Join(texts(p), "\n"), name)
	}
}

func TestRelativeDemandFollowsTheMinimum(t *testing.T) {
	d := load(t, "cpu-heavy")
	d.Scenario.Traffic.Stages[1].Demand.CPU = &scenario.TaskLoad{Tasks: 1.25, Relative: true}
	d.Scenario.Traffic.Stages[1].Demand.Requests = &scenario.TaskLoad{Tasks: 0.5, Relative: true}
	s := d.Environment.Services["web-ingestion"]
	s.Capacity.Min = 2
	d.Environment.Services["web-ingestion"] = s
	p, err := plan.Build(d)
	require.NoError(t, err)
	require.Equal(t, 2.5, p.Stages[1].CPUTasks)
	require.Equal(t, 3, p.Tasks(p.Stages[1]))
}

// Sidecars use CPU that requests cannot: the demand is met with less work.
func TestIdlePartIsTakenOff(t *testing.T) {
	d := load(t, "cpu-heavy")
	d.Environment.Emulator.Task.Idle = 10
	p, err := plan.Build(d)
	require.NoError(t, err)
	require.Equal(t, 750.0, p.Stages[1].MilliCPU, "1.25 tasks at 70 % less 10 %")
	require.Equal(t, 1.25, p.Stages[1].CPUTasks)
	require.InDelta(t, 85, p.Metric("cpu", p.LoadAt(p.Stages[1], time.Hour), 1), 1e-6)
}

// A plan goes into the timeline as JSON; what is read back from it sends the
// same requests, expects the same and is written the same.
func TestPlanSurvivesTheTimeline(t *testing.T) {
	for _, name := range shipped {
		p := build(t, name)
		text, err := json.Marshal(p)
		require.NoError(t, err)
		var back plan.Plan
		require.NoError(t, json.Unmarshal(text, &back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
		require.NotContains(t, string(text), "../..", "a plan does not tell where files lie")
		a, b := p.Schedule(), back.Schedule()
		for range 1000 {
			x, _ := a.Next()
			y, _ := b.Next()
			require.Equal(t, x, y)
		}
	}
}

// A body of the shipped template is a whole OTLP export, and of its size.
func TestShippedBodies(t *testing.T) {
	p := build(t, "cpu-heavy")
	heavy := p.Kinds[p.KindByName("heavy")]
	require.InDelta(t, 32<<10, heavy.Body.Size, 1<<10)
	for n := range uint64(3) {
		var export struct {
			ResourceSpans []struct {
				ScopeSpans []struct {
					Spans []struct{ TraceID, SpanID, ParentSpanID, StartTimeUnixNano, EndTimeUnixNano string }
				}
			}
		}
		require.NoError(t, json.Unmarshal(heavy.Body.Append(nil, p.Seed, n, time.Unix(1767225600, 0)), &export))
		spans := export.ResourceSpans[0].ScopeSpans[0].Spans
		ids := map[string]bool{"": true}
		for _, s := range spans {
			require.Regexp(t, "^[0-9a-f]{32}$", s.TraceID)
			require.Equal(t, spans[0].TraceID, s.TraceID, "one trace")
			require.Regexp(t, "^[0-9a-f]{16}$", s.SpanID)
			require.True(t, ids[s.ParentSpanID], "a parent that stands before it")
			require.Less(t, s.StartTimeUnixNano, s.EndTimeUnixNano)
			ids[s.SpanID] = true
		}
	}
	slow := p.Kinds[p.KindByName("slow")]
	require.True(t, json.Valid(slow.Body.Append(nil, p.Seed, 1, time.Unix(0, 0))))
}

// What cannot be planned is refused, with the place.
func TestBuildRefuses(t *testing.T) {
	kind := func(d *scenario.Document, name string, change func(*scenario.Kind)) {
		k := d.Scenario.Requests[name]
		change(&k)
		d.Scenario.Requests[name] = k
	}
	for want, change := range map[string]func(*scenario.Document){
		"44:12: the ceiling of 20/s is not above the 22.5/s of stage peak": func(d *scenario.Document) { d.Scenario.Traffic.Ceiling = 20 },
		"/x is routed to service web, not web-ingestion": func(d *scenario.Document) {
			kind(d, "slow", func(k *scenario.Kind) { k.Path = "/x?y=/api/public/media" })
		},
		"no rule of environment local routes /x anywhere": func(d *scenario.Document) {
			d.Environment.Emulator.Rules = d.Environment.Emulator.Rules[:2]
			kind(d, "slow", func(k *scenario.Kind) { k.Path = "/x" })
		},
		"no row of environment local's costs says what PUT /api/public/media with a body of 376 bytes costs": func(d *scenario.Document) {
			kind(d, "slow", func(k *scenario.Kind) { k.Method = "PUT" })
			d.Environment.Emulator.Costs = d.Environment.Emulator.Costs[:3]
		},
		"placeholder {{uid}}: unknown": func(d *scenario.Document) { d.Templates["bodies/media.json"] = []byte("{{uid}}") },
		"does not define both":         func(d *scenario.Document) { delete(d.Service().Policies, "cpu") },
		"stage climb (3m) is too short for a scale-out by the cpu policy: its alarm needs 3 datapoints of 1m": func(d *scenario.Document) { d.Scenario.Traffic.Stages[1].For = scenario.Duration(3 * time.Minute) },
		"stage settle (10m) is too short for any scale-in: an alarm needs 15 datapoints of 1m":                func(d *scenario.Document) { d.Scenario.Traffic.Stages[3].For = scenario.Duration(10 * time.Minute) },
		"1.25 tasks' worth of CPU at 0.1 tasks' worth of requests (2.5/s): that needs 350ms of CPU a request": func(d *scenario.Document) { d.Scenario.Traffic.Stages[1].Demand.Requests = number(0.1) },
	} {
		d := load(t, "cpu-heavy").Clone()
		d.Templates = maps.Clone(d.Templates)
		change(d)
		_, err := plan.Build(d)
		require.ErrorContains(t, err, want)
		require.Regexp(t, `^../../scenarios/cpu-heavy.yaml:\d+:\d+: `, err.Error())
	}
}

// What can be sent but proves little is noted.
func TestNotes(t *testing.T) {
	for want, change := range map[string]func(*scenario.Document){
		"peak: 2.5 tasks' worth of CPU on the 1 task that may still run is 175 % CPU, beyond the 100 % at which they saturate": func(d *scenario.Document) { d.Scenario.Traffic.Stages[1].Demand = d.Scenario.Traffic.Stages[0].Demand },
		"a task of 2 vCPU with 1 worker saturates at 50 % CPU: a target of 70 % is never passed": func(d *scenario.Document) {
			d.Environment.Emulator.Task.VCPU = 2
			d.Scenario.Traffic.Stages = d.Scenario.Traffic.Stages[:1]
			rate := d.Scenario.Traffic.Stages
			rate[0].Demand, rate[0].Rate = nil, map[string]scenario.Rate{"heavy": 1, "light": 1}
			d.Scenario.Expect = nil
		},
		"peak: only the cpu policy is expected to act, but the requests policy asks for 2 tasks": func(d *scenario.Document) {
			d.Scenario.Traffic.Stages[2].Demand.Requests = number(1.2)
			d.Scenario.Traffic.Stages[1].Demand.CPU = number(1)
			d.Scenario.Traffic.Stages[2].Demand.CPU = number(1.4)
		},
		"climb: both policies ask for more tasks": func(d *scenario.Document) { d.Scenario.Traffic.Stages[1].Demand.Requests = number(1.5) },
		"baseline: no scale-out is expected, but the load asks for 2 tasks, more than the 1 task that runs": func(d *scenario.Document) {
			d.Scenario.Traffic.Stages[0].Demand = &scenario.Demand{CPU: number(1.2), Requests: number(0.5)}
		},
		"climb: 2..5 tasks are expected at its end, but the load asks for 1": func(d *scenario.Document) { d.Scenario.Traffic.Stages[1].Demand = d.Scenario.Traffic.Stages[0].Demand },
		"settle: no scale-in is expected, but the load asks for 1 task where 3 run": func(d *scenario.Document) {
			d.Scenario.Expect[5].NoScaleIn.In = scenario.Stages{"settle"}
		},
		"settle: no request of a second or more is in flight while it scales in": func(d *scenario.Document) { delete(d.Scenario.Requests, "slow") },
		"would rest on some 600 samples; fewer than 1000 are inconclusive": func(d *scenario.Document) {
			d.Scenario.Expect[7].Latency.In = scenario.Stages{"baseline"}
			d.Scenario.Traffic.Stages[0].For = scenario.Duration(time.Minute)
		},
		"the ceiling of 30/s is near the stage's 22.5/s":            func(d *scenario.Document) { d.Scenario.Traffic.Ceiling = 30 },
		"settle: at 20m shorter than scaling in by 2 may take, 26m": func(d *scenario.Document) { d.Scenario.Traffic.Stages[3].For = scenario.Duration(20 * time.Minute) },
		"settle: the cpu policy does not agree to scale in": func(d *scenario.Document) {
			d.Scenario.Traffic.Stages[3].Demand = &scenario.Demand{CPU: number(2.2), Requests: number(0.9)}
		},
		"a CPU target of 40 % lies outside 50 to 90 %": func(d *scenario.Document) {
			p := d.Service().Policies["cpu"]
			p.Target = 40
			d.Service().Policies["cpu"] = p
		},
		"climb: the load passes 70 +- 5 in 11s, going from 35 to 87.5: too fast": func(d *scenario.Document) {
			d.Scenario.Expect[0] = scenario.Expectation{Trigger: &scenario.Trigger{At: 70, Tolerance: 5, Bracket: true}}
		},
	} {
		d := load(t, "cpu-heavy").Clone()
		change(d)
		p, err := plan.Build(d)
		require.NoError(t, err, want)
		require.Contains(t, strings.Join(texts(p), "\n"), want)
	}
}

// Faults of files and of planning come in one list.
func TestOpenTellsAllFaults(t *testing.T) {
	_, _, err := plan.Open("testdata/unsolvable.bad.yaml", scenario.LoadOptions{Environment: "../../scenarios/environments/local.yaml"})
	require.EqualError(t, err, strings.Join([]string{
		`testdata/unsolvable.bad.yaml:9:57: unknown key "bdy" in requests.heavy (did you mean "body"?)`,
		`testdata/unsolvable.bad.yaml:16:37: 4 tasks' worth of CPU at 0.1 tasks' worth of requests (2.5/s): that needs 1.12s of CPU a request, and heavy costs 105ms; demand at most 0.375 of cpu, or at least 1.067 of requests, or use a dearer request`,
	}, "\n"))
}
