package plan

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/otlp"
	"scaleproof/internal/scaling"
	"scaleproof/internal/scenario"
)

// What a plan counts with where the environment does not say.
const (
	StartBudget        = 180 * time.Second // order of a task to running
	assumedHealth      = 60 * time.Second  // running to healthy, on a real service
	assumedDraining    = 300 * time.Second // AWS's default deregistration delay [D]
	defaultTimeout     = 30 * time.Second
	mostBodies         = 64 << 20 // bytes, of a body of each kind together
	comfortableCeiling = 2        // times a stage's total, so that no Poisson burst meets the ceiling
)

// Build works out what a scenario will do. The error is scenario.Faults: what
// cannot be solved, with the numbers and the remedy. A document that Load
// found at fault may be given too, for the faults that are the plan's to
// tell; the plan is then nil or not to be used.
func Build(d *scenario.Document) (*Plan, error) {
	b := &builder{doc: d, sc: &d.Scenario, env: &d.Environment, service: d.Service()}
	b.outline()
	b.task()
	b.policies()
	b.kinds()
	b.stages()
	if len(b.faults) == 0 {
		b.notes()
	}
	return b.p, b.faults.Err()
}

// outline begins the plan with what needs no working out.
func (b *builder) outline() {
	d := b.doc
	b.p = &Plan{
		Scenario:     d.Scenario.Name,
		File:         filepath.Base(d.Path),
		Summary:      d.Scenario.Summary,
		Environment:  b.env.Name,
		Emulated:     b.env.Emulator != nil,
		Region:       b.env.Region,
		Account:      b.env.Account,
		Key:          d.Scenario.Service,
		Service:      b.service.ID(),
		URL:          b.service.URL,
		Label:        b.env.Label(d.Scenario.Service),
		Bounds:       scaling.Bounds(b.service.Capacity),
		AlsoStanding: slices.Clone(b.service.AlsoStanding),
		Seed:         d.Scenario.Traffic.Seed,
		Arrivals:     d.Scenario.Traffic.Arrivals,
		Ceiling:      float64(d.Scenario.Traffic.Ceiling),
		Traceparent:  float64(d.Scenario.Traffic.Traceparent) / 100,
		Draining:     assumedDraining,
		Start:        StartBudget,
		HealthWait:   assumedHealth,
		Expect:       slices.Clone(d.Scenario.Expect),
		StopWhen:     slices.Clone(d.Scenario.StopWhen),
	}
	if em := b.env.Emulator; em != nil {
		b.p.Draining = em.DeregistrationDelay.Std()
		b.p.HealthWait = em.Delays.Health.Max.Std()
		b.p.Lived = em.Past.Lived.Std()
	}
	if b.p.StopWhen == nil {
		b.p.StopWhen = defaultStop()
	}
	b.p.Connections = connections(b.sc.Traffic, b.service)
}

// defaultStop is the safety that is on where a scenario says nothing.
func defaultStop() []scenario.StopRule {
	half := scenario.Share{Percent: 50}
	return []scenario.StopRule{{Errors: &scenario.Errors{Above: &half, For: scenario.Duration(30 * time.Second)}}}
}

// builder fills in a plan and gathers faults.
type builder struct {
	doc     *scenario.Document
	sc      *scenario.Scenario
	env     *scenario.Environment
	service scenario.Service
	p       *Plan
	bodies  int64 // bytes, of those compiled so far
	free    bool  // no kind needs a cost
	faults  scenario.Faults
}

// fault tells of a value of the scenario that cannot be planned. What Load
// already found at fault is not told again.
func (b *builder) fault(path, format string, args ...any) {
	if !b.doc.Sound(path) {
		return
	}
	pos := b.doc.Pos(path)
	b.faults = append(b.faults, scenario.Fault{File: pos.File, Line: pos.Line, Col: pos.Col, Msg: fmt.Sprintf(format, args...)})
}

func (b *builder) task() {
	t := b.env.TaskOf(b.sc.Service)
	b.p.Task = Task{VCPU: t.VCPU, Idle: float64(t.Idle) / 100, Workers: t.Workers}
}

func (b *builder) policies() {
	for _, role := range b.sc.Policies {
		if pol, ok := b.service.Policies[role]; ok {
			b.p.Policies = append(b.p.Policies, b.env.Wanted(b.sc.Service, role, pol))
		}
	}
}

func (b *builder) kinds() {
	names := slices.Sorted(maps.Keys(b.sc.Requests))
	for _, name := range names {
		b.p.Kinds = append(b.p.Kinds, b.kind(name, b.sc.Requests[name]))
	}
}

func (b *builder) kind(name string, k scenario.Kind) Kind {
	path := "requests." + name
	out := Kind{Name: name, Drive: k.Drive, Method: k.Method, Path: k.Path, Headers: maps.Clone(k.Headers), Timeout: k.Timeout.Std(), Think: k.Think}
	if k.Success != nil {
		out.Success = *k.Success
	}
	if out.Timeout == 0 {
		out.Timeout = defaultTimeout
	}
	if out.Method == "" {
		out.Method = "GET"
		if k.Body != nil {
			out.Method = "POST"
		}
	}
	if k.Body != nil {
		b.body(path, &out, *k.Body)
	}
	b.reach(path, out)
	b.cost(path, &out)
	return out
}

func (b *builder) body(path string, k *Kind, body scenario.Body) {
	source, at := Source{Text: []byte(body.Inline), Drawn: body.Rows == "at-random", Gzip: body.Gzip}, path+".body.inline"
	if body.Template != "" {
		var read bool
		at = path + ".body.template"
		if source.Text, read = b.doc.Templates[body.Template]; !read {
			return
		}
	}
	if o := body.OTLP; o != nil {
		at = path + ".body.otlp"
		source.OTLP = &otlp.Export{Spans: o.Spans, Traces: o.Traces, Encoding: o.Encoding, Text: int(o.Text), Numbers: o.Numbers, Attributes: o.Attributes}
	}
	if body.CSV != "" {
		data, read := b.doc.Tables[body.CSV]
		if !read {
			return
		}
		var err error
		if source.Rows, err = ReadRows(data); err != nil {
			b.fault(path+".body.csv", "%s: %v", body.CSV, err)
			return
		}
	}
	if b.bodies > mostBodies {
		return // told of the first
	}
	compiled, err := Compile(k.Name, source)
	if err != nil {
		b.fault(at, "%v", err)
		return
	}
	if b.bodies += compiled.Size; b.bodies > mostBodies {
		b.fault(at, "the bodies of all kinds up to this one come to %s, more than the %s that are held at once: shorten them", bytes(b.bodies), bytes(mostBodies))
		return
	}
	k.Body = compiled
	k.Body.Template = body.Template
	k.describe("Content-Type", source.contentType())
	if body.Gzip {
		k.describe("Content-Encoding", "gzip")
	}
}

// describe gives a kind a header that says what its body is, where the scenario
// says nothing of it.
func (k *Kind) describe(header, value string) {
	for name := range k.Headers {
		if strings.EqualFold(name, header) {
			return
		}
	}
	if value == "" {
		return
	}
	if k.Headers == nil {
		k.Headers = map[string]string{}
	}
	k.Headers[header] = value
}

// reach refuses a kind that the emulated load balancer would route elsewhere.
func (b *builder) reach(path string, k Kind) {
	if b.env.Emulator == nil || b.service.Service == "" {
		return
	}
	bare := withoutQuery(k.Path)
	for _, r := range b.env.Emulator.Rules {
		for _, pattern := range r.Paths {
			if !scaling.MatchPath(pattern, bare) {
				continue
			}
			if r.Service != b.sc.Service {
				b.fault(path+".path", "%s is routed to service %s, not %s: its requests would load another service", bare, r.Service, b.sc.Service)
			}
			return
		}
	}
	b.fault(path+".path", "no rule of environment %s routes %s anywhere", b.env.Name, bare)
}
