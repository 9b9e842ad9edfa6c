package plan

import (
	"errors"

	"scaleproof/internal/scenario"
)

// WithRates is a copy of a document in which every stage's demand is written
// out as the rates that a plan of it solved: the same traffic, whatever else
// is then changed.
func WithRates(d *scenario.Document, p *Plan) *scenario.Document {
	c := d.Clone()
	for i, s := range p.Stages {
		stage := &c.Scenario.Traffic.Stages[i]
		if stage.Demand == nil {
			continue
		}
		stage.Demand, stage.Rate = nil, map[string]scenario.Rate{}
		for k, kind := range p.Kinds {
			if c.Scenario.Requests[kind.Name].Rate == 0 {
				stage.Rate[kind.Name] = scenario.Rate(s.Rates[k].To)
			}
		}
	}
	return c
}

// Open loads a scenario and plans it, and tells the faults of both in one
// list: scenario.Faults. Where there is any, there is no plan.
func Open(path string, o scenario.LoadOptions) (*scenario.Document, *Plan, error) {
	d, err := scenario.Load(path, o)
	var faults scenario.Faults
	errors.As(err, &faults)
	if d == nil {
		return nil, nil, faults.Err()
	}
	p, err := Build(d)
	var more scenario.Faults
	errors.As(err, &more)
	if faults = append(faults, more...); len(faults) > 0 {
		return nil, nil, faults.Err()
	}
	return d, p, nil
}
