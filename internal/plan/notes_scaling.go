package plan

import (
	"math"
	"slices"

	"scaleproof/internal/scaling"
	"scaleproof/internal/scenario"
)

// asks are the policies that ask in a stage for more tasks than run.
func (b *builder) asks(i int) (roles []string) {
	for _, role := range []string{"cpu", "requests"} {
		if b.p.Wants(role, b.p.Stages[i]) > b.p.Before(i) {
			roles = append(roles, role)
		}
	}
	return roles
}

func (b *builder) scaleOut(path string, e Expectation) {
	s, i, ok := b.p.StageByName(e.ScaleOut.In)
	if !ok {
		return
	}
	asks, by := b.asks(i), e.ScaleOut.By
	if len(asks) == 0 || by != "" && !slices.Contains(asks, by) {
		who := "no policy asks"
		if by != "" {
			who = "the " + by + " policy does not ask"
		}
		b.note(s.Name, e.Pos, "%s for more than the %s: the expected scale-out will not come", who, running(b.p.Before(i)))
		return
	}
	if by != "" && len(asks) > 1 {
		b.unproven(s.Name, e.Pos, "both policies ask for more tasks: which of them acts first is not fixed, so scaling by %s cannot be expected", by)
	}
	b.outBudget(path, i, e.Pos, asks)
}

// outBudget compares a stage's length with the time that a scale-out by the
// later of the policies that ask takes.
func (b *builder) outBudget(path string, i int, pos scenario.Pos, asks []string) {
	s := b.p.Stages[i]
	for _, role := range asks {
		pol, _ := b.p.Policy(role)
		high, _ := AssumedAlarms(pol)
		crossing, ok := b.p.Crossing(s, high, b.p.Before(i))
		if !ok {
			continue
		}
		if s.For < crossing+Shortest(high) {
			b.fault(path, "stage %s (%s) is too short for a scale-out by the %s policy: its alarm needs %d datapoints of %s, %s into the stage at the earliest",
				s.Name, short(s.For), role, high.M(), short(high.Metric.Period), short(crossing+Shortest(high)))
			continue
		}
		if above := b.within(s, role, b.p.Before(i), high.Threshold, math.Inf(1)); len(s.Course) > 0 && above < Shortest(high) {
			b.note(s.Name, pos, "its load asks for more tasks for %s at a time, and the alarm of the %s policy needs %d datapoints of %s: it may not fire", short(above), role, high.M(), short(high.Metric.Period))
			continue
		}
		if whole := b.p.ToHealthy(Reaction(high, crossing)); whole.Total() > s.For {
			b.note(s.Name, pos, "at %s shorter than a scale-out by %s may take until its tasks are healthy, %s: what has not come by its end is inconclusive", short(s.For), role, short(whole.Total()))
		}
	}
}

func (b *builder) noScaleOut(e Expectation) {
	for _, name := range e.NoScaleOut.In {
		if _, i, ok := b.p.StageByName(name); ok && len(b.asks(i)) > 0 {
			b.note(name, e.Pos, "no scale-out is expected, but the load asks for %s, more than the %s", tasks(b.p.Tasks(b.p.Stages[i])), running(b.p.Before(i)))
		}
	}
}

func (b *builder) noScaleIn(e Expectation) {
	for _, name := range e.NoScaleIn.In {
		if s, i, ok := b.p.StageByName(name); ok && b.p.Tasks(s) < b.p.Before(i) {
			b.note(name, e.Pos, "no scale-in is expected, but the load asks for %s where %d run", tasks(b.p.Tasks(s)), b.p.Before(i))
		}
	}
}

func (b *builder) onlyBy(e Expectation) {
	for i, s := range b.p.Stages {
		for _, role := range b.asks(i) {
			if role != e.OnlyBy {
				b.note(s.Name, e.Pos, "only the %s policy is expected to act, but the %s policy asks for %s", e.OnlyBy, role, tasks(b.p.Wants(role, s)))
			}
		}
	}
}

func (b *builder) capacity(path string, e Expectation) {
	s, i, ok := b.p.StageByName(e.Capacity.AtEndOf)
	if !ok {
		return
	}
	for _, r := range []*scenario.Range{e.Capacity.Healthy, desired(e.Capacity, b.p.Bounds.Min)} {
		if r == nil {
			continue
		}
		wants := b.p.Tasks(s)
		if !r.Contains(wants) && len(s.Course) == 0 { // a curve may end lower, and what it asked for stay a while
			b.note(s.Name, e.Pos, "%s tasks are expected at its end, but the load asks for %d", r, wants)
		}
		if r.Min != nil && *r.Min > b.p.Before(i) {
			b.outBudget(path, i, e.Pos, b.asks(i))
		}
		if r.Max != nil && *r.Max < b.p.Before(i) {
			b.inBudget(path, i, e.Pos, b.p.Before(i)-*r.Max)
		}
	}
}

// settle notes that AWS itself may take longer than a stage has to settle.
func (b *builder) settle(e Expectation) {
	within := e.Settle.Within.Std()
	for _, name := range e.Settle.In {
		s, i, ok := b.p.StageByName(name)
		if !ok {
			continue
		}
		for _, role := range b.asks(i) {
			pol, _ := b.p.Policy(role)
			high, _ := AssumedAlarms(pol)
			crossing, ok := b.p.Crossing(s, high, b.p.Before(i))
			if whole := b.p.ToHealthy(Reaction(high, crossing)).Total(); ok && whole > within {
				b.note(name, e.Pos, "to settle within %s is less than a scale-out by %s may take until its tasks are healthy, %s", short(within), role, short(whole))
			}
		}
		if steps := b.p.Before(i) - b.p.Tasks(s); steps > 0 {
			if whole, ok := b.p.scaleIn(s, b.p.Before(i), steps); ok && whole.Total() > within {
				b.note(name, e.Pos, "to settle within %s is less than scaling in by %d may take, %s", short(within), steps, whole)
			}
		}
	}
}

func desired(e *scenario.Capacity, min int) *scenario.Range {
	if e.Desired == nil {
		return nil
	}
	r := e.Desired.Of(min)
	return &r
}

// inBudget compares a stage's length with the time that scaling in by a
// number of tasks takes, one at a time.
func (b *builder) inBudget(path string, i int, pos scenario.Pos, steps int) {
	s, before := b.p.Stages[i], b.p.Before(i)
	for _, pol := range b.p.Policies {
		_, low := AssumedAlarms(pol)
		crossing, ok := b.p.InCrossing(s, low, pol.Target, before)
		switch {
		case pol.DisableScaleIn || slices.Contains(s.Without, scaling.Role(pol.Metric)):
			continue
		case !ok:
			b.note(s.Name, pos, "the %s policy does not agree to scale in: on one task fewer than the %d its metric would lie above its target", scaling.Role(pol.Metric), before)
			return
		case s.For < crossing+Shortest(low):
			b.fault(path, "stage %s (%s) is too short for any scale-in: an alarm needs %d datapoints of %s, %s into the stage at the earliest",
				s.Name, short(s.For), low.M(), short(low.Metric.Period), short(crossing+Shortest(low)))
			return
		}
	}
	if whole, ok := b.p.scaleIn(s, before, steps); ok && whole.Total() > s.For {
		b.note(s.Name, pos, "at %s shorter than scaling in by %d may take, %s: what has not come by its end is inconclusive", short(s.For), steps, whole)
	}
}
