package plan

import (
	"fmt"
	"math"
	"slices"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/scenario"
)

// leastSamples is how many samples a percentile must rest on; fewer are
// inconclusive.
const leastSamples = 1000

// notes says what a person should know before the run: what will probably go
// wrong, and what the run cannot prove. What cannot work at all is a fault.
func (b *builder) notes() {
	b.target()
	for i, s := range b.p.Stages {
		b.saturation(i, s)
		b.unwatched(i, s)
		b.room(s)
	}
	for i, e := range b.p.Expect {
		path := fmt.Sprintf("expect[%d]", i)
		switch {
		case e.ScaleOut != nil:
			b.scaleOut(path, e)
		case e.NoScaleOut != nil:
			b.noScaleOut(e)
		case e.OnlyBy != "":
			b.onlyBy(e)
		case e.Capacity != nil:
			b.capacity(path, e)
		case e.Latency != nil:
			b.latency(e)
		case e.Errors != nil && e.Errors.Around != "":
			b.around(e)
		case e.Trigger != nil:
			b.trigger(e)
		}
	}
	b.inOrder()
}

func (b *builder) note(stage string, pos scenario.Pos, format string, args ...any) {
	b.add(Note{Stage: stage, Text: fmt.Sprintf(format, args...), Pos: pos})
}

func (b *builder) unproven(stage string, pos scenario.Pos, format string, args ...any) {
	b.add(Note{Stage: stage, Text: fmt.Sprintf(format, args...), Unproven: true, Pos: pos})
}

// add notes what is not noted yet: several expectations may rest on the same.
func (b *builder) add(n Note) {
	for _, m := range b.p.Notes {
		if m.Stage == n.Stage && m.Text == n.Text {
			return
		}
	}
	b.p.Notes = append(b.p.Notes, n)
}

// inOrder sorts the notes by stage; those of none come first.
func (b *builder) inOrder() {
	index := func(n Note) int {
		_, i, _ := b.p.StageByName(n.Stage)
		return i
	}
	slices.SortStableFunc(b.p.Notes, func(m, n Note) int { return index(m) - index(n) })
}

// target notes a CPU target that no task can reach, or that is unusual.
func (b *builder) target() {
	pol, ok := b.p.Policy("cpu")
	if !ok {
		return
	}
	if most := b.p.MostCPU(); most > 0 && most <= pol.Target {
		b.unproven("", scenario.Pos{}, "a task of %s vCPU with %d workers saturates at %s %% CPU: a target of %s %% is never passed, and the CPU policy never scales out",
			figure(b.p.Task.VCPU), b.p.Task.Workers, figure(most), figure(pol.Target))
	}
	if pol.Target < 50 || pol.Target > 90 {
		b.note("", scenario.Pos{}, "a CPU target of %s %% lies outside 50 to 90 %%", figure(pol.Target))
	}
}

// room notes a ceiling that a Poisson burst may meet.
func (b *builder) room(s Stage) {
	if peak := s.peak(); b.p.Arrivals == "poisson" && b.p.Ceiling < float64(comfortableCeiling*peak) {
		b.note(s.Name, scenario.Pos{}, "the ceiling of %s/s is near the stage's %s/s: bursts of Poisson arrivals may meet it and be sent late; %s/s leaves room",
			figure(b.p.Ceiling), figure(peak), figureUp(comfortableCeiling*peak))
	}
}

// saturation notes load beyond what the running tasks can do, for as long as
// no order may have added to them.
func (b *builder) saturation(i int, s Stage) {
	most, before := b.p.MostCPU(), b.p.Before(i)
	full := scaling.Alarm{Threshold: most, Comparison: scaling.GreaterThan}
	begins, ok := b.p.Crossing(s, full, before)
	if !ok || most <= 0 {
		return
	}
	wanted := b.p.Metric("cpu", b.p.LoadAt(s, s.Ramp), before)
	until := s.For
	if pol, ok := b.p.Policy("cpu"); ok {
		high, _ := AssumedAlarms(pol)
		if crossing, ok := b.p.Crossing(s, high, before); ok {
			until = min(until, b.p.ToHealthy(Reaction(high, crossing)).Total())
		}
	}
	if until <= begins {
		return
	}
	text := fmt.Sprintf("%s on the %s that may still run is %s %% CPU, beyond the %s %% at which they saturate: from %s to at most %s into the stage queues grow",
		tasksWorth(s.CPUTasks), tasks(before), figure(wanted), figure(most), short(begins), short(until))
	if timeout := b.healthTimeout(); timeout > 0 {
		if lost := queued(timeout, wanted/most-1, s.Ramp-begins); lost < until-begins {
			text += fmt.Sprintf(", and after some %s of it health checks (time-out %s) are missed", short(lost), short(timeout))
		} else {
			text += fmt.Sprintf("; not for long enough that health checks (time-out %s) are missed", short(timeout))
		}
	}
	b.note(s.Name, scenario.Pos{}, "%s", text)
}

// unwatched notes CPU that would ask for more tasks, were its policy to stand.
func (b *builder) unwatched(i int, s Stage) {
	pol, defined := b.service.Policies["cpu"]
	if _, stands := b.p.Policy("cpu"); stands || !defined || len(b.p.Policies) == 0 {
		return
	}
	before := max(b.p.Before(i), b.p.Tasks(s))
	if s.CPUTasks > float64(before) {
		b.note(s.Name, scenario.Pos{}, "CPU comes to %s %% on %s, above the %s %% of the CPU policy that the environment defines and this run does not ask for",
			figure(b.p.Metric("cpu", b.p.LoadAt(s, s.Ramp), before)), tasks(before), figure(pol.Target))
	}
}

// queued is when a queue comes to hold a length of work, where work exceeds
// what the workers do by a share that grows from nothing to excess within
// ramp, and stays there.
func queued(length time.Duration, excess float64, ramp time.Duration) time.Duration {
	work, r := length.Seconds(), max(0, ramp.Seconds())
	var t float64
	if inRamp := excess * r / 2; work <= inRamp {
		t = math.Sqrt(2 * work * r / excess)
	} else {
		t = r + (work-inRamp)/excess
	}
	return time.Duration(min(t, float64(longestQueue/time.Second)) * 1e9)
}

const longestQueue = 1000 * time.Hour // longer than any stage

func (b *builder) healthTimeout() time.Duration {
	if b.env.Emulator == nil {
		return 0
	}
	return b.env.Emulator.HealthCheck.Timeout.Std()
}

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
		b.note(s.Name, e.Pos, "%s for more than the %s that runs: the expected scale-out will not come", who, tasks(b.p.Before(i)))
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
		if whole := b.p.ToHealthy(Reaction(high, crossing)); whole.Total() > s.For {
			b.note(s.Name, pos, "at %s shorter than a scale-out by %s may take until its tasks are healthy, %s: what has not come by its end is inconclusive", short(s.For), role, short(whole.Total()))
		}
	}
}

func (b *builder) noScaleOut(e Expectation) {
	for _, name := range e.NoScaleOut.In {
		if _, i, ok := b.p.StageByName(name); ok && len(b.asks(i)) > 0 {
			b.note(name, e.Pos, "no scale-out is expected, but the load asks for %s where %s runs", tasks(b.p.Tasks(b.p.Stages[i])), tasks(b.p.Before(i)))
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
		if !r.Contains(wants) {
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
		case pol.DisableScaleIn:
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

// latency notes a percentile that will rest on too few samples.
func (b *builder) latency(e Expectation) {
	samples := 0.0
	for _, s := range b.p.Stages {
		if !e.Latency.In.Has(s.Name) {
			continue
		}
		for i, r := range s.Rates {
			if e.Latency.Of.Has(b.p.Kinds[i].Name) {
				samples += piece{length: s.Ramp, from: r.From, to: r.To}.total()
				samples += piece{length: s.For - s.Ramp, from: r.To, to: r.To}.total()
			}
		}
	}
	if samples < leastSamples {
		b.unproven("", e.Pos, "the latency of line %d would rest on some %.0f samples; fewer than %d are inconclusive", e.Pos.Line, samples, leastSamples)
	}
}

// around notes that nothing is in flight for long enough to be cut.
func (b *builder) around(e Expectation) {
	for i, s := range b.p.Stages {
		if b.p.Tasks(s) >= b.p.Before(i) {
			continue
		}
		long := false
		for k, r := range s.Rates {
			long = long || r.To > 0 && b.p.Kinds[k].CPU+b.p.Kinds[k].Wait >= time.Second
		}
		if !long {
			b.unproven(s.Name, e.Pos, "no request of a second or more is in flight while it scales in: a drain that is cut short may go unseen")
		}
	}
}

// trigger notes a load that jumps over the trigger or scatters around it.
func (b *builder) trigger(e Expectation) {
	role := e.Trigger.By
	if role == "" {
		role = "cpu"
	}
	for i, s := range b.p.Stages {
		if !slices.Contains(b.asks(i), role) {
			continue
		}
		if e.Trigger.Bracket {
			b.bracket(e, role, i, s)
		}
		return
	}
	b.unproven("", e.Pos, "no stage has the %s policy ask for more tasks: its trigger is not exercised", role)
}

func (b *builder) bracket(e Expectation, role string, i int, s Stage) {
	before := b.p.Before(i)
	from, to := b.p.Metric(role, b.p.LoadAt(s, 0), before), b.p.Metric(role, b.p.LoadAt(s, s.Ramp), before)
	within := s.For
	if to > e.Trigger.At+e.Trigger.Tolerance {
		within = time.Duration(float64(s.Ramp) * (float64(2*e.Trigger.Tolerance) / (to - from)))
	}
	if within < 2*time.Minute {
		b.unproven(s.Name, e.Pos, "the load passes %s +- %s in %s, going from %s to %s: too fast for two datapoints on its two sides",
			figure(e.Trigger.At), figure(e.Trigger.Tolerance), short(within), figure(from), figure(to))
	}
	if b.p.Arrivals == "poisson" {
		b.unproven(s.Name, e.Pos, "Poisson arrivals scatter a minute's datapoint around what is planned: the trigger is measured well only with uniform ones")
	}
}

func tasks(n int) string {
	if n == 1 {
		return "1 task"
	}
	return fmt.Sprintf("%d tasks", n)
}

func tasksWorth(v float64) string { return figure(v) + " tasks' worth of CPU" }
