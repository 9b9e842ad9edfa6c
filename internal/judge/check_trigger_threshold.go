package judge

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
)

// slack is how far below an alarm's threshold, in percent of it, the datapoints
// before a scale-out may lie where no trigger says: CloudWatch may go on adding
// up a datapoint that was public already.
const slack = 5

// triggerThreshold answers for each trigger: the live threshold, and that
// datapoints above it precede each scale-out of the policy; and of policies
// that no trigger names for the datapoints alone, since an order without them
// is wrong whatever was asked.
func triggerThreshold(f *facts) (results []Result) {
	for _, e := range f.plan.Expect {
		if e.Trigger != nil {
			results = append(results, f.threshold(e))
		}
	}
	for _, role := range f.roles("") {
		named := func(e plan.Expectation) bool { return e.Trigger != nil && triggerRole(e) == role }
		if slices.ContainsFunc(f.plan.Expect, named) {
			continue
		}
		if r, ok := f.founded(role); ok {
			results = append(results, r)
		}
	}
	return results
}

func (f *facts) threshold(e plan.Expectation) Result {
	x, role := e.Trigger, triggerRole(e)
	r := Result{Subject: role, Pos: Pos(e.Pos), Answer: Pass, Expected: fmt.Sprintf("%s +- %s", number(x.At), number(x.Tolerance))}
	weak := func(measured, why string) Result {
		r.Answer, r.Measured, r.Explanation = Inconclusive, measured, why
		return r
	}
	alarms := f.liveAlarms(role, true, f.from)
	if len(alarms) == 0 {
		return weak("no live alarm seen", "No live high alarm of the "+role+" policy was seen, so its threshold is not known.")
	}
	a := alarms[0].alarm
	r.Evidence = []int64{alarms[0].seq}
	r.Measured = "live threshold " + number(a.Threshold)
	if hundredths(a.Threshold) != hundredths(x.At) {
		r.Answer = Fail
		r.Explanation = fmt.Sprintf("The live alarm of the %s policy stands at %s, not at %s; correct the policy's target.", role, number(a.Threshold), number(x.At))
		return r
	}
	outs := f.outsBy(role)
	if len(outs) == 0 {
		return weak(r.Measured+", never acted", "The "+role+" policy ordered no scale-out, so at which value it acts was not exercised; raise the load until it does.")
	}
	return f.precede(r, role, outs, func(scaling.Alarm) int64 { return hundredths(x.At - x.Tolerance) })
}

// founded answers for the scale-outs of a policy that no trigger names; ok is
// false where there are none, or its alarm was not seen.
func (f *facts) founded(role string) (r Result, ok bool) {
	alarms, outs := f.liveAlarms(role, true, f.from), f.outsBy(role)
	if len(alarms) == 0 || len(outs) == 0 {
		return r, false
	}
	a := alarms[0].alarm
	floor := func(a scaling.Alarm) int64 { return hundredths(a.Threshold) * (100 - slack) / 100 }
	r = Result{Subject: role, Answer: Pass, Evidence: []int64{alarms[0].seq},
		Expected: fmt.Sprintf("%d of %s above %s before each scale-out", a.M(), plural(a.EvaluationPeriods, "datapoint", "datapoints"), number(float64(floor(a))/100))}
	return f.precede(r, role, outs, floor), true
}

// precede judges whether as many datapoints as the alarm asked for lay above the
// floor before each order. The alarm is the one that stood by then: somebody may
// have put the policy again.
func (f *facts) precede(r Result, role string, outs []order, lowest func(scaling.Alarm) int64) Result {
	above := 0
	for _, o := range outs {
		r.Evidence = append(r.Evidence, o.seqs...)
		a := f.liveAlarms(role, true, f.from)[0].alarm
		if named := f.alarmNamed(o.cause.Alarm, o.at); named != nil && sane(named.alarm) && named.alarm.High() {
			a = named.alarm
		}
		floor := lowest(a)
		best, n := f.bestLevel(role, a, o)
		switch {
		case n > 0 && hundredths(best) > floor, f.premature(role, a, o, floor):
			above++
		case n == 0 || f.lackedPoints(role, a.Metric.Period, o.at.Add(-f.lookBack(a)), o.at):
			if r.Answer == Pass {
				r.Answer, r.Measured = Inconclusive, "datapoints missing"
				r.Explanation = "Datapoints before the " + f.describe(o) + " are missing, so what it answered is not known; see why they were not published, and run again."
			}
		case f.tellsAbove(a, o, floor):
			if r.Answer == Pass {
				r.Answer, r.Measured = Inconclusive, number(best)+" before "+f.describe(o)
				r.Explanation = "The alarm behind the " + f.describe(o) + " tells of datapoints above its threshold that were not published: the metric that was read is not the one it looks at, or one of the two was altered; compare the alarm's history with the metric."
			}
		case r.Answer != Fail:
			r.Answer, r.Measured = Fail, number(best)+" before "+f.describe(o)
			r.Explanation = fmt.Sprintf("The %s, while no %d of %d datapoints that were public before it lay above %s (the highest such level was %s): it acted too early; compare the datapoints that the alarm's history says it fired on with these.",
				f.describe(o), a.M(), a.EvaluationPeriods, number(float64(floor)/100), number(best))
		}
	}
	if r.Answer != Pass {
		return r
	}
	said := plural(above, "order came", "orders came") + " above it"
	if r.Measured != "" {
		said = r.Measured + ", " + said
	}
	r.Measured = said
	if !f.sawOrders(f.to) {
		r.Answer = Inconclusive
		r.Explanation = f.ordersMissed(f.to)
	}
	return r
}

// lackedPoints says that a metric lacks a datapoint that was to begin in
// [from, to), but for those of the last minutes, which need not be public.
func (f *facts) lackedPoints(role string, period time.Duration, from, to time.Time) bool {
	points := f.points[keyOf(role)]
	for t := from.Truncate(period).Add(period); !t.Add(period + publication).After(to); t = t.Add(period) {
		if !hasPoint(points, t) {
			return true
		}
	}
	return false
}
