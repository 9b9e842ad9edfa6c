package judge

import (
	"fmt"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// capacityAtEnd answers for each capacity that the scenario expects.
func capacityAtEnd(f *facts) (results []Result) {
	for _, e := range f.plan.Expect {
		if e.Capacity == nil {
			continue
		}
		if e.Capacity.Healthy != nil {
			results = append(results, f.capacityOf(e, "healthy", e.Capacity.Healthy.Min, e.Capacity.Healthy.Max))
		}
		if d := e.Capacity.Desired; d != nil {
			lo, hi := &f.plan.Bounds.Min, &f.plan.Bounds.Min
			if !d.Minimum && d.Range != nil {
				lo, hi = d.Range.Min, d.Range.Max
			}
			results = append(results, f.capacityOf(e, "desired", lo, hi))
		}
	}
	return results
}

// countAt reads a count, "healthy" or "desired", at t.
func (f *facts) countAt(what string, t time.Time) (k known) {
	if what == "desired" {
		k.lo, k.hi, k.ok = f.desiredAt(t)
		for _, s := range f.counts.at(t) {
			k.seqs = append(k.seqs, s.seq)
		}
		return k
	}
	for _, s := range f.health.at(t) {
		n := s.value.Healthy
		if !k.ok {
			k.lo, k.hi, k.ok = n, n, true
		}
		k.lo, k.hi = min(k.lo, n), max(k.hi, n)
		k.seqs = append(k.seqs, s.seq)
	}
	return k
}

func (f *facts) capacityOf(e plan.Expectation, what string, lo, hi *int) Result {
	r := Result{Subject: e.Capacity.AtEndOf, Pos: Pos(e.Pos), Answer: Pass, Expected: span(lo, hi) + " " + what}
	part := timeline.PartService
	if what == "healthy" {
		part = timeline.PartTargets
	}
	weak := func(measured, why string) Result {
		r.Answer, r.Measured, r.Explanation = Inconclusive, measured, why
		return r
	}
	s, ok := f.stage(e.Capacity.AtEndOf)
	if !ok || !s.whole {
		return weak("not reached", "Stage "+e.Capacity.AtEndOf+" did not come to its end; see run.complete, and run it to its end.")
	}
	k := f.countAt(what, s.to)
	r.Evidence = append(k.seqs, s.seq)
	switch {
	case !k.ok:
		return weak("never seen", "The "+what+" count was not seen before stage "+s.Name+" ended.")
	case f.blind(part, s.to):
		return weak("not looked at", "The observation has a hole at the end of stage "+s.Name+", so its "+what+" count is not known; see observation.complete for what was not looked at, and run again.")
	case k.lo != k.hi && within(lo, hi, k.lo) != within(lo, hi, k.hi):
		return weak(fmt.Sprintf("%d or %d", k.lo, k.hi),
			fmt.Sprintf("The %s count went from %d to %d between two looks around the end of stage %s, so which of them stood then is not known; make the stage a minute longer or shorter.", what, k.lo, k.hi, s.Name))
	}
	r.Measured = fmt.Sprint(k.lo)
	if k.lo != k.hi {
		r.Measured = fmt.Sprintf("%d or %d", k.lo, k.hi)
	}
	switch {
	case within(lo, hi, k.lo) && within(lo, hi, k.hi):
		return r
	case lo != nil && k.hi < *lo:
		f.tooFew(&r, what, s, *lo, k.hi)
	default:
		f.tooMany(&r, what, s, *hi, k.lo)
	}
	return r
}

// tooFew decides between "failed" and "ran out of stage".
func (f *facts) tooFew(r *Result, what string, s stage, least, n int) {
	desired, _, known := f.desiredAt(s.to)
	switch {
	case !known:
		r.Answer, r.Explanation = Inconclusive, "The desired count at the end of stage "+s.Name+" is not known."
	case desired >= least:
		f.notReady(r, s, least, n)
	default:
		due, asked := f.outDue(s.to, desired)
		switch {
		case !asked && len(s.Course) > 0:
			r.Answer = Inconclusive
			r.Explanation = fmt.Sprintf("The load of stage %s, %s tasks' worth at its highest, asks at its end for no more than runs: the expectation was not exercised; expect it of a stage whose load stays.",
				s.Name, thousandths(f.ask(s, "")))
		case !asked || f.ask(s, "") <= int64(least-1)*1000:
			r.Answer = Inconclusive
			r.Explanation = fmt.Sprintf("Stage %s asks for %s tasks' worth of load, which needs no %d: the expectation was not exercised; raise its demand.",
				s.Name, thousandths(f.ask(s, "")), least)
		case !s.to.After(due):
			r.Answer = Inconclusive
			r.Explanation = fmt.Sprintf("Stage %s ran out: %d %s at its end, and the next order had until %s; make the stage longer.", s.Name, n, what, f.when(due))
		case f.belatedly(r, "", s.from, s.to):
		case !f.calledOut(s):
			r.Answer = Inconclusive
			r.Explanation = fmt.Sprintf("By the plan, but not by the metrics, whose datapoints did not lie above a target for long enough or were not published, the next scale-out was due %s: %d %s at the end of stage %s; calibrate what a request costs, and see that the metric is published.", f.when(due), n, what, s.Name)
		default:
			r.Answer = Fail
			r.Margin = short(s.to.Sub(due)) + " too late"
			r.Explanation = fmt.Sprintf("Stage %s ended with %d %s, at least %d were expected, and the next scale-out was due %s: %s.", s.Name, n, what, least, f.when(due), f.heldBack(r, true, s))
			if key := f.unmeasured(s); key != "" {
				r.Answer = Inconclusive
				r.Explanation = "No datapoint of " + key + " was published in stage " + s.Name + ", and missing data scales nothing: " + r.Explanation
			}
		}
	}
}

// heldBack is why the next order was not given by the end of a stage, since the
// last one in it.
func (f *facts) heldBack(r *Result, out bool, s stage) string {
	since := s.from
	for _, o := range f.during(s.from, s.to, func(order) bool { return true }) {
		since = o.at.Add(time.Second)
	}
	reason, seqs := f.because(silence{out: out, from: since, to: s.to}, "see why it was not ordered")
	r.Evidence = append(r.Evidence, seqs...)
	return reason
}

// unmeasured is a metric of the plan's policies that has no datapoint in a
// stage; empty where each has some.
func (f *facts) unmeasured(s stage) string {
	for _, p := range f.plan.Policies {
		if key := keyOf(scaling.Role(p.Metric)); key != "" && len(f.between(key, s.from, s.to)) == 0 {
			return key
		}
	}
	return ""
}

// calledOut says that in a stage a policy's metric stood above its target for
// as long as its alarm asks, and that for longer than a reaction takes.
func (f *facts) calledOut(s stage) bool {
	start, breached := f.breach("", s.from, s.to)
	budget, _, known := f.longestOut("", s.to)
	return breached && known && s.to.After(start.Add(budget))
}

// notReady judges tasks that were ordered and are not healthy.
func (f *facts) notReady(r *Result, s stage, least, n int) {
	var ordered *order
	for _, o := range f.during(f.from, s.to, order.out) {
		if o.to >= least {
			ordered = &o
			break
		}
	}
	if ordered == nil {
		r.Answer = Fail
		r.Explanation = fmt.Sprintf("At the end of stage %s %s of the desired count were healthy, %d were expected, though nothing was being started; look at the tasks' health checks.", s.Name, tasks(n), least)
		return
	}
	r.Evidence = append(r.Evidence, ordered.seqs...)
	due := ordered.at.Add(f.readyBudget())
	if !s.to.After(due) {
		r.Answer = Inconclusive
		r.Explanation = fmt.Sprintf("Stage %s ran out: the %s had until %s to become healthy; make the stage longer.", s.Name, f.describe(*ordered), f.when(due))
		return
	}
	r.Answer = Fail
	r.Margin = short(s.to.Sub(due)) + " too late"
	next := "look at the start of the tasks and at their health checks"
	if ran := f.fewestRunning(least, s.to.Add(-time.Second), s.to); ran < least {
		next = fmt.Sprintf("as few as %d ran then, so see in the service's events and the stopped reason of its tasks why they do not", ran)
	}
	r.Explanation = fmt.Sprintf("The %s, and at the end of the stage only %s healthy: %s after the order, %s were allowed; %s.",
		f.describe(*ordered), plural(n, "task was", "tasks were"), short(s.to.Sub(ordered.at)), short(f.readyBudget()), next)
}

// tooMany decides between "failed" and "a step-down not yet ended".
func (f *facts) tooMany(r *Result, what string, s stage, most, n int) {
	desired, _, known := f.desiredAt(s.to)
	if known && desired <= most {
		f.notGone(r, s, most, n)
		return
	}
	if o, capacity := f.oversized(s.to, most); o != nil {
		r.Answer = Fail
		r.Evidence = append(r.Evidence, o.seqs...)
		r.Explanation = fmt.Sprintf("Stage %s ended with %d %s, at most %d were expected: the %s, where its metric asked for %d at most; %s.",
			s.Name, n, what, most, f.describe(*o), capacity, f.workedOut(*o))
		return
	}
	due, asked := f.inDue(s.to, n)
	switch {
	case asked && !s.to.After(due):
		r.Answer = Inconclusive
		r.Explanation = fmt.Sprintf("Stage %s ran out: %d %s at its end, and the next scale-in had until %s; %s.", s.Name, n, what, f.when(due), f.roomToShrink(s.to))
		if f.deploying(s.from, s.to) {
			r.Explanation = fmt.Sprintf("Stage %s ran out: %d %s at its end, and a deployment went on, which switches scale-in off; run again without one, or make the stage longer.", s.Name, n, what)
		}
	case asked:
		r.Answer = Fail
		r.Margin = short(s.to.Sub(due)) + " too late"
		r.Explanation = fmt.Sprintf("Stage %s ended with %d %s, at most %d were expected, and the next scale-in was due %s: %s.", s.Name, n, what, most, f.when(due), f.heldBack(r, false, s))
		if why := f.excuse(s.to); why != "" {
			r.Answer = Inconclusive
			r.Explanation = why + r.Explanation
		}
	default:
		r.Answer = Fail
		r.Explanation = fmt.Sprintf("Stage %s ended with %d %s, at most %d were expected, and its load asks for no scale-in: the service overshot; look at the orders before.", s.Name, n, what, most)
	}
}

// oversized is the last order before t to more than most tasks that went
// beyond what its policy's metric may have asked for, and that capacity; nil
// where there is none. One task more is nobody's mistake: how AWS rounds is not
// documented. [U]
func (f *facts) oversized(t time.Time, most int) (found *order, capacity int) {
	for _, o := range f.during(f.from, t, order.out) {
		if o.to <= most || f.doubt(o) != "" {
			continue
		}
		if k := f.asked(o, func(_, want int) int { return want }); k.ok && o.to > k.hi+oneTask {
			found, capacity = &o, k.hi
		}
	}
	return found, capacity
}

// notGone judges tasks that were ordered away and still answer.
func (f *facts) notGone(r *Result, s stage, most, n int) {
	var last time.Time
	for _, o := range f.during(f.from, s.to, order.in) {
		last = o.at
		r.Evidence = append(r.Evidence, o.seqs...)
	}
	due := last.Add(f.plan.Draining + evaluation)
	r.Answer = Fail
	r.Explanation = fmt.Sprintf("At the end of stage %s %s healthy, at most %d were expected and no more were desired; look at why tasks do not stop.", s.Name, plural(n, "task was", "tasks were"), most)
	if !last.IsZero() && !s.to.After(due) {
		r.Answer = Inconclusive
		r.Explanation = fmt.Sprintf("Stage %s ran out: a scale-in ordered %s was still draining; make the stage longer.", s.Name, f.when(last))
	}
}
