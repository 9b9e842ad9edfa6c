package judge

import (
	"slices"
	"time"

	"scaleproof/internal/scaling"
)

// view is what an alarm may have looked at in one evaluation: its newest
// datapoints, oldest first.
type view []point

// mostUnsure is how many datapoints may have been published or not at one
// moment before nobody can say what an alarm saw.
const mostUnsure = 5

// views lists what an alarm may have looked at in an evaluation at some time in
// [from, to]: each of the datapoints that came to be public around then may have
// been among them or not. ok is false where too many may.
func (f *facts) views(key string, a scaling.Alarm, from, to time.Time) (list []view, ok bool) {
	reach := reachOf(a)
	var sure, unsure view
	for _, p := range f.between(key, from.Add(-reach), to) {
		switch {
		case p.period != a.Metric.Period || !p.after.Before(to):
		case !p.seen.After(from):
			sure = append(sure, p)
		default:
			unsure = append(unsure, p)
		}
	}
	if len(unsure) > mostUnsure {
		return nil, false
	}
	for chosen := range 1 << len(unsure) {
		v := slices.Clone(sure)
		for i, p := range unsure {
			if chosen>>i&1 == 1 {
				v = append(v, p)
			}
		}
		slices.SortFunc(v, func(a, b point) int { return a.start.Compare(b.start) })
		list = append(list, v[max(0, len(v)-a.EvaluationPeriods):])
	}
	return list, true
}

// reachOf is how far back an alarm's datapoints begin: its range is two
// periods longer than what it evaluates, 5 points for 3 of 3 [D], and the last
// minute has to end.
func reachOf(a scaling.Alarm) time.Duration {
	return time.Duration(a.EvaluationPeriods+2)*a.Metric.Period + time.Minute
}

// fires says that an alarm that looks at this is in ALARM, or goes into it.
func (v view) fires(a scaling.Alarm) bool {
	n := 0
	for _, p := range v {
		if a.Breaches(p.value) {
			n++
		}
	}
	return n > 0 && n >= a.M()
}

// least is the least capacity that the datapoints that breach ask for from n
// tasks at a target, in thousandths of a task: by the mean of them all [E] or of
// the newest few, since which count is not documented [U]. Those that begin
// before since do not count; ok is false where none does.
func (v view) least(a scaling.Alarm, target float64, n int, since time.Time) (milli int64, ok bool) {
	aim := hundredths(target)
	var sum, k int64
	for _, p := range slices.Backward(v) {
		if !a.Breaches(p.value) || p.start.Before(since) || aim <= 0 {
			continue
		}
		sum, k = sum+hundredths(p.value), k+1
		if ask := int64(n) * sum * 1000 / (k * aim); !ok || ask < milli {
			milli, ok = ask, true
		}
	}
	return milli, ok
}

// most is the most that they may ask for from n tasks, by the highest of them.
func (v view) most(n int, target float64) (tasks int) {
	for _, p := range v {
		tasks = max(tasks, roundedUp(int64(n)*hundredths(p.value)*1000/max(hundredths(target), 1)))
	}
	return tasks
}

// roundedUp rounds thousandths of a task up to tasks. What lies less than a
// hundredth of a task above a whole one is the rounding of values.
func roundedUp(milli int64) int { return int((milli + 989) / 1000) }
