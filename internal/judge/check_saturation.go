package judge

import (
	"fmt"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// CPU near its limit, in percent of the most that a task can show (all that is
// reserved, or half of it for one thread on two vCPU): on average over the
// reaction's budget at least saturated, and in no point below dip.
const (
	saturated = 90
	dip       = 80
	minPoints = 5
)

// saturation answers whether CPU stood near its limit for longer than a
// reaction takes, and nothing was ordered: the incident. It judges by what
// was observed alone, whatever policies stand.
func saturation(f *facts) []Result {
	points := f.between(timeline.KeyCPU, f.from.Truncate(time.Minute), f.to)
	budget, _, ok := f.longestOut("cpu", f.from)
	if !ok {
		if budget, _, ok = f.longestOut("", f.from); !ok {
			high, _ := plan.AssumedAlarms(scaling.Policy{Metric: scaling.MetricCPU})
			budget = outBudget(high)
		}
	}
	r := Result{Subject: "cpu", Answer: Pass,
		Expected: fmt.Sprintf("no %s at %s %% CPU without a scale-out", short(budget), number(float64(f.mostCPU()*saturated)/100))}
	if len(points) == 0 {
		r.Answer, r.Measured = Inconclusive, "no datapoints"
		r.Explanation = "No datapoint of CPU was published while traffic flowed, so whether it was saturated is not known."
		return []Result{r}
	}
	n := minPoints
	if p := points[0].period; p > 0 {
		n = max(n, int((budget+p-1)/p))
	}
	worst := f.unanswered(points, n)
	r.Measured = "at most " + number(worst.peak) + " % over " + fmt.Sprint(n) + " datapoints"
	switch {
	case worst.found && !f.sawOrders(f.to):
		r.Answer = Inconclusive
		r.Explanation = "CPU was saturated, but the scaling activities were not read, so whether it was answered is not known."
	case worst.found:
		r.Answer = Fail
		r.Measured = fmt.Sprintf("%s %% over %d datapoints", number(worst.mean), n)
		for _, p := range worst.points {
			r.Evidence = append(r.Evidence, p.seq)
		}
		r.Explanation = f.saturationStory(worst)
	case worst.windows == 0 && f.to.Sub(f.from) < budget+2*time.Minute:
		r.Answer, r.Severity, r.Measured = Inconclusive, Warns, fmt.Sprintf("%d datapoints", len(points))
		r.Explanation = "The traffic was shorter than a scaling reaction, so saturation without one was not exercised."
	case worst.windows == 0 || missing(points, f.from, f.to) > len(points)/4:
		r.Answer, r.Measured = Inconclusive, fmt.Sprintf("%d datapoints", len(points))
		r.Explanation = "Too many datapoints of CPU are missing to say that it was not saturated."
	}
	return []Result{r}
}

// stretch is the worst stretch of datapoints.
type stretch struct {
	found   bool // one that no order answered
	points  []point
	mean    float64
	peak    float64 // the highest mean of all
	windows int     // stretches that were looked at
}

// unanswered finds the highest of the stretches of n points that lie near the
// limit with no scale-out ordered in them, or shortly before, when its tasks
// were still on their way.
func (f *facts) unanswered(points []point, n int) (s stretch) {
	most := hundredths(f.mostCPU())
	runs(points, n, func(w []point) {
		s.windows++
		total, lowest := int64(0), hundredths(w[0].value)
		for _, p := range w {
			total += hundredths(p.value)
			lowest = min(lowest, hundredths(p.value))
		}
		mean := float64(total/int64(n)) / 100
		s.peak = max(s.peak, mean)
		if 100*total < saturated*most*int64(n) || 100*lowest < dip*most || s.found && mean <= s.mean {
			return
		}
		from, to := w[0].start.Add(-f.readyBudget()), w[n-1].end()
		if len(f.during(from, to, order.out)) == 0 {
			s.found, s.points, s.mean = true, w, mean
		}
	})
	return s
}

// mostCPU is the CPU in percent at which a task can do no more, 100 where the
// plan does not say.
func (f *facts) mostCPU() float64 {
	if most := f.plan.MostCPU(); most > 0 {
		return most
	}
	return 100
}

// missing counts the periods without a point, but for the last few minutes.
func missing(points []point, from, to time.Time) (n int) {
	period := points[0].period
	for t := from.Truncate(time.Minute); period > 0 && t.Add(period+publication+2*time.Minute).Before(to); t = t.Add(period) {
		if !hasPoint(points, t) {
			n++
		}
	}
	return n
}

// saturationStory says which kind of saturation it was.
func (f *facts) saturationStory(s stretch) string {
	first, last := s.points[0], s.points[len(s.points)-1]
	_, n, _ := f.desiredAt(last.start)
	said := fmt.Sprintf("CPU stood at %s %% on average from %s to %s on %s and no scale-out was ordered",
		number(s.mean), f.when(first.start), f.when(last.end()), tasks(n))
	if n >= f.plan.Bounds.Max {
		return said + fmt.Sprintf(": the service was at its maximum of %s; raise the maximum, or the size of a task.", tasks(f.plan.Bounds.Max))
	}
	for _, p := range f.policiesAt(last.start) {
		if most := f.mostCPU(); scaling.Role(p.policy.Metric) == "cpu" && most <= p.policy.Target {
			return said + fmt.Sprintf(": a task of %s vCPU with %d of its workers busy shows %s %%, so that policy %s with a target of %s is never asked; give it more workers, or a target below that.",
				number(f.plan.Task.VCPU), f.plan.Task.Workers, number(most), p.policy.Name, number(p.policy.Target))
		} else if scaling.Role(p.policy.Metric) == "cpu" {
			said += fmt.Sprintf(", though policy %s watches CPU with a target of %s", p.policy.Name, number(p.policy.Target))
			if ran := f.fewestRunning(n, first.start, last.end()); ran < n {
				return said + fmt.Sprintf(": as few as %d of them ran, and capacity is worked out from those; see why tasks are stopped.", ran)
			}
			return said + "; look at the state of its alarm and at activities that were not carried out."
		}
	}
	for _, p := range f.policiesAt(last.start) {
		key := keyOf(scaling.Role(p.policy.Metric))
		if seen := f.between(key, first.start, last.end()); key != "" && len(seen) > 0 {
			top := seen[0].value
			for _, q := range seen {
				top = max(top, q.value)
			}
			return said + fmt.Sprintf(": no policy watches CPU, and the %s stayed at no more than %s a target and minute, under the target of %s of policy %s; add a policy on CPU.",
				keyOf(scaling.Role(p.policy.Metric)), number(top), number(p.policy.Target), p.policy.Name)
		}
	}
	return said + ": no policy watches CPU; add one."
}

// fewestRunning is the smallest count of running tasks that was seen to hold at
// any time of the stretch, and no more than least.
func (f *facts) fewestRunning(least int, from, to time.Time) int {
	for i, s := range f.counts {
		over := i+1 < len(f.counts) && !f.counts[i+1].seen.After(from)
		if s.seen.Before(to) && !over {
			least = min(least, s.value.Running)
		}
	}
	return least
}
