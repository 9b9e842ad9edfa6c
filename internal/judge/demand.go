package judge

import (
	"slices"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
)

// Demand is in thousandths of a task's worth of load at a policy's target, so
// that comparisons are of integers.

// milli rounds tasks' worth of load to thousandths.
func milli(tasks float64) int64 { return scaled(tasks, 1000) }

// ask is what the policies that watch a role ("" for any of the plan's) will
// want once the stage's ramp is over, of a recorded demand or a curve at its
// highest.
func (f *facts) ask(s stage, role string) int64 { return f.wants(s.Stage, role) }

func (f *facts) wants(s plan.Stage, role string) int64 {
	most := int64(0)
	for _, r := range f.roles(role) {
		if slices.Contains(s.Without, r) {
			continue // that policy was removed, and wants nothing
		}
		if r == "cpu" {
			most = max(most, milli(s.CPUTasks))
		} else {
			most = max(most, milli(s.RequestTasks))
		}
	}
	return most
}

// demand is what they want at t, along ramps and at the rate that was really
// scheduled. Before the traffic it is what the first stage opens with, which is
// the load that the service lived at.
func (f *facts) demand(t time.Time, role string) int64 {
	return f.scheduledAt(t, f.plannedDemand(t, role))
}

func (f *facts) plannedDemand(t time.Time, role string) int64 {
	if len(f.stages) == 0 {
		return 0
	}
	before := f.wants(f.stages[0].Opening(), role)
	for _, s := range f.stages {
		if s.seq == 0 || t.Before(s.from) {
			return before
		}
		if t.Before(s.to) {
			return f.along(s, t.Sub(s.from), before, role)
		}
		before = f.wants(s.Step(s.For), role)
	}
	return before
}

// along is what they want so long after a stage began, which before it was
// before.
func (f *facts) along(s stage, after time.Duration, before int64, role string) int64 {
	step, last := s.Steps(after)
	if last != nil {
		before = f.wants(*last, role)
	}
	if len(s.Course) > 0 {
		after -= step.Start
	}
	now := f.wants(step, role)
	if step.Ramp < time.Millisecond || after >= step.Ramp {
		return now
	}
	return before + (now-before)*int64(after/time.Millisecond)/int64(step.Ramp/time.Millisecond)
}

// crossing is the first instant in the stage, at a resolution of a second, at
// which the demand lies above (or, where up is false, below) the level.
func (f *facts) crossing(s stage, role string, level int64, up bool) (time.Time, bool) {
	return f.seek(s.from, earlier(s.to, f.to), time.Second, func(t time.Time) bool {
		d := f.demand(t, role)
		return up && d > level || !up && d < level
	})
}

// holds is the end of the load that lies above the level from t on.
func (f *facts) holds(t time.Time, role string, level int64) time.Time {
	if over, ok := f.seek(t, f.to, time.Second, func(t time.Time) bool { return f.demand(t, role) <= level }); ok {
		return over
	}
	return f.to
}

// moved says whether, in [from, to], either policy's demand came to lie by more
// than a tenth below what it had been, and above it.
func (f *facts) moved(from, to time.Time) (fell, rose bool) {
	from = later(from, f.from) // before, the load was the first stage's
	for _, role := range f.roles("") {
		lo := f.demand(from, role)
		hi := lo
		const step = 10 * time.Second
		for first, n := range f.stretches(from, to.Add(1), step) {
			for _, now := range []int64{f.demand(first, role), f.demand(first.Add(time.Duration(n-1)*step), role)} {
				fell, rose = fell || hi*10 > now*11, rose || now*10 > lo*11
				lo, hi = min(lo, now), max(hi, now)
			}
		}
	}
	return fell, rose
}

// roles lists what the plan's policies watch, or only the role that is given.
func (f *facts) roles(only string) (roles []string) {
	if only != "" {
		return []string{only}
	}
	for _, p := range f.plan.Policies {
		if r := scaling.Role(p.Metric); r == "cpu" || r == "requests" {
			roles = append(roles, r)
		}
	}
	return roles
}
