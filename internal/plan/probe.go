package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/scenario"
)

// Probe is a scenario's plan without its traffic: the service, and the kinds
// ready to be sent, without stages, costs and expectations. It is for finding
// out what a request costs, so that nobody needs to say. The error is
// scenario.Faults; there is no plan then.
func Probe(path string, o scenario.LoadOptions) (*scenario.Document, *Plan, error) {
	d, err := scenario.Load(path, o)
	if err != nil {
		return nil, nil, err
	}
	b := &builder{doc: d, sc: &d.Scenario, env: &d.Environment, service: d.Service(), free: true}
	b.outline()
	b.task()
	b.kinds()
	b.p.Expect, b.p.Arrivals, b.p.Window = nil, "uniform", time.Second
	for i := range b.p.Kinds {
		b.p.Kinds[i].Think = scenario.Spread{} // by schedule, however the scenario sends it
	}
	if err := b.faults.Err(); err != nil {
		return nil, nil, err
	}
	return d, b.p, nil
}

// Choose keeps the kinds of these names; nil keeps all. The error is an
// *UnknownKind, and the plan is then as it was.
func (p *Plan) Choose(names []string) error {
	if names == nil {
		return nil
	}
	var there []string
	for _, k := range p.Kinds {
		there = append(there, k.Name)
	}
	for _, name := range names {
		if !slices.Contains(there, name) {
			return &UnknownKind{Name: name, There: there}
		}
	}
	p.Kinds = slices.DeleteFunc(slices.Clone(p.Kinds), func(k Kind) bool { return !slices.Contains(names, k.Name) })
	return nil
}

// UnknownKind is a name that is no kind's.
type UnknownKind struct {
	Name  string
	There []string // the kinds that there are, in order
}

func (u *UnknownKind) Error() string {
	return fmt.Sprintf("%s is no kind of request of the scenario (there is %s)", u.Name, strings.Join(u.There, ", "))
}

// Level is a stretch of a probe: one kind at one rate, in requests a second.
type Level struct {
	For  time.Duration
	Rate float64
}

// Step is the plan of the n-th step of a probe, from 0, which sends the kind at
// an index alone, one level after another. Each step's requests have numbers,
// draws and bodies of their own: the kind stands at index n, behind copies of
// itself that are not sent.
func (p *Plan) Step(n, kind int, levels ...Level) *Plan {
	step := *p
	step.Seed += uint64(n)
	step.Kinds, step.Stages = slices.Repeat([]Kind{p.Kinds[kind]}, n+1), nil
	var start time.Duration
	for _, l := range levels {
		s := Stage{Name: p.Kinds[kind].Name, Start: start, For: l.For, Rates: make([]Rate, n+1), PerMinute: float64(l.Rate * 60)}
		s.Rates[n] = Rate{l.Rate, l.Rate}
		step.Stages, start = append(step.Stages, s), start+l.For
	}
	return &step
}
