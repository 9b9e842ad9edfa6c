package live

import (
	"encoding/json"
	"time"

	"scaleproof/internal/timeline"
)

// course is what of the plan is drawn: its stages and the sum of their rates.
type course []stretch

// stretch is a stage, or a step of its course.
type stretch struct {
	Name  string        `json:"name"`
	Start time.Duration `json:"start"` // of a step: after its stage's
	For   time.Duration `json:"for"`
	Ramp  time.Duration `json:"ramp"`
	Rates []struct {
		From float64 `json:"from"`
		To   float64 `json:"to"`
	} `json:"rates"`
	Course course `json:"course"`
}

// readPlan takes the stages from the plan. One that cannot be read is not drawn.
func (s *state) readPlan(d timeline.Started) {
	var p struct {
		Stages course `json:"stages"`
	}
	if json.Unmarshal(d.Plan, &p) != nil {
		return
	}
	s.plan = p.Stages
	for _, st := range p.Stages {
		s.total += st.For
	}
}

// rate is the planned requests per second at an instant after the beginning.
func (c course) rate(at time.Duration) (sum float64) {
	for _, s := range c {
		if at < s.Start || at >= s.Start+s.For {
			continue
		}
		in := at - s.Start
		if len(s.Course) > 0 {
			return s.Course.rate(in)
		}
		for _, r := range s.Rates {
			if in < s.Ramp {
				sum += r.From + (r.To-r.From)*in.Seconds()/s.Ramp.Seconds()
			} else {
				sum += r.To
			}
		}
	}
	return sum
}
