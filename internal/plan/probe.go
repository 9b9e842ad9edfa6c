package plan

import (
	"errors"
	"slices"

	"scaleproof/internal/scenario"
)

// Probe is a scenario's plan without its traffic: the service, and the kinds of
// these names (nil: all) ready to be sent, without rates, costs, stages and
// expectations. What a request costs is not asked: it is for finding that out.
// Where a file has a fault, or a name is no kind's, there is no plan.
func Probe(path string, o scenario.LoadOptions, kinds []string) (*scenario.Document, *Plan, error) {
	d, err := scenario.Load(path, o)
	if err != nil {
		return nil, nil, err
	}
	b := &builder{doc: d, sc: &d.Scenario, env: &d.Environment, service: d.Service(), unpriced: true}
	b.p = outline(b)
	b.p.Expect, b.p.StopWhen = nil, slices.Clone(d.Scenario.StopWhen)
	b.task()
	b.kinds()
	if err := b.faults.Err(); err != nil {
		return nil, nil, err
	}
	return d, b.p, b.choose(kinds)
}

// choose keeps the kinds of these names.
func (b *builder) choose(names []string) error {
	if names == nil {
		return nil
	}
	var chosen []Kind
	var there []string
	for _, k := range b.p.Kinds {
		there = append(there, k.Name)
		if slices.Contains(names, k.Name) {
			chosen = append(chosen, k)
		}
	}
	for _, name := range names {
		if !slices.Contains(there, name) {
			return &UnknownKind{Name: name, There: there}
		}
	}
	if b.p.Kinds = chosen; len(chosen) == 0 {
		return errors.New("no kind is named")
	}
	return nil
}

// UnknownKind is a name that is no kind's.
type UnknownKind struct {
	Name  string
	There []string // the kinds that there are, in order
}

func (u *UnknownKind) Error() string {
	return u.Name + " is no kind of request of the scenario"
}
