package judge

import (
	"fmt"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// triggerAnswered answers for each wanted policy whose metric stood clearly
// above its target, in all the datapoints that its high alarm looks at, for
// longer than two evaluations, while nothing stood against a scale-out: one was
// ordered, or AWS said why not. Where that never came there is nothing to answer.
//
// What stands against one is left out, however AWS is read: a cooldown, counted
// from the completion; datapoints that began before the order before was
// complete; tasks that are desired and do not run yet, since capacity is worked
// out from those that run; the maximum; a suspension.
func triggerAnswered(f *facts) (results []Result) {
	if f.from.IsZero() {
		return nil
	}
	for _, role := range []string{"cpu", "requests"} { // what a run watches
		for _, a := range f.liveAlarms(role, true, f.from) {
			if r, ok := f.answers(role, a); ok {
				results = append(results, r)
			}
		}
	}
	return results
}

// raised is an alarm with its threshold as much higher as a trigger of the role
// tolerates, or by the slack where none says.
func (f *facts) raised(role string, a scaling.Alarm) scaling.Alarm {
	up := float64(a.Threshold * slack / 100)
	for _, e := range f.plan.Expect {
		if e.Trigger != nil && triggerRole(e) == role {
			up = e.Trigger.Tolerance
		}
	}
	a.Threshold += up
	return a
}

func (f *facts) answers(role string, a alarmStep) (r Result, ok bool) {
	high := f.raised(role, a.alarm)
	r = Result{Subject: role, Answer: Pass, Evidence: []int64{a.seq},
		Expected: fmt.Sprintf("a scale-out within %s of datapoints above %s", short(twoEvaluations), number(high.Threshold))}
	free, silent, refused := 0, 0, ""
	for _, s := range f.above(keyOf(role), high, f.standsUntil(role)) {
		since, open := f.unhindered(a.alarm, s)
		if !open {
			continue
		}
		free++
		until := since.Add(twoEvaluations)
		if len(f.during(s.from.Add(-time.Minute), until.Add(1), order.out)) > 0 {
			continue // even one before: what hinders the next one has been counted off
		}
		r.Evidence = append(r.Evidence, s.seqs...)
		silent++
		answer, why := f.unansweredTrigger(role, a.alarm, since, s)
		if x, before, told := f.refusedOut(role, s.from.Add(-time.Minute), until); told {
			says, _ := x.words()
			refused = "; " + f.when(x.at) + " AWS " + says
			r.Evidence = append(r.Evidence, x.seq)
			answer, why = f.refusalAnswers(x, before)
		}
		if worse(r.Answer, answer) != r.Answer {
			r.Answer, r.Explanation = answer, why
		}
	}
	r.Measured = plural(free, "such time", "such times")
	if silent > 0 {
		r.Measured += fmt.Sprintf(", %d without an order", silent) + refused
	}
	return r, free > 0 || f.unpublished(role, f.from, f.to) != ""
}

// unhindered is from when on in a breach nothing stood against a scale-out, for
// longer than two evaluations; open is false where that never was.
func (f *facts) unhindered(a scaling.Alarm, s breach) (since time.Time, open bool) {
	since = s.from
	// What an alarm looks at begins and is published after what hindered it.
	fresh := time.Duration(a.EvaluationPeriods+1)*a.Metric.Period + publication
	for _, o := range f.during(f.from.Add(-time.Hour), s.to, func(order) bool { return true }) {
		if o.at.After(since.Add(twoEvaluations)) {
			break // later than it was due
		}
		over := o.end
		if over.IsZero() {
			over = o.at.Add(f.readyBudget())
		}
		if o.out() {
			cooldown, _ := f.cooldown(o.cause.Policy, true)
			over = over.Add(cooldown + evaluation)
		}
		if !o.at.Before(since) && o.out() {
			return since, since.Add(twoEvaluations).Before(s.to) // it is answered
		}
		since = later(since, over.Add(fresh))
	}
	for i, c := range f.counts {
		if c.after.After(since.Add(twoEvaluations)) {
			break
		}
		if c.value.Running >= c.value.Desired {
			continue
		}
		full := s.to // when as many ran as were desired
		if i+1 < len(f.counts) {
			full = f.counts[i+1].seen
		}
		since = later(since, full.Add(fresh))
	}
	if most, full := f.atMaximum(since); full && most > 0 || f.suspendedOut(s) {
		return since, false
	}
	return since, since.Add(twoEvaluations).Before(s.to)
}

// suspendedOut says that scale-out may have been suspended at some time of a
// breach.
func (f *facts) suspendedOut(s breach) bool {
	for i, c := range f.capacity {
		over := i+1 < len(f.capacity) && f.capacity[i+1].seen.Before(s.from)
		if t := c.value.Target; c.after.Before(s.to) && !over && (t == nil || t.Suspended.ScaleOut) {
			return true
		}
	}
	return false
}

// unansweredTrigger judges a silence.
func (f *facts) unansweredTrigger(role string, a scaling.Alarm, since time.Time, s breach) (Answer, string) {
	until := since.Add(twoEvaluations)
	for _, part := range []string{timeline.PartService, timeline.PartScaling} {
		if len(f.holes(part, since.Add(-time.Minute), until)) > 0 {
			return Inconclusive, "The " + part + " was not looked at often enough while the " + role + " metric stood above its target, so whether anything stood against a scale-out is not known; see observation.complete for what was not looked at, and run again."
		}
	}
	if !f.sawOrders(until) {
		return Inconclusive, f.ordersMissed(until)
	}
	end := s.to
	for _, late := range f.during(until, s.to, order.out) {
		end = earlier(end, late.at) // from then on there were more tasks
	}
	state := f.alarmStateAt(a.Name, until)
	why := "its alarm was in " + state + "; compare its history with the metric"
	if state == scaling.AlarmInAlarm {
		why = "its alarm was in ALARM; see whether its actions are enabled, and what the scaling activities say"
	}
	return Fail, fmt.Sprintf("From %s to %s all datapoints that the %s policy's alarm looks at lay above its target of %s, on %s with no cooldown running, and no scale-out was ordered by %s: %s.",
		f.when(since), f.when(end), role, number(a.Threshold), f.tasksAt(since), f.when(until), why)
}
