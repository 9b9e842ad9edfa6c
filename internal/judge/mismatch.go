package judge

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/scaling"
)

// partPeriod is what a check needs that holds datapoints against alarms: that
// the ones which were read are the ones which the alarms look at.
const partPeriod = "period"

// mismatch is a policy's alarm and a datapoint of its metric, over another
// period than any alarm's on that metric.
type mismatch struct {
	key   string
	alarm alarmStep
	read  point
}

// mismatched is the first of a role's metric, of any wanted policy's for "";
// false where every datapoint has the period of an alarm, and every alarm
// datapoints of its period. A minute's average hides what an alarm that looks at
// 20 s answers, and a sum of requests over 20 s is no third of what one over a
// minute holds against its threshold.
//
// Note: to add the finer datapoints up to the coarser was tried in mind and
// rejected: an average needs the count of samples under each, which is not read.
func (f *facts) mismatched(role string) (m mismatch, ok bool) {
	for _, role := range f.roles(role) {
		key := keyOf(role)
		points := f.begun(key, f.from, f.to)
		var alarms []alarmStep
		for _, a := range f.alarms {
			of := slices.ContainsFunc(f.plan.Policies, func(p scaling.Policy) bool {
				return p.Name == a.policy && scaling.Role(p.Metric) == role
			})
			if of && sane(a.alarm) && !a.seen.After(later(f.to, f.atStart())) {
				alarms = append(alarms, a)
			}
		}
		if len(points) == 0 || len(alarms) == 0 {
			continue // nothing was seen, which is told elsewhere
		}
		for _, a := range alarms {
			if !slices.ContainsFunc(points, func(p point) bool { return p.period == a.alarm.Metric.Period }) {
				return mismatch{key, a, points[0]}, true
			}
		}
		for _, p := range points {
			if !slices.ContainsFunc(alarms, func(a alarmStep) bool { return p.period == a.alarm.Metric.Period }) {
				return mismatch{key, alarms[0], p}, true
			}
		}
	}
	return m, false
}

// lookedAt are those of some datapoints that an alarm looks at: those over its
// period.
func lookedAt(a scaling.Alarm, points []point) []point {
	return slices.DeleteFunc(slices.Clone(points), func(p point) bool { return p.period != a.Metric.Period })
}

// String says what was read and what the alarm looks at, in a sentence without
// its end.
func (m mismatch) String() string {
	s := fmt.Sprintf("%s was read over %s, and the alarm %s looks at datapoints of %s", upper(noun(m.key)), short(m.read.period), m.alarm.alarm.Name, short(m.alarm.alarm.Metric.Period))
	if m.alarm.alarm.Metric.Period < m.read.period {
		return s + ", so what it answers was not seen"
	}
	return s + ", so what was seen is not what it answers"
}

// remedy is what to do about it, as a clause. A run reads CPU at 20 s where a
// planned policy is a high-resolution one, and everything else by the minute.
func (m mismatch) remedy() string {
	if m.alarm.alarm.Metric.Period == 20*time.Second {
		return "plan the policy as it stands, with high_resolution, so that the run reads its metric at 20s, and run again"
	}
	return "put the policy again as planned, which makes its alarms anew, and run again"
}

func (m mismatch) seqs() []int64 { return []int64{m.alarm.seq, m.read.seq} }
