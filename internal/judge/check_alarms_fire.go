package judge

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// twoEvaluations is how long all that a high alarm looks at must have been
// above its threshold before its silence counts: an alarm is evaluated at least
// once a minute [D], and one evaluation may have met a datapoint that was still
// being added up.
const twoEvaluations = 2*time.Minute + 30*time.Second

// alarmsFire answers for each wanted policy whose metric stood above the
// threshold that its high alarm shows, in all the datapoints that the alarm
// looks at, for longer than two evaluations: it was in ALARM by then. Where that
// never came there is nothing to answer; what a policy makes of its alarm is
// for others to judge.
func alarmsFire(f *facts) (results []Result) {
	if f.from.IsZero() {
		return nil
	}
	for _, role := range []string{"cpu", "requests"} { // what a run watches
		for _, a := range f.liveAlarms(role, true, f.from) {
			r, ok := f.fires(role, a)
			if f.belied(&r, a) || ok {
				results = append(results, r)
			}
		}
	}
	return results
}

// belied says that an alarm came into a state which the datapoints that it gives
// as its reason rule out, and fails the result: they are its own, and no look at
// the metric comes between them and its threshold.
func (f *facts) belied(r *Result, a alarmStep) bool {
	i := slices.IndexFunc(f.alarms, func(x alarmStep) bool {
		return x.alarm.Name == a.alarm.Name && x.transition && !x.at.Before(f.from) && !x.at.After(f.to) && againstItsReason(x.alarm)
	})
	if i < 0 {
		return false
	}
	x := f.alarms[i]
	fire, _ := account(x.alarm)
	r.Answer, r.Measured = Fail, x.alarm.State+" against its own reason"
	r.Evidence = append(r.Evidence, x.seq)
	r.Explanation = fmt.Sprintf("At %s the high alarm of the %s policy went into %s and gave the datapoints %s as its reason, which a threshold of %s does not make that of: it does not do what it shows; compare its history with its threshold.",
		f.when(x.at), r.Subject, x.alarm.State, values(fire.recent), values([]float64{x.alarm.Threshold}))
	return true
}

// againstItsReason says that the datapoints by which an alarm accounts for its
// state call for another: fewer beyond the threshold than it asks for, though one
// within it is known, or as many, and it is OK. Fewer than it looks at fire it
// where all are beyond. [D]
func againstItsReason(a scaling.Alarm) bool {
	fire, ok := account(a)
	if !ok || !sane(a) || a.TreatMissing == scaling.TreatBreaching {
		return false
	}
	newest := fire.recent[max(0, len(fire.recent)-a.EvaluationPeriods):]
	beyond := 0
	for _, v := range newest {
		if a.Breaches(v) {
			beyond++
		}
	}
	switch a.State {
	case scaling.AlarmInAlarm:
		return beyond < a.M() && beyond < len(newest)
	case scaling.AlarmOK:
		return beyond >= a.M()
	}
	return false
}

func (f *facts) fires(role string, a alarmStep) (r Result, ok bool) {
	r = Result{Subject: role, Answer: Pass, Expected: "in ALARM while its datapoints are above " + number(a.alarm.Threshold), Evidence: []int64{a.seq}}
	spans := f.above(keyOf(role), a.alarm, f.standsUntil(role))
	silent := 0
	for _, s := range spans {
		if f.wasInAlarm(a.alarm.Name, s) {
			continue
		}
		r.Evidence = append(r.Evidence, s.seqs...)
		if len(f.holes(timeline.PartAlarms, s.from.Add(-time.Minute), s.to.Add(time.Minute))) > 0 {
			if r.Answer == Pass {
				r.Answer = Inconclusive
				r.Explanation = "The alarm was not looked at often enough while its datapoints stood above its threshold, so whether it fired is not known; see observation.complete for what was not looked at, and run again."
			}
			continue
		}
		if silent++; silent == 1 {
			r.Answer = Fail
			r.Explanation = fmt.Sprintf("From %s to %s all datapoints that the high alarm of the %s policy looks at were above its threshold of %s, and it did not go into ALARM in time: it does not do what it shows; compare its history with the metric.",
				f.when(s.from), f.when(s.to), role, number(a.alarm.Threshold))
		}
	}
	r.Measured = plural(len(spans), "such time", "such times")
	if silent > 0 {
		r.Measured += fmt.Sprintf(", silent in %d", silent)
	}
	return r, len(spans) > 0 || f.unpublished(role, f.from, f.to) != ""
}

// breach is a time in which all that an alarm looked at was above its
// threshold.
type breach struct {
	from, to time.Time
	seqs     []int64
}

// wasInAlarm says whether an alarm was in ALARM in the first evaluations of a
// breach. One that fires later was late.
func (f *facts) wasInAlarm(name string, b breach) bool {
	until := b.from.Add(twoEvaluations)
	if f.alarmStateAt(name, b.from) == scaling.AlarmInAlarm {
		return true
	}
	return slices.ContainsFunc(f.alarms, func(a alarmStep) bool {
		return a.alarm.Name == name && a.alarm.State == scaling.AlarmInAlarm && !a.since().Before(b.from) && !a.since().After(until)
	})
}

// above lists the breaches of a high alarm between the beginning of the traffic
// and until that lasted long enough to be answered, whatever was published when
// between two looks.
func (f *facts) above(key string, a scaling.Alarm, until time.Time) (found []breach) {
	points := lookedAt(a, f.begun(key, f.from.Add(-time.Hour), until))
	var turns []time.Time // when what may be published changes
	for _, p := range points {
		turns = append(turns, p.after, p.seen)
	}
	slices.SortFunc(turns, time.Time.Compare)
	var now breach
	end := func() {
		if now.to.Sub(now.from) > twoEvaluations {
			found = append(found, now)
		}
		now = breach{}
	}
	for i := 0; i+1 < len(turns); i++ {
		from, to := turns[i], turns[i+1]
		if !from.Before(to) || from.Before(f.from) || to.After(until) {
			continue
		}
		newest, seqs, all := allAbove(near(points, a, from, to), a, from, to)
		if fresh := newest.Add(plan.Publication + a.Metric.Period); all && to.After(fresh) {
			to = later(from, fresh) // what is older is missing to the alarm
		}
		if !all || !now.to.Equal(from) {
			end()
		}
		if all {
			if now.from.IsZero() {
				now.from = from
			}
			now.to, now.seqs = to, append(now.seqs, seqs...)
		}
	}
	end()
	return found
}

// near are the points that can be among those that an alarm looks at in
// (from, to).
func near(points []point, a scaling.Alarm, from, to time.Time) []point {
	begun := func(p point, t time.Time) int { return p.start.Compare(t) }
	back := plan.Publication + time.Duration(a.EvaluationPeriods+1)*a.Metric.Period
	first, _ := slices.BinarySearchFunc(points, from.Add(-back), begun)
	last, _ := slices.BinarySearchFunc(points, to, begun)
	return points[first:max(first, last)]
}

// allAbove says whether the newest N datapoints are above the threshold in
// (from, to), whichever of those that may be published by then are; newest is
// the end of the last that certainly is.
func allAbove(points []point, a scaling.Alarm, from, to time.Time) (newest time.Time, seqs []int64, all bool) {
	var sure []point
	for _, p := range points {
		switch {
		case !p.seen.After(from):
			sure = append(sure, p)
		case p.after.Before(to) && hundredths(p.value) <= hundredths(a.Threshold):
			return newest, nil, false // it may be among the newest
		}
	}
	n := a.EvaluationPeriods
	if len(sure) < n {
		return newest, nil, false
	}
	last := sure[len(sure)-n:]
	for i, p := range last {
		if hundredths(p.value) <= hundredths(a.Threshold) || i > 0 && !p.start.Equal(last[i-1].end()) {
			return newest, nil, false
		}
		seqs = append(seqs, p.seq)
	}
	return last[n-1].end(), seqs, true
}
