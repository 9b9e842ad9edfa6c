package judge

import (
	"fmt"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
)

// triggerBracket answers for each trigger that asks for a bracket.
func triggerBracket(f *facts) (results []Result) {
	for _, e := range f.plan.Expect {
		if e.Trigger != nil && e.Trigger.Bracket {
			results = append(results, f.bracket(e))
		}
	}
	return results
}

// bracket compares the highest level that did not fire with the lowest that
// did, up to the first scale-out of the policy.
func (f *facts) bracket(e plan.Expectation) Result {
	x, role := e.Trigger, triggerRole(e)
	r := Result{Subject: role, Pos: Pos(e.Pos), Answer: Pass,
		Expected: fmt.Sprintf("last quiet and first firing level both %s +- %s", number(x.At), number(x.Tolerance))}
	weak := func(measured, why string) Result {
		r.Answer, r.Measured, r.Explanation = Inconclusive, measured, why
		return r
	}
	alarms, outs := f.liveAlarms(role, true, f.from), f.outsBy(role)
	if len(alarms) == 0 || len(outs) == 0 {
		return weak("not exercised", "The "+role+" policy ordered no scale-out, or its alarm was not seen, so there is no trigger to bracket; raise the load slowly through the target, and see policies.exact.")
	}
	a, o := alarms[0].alarm, outs[0]
	r.Evidence = append(r.Evidence, o.seqs...)
	fire, ok := f.firedOn(o)
	if !ok {
		return weak("not known", "On which datapoints the alarm fired was not seen, so the first firing level is not known; see whether the alarm's history can be read, and run again.")
	}
	r.Evidence = append(r.Evidence, fire.seq)
	quiet, fired, found := f.levels(role, a, fire)
	if !found {
		return weak("datapoints missing", "The datapoints around the moment at which the alarm fired are missing; see why they were not published, and run again.")
	}
	r.Measured = fmt.Sprintf("quiet at %s, fired at %s", number(quiet), number(fired))
	lo, hi := hundredths(x.At-x.Tolerance), hundredths(x.At+x.Tolerance)
	q, p := hundredths(quiet), hundredths(fired)
	switch {
	case p < lo:
		r.Answer = Fail
		r.Explanation = fmt.Sprintf("The alarm fired at %s at a level of %s, below %s: it acts too early; compare its threshold, and the datapoints in its history, with the target.", f.when(fire.at), number(fired), number(x.At-x.Tolerance))
	case q > hi:
		r.Answer = Fail
		r.Explanation = fmt.Sprintf("A level of %s, above %s, did not fire the alarm before %s; compare its threshold, and the datapoints in its history, with the target.", number(quiet), number(x.At+x.Tolerance), f.when(fire.at))
	case q < lo || p > hi:
		r.Answer = Inconclusive
		r.Explanation = fmt.Sprintf("The load jumped over the band: the last quiet level was %s, the first that fired %s, so the trigger lies somewhere between; let the load rise more slowly.", number(quiet), number(fired))
	}
	return r
}

// levels finds the highest level that did not fire the alarm in the traffic
// and the lowest that did. Where two datapoints were published between two
// evaluations, which happens since each is published with a delay of its own,
// no evaluation saw the first without the second, and both runs fired
// together. A run is quiet if it was public a whole evaluation before.
func (f *facts) levels(role string, a scaling.Alarm, fire firing) (quiet, fired float64, found bool) {
	any := false
	m := min(max(a.M(), 1), max(a.EvaluationPeriods, 1))
	runs(f.between(keyOf(role), f.from.Truncate(time.Minute), fire.end), a.EvaluationPeriods, func(w []point) {
		l, last := level(w, m), w[len(w)-1]
		switch {
		case last.end().Equal(fire.end):
			if !found || l < fired {
				fired, found = l, true
			}
		case last.seen.After(fire.at.Add(-evaluation)) && a.Breaches(l):
			if !found || l < fired {
				fired, found = l, true
			}
		default:
			quiet, any = max(quiet, l), true
		}
	})
	return quiet, fired, found && any
}
