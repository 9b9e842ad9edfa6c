package plan

import (
	"errors"

	"scaleproof/internal/scenario"
)

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
