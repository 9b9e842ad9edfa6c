package plan

import "time"

// Total is how long the traffic lasts.
func (p *Plan) Total() time.Duration {
	if len(p.Stages) == 0 {
		return 0
	}
	return p.Stages[len(p.Stages)-1].End()
}

// End is the stage's end, after the traffic's beginning.
func (s Stage) End() time.Duration { return s.Start + s.For }

// StageAt is the index of the stage that an instant after the traffic's
// beginning lies in: [Start, End). It is -1 before the first and after the
// last.
func (p *Plan) StageAt(at time.Duration) int {
	for i, s := range p.Stages {
		if at >= s.Start && at < s.End() {
			return i
		}
	}
	return -1
}

// StageByName is the stage of a name, and its index.
func (p *Plan) StageByName(name string) (s Stage, index int, ok bool) {
	for i, s := range p.Stages {
		if s.Name == name {
			return s, i, true
		}
	}
	return Stage{}, -1, false
}

// KindByName is the index of a kind, -1 where there is none of the name.
func (p *Plan) KindByName(name string) int {
	for i, k := range p.Kinds {
		if k.Name == name {
			return i
		}
	}
	return -1
}
