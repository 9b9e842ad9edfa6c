package judge

import (
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var scaleOutInTimeProof = proof{
	id: "scale-out.in-time",
	stories: []story{
		{name: "in time", want: Pass},
		{name: "at the last second", want: Pass, edit: func(t *tale) { t.orders[0].at = minutes(11.7) }},
		{name: "late", want: Fail, says: "were allowed", edit: func(t *tale) { t.orders[0].at = minutes(12.5) }},
		{name: "late, on datapoints that came late", want: Inconclusive, says: "3m are counted on", edit: func(t *tale) {
			t.orders[0].at, t.publishedAfter = minutes(16), 6*time.Minute
		}},
		{name: "never, on datapoints that came late", want: Inconclusive, says: "3m are counted on", edit: func(t *tale) {
			t.orders, t.publishedAfter = nil, 6*time.Minute
		}},
		{name: "never", want: Fail, says: "No scale-out by cpu", edit: func(t *tale) { t.orders = nil }},
		{name: "in parts, each in time", from: inParts, want: Pass, says: "came in parts"},
		{name: "the other part late", from: inParts, want: Fail, says: "were allowed", edit: func(t *tale) { t.orders[1].at = minutes(27) }},
		{name: "a part late", from: inParts, want: Fail, says: "were allowed", edit: func(t *tale) { t.orders[0].at = minutes(22) }},
		{name: "the other part never", from: inParts, want: Fail, says: "No scale-out to at least 3", edit: func(t *tale) { t.orders = t.orders[:1] }},
		{name: "no time for the other part", from: inParts, want: Inconclusive, says: "ran out of stage", edit: func(t *tale) {
			t.orders = t.orders[:1]
			t.plan.Stages[2].For, t.plan.Stages[3].Start = minutes(13), minutes(26)
		}},
		{name: "late, by an alarm of 20 s that was read by the minute", want: Inconclusive, says: "was read over 1m", edit: func(t *tale) {
			t.orders[0].at = minutes(11.5)
			t.alarms[cpuHigh].Metric.Period = 20 * time.Second
		}},
		{name: "late, by an alarm of 20 s", from: fine, want: Fail, says: "were allowed", edit: func(t *tale) { t.orders[0].at = minutes(11.5) }},
		{name: "by the request policy", want: Fail, says: "not by cpu", edit: func(t *tale) { t.orders[0].policy = requestPolicy }},
		{name: "the load asks for none", want: Inconclusive, says: "not exercised", edit: func(t *tale) {
			t.orders = nil
			halve(t, 1)
		}},
		{name: "the stage is too short", want: Inconclusive, says: "ran out of stage", edit: func(t *tale) {
			t.orders = nil
			t.plan.Stages = t.plan.Stages[:2]
			t.plan.Stages[1].For = minutes(6)
		}},
		{name: "the load cost nothing", want: Inconclusive, says: "calibrate", edit: func(t *tale) {
			t.orders = nil
			t.cpu = func(time.Duration) (float64, bool) { return 40, true }
		}},
		{name: "the alarm it names was not in ALARM", want: Inconclusive, says: "cannot be put down", edit: func(t *tale) {
			a := t.alarms[0]
			a.State = scaling.AlarmOK
			t.extra = append(t.extra, timeline.Observed(dawn.Add(t.orders[0].at-2*time.Second), dawn.Add(minutes(8.5)), dawn.Add(minutes(8.25)), "cloudwatch", a.Name,
				timeline.AlarmState{Alarm: a, Transition: true, Policy: cpuPolicy}))
		}},
		{name: "somebody had suspended it", want: Inconclusive, says: "not held against", edit: func(t *tale) {
			t.orders = nil
			other := *t.target
			other.Suspended.ScaleOut = true
			t.extra = append(t.extra, timeline.Observed(dawn.Add(minutes(2)), dawn.Add(minutes(2)), dawn.Add(minutes(1.5)), "autoscaling", web.String(), timeline.Capacity{Target: &other}))
		}},
		{name: "the load was not delivered", want: Inconclusive, says: "not held against", edit: func(t *tale) {
			t.orders = nil
			t.traffic = func(at time.Duration, k *timeline.KindWindow) {
				k.Unsent = map[string]int64{"in-flight": k.Planned / 2}
				k.Sent -= k.Planned / 2
				k.Completed["200"] = k.Sent
			}
		}},
	},
	edits: []edit{
		{"more was expected than the load asks for", "", Inconclusive, func(t *tape) {
			t.asked(`{"scale_out":{"in":"peak","to":4}}`)
		}},
	},
}
