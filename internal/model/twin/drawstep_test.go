package twin

import (
	"math/rand/v2"
	"slices"
	"time"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// addSteps gives some histories step policies, with alarms of somebody's that
// call them, and changes to them.
func addSteps(seed uint64, h *history) {
	d := dice{rand.New(rand.NewPCG(seed, 5))}
	for i := range h.config.Services {
		s := &h.config.Services[i]
		if s.Target == nil || !d.chance(45) {
			continue
		}
		if d.chance(40) {
			s.Policies = nil // nothing but steps
		}
		if d.chance(8) {
			s.Target.Suspended = drawSuspended(d, 50)
		}
		for range 1 + d.IntN(3) {
			drawSteps(d, s)
		}
		for range d.IntN(3) {
			at := h.config.Start.Add(time.Duration(d.Int64N(int64(h.end.Sub(h.config.Start))))).Truncate(time.Second)
			h.changes = append(h.changes, timed{at, drawStepChange(d, *s)})
		}
	}
	slices.SortStableFunc(h.changes, func(a, b timed) int { return a.at.Compare(b.at) })
}

// drawSteps adds a policy that scales out, or in, or both, and its alarms.
func drawSteps(d dice, s *model.Service) {
	name := "step-" + string(rune('a'+len(s.Policies)))
	p := scaling.Policy{Name: name, Type: scaling.StepScaling, Step: &scaling.Steps{
		Adjustment:  pick(d, scaling.ChangeInCapacity, scaling.ChangeInCapacity, scaling.PercentChangeInCapacity, scaling.PercentChangeInCapacity, scaling.ExactCapacity),
		Cooldown:    time.Second * pick[time.Duration](d, 0, 30, 60, 120, 300, 600, 1500),
		Aggregation: pick(d, "", "Average", "Minimum", "Maximum"),
	}}
	if p.Step.Adjustment == scaling.PercentChangeInCapacity {
		p.Step.MinMagnitude = pick(d, 0, 0, 1, 2, 3)
	}
	out, in := true, true
	switch d.IntN(5) {
	case 0, 1:
		in = false
	case 2, 3:
		out = false
	}
	if in {
		p.Step.List = append(p.Step.List,
			scaling.Step{Upper: bound(-10), Change: drawAdjustment(d, p, -2)}, scaling.Step{Lower: bound(-10), Upper: bound(0), Change: drawAdjustment(d, p, -1)})
	}
	if out {
		first := pick[float64](d, 0, 0, 0, 5)
		if in {
			first = 0
		}
		p.Step.List = append(p.Step.List, scaling.Step{Lower: bound(first), Upper: bound(20), Change: drawAdjustment(d, p, 1)},
			scaling.Step{Lower: bound(20), Change: drawAdjustment(d, p, 2)})
	}
	s.Policies = append(s.Policies, p)
	if out {
		s.Alarms = append(s.Alarms, drawCaller(d, *s, name, pick(d, scaling.GreaterThan, scaling.GreaterOrEqual)))
	}
	if in {
		s.Alarms = append(s.Alarms, drawCaller(d, *s, name, pick(d, scaling.LessThan, scaling.LessOrEqual)))
	}
}

func bound(v float64) *float64 { return &v }

// drawAdjustment draws one for a breach of a size, which is below zero beneath
// the threshold. Now and then it makes no sense.
func drawAdjustment(d dice, p scaling.Policy, size int) int {
	if d.chance(5) {
		size = pick(d, 0, -size)
	}
	switch p.Step.Adjustment {
	case scaling.PercentChangeInCapacity:
		return size * pick(d, 10, 25, 40, 50)
	case scaling.ExactCapacity:
		return max(0, 4+2*size+d.IntN(3))
	}
	return size * (1 + d.IntN(2))
}

func drawCaller(d dice, s model.Service, policy, comparison string) model.Caller {
	of := scaling.Watched{Service: s.Service, LoadBalancer: balancer, TargetGroup: s.TargetGroup}
	a := scaling.Alarm{
		Name: policy + "-" + s.Service.Name + "-" + comparison, Comparison: comparison, ActionsEnabled: true,
		EvaluationPeriods: pick(d, 1, 1, 2, 3, 5), Metric: of.Metric(scaling.CPUUtilization, "Average", time.Minute),
		Threshold: pick[float64](d, 50, 60, 70, 75, 80),
	}
	low := comparison == scaling.LessThan || comparison == scaling.LessOrEqual
	if low {
		a.Threshold = pick[float64](d, 20, 30, 45, 50)
	}
	if d.chance(30) {
		a.Metric = of.Metric(scaling.RequestCountPerTarget, "Sum", time.Minute)
		a.Threshold = pick(d, 2, 5, 10, 12.5)
	}
	return model.Caller{Alarm: a, Policy: policy}
}

func drawStepChange(d dice, s model.Service) scaling.Change {
	p := s.Policies[len(s.Policies)-1].Copy()
	if d.chance(25) {
		return scaling.Change{Op: scaling.DeletePolicy, Service: s.Service, Policy: &p}
	}
	p.Step.Cooldown = time.Second * pick[time.Duration](d, 0, 60, 300, 1500)
	return scaling.Change{Op: scaling.PutPolicy, Service: s.Service, Policy: &p}
}
