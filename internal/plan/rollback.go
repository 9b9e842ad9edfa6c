package plan

import (
	"time"

	"scaleproof/internal/scaling"
)

// Removal is a policy that the run removes in mid-run: a rollback.
type Removal struct {
	At     time.Duration // after the traffic's beginning
	Policy scaling.Policy
}

// Removals are the plan's, in order of time; none without a rollback.
func (p *Plan) Removals() (list []Removal) {
	done := 0
	for _, s := range p.Stages {
		for _, role := range s.Without[min(done, len(s.Without)):] {
			if policy, ok := p.Policy(role); ok {
				list = append(list, Removal{s.Start, policy})
			}
		}
		done = len(s.Without)
	}
	return list
}

// Change is the removal as a change to the service.
func (r Removal) Change(s scaling.Service) scaling.Change {
	return scaling.Change{Op: scaling.DeletePolicy, Service: s, Policy: &scaling.Policy{Name: r.Policy.Name}}
}
