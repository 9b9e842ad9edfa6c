package plan

import (
	"slices"
	"sort"
	"time"

	"scaleproof/internal/scaling"
)

// Load is what the plan expects the service to bear at one instant, in the
// mean of all draws.
type Load struct {
	MilliCPU  float64 // CPU work by requests, in thousandths of a vCPU
	PerMinute float64 // requests a minute, all kinds
}

// LoadAt is the load at an instant of a stage, after the stage's start.
func (p *Plan) LoadAt(s Stage, after time.Duration) Load {
	if i := s.step(after); i >= 0 {
		return p.LoadAt(s.Course[i], after-s.Course[i].Start)
	}
	part := 1.0 // of the ramp
	if after < s.Ramp {
		part = max(0, float64(after)/float64(s.Ramp))
	}
	var l Load
	for i, r := range s.Rates {
		rate := r.From + float64(part*(r.To-r.From))
		l.MilliCPU += float64(rate * p.Kinds[i].CPU.Seconds() * 1000)
		l.PerMinute += float64(rate * 60)
	}
	return l
}

// Full is the load that a stage comes to: once its ramp is over, and the highest
// of a course.
func (p *Plan) Full(s Stage) Load {
	if len(s.Course) > 0 {
		return Load{s.MilliCPU, s.PerMinute}
	}
	return p.LoadAt(s, s.Ramp)
}

// Mean is the load of a stage in the mean of its time, ramp included.
func (p *Plan) Mean(s Stage) (l Load) {
	for i := range s.Rates {
		rate := s.Arrivals(i) / s.For.Seconds()
		l.MilliCPU += float64(rate * p.Kinds[i].CPU.Seconds() * 1000)
		l.PerMinute += float64(rate * 60)
	}
	return l
}

// Opening is the first step of a stage's course; without a course, the stage
// itself.
func (s Stage) Opening() Stage {
	if len(s.Course) > 0 {
		return s.Course[0]
	}
	return s
}

// Step is the step of a stage's course that an instant after its start lies
// in; without a course, the stage itself.
func (s Stage) Step(after time.Duration) Stage {
	if i := s.step(after); i >= 0 {
		return s.Course[i]
	}
	return s
}

// Steps is what Step is, and the step before it in the course; nil where it is
// the first.
func (s Stage) Steps(after time.Duration) (now Stage, before *Stage) {
	i := s.step(after)
	if i > 0 {
		before = &s.Course[i-1]
	}
	return s.Step(after), before
}

// step is the index of the step of the stage's course that an instant after
// its start lies in, the last one's for what lies behind; -1 without a course.
func (s Stage) step(after time.Duration) int {
	return max(sort.Search(len(s.Course), func(i int) bool { return s.Course[i].Start > after }), min(1, len(s.Course))) - 1
}

// Metric is what a policy's metric shows of a load on a number of tasks: for
// the role cpu percent of reserved CPU, idle part included, and more than 100
// where the tasks cannot keep up; for requests, requests per target and
// minute.
func (p *Plan) Metric(role string, l Load, tasks int) float64 {
	if tasks < 1 {
		tasks = 1
	}
	if role == "requests" {
		return rounded(l.PerMinute / float64(tasks))
	}
	if p.Task.VCPU <= 0 {
		return 0
	}
	return rounded(l.MilliCPU/10/float64(tasks)/p.Task.VCPU + float64(100*p.Task.Idle))
}

// MostCPU is the CPU in percent at which a task is saturated: all its workers
// busy. A single event loop on two vCPU saturates at 50.
func (p *Plan) MostCPU() float64 {
	if p.Task.VCPU <= 0 {
		return 0
	}
	return min(100, rounded(float64(100*float64(p.Task.Workers)/p.Task.VCPU)+float64(100*p.Task.Idle)))
}

// roleOf is the role of the policy whose alarm watches a metric.
func roleOf(m scaling.Metric) string {
	if m.Name == "RequestCountPerTarget" {
		return "requests"
	}
	return "cpu"
}

// Crossing is when, after a stage's start, the expected metric passes an
// alarm's threshold on a number of tasks: 0 where it already lies beyond it
// when the stage begins. It is false where the stage's load never does.
func (p *Plan) Crossing(s Stage, a scaling.Alarm, tasks int) (after time.Duration, ok bool) {
	for _, step := range s.Course {
		if after, ok := p.Crossing(step, a, tasks); ok {
			return step.Start + after, true
		}
	}
	if len(s.Course) > 0 {
		return 0, false
	}
	role := roleOf(a.Metric)
	from, to := p.Metric(role, p.LoadAt(s, 0), tasks), p.Metric(role, p.LoadAt(s, s.Ramp), tasks)
	switch {
	case a.Breaches(from):
		return 0, true
	case !a.Breaches(to):
		return 0, false
	}
	return time.Duration(float64(s.Ramp) * ((a.Threshold - from) / (to - from))), true
}

// InCrossing is when, after a stage's start, the load is so low that a policy
// of a target lets one of the tasks go: its metric lies beyond the low alarm's
// threshold, and what is left would not exceed the target on one task fewer.
// (On two tasks at 75 % of the target the low alarm stands, and nothing can be
// taken away.) It is false where the stage's load never is.
func (p *Plan) InCrossing(s Stage, low scaling.Alarm, target float64, tasks int) (after time.Duration, ok bool) {
	for _, step := range s.Course {
		if after, ok := p.InCrossing(step, low, target, tasks); ok {
			return step.Start + after, true
		}
	}
	if len(s.Course) > 0 {
		return 0, false
	}
	if fewer := target * float64(tasks-1) / float64(max(tasks, 1)); low.Threshold > fewer {
		low.Threshold = fewer
		if now := p.Metric(roleOf(low.Metric), p.LoadAt(s, s.Ramp), tasks); now == fewer {
			low.Threshold = now + 1e-6 // exactly as much as one task fewer may bear
		}
	}
	return p.Crossing(s, low, tasks)
}

// Policy is the wanted policy of a role, cpu or requests; false where none is
// to stand.
func (p *Plan) Policy(role string) (scaling.Policy, bool) {
	for _, pol := range p.Policies {
		if scaling.Role(pol.Metric) == role {
			return pol, true
		}
	}
	return scaling.Policy{}, false
}

// Wants is how many tasks a policy of a role will ask for once a stage's ramp
// is over, bounds left aside; 0 where none is to stand.
func (p *Plan) Wants(role string, s Stage) int {
	if _, ok := p.Policy(role); !ok || slices.Contains(s.Without, role) {
		return 0
	}
	tasks := s.CPUTasks
	if role == "requests" {
		tasks = s.RequestTasks
	}
	n := int(tasks)
	if float64(n) < tasks {
		n++
	}
	return max(n, 1)
}

// Tasks is how many tasks the policies together want in a stage, within the
// bounds.
func (p *Plan) Tasks(s Stage) int {
	return min(max(p.Wants("cpu", s), p.Wants("requests", s), p.Bounds.Min), p.Bounds.Max)
}

// Before is how many tasks run when a stage begins, where each stage before
// it has come to what its load asks for.
func (p *Plan) Before(stage int) int {
	if stage <= 0 {
		return p.Bounds.Min
	}
	return p.Tasks(p.Stages[stage-1])
}
