package judge

import (
	"encoding/json"
	"fmt"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
)

// triggerThreshold answers for each trigger: the live threshold, and that
// datapoints above it precede each scale-out of the policy.
func triggerThreshold(f *facts) (results []Result) {
	for _, e := range f.plan.Expect {
		if e.Trigger != nil {
			results = append(results, f.threshold(e))
		}
	}
	return results
}

// triggerBracket answers for each trigger that asks for a bracket.
func triggerBracket(f *facts) (results []Result) {
	for _, e := range f.plan.Expect {
		if e.Trigger != nil && e.Trigger.Bracket {
			results = append(results, f.bracket(e))
		}
	}
	return results
}

// triggerRole is what the triggered policy watches.
func triggerRole(e plan.Expectation) string {
	if e.Trigger.By != "" {
		return e.Trigger.By
	}
	return "cpu"
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
		return weak(r.Measured+", never acted", "The "+role+" policy ordered no scale-out, so at which value it acts was not exercised.")
	}
	floor := hundredths(x.At - x.Tolerance)
	for _, o := range outs {
		r.Evidence = append(r.Evidence, o.seqs...)
		best, n := f.bestLevel(role, a, o)
		switch {
		case n == 0:
			return weak("datapoints missing", "The datapoints before the "+f.describe(o)+" are missing, so what it answered is not known.")
		case hundredths(best) <= floor:
			r.Answer, r.Measured = Fail, number(best)+" before "+f.describe(o)
			r.Explanation = fmt.Sprintf("The %s, while no %d of %d datapoints before it lay above %s: it acted too early; see what else asked for capacity.",
				f.describe(o), a.M(), a.EvaluationPeriods, number(x.At-x.Tolerance))
			return r
		}
	}
	r.Measured += fmt.Sprintf(", %s above it", plural(len(outs), "order came", "orders came"))
	return r
}

// outsBy lists the scale-outs that a policy of the role caused.
func (f *facts) outsBy(role string) []order {
	return f.during(f.from, f.horizon, func(o order) bool { return o.out() && o.role == role })
}

// bestLevel is the highest level that M of N datapoints reached in the stretch
// that the alarm may have looked at before an order: its range is longer than
// N, [D], and its action repeats while old datapoints keep it in ALARM.
func (f *facts) bestLevel(role string, a scaling.Alarm, o order) (best float64, n int) {
	points := f.between(keyOf(role), o.at.Add(-outBudget(a)-2*time.Minute), o.at)
	runs(points, a.EvaluationPeriods, func(w []point) {
		n++
		best = max(best, level(w, min(max(a.M(), 1), len(w))))
	})
	return best, n
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
		return weak("not exercised", "The "+role+" policy ordered no scale-out, or its alarm was not seen, so there is no trigger to bracket.")
	}
	a, o := alarms[0].alarm, outs[0]
	r.Evidence = append(r.Evidence, o.seqs...)
	fire, ok := f.firedOn(o)
	if !ok {
		return weak("not known", "On which datapoints the alarm fired was not seen, so the first firing level is not known.")
	}
	r.Evidence = append(r.Evidence, fire.seq)
	quiet, fired, found := f.levels(role, a, fire)
	if !found {
		return weak("datapoints missing", "The datapoints around the moment at which the alarm fired are missing.")
	}
	r.Measured = fmt.Sprintf("quiet at %s, fired at %s", number(quiet), number(fired))
	lo, hi := hundredths(x.At-x.Tolerance), hundredths(x.At+x.Tolerance)
	q, p := hundredths(quiet), hundredths(fired)
	switch {
	case p < lo:
		r.Answer = Fail
		r.Explanation = fmt.Sprintf("The alarm fired at a level of %s, below %s: it acts too early; see its threshold.", number(fired), number(x.At-x.Tolerance))
	case q > hi:
		r.Answer = Fail
		r.Explanation = fmt.Sprintf("A level of %s, above %s, did not fire the alarm; see its threshold and its datapoints.", number(quiet), number(x.At+x.Tolerance))
	case q < lo || p > hi:
		r.Answer = Inconclusive
		r.Explanation = fmt.Sprintf("The load jumped over the band: the last quiet level was %s, the first that fired %s, so the trigger lies somewhere between; let the load rise more slowly.", number(quiet), number(fired))
	}
	return r
}

// firing is how an alarm came to fire: when, and the end of the newest
// datapoint that it was evaluated on.
type firing struct {
	at, end time.Time
	seq     int64
}

// firedOn tells how the alarm behind an order fired, by its own account of it.
func (f *facts) firedOn(o order) (fire firing, ok bool) {
	for _, a := range f.alarms {
		if a.alarm.Name != o.cause.Alarm || !a.transition || a.alarm.State != scaling.AlarmInAlarm || a.at.After(o.at) {
			continue
		}
		if t, good := lastEvaluated(a.alarm); good {
			fire, ok = firing{a.at, t, a.seq}, true
		}
	}
	return fire, ok
}

// lastEvaluated reads the newest datapoint from an alarm's reason. [R]
func lastEvaluated(a scaling.Alarm) (end time.Time, ok bool) {
	var data struct {
		Evaluated []struct {
			Timestamp string `json:"timestamp"`
		} `json:"evaluatedDatapoints"`
		Start  string    `json:"startDate"`
		Recent []float64 `json:"recentDatapoints"`
	}
	if json.Unmarshal([]byte(a.StateReasonData), &data) != nil {
		return end, false
	}
	for _, d := range data.Evaluated {
		if t, good := parseStamp(d.Timestamp); good && t.After(end) {
			end, ok = t, true
		}
	}
	if start, good := parseStamp(data.Start); !ok && good && len(data.Recent) > 0 {
		end, ok = start.Add(time.Duration(len(data.Recent)-1)*a.Metric.Period), true
	}
	return end.Add(a.Metric.Period), ok
}

// parseStamp reads CloudWatch's times, whose zone has no colon. [R]
func parseStamp(s string) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02T15:04:05.000-0700", time.RFC3339Nano} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
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
