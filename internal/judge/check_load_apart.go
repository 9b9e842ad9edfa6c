package judge

import (
	"fmt"
	"time"

	"scaleproof/internal/plan"
)

// loadApart answers, for each policy that alone is to scale out, whether the
// load left the others alone: by the datapoints that were published, against
// the thresholds that the live alarms show. It never fails, since the load is
// the run's own. Where a stage names the policy of its scale-out the same is
// asked of that stage until the order, unless the whole run is asked it anyway.
//
// Note: to ask for M of N datapoints, as the alarm does, was tried. A metric
// that touches its threshold is not apart from it, and how far an alarm looks
// back beyond N is CloudWatch's own affair [D].
func loadApart(f *facts) (results []Result) {
	only := map[string]bool{}
	for _, e := range f.plan.Expect {
		if e.OnlyBy != "" && !only[e.OnlyBy] {
			only[e.OnlyBy] = true
			results = append(results, f.apart(e, e.OnlyBy, "", f.from, f.to)...)
		}
	}
	for _, e := range f.plan.Expect {
		if e.ScaleOut == nil || e.ScaleOut.By == "" || only[e.ScaleOut.By] {
			continue
		}
		if s, ok := f.stage(e.ScaleOut.In); ok && s.seq != 0 {
			to := earlier(s.to, f.to)
			if outs := f.during(s.from, to, order.out); len(outs) > 0 {
				to = outs[0].at
			}
			results = append(results, f.apart(e, e.ScaleOut.By, s.Name+", ", s.from, to)...)
		}
	}
	return results
}

// apart answers for each planned policy beside the one of the role.
func (f *facts) apart(e plan.Expectation, by, where string, from, to time.Time) (results []Result) {
	for _, other := range f.roles("") {
		to := earlier(to, f.standsUntil(other)) // one that is removed calls nobody
		if other != by && from.Before(to) {
			r := f.quietly(by, other, from, to)
			r.Subject, r.Pos = where+by+" without "+other, Pos(e.Pos)
			results = append(results, r)
		}
	}
	return results
}

// quietly judges the datapoints of a metric that was to stay below its
// threshold in [from, to].
func (f *facts) quietly(by, other string, from, to time.Time) Result {
	r := Result{Answer: Pass, Needs: 1, Expected: other + " below its threshold"}
	alarms := f.liveAlarms(other, true, f.from)
	points := f.between(keyOf(other), from, to)
	r.Samples = int64(len(points))
	switch {
	case len(alarms) == 0:
		r.Answer, r.Measured = Inconclusive, "no live alarm seen"
		r.Explanation = "No live high alarm of the " + other + " policy was seen, so whether the load left it alone is not known; see policies.exact."
		return r
	case len(points) == 0:
		r.Answer, r.Measured = Inconclusive, "no datapoints"
		r.Explanation = "No datapoint of " + other + " was published in that time, so whether the load left that policy alone is not known; see why the metric is not published."
		return r
	}
	threshold := alarms[0].alarm.Threshold
	top, above := points[0], 0
	for _, p := range points {
		if hundredths(p.value) > hundredths(top.value) {
			top = p
		}
		if hundredths(p.value) > hundredths(threshold) {
			above++
		}
	}
	r.Evidence = []int64{alarms[0].seq, top.seq}
	r.Expected = fmt.Sprintf("%s at most %s", other, number(threshold))
	r.Measured = fmt.Sprintf("at most %s over %s", number(top.value), plural(len(points), "datapoint", "datapoints"))
	r.Margin = number(threshold - top.value)
	if above > 0 {
		r.Answer = Inconclusive
		if len(f.during(from, to, func(o order) bool { return o.out() && o.role == other })) > 0 {
			r.Severity = Warns // that it acted too stops what was expected, and is told there
		}
		r.Explanation = fmt.Sprintf("The %s datapoint of %s stood at %s, above the %s at which its policy calls (%d of %d did), though %s alone was to be driven: that only the %s policy scaled out proves less than it says; lower the demand for %s there.",
			other, f.when(top.start), number(top.value), number(threshold), above, len(points), by, by, other)
		if d := f.stranger(from, to); d != nil {
			r.Evidence = append(r.Evidence, d.seq)
			r.Explanation = fmt.Sprintf("The %s datapoint of %s stood at %s, above the %s at which its policy calls, and at %s %s: find out whose, and run again without it.",
				other, f.when(top.start), number(top.value), number(threshold), f.when(d.seen), d.what)
		}
	}
	return r
}
