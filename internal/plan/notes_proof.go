package plan

import (
	"slices"
	"time"

	"scaleproof/internal/scenario"
)

// latency notes a percentile that will rest on too few samples. How many there
// are around scaling, nobody knows before.
func (b *builder) latency(e Expectation) {
	x := e.Latency
	if x.Around != "" {
		return
	}
	most, total, needed := 0.0, 0.0, samplesNeeded(*x)
	for _, s := range b.p.Stages {
		if !x.In.Has(s.Name) {
			continue
		}
		n := s.expected(func(i int) bool { return x.Of.Has(b.p.Kinds[i].Name) })
		total += n
		if s.For > 0 {
			most = max(most, n*min(1, float64(x.For)/float64(s.For)))
		}
	}
	switch {
	case x.Never && most < needed:
		b.unproven("", e.Pos, "the latency of line %d would rest on some %.0f samples in a stretch of %s; fewer than %.0f are inconclusive", e.Pos.Line, most, short(x.For.Std()), needed)
	case !x.Never && total < needed:
		b.unproven("", e.Pos, "the latency of line %d would rest on some %.0f samples; fewer than %.0f are inconclusive", e.Pos.Line, total, needed)
	}
	if x.OfRun != "" {
		b.unproven("", e.Pos, "the latency of line %d is held against another run: give it with --baseline RUN", e.Pos.Line)
	}
}

// samplesNeeded is how many samples the highest percentile must rest on: ten
// beyond it.
func samplesNeeded(x scenario.Latency) float64 {
	switch {
	case x.P99 != scenario.Bound{}:
		return 1000
	case x.P95 != scenario.Bound{}:
		return 200
	}
	return 20
}

// errors notes what errors rest on.
func (b *builder) errors(e Expectation) {
	if e.Errors.Around != "" {
		b.around(e)
	}
	if e.Errors.OfRun != "" {
		b.unproven("", e.Pos, "the errors of line %d are held against another run: give it with --baseline RUN", e.Pos.Line)
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
	lo, hi := e.Trigger.At-e.Trigger.Tolerance, e.Trigger.At+e.Trigger.Tolerance
	from, to := b.p.Metric(role, b.p.LoadAt(s, 0), before), b.p.Metric(role, b.p.Full(s), before)
	within := s.For
	if to > hi {
		within = b.within(s, role, before, lo, hi)
	}
	if within < 2*time.Minute {
		b.unproven(s.Name, e.Pos, "the load passes %s +- %s in %s, going from %s to %s: too fast for two datapoints on its two sides",
			figure(e.Trigger.At), figure(e.Trigger.Tolerance), short(within), figure(from), figure(to))
	}
	if b.p.Arrivals == "poisson" {
		b.unproven(s.Name, e.Pos, "Poisson arrivals scatter a minute's datapoint around what is planned: the trigger is measured well only with uniform ones")
	}
}

// within is the longest time for which the expected metric lies between two
// values, in a stage's ramp or in steps of its course that follow each other.
func (b *builder) within(s Stage, role string, tasks int, lo, hi float64) (most time.Duration) {
	var now time.Duration
	for _, step := range s.Course {
		in := b.within(step, role, tasks, lo, hi)
		if now += in; in == 0 {
			now = 0
		}
		most = max(most, now)
	}
	if len(s.Course) > 0 {
		return most
	}
	from, to := b.p.Metric(role, b.p.LoadAt(s, 0), tasks), b.p.Metric(role, b.p.LoadAt(s, s.Ramp), tasks)
	low, high := min(from, to), max(from, to)
	switch in := min(high, hi) - max(low, lo); {
	case in < 0:
		return 0
	case s.Ramp > 0 && high > low:
		return time.Duration(float64(s.Ramp) * (in / (high - low)))
	}
	return s.For
}
