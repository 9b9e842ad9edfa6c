package judge

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// A case changes a tale and says what one check makes of it. Every check has
// one that passes, one that fails where it can, and one that is inconclusive.
type story struct {
	name string
	from func() *tale // cpuHeavy where nil
	edit func(*tale)
	want Answer
	says string // in the explanation
}

func TestChecks(t *testing.T) {
	for id, stories := range stories {
		t.Run(id, func(t *testing.T) {
			answers := map[Answer]bool{}
			for _, s := range stories {
				t.Run(s.name, func(t *testing.T) {
					from := s.from
					if from == nil {
						from = cpuHeavy
					}
					told := from()
					if s.edit != nil {
						s.edit(told)
					}
					v := told.judge(t)
					require.Equal(t, s.want, answer(t, v, id), "%+v", of(t, v, id))
					said := ""
					for _, r := range of(t, v, id) {
						said += r.Explanation + "\n"
					}
					require.Contains(t, said, s.says)
				})
				answers[s.want] = true
			}
			require.True(t, answers[Pass], "no story passes")
			require.True(t, answers[Inconclusive], "no story is inconclusive")
			require.True(t, answers[Fail] || neverFails[id], "no story fails")
		})
	}
}

// neverFails are the checks of the witness: weak evidence is no failure.
var neverFails = map[string]bool{"run.complete": true, "load.delivered": true, "load.arrived": true, "observation.complete": true}

func TestEveryCheckHasStories(t *testing.T) {
	for _, c := range checks {
		require.Contains(t, stories, c.id)
		require.NotEmpty(t, c.doc)
	}
	require.Len(t, stories, len(checks))
}

// inParts is cpu-heavy with a longer peak that one task meets, and a scale-out
// to three in two orders: the second comes too late for the rise, and in time
// for the first.
func inParts() *tale {
	t := cpuHeavy()
	t.plan.Stages[2].For, t.plan.Stages[3].Start = minutes(20), minutes(33)
	t.plan.Expect = nil
	t.expect(`{"scale_out":{"in":"peak","to":"3.."}}`)
	t.orders = []said{
		{at: minutes(18), from: 1, to: 2, policy: cpuPolicy},
		{at: minutes(22.5), from: 2, to: 3, policy: cpuPolicy},
	}
	return t
}

// othersSend lets others send a third of what the run does, for some minutes.
func othersSend(from, to float64) func(*tale) {
	return func(t *tale) {
		own := t.requests
		t.requests = func(at time.Duration) (float64, bool) {
			v, ok := own(at)
			if at >= minutes(from) && at < minutes(to) {
				v += v / 3
			}
			return v, ok
		}
	}
}

func minutes(m float64) time.Duration { return time.Duration(m * float64(time.Minute)) }

// silent has the CPU stand at a value from the 14th minute to the 22nd, and no
// alarm fire.
func silent(cpu float64) func(*tale) {
	return func(t *tale) {
		t.orders = nil
		quiet := hot(0, whole, 40, t.cpu)
		t.cpu = hot(minutes(14), minutes(22), cpu, quiet)
	}
}

// A silence that proves nothing is no answer: the alarm need not have fired.
func TestSilenceOfAlarms(t *testing.T) {
	for name, edit := range map[string]func(*tale){
		"at the threshold, not above it": silent(70),
		"for four minutes": func(t *tale) {
			silent(78)(t)
			t.cpu = hot(minutes(18), whole, 40, t.cpu)
		},
		"with a hole in each three datapoints": func(t *tale) {
			silent(78)(t)
			high := t.cpu
			t.cpu = func(at time.Duration) (float64, bool) {
				v, ok := high(at)
				return v, ok && at%(3*time.Minute) != 0
			}
		},
	} {
		told := cpuHeavy()
		edit(told)
		for _, r := range told.judge(t).Results {
			require.NotEqual(t, "alarms.fire", r.ID, "%s: %s", name, r.Measured)
		}
	}
}

// rollsOut tells of a deployment from one minute to another.
func rollsOut(from, to float64) func(*tale) {
	return func(t *tale) {
		for _, s := range []struct {
			at      float64
			rollout string
		}{{from, "IN_PROGRESS"}, {to, "COMPLETED"}} {
			if at := minutes(s.at); at < 60*time.Minute {
				t.extra = append(t.extra, timeline.New(dawn.Add(at), "ecs", "ecs-svc/2",
					timeline.Deployment{Deployment: scaling.Deployment{ID: "ecs-svc/2", Status: "PRIMARY", Rollout: s.rollout}}))
			}
		}
	}
}

var stories = map[string][]story{
	"run.complete": {
		{name: "came to its end", want: Pass},
		{name: "interrupted", edit: func(t *tale) { t.ended.Outcome = timeline.EndInterrupted }, want: Inconclusive, says: "interrupted"},
		{name: "cut off", edit: func(t *tale) { t.cut = minutes(30) }, want: Inconclusive, says: "restore"},
	},
	"run.restored": {
		{name: "restored", want: Pass},
		{name: "not restored", edit: func(t *tale) { t.ended.Restored = false }, want: Fail, says: "validate restore"},
		{name: "killed before it could say", edit: func(t *tale) { t.ended = nil }, want: Inconclusive, says: "validate restore"},
	},
	"load.delivered": {
		{name: "delivered", want: Pass},
		{name: "two in a hundred unsent", want: Inconclusive, says: "not sent", edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) {
				k.Unsent = map[string]int64{"ceiling": k.Planned / 20}
				k.Sent -= k.Planned / 20
				k.Completed["200"] = k.Sent
			}
		}},
		{name: "a tenth late", want: Inconclusive, says: "late", edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) { k.Late = k.Sent / 10 }
		}},
		{name: "half of what the rates ask for was planned", want: Inconclusive, says: "rates ask", edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) {
				k.Planned, k.Sent = k.Planned/2, k.Sent/2
				k.Completed["200"] = k.Sent
			}
		}},
		{name: "answers never came", want: Inconclusive, says: "ended", edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) { k.Completed["200"] -= k.Sent / 20 }
		}},
	},
	"load.arrived": {
		{name: "arrived", want: Pass},
		{name: "others send too", want: Inconclusive, says: "traffic of others", edit: func(t *tale) {
			own := t.requests
			t.requests = func(at time.Duration) (float64, bool) { v, _ := own(at); return v + 300, true }
		}},
		{name: "others send for three minutes of a long stage", want: Inconclusive, says: "traffic of others", edit: othersSend(48, 51)},
		{name: "a minute of others", want: Pass, edit: othersSend(48, 49)},
	},
	"observation.complete": {
		{name: "no holes", want: Pass},
		{name: "one failed poll is no hole", want: Pass, edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartTargets: {minutes(30), minutes(30) + 11*time.Second}}
		}},
		{name: "targets unseen for two minutes", want: Inconclusive, says: "targets were not looked at", edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartTargets: {minutes(30), minutes(32)}}
		}},
		{name: "a datapoint is missing", want: Inconclusive, says: "1 datapoints of cpu are missing", edit: func(t *tale) {
			own := t.cpu
			t.cpu = func(at time.Duration) (float64, bool) { v, _ := own(at); return v, at != minutes(30) }
		}},
	},
	"policies.exact": {
		{name: "as wanted", want: Pass},
		{name: "CPU policy missing", want: Fail, says: "did not stand", edit: func(t *tale) { t.standing = t.standing[1:] }},
		{name: "another target", want: Fail, says: "target 75, not 70", edit: func(t *tale) { t.standing[0].Target = 75 }},
		{name: "another cooldown", want: Fail, says: "cooldown", edit: func(t *tale) { t.standing[1].ScaleInCooldown = time.Minute }},
		{name: "high alarm missing", want: Fail, says: "no high alarm", edit: func(t *tale) { t.alarms = t.alarms[1:] }},
		{name: "low alarm missing", want: Fail, says: "no low alarm", edit: func(t *tale) { t.alarms = append(t.alarms[:1:1], t.alarms[2:]...) }},
		{name: "actions switched off", want: Fail, says: "switched off", edit: func(t *tale) { t.alarms[0].ActionsEnabled = false }},
		{name: "threshold is not the target", want: Fail, says: "stands at 80", edit: func(t *tale) { t.alarms[0].Threshold = 80 }},
		{name: "a stranger beside them", want: Fail, says: "also_standing", edit: func(t *tale) {
			t.standing = append(t.standing, scaling.Policy{Name: "memory", Type: scaling.TargetTracking, Metric: scaling.MetricMemory, Target: 60})
		}},
		{name: "nobody looked", want: Inconclusive, says: "not read", edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartScaling: {-lead, minutes(10)}}
		}},
	},
	"target.exact": {
		{name: "as planned", want: Pass},
		{name: "not registered", want: Fail, says: "register it", edit: func(t *tale) { t.target = nil }},
		{name: "other bounds", want: Fail, says: "1..4", edit: func(t *tale) { t.target.Bounds.Max = 4 }},
		{name: "scale-in suspended", want: Fail, says: "scale-in", edit: func(t *tale) { t.target.Suspended.ScaleIn = true }},
		{name: "nobody looked", want: Inconclusive, edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartScaling: {-lead, minutes(10)}}
		}},
	},
	"policies.unchanged": {
		{name: "nothing changed", want: Pass},
		{name: "the run's own apply, seen as traffic began", want: Pass, edit: func(t *tale) {
			put := t.standing[0]
			t.standing[0].Target = 75
			t.extra = append(t.extra, timeline.Observed(dawn.Add(10*time.Second), dawn.Add(10*time.Second), dawn.Add(-20*time.Second), "autoscaling", cpuPolicy, timeline.PolicyState{Policy: put}))
		}},
		{name: "the CPU policy is removed in the climb", want: Fail, says: "was removed", edit: func(t *tale) {
			t.extra = append(t.extra, timeline.Observed(dawn.Add(minutes(5)), dawn.Add(minutes(5)), dawn.Add(minutes(4.5)), "autoscaling", cpuPolicy,
				timeline.PolicyState{Policy: t.standing[0], Removed: true}))
		}},
		{name: "the bounds are raised", want: Fail, says: "bounds", edit: func(t *tale) {
			other := *t.target
			other.Bounds.Max = 9
			t.extra = append(t.extra, timeline.Observed(dawn.Add(minutes(5)), dawn.Add(minutes(5)), dawn.Add(minutes(4.5)), "autoscaling", web.String(), timeline.Capacity{Target: &other}))
		}},
		{name: "an alarm is changed", want: Fail, says: "alarm", edit: func(t *tale) {
			a := t.alarms[0]
			a.EvaluationPeriods = 1
			t.extra = append(t.extra, timeline.Observed(dawn.Add(minutes(5)), dawn.Add(minutes(5)), dawn.Add(minutes(4.5)), "cloudwatch", a.Name, timeline.AlarmState{Alarm: a}))
		}},
		{name: "a person sets the desired count", want: Inconclusive, says: "without a scaling activity", edit: func(t *tale) {
			t.extra = append(t.extra, timeline.Observed(dawn.Add(minutes(5)), dawn.Add(minutes(5)), dawn.Add(minutes(4.9)), "ecs", web.String(), timeline.Counts{Desired: 2, Running: 1}))
		}},
		{name: "not looked at", want: Inconclusive, says: "may have been missed", edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartScaling: {minutes(30), minutes(40)}}
		}},
	},
	"scale-out.in-time": {
		{name: "in time", want: Pass},
		{name: "at the last second", want: Pass, edit: func(t *tale) { t.orders[0].at = minutes(11.7) }},
		{name: "late", want: Fail, says: "were allowed", edit: func(t *tale) { t.orders[0].at = minutes(12.5) }},
		{name: "never", want: Fail, says: "No such order came", edit: func(t *tale) { t.orders = nil }},
		{name: "in parts, each in time", from: inParts, want: Inconclusive, says: "came in parts"},
		{name: "the other part late", from: inParts, want: Fail, says: "were allowed", edit: func(t *tale) { t.orders[1].at = minutes(27) }},
		{name: "a part late", from: inParts, want: Fail, says: "were allowed", edit: func(t *tale) { t.orders[0].at = minutes(22) }},
		{name: "the other part never", from: inParts, want: Fail, says: "No such order came", edit: func(t *tale) { t.orders = t.orders[:1] }},
		{name: "no time for the other part", from: inParts, want: Inconclusive, says: "ran out of stage", edit: func(t *tale) {
			t.orders = t.orders[:1]
			t.plan.Stages[2].For, t.plan.Stages[3].Start = minutes(13), minutes(26)
		}},
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
	"scale-out.none": {
		{name: "quiet", want: Pass},
		{name: "an order in the baseline", want: Fail, says: "none is expected", edit: func(t *tale) {
			t.orders = append([]said{{at: minutes(2), from: 1, to: 2, policy: cpuPolicy}}, t.orders[1:]...)
		}},
		{name: "an order of somebody's schedule", want: Inconclusive, says: "somebody else's", edit: func(t *tale) {
			t.orders = append([]said{{at: minutes(2), from: 1, to: 2}}, t.orders[1:]...)
		}},
		{name: "activities not read", want: Inconclusive, says: "not read", edit: func(t *tale) {
			t.orders = nil
			t.blind = map[string][2]time.Duration{timeline.PartActivities: {minutes(1), minutes(100)}}
		}},
	},
	"scale-in.none": {
		{name: "quiet", want: Pass},
		{name: "an order in the peak", want: Fail, says: "none is expected", edit: func(t *tale) {
			t.orders = append(t.orders[:2:2], said{at: minutes(22), from: 3, to: 2, policy: cpuPolicy})
		}},
		{name: "cut off", want: Inconclusive, edit: func(t *tale) { t.cut = minutes(15) }},
	},
	"alarms.fire": {
		{name: "in ALARM since the climb", want: Pass, edit: func(t *tale) { t.cpu = hot(minutes(14), minutes(22), 78, t.cpu) }},
		{name: "silent in the peak", want: Fail, says: "does not do what it shows", edit: silent(78)},
		{name: "alarms not looked at then", want: Inconclusive, says: "not looked at often enough", edit: func(t *tale) {
			silent(78)(t)
			t.blind = map[string][2]time.Duration{timeline.PartAlarms: {minutes(15), minutes(27)}}
		}},
	},
	"capacity.bounds": {
		{name: "within", want: Pass},
		{name: "above the maximum", want: Fail, says: "outside the bounds of 1 to 5", edit: func(t *tale) { t.orders[1].to, t.orders[2].from = 6, 6 }},
		{name: "below the minimum", want: Fail, says: "outside the bounds of 2 to 5", edit: func(t *tale) { t.target.Bounds.Min = 2 }},
		{name: "a change of bounds is nobody's order", want: Pass, edit: func(t *tale) { t.orders[1].policy, t.orders[1].to, t.orders[2].from = "", 6, 6 }},
		{name: "the bounds changed about then", want: Inconclusive, says: "which of them held", edit: func(t *tale) {
			narrow, at := *t.target, t.orders[1].at
			narrow.Bounds.Max = 2
			t.extra = append(t.extra, timeline.Observed(dawn.Add(at+minutes(0.4)), dawn.Add(at+minutes(0.4)), dawn.Add(at-minutes(0.4)), "autoscaling", web.String(), timeline.Capacity{Target: &narrow}))
		}},
		{name: "not registered", want: Inconclusive, says: "not registered", edit: func(t *tale) { t.target = nil }},
		{name: "no order", want: Inconclusive, says: "No policy gave an order", edit: func(t *tale) { t.orders = nil }},
		{name: "activities not read", want: Inconclusive, says: "may have been missed", edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartActivities: {minutes(30), minutes(100)}}
		}},
	},
	"scale-out.only-by": {
		{name: "only by CPU", want: Pass},
		{name: "one by requests", want: Fail, says: "was to stay quiet", edit: func(t *tale) { t.orders[1].policy = requestPolicy }},
		{name: "none at all", want: Inconclusive, says: "No scale-out", edit: func(t *tale) { t.orders = nil }},
	},
	"scale-out.size": {
		{name: "within", want: Pass},
		{name: "a task more than asked for", want: Pass, edit: func(t *tale) { t.orders = []said{{at: minutes(8.5), from: 1, to: 3, policy: cpuPolicy}} }},
		{name: "three tasks more than asked for", want: Fail, says: "asked for 2 at most", edit: func(t *tale) { t.orders = []said{{at: minutes(8.5), from: 1, to: 5, policy: cpuPolicy}} }},
		{name: "as the desired count explains", want: Inconclusive, says: "desired count", edit: func(t *tale) {
			t.offset = 4 * time.Second // looked at with the second order
			t.orders = []said{{at: minutes(8.5), from: 1, to: 2, policy: cpuPolicy}, {at: minutes(8.9), from: 2, to: 4, policy: cpuPolicy}}
		}},
		{name: "what the metric asked for was not seen", want: Inconclusive, says: "not seen", edit: func(t *tale) {
			t.cpu = func(at time.Duration) (float64, bool) { return 0, false }
		}},
		{name: "nothing ordered", want: Inconclusive, says: "No policy scaled out", edit: func(t *tale) { t.orders = nil }},
	},
	"capacity.stage-end": {
		{name: "in range", want: Pass},
		{name: "never ordered", want: Fail, says: "was due", edit: func(t *tale) { t.orders = nil }},
		{name: "ordered, never healthy", want: Fail, says: "health checks", edit: func(t *tale) { t.readyAfter = minutes(8) }},
		{name: "ordered just before the end", want: Inconclusive, says: "ran out", edit: func(t *tale) { t.orders[0].at = minutes(12.5) }},
		{name: "between two looks", want: Inconclusive, says: "between two looks", edit: func(t *tale) {
			t.orders[0].at = minutes(13) - t.readyAfter - 4*time.Second
			t.readyAfter -= 2 * time.Second
			t.orders[0].at = minutes(13) - t.readyAfter + time.Second
			t.blind = map[string][2]time.Duration{timeline.PartTargets: {minutes(13), minutes(13) + time.Second}}
		}},
		{name: "still three at the end", want: Fail, says: "was due", edit: func(t *tale) { t.orders = t.orders[:2] }},
		{name: "a step-down under way at the end", want: Inconclusive, says: "ran out", edit: func(t *tale) {
			t.orders[2].at = minutes(42)
			t.orders = t.orders[:3]
			t.plan.Stages[3].For = minutes(22)
		}},
		{name: "an order just after the end is not of the stage", want: Pass, edit: func(t *tale) {
			t.offset = 4 * time.Second // looked at 12:54 and 13:04
			t.orders[1].at = minutes(13) + 2*time.Second
			t.add(func(e *plan.Expectation) {
				c := fresh(&e.Capacity)
				c.AtEndOf = "climb"
				two := 2
				h := fresh(&fresh(&c.Desired).Range)
				h.Min, h.Max = &two, &two
			})
		}},
		{name: "not looked at", want: Inconclusive, says: "hole", edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartTargets: {minutes(12), minutes(14)}}
		}},
	},
	"cooldown.scale-out": {
		{name: "kept", want: Pass},
		{name: "a larger one breaks through", want: Pass, edit: func(t *tale) {
			// +1 first; then 6000 requests a minute on one task ask for 4, which is +3.
			t.orders = []said{{at: minutes(8.5), from: 1, to: 2, policy: requestPolicy}, {at: minutes(9), from: 2, to: 4, policy: requestPolicy}}
			t.requests = func(time.Duration) (float64, bool) { return 6000, true }
		}},
		{name: "another policy's", want: Pass, edit: func(t *tale) {
			t.orders = append(t.orders[:1:1], said{at: minutes(9), from: 2, to: 3, policy: requestPolicy}, said{at: minutes(18), from: 3, to: 4, policy: cpuPolicy})
		}},
		{name: "an equal one inside", want: Fail, says: "was not larger", edit: func(t *tale) {
			t.readyAfter = 20 * time.Second
			t.orders = append(t.orders[:1:1], said{at: minutes(9.3), from: 2, to: 3, policy: cpuPolicy})
		}},
		{name: "a single one shows nothing", want: Inconclusive, edit: func(t *tale) { t.orders = t.orders[:1] }},
	},
	"cooldown.scale-in": {
		{name: "kept", want: Pass},
		{name: "ended by a scale-out", want: Pass, edit: func(t *tale) {
			t.orders = append(t.orders, said{at: minutes(46.8), from: 1, to: 2, policy: cpuPolicy}, said{at: minutes(48), from: 2, to: 1, policy: cpuPolicy})
		}},
		{name: "broken", want: Fail, says: "inside the cooldown", edit: func(t *tale) { t.orders[3].at = t.orders[2].at + minutes(4) }},
		{name: "after the start, before the completion", want: Inconclusive, says: "not documented", edit: func(t *tale) { t.orders[3].at = t.orders[2].at + minutes(5.5) }},
		{name: "completion not seen", want: Inconclusive, edit: func(t *tale) { t.doneAfter = minutes(60) }},
	},
	"scale-in.deploying": {
		{name: "a deployment before any scale-in", want: Pass, edit: rollsOut(10, 15)},
		{name: "one ordered amid a deployment", want: Fail, says: "switches scale-in off", edit: func(t *tale) {
			rollsOut(t.orders[2].at.Minutes()-3, t.orders[2].at.Minutes()+3)(t)
		}},
		{name: "one ordered as it began", want: Inconclusive, says: "which came first", edit: func(t *tale) {
			rollsOut(t.orders[2].at.Minutes()-0.5, t.orders[2].at.Minutes()+3)(t)
		}},
		{name: "its end not seen", want: Inconclusive, says: "end was not seen", edit: func(t *tale) {
			rollsOut(t.orders[2].at.Minutes()-3, 500)(t)
		}},
		{name: "activities not read", want: Inconclusive, says: "may have been missed", edit: func(t *tale) {
			rollsOut(10, 15)(t)
			t.blind = map[string][2]time.Duration{timeline.PartActivities: {minutes(1), minutes(100)}}
		}},
	},
	"scale-in.to-minimum": {
		{name: "back in time", want: Pass},
		{name: "never", want: Fail, says: "still desired", edit: func(t *tale) { t.orders = t.orders[:2] }},
		{name: "late", want: Fail, says: "at the latest", edit: func(t *tale) { t.orders[2].at, t.orders[3].at = minutes(45), minutes(52) }},
		{name: "a deployment switched it off", want: Inconclusive, says: "deployment went on", edit: func(t *tale) {
			t.orders = t.orders[:2]
			rollsOut(30, 50)(t)
		}},
		{name: "a deployment that another one replaced is over", want: Fail, says: "still desired", edit: func(t *tale) {
			t.orders = t.orders[:2]
			for at, status := range map[float64]string{5: "PRIMARY", 8: "INACTIVE"} {
				t.extra = append(t.extra, timeline.New(dawn.Add(minutes(at)), "ecs", "ecs-svc/2",
					timeline.Deployment{Deployment: scaling.Deployment{ID: "ecs-svc/2", Status: status, Rollout: "IN_PROGRESS"}}))
			}
		}},
		{name: "somebody suspended it", want: Inconclusive, says: "suspended its scaling", edit: func(t *tale) {
			t.orders = t.orders[:2]
			other := *t.target
			other.Suspended.ScaleIn = true
			t.extra = append(t.extra, timeline.Observed(dawn.Add(minutes(30)), dawn.Add(minutes(30)), dawn.Add(minutes(29.5)), "autoscaling", web.String(), timeline.Capacity{Target: &other}))
		}},
		{name: "a deployment before it changes nothing", want: Fail, says: "still desired", edit: func(t *tale) {
			t.orders = t.orders[:2]
			rollsOut(5, 8)(t)
		}},
		{name: "a task was killed while it was due", want: Inconclusive, says: "Not all tasks", edit: func(t *tale) {
			t.orders = t.orders[:3]
			for at, n := range map[float64]int{53: 1, 54: 2} {
				t.extra = append(t.extra, timeline.Observed(dawn.Add(minutes(at)), dawn.Add(minutes(at)), dawn.Add(minutes(at)-10*time.Second), "ecs", "",
					timeline.Counts{Desired: 2, Running: n}))
			}
		}},
		{name: "stuck half way", want: Fail, says: "still desired", edit: func(t *tale) { t.orders = t.orders[:3] }},
		{name: "the stage is too short", want: Inconclusive, says: "ran out", edit: func(t *tale) {
			t.orders = t.orders[:2]
			t.plan.Stages[3].For = minutes(12)
		}},
	},
	"stability.flapping": {
		{name: "calm", want: Pass},
		{name: "demand fell between", want: Pass, edit: func(t *tale) { t.orders[2].at = minutes(30) }},
		{name: "given back after the low alarm's full span", want: Pass, edit: func(t *tale) {
			t.plan.Stages[3].For = minutes(60)
			t.orders = append(t.orders, said{at: minutes(62), from: 1, to: 2, policy: cpuPolicy}, said{at: minutes(78), from: 2, to: 1, policy: cpuPolicy})
		}},
		{name: "given back as soon as old datapoints allow", want: Pass, edit: func(t *tale) {
			t.plan.Stages[3].For = minutes(60)
			t.orders = append(t.orders, said{at: minutes(62), from: 1, to: 2, policy: cpuPolicy}, said{at: minutes(73.5), from: 2, to: 1, policy: cpuPolicy})
		}},
		{name: "given back sooner than they do", want: Fail, says: "flaps", edit: func(t *tale) {
			t.plan.Stages[3].For = minutes(60)
			t.orders = append(t.orders, said{at: minutes(62), from: 1, to: 2, policy: cpuPolicy}, said{at: minutes(72.5), from: 2, to: 1, policy: cpuPolicy})
		}},
		{name: "out and in under a steady load", want: Fail, says: "flaps", edit: func(t *tale) {
			t.orders = append(t.orders, said{at: minutes(49), from: 1, to: 2, policy: cpuPolicy}, said{at: minutes(53), from: 2, to: 1, policy: cpuPolicy})
		}},
		{name: "out and in since others sent for a while", want: Inconclusive, says: "traffic of others", edit: func(t *tale) {
			othersSend(44, 48)(t)
			t.orders = append(t.orders[:3], said{at: minutes(49), from: 2, to: 3, policy: cpuPolicy}, said{at: minutes(53), from: 3, to: 2, policy: cpuPolicy})
		}},
		{name: "out by somebody who raised the minimum", want: Pass, edit: func(t *tale) {
			t.orders = append(t.orders, said{at: minutes(49), from: 1, to: 2})
		}},
		{name: "nothing to turn", want: Inconclusive, edit: func(t *tale) { t.orders = nil }},
	},
	"errors": {
		{name: "none", want: Pass},
		{name: "one while scaling in", want: Fail, says: "while the service scaled", edit: func(t *tale) { t.traffic = failAt(minutes(40.5), 1) }},
		{name: "a burst in the baseline", want: Fail, says: "of all requests failed", edit: func(t *tale) { t.traffic = failAt(minutes(1), 40) }},
		{name: "one in the baseline is below one percent", want: Pass, edit: func(t *tale) { t.traffic = failAt(minutes(1), 1) }},
		{name: "nothing scaled", want: Inconclusive, says: "not exercised", edit: func(t *tale) { t.orders = nil }},
		{name: "no request ended", want: Inconclusive, edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) { k.Completed, k.Latency = nil, "" }
		}},
	},
	"latency": {
		{name: "fast", want: Pass},
		{name: "slow in the settle", want: Fail, says: "worst in stage settle", edit: func(t *tale) {
			t.latency = func(at time.Duration) time.Duration {
				if at > minutes(40) {
					return 1500 * time.Millisecond
				}
				return 200 * time.Millisecond
			}
		}},
		{name: "two in a hundred never answered", want: Fail, says: "never answered", edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) {
				n := k.Sent / 10
				k.Completed = map[string]int64{"200": k.Sent - n, "timeout": n}
				k.Failed = map[string]int64{"timeout": n}
				if k.Sent > n {
					k.Latency = histogram(k.Sent-n, 200*time.Millisecond)
				}
			}
		}},
		{name: "exactly at the bound", want: Inconclusive, says: "resolution", edit: func(t *tale) {
			t.latency = func(time.Duration) time.Duration { return time.Second }
		}},
		{name: "the clock distorts more than the margin", want: Inconclusive, says: "distorts", edit: func(t *tale) {
			t.clock = timeline.ClockInfo{Mode: "scaled", Speed: 60, Distortion: 900 * time.Millisecond}
		}},
		{name: "too few samples", want: Inconclusive, says: "too few", edit: func(t *tale) {
			t.plan.Stages = t.plan.Stages[:1]
			t.plan.Stages[0].For = minutes(1)
		}},
		{name: "the generator was late", want: Inconclusive, says: "left the generator late", edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) { k.Late = k.Sent / 2 }
		}},
	},
	"saturation": {
		{name: "answered in time", want: Pass},
		{name: "minutes above 90 before the order", want: Pass, edit: func(t *tale) { t.cpu = hot(minutes(4), minutes(10), 96, t.cpu) }},
		{name: "it breathes every fourth minute", want: Pass, edit: func(t *tale) {
			incident(t)
			t.cpu = func(at time.Duration) (float64, bool) {
				if at%(4*time.Minute) == 0 {
					return 75, true
				}
				return 99, true
			}
		}},
		{name: "the incident: no policy watches CPU", want: Fail, says: "no policy watches CPU", edit: incident},
		{name: "a CPU policy stands and does nothing", want: Fail, says: "though policy", edit: func(t *tale) {
			t.orders = nil
			t.cpu = hot(minutes(4), minutes(22), 96, t.cpu)
		}},
		{name: "a CPU policy stands, and tasks are stopped", want: Fail, says: "as few as 0 of them ran", edit: func(t *tale) {
			t.orders = nil
			t.cpu = hot(minutes(4), minutes(22), 96, t.cpu)
			at := dawn.Add(minutes(12)) // and nothing else is seen until the stretch
			t.extra = append(t.extra, timeline.Observed(at, at, at.Add(-10*time.Second), "ecs", web.String(), timeline.Counts{Desired: 1, Pending: 1}))
		}},
		{name: "at the maximum", want: Fail, says: "at its maximum", edit: func(t *tale) {
			incident(t)
			t.plan.Bounds.Max, t.target.Bounds.Max = 2, 2
		}},
		{name: "no datapoints", want: Inconclusive, says: "No datapoint", edit: func(t *tale) {
			t.cpu = func(time.Duration) (float64, bool) { return 0, false }
		}},
		{name: "activities not read", want: Inconclusive, says: "not read", edit: func(t *tale) {
			incident(t)
			t.blind = map[string][2]time.Duration{timeline.PartActivities: {minutes(1), minutes(100)}}
		}},
	},
	"trigger.threshold": {
		{name: "at seventy", from: gradual, want: Pass},
		{name: "alarm at eighty", from: gradual, want: Fail, says: "stands at 80", edit: func(t *tale) { t.alarms[0].Threshold = 80 }},
		{name: "acted far below", from: gradual, want: Fail, says: "too early", edit: func(t *tale) {
			t.cpu = func(time.Duration) (float64, bool) { return 50, true }
		}},
		{name: "never acted", from: gradual, want: Inconclusive, says: "not exercised", edit: func(t *tale) { t.orders = nil }},
		{name: "datapoints missing", from: gradual, want: Inconclusive, says: "missing", edit: func(t *tale) {
			t.cpu = func(time.Duration) (float64, bool) { return 0, false }
		}},
	},
	"trigger.bracket": {
		{name: "inside the band", from: gradual, want: Pass},
		{name: "two datapoints published together fire together", from: gradual, want: Pass, edit: func(t *tale) {
			t.cpu = func(at time.Duration) (float64, bool) {
				switch {
				case at < minutes(11):
					return 69, true
				case at < minutes(12):
					return 72, true
				}
				return 76, true
			}
			d := t.extra[0].Data.(timeline.AlarmState)
			d.Alarm.StateReasonData = `{"evaluatedDatapoints":[{"timestamp":"2026-01-01T00:54:00.000+0000","value":76}]}`
			t.extra[0].Data = d
		}},
		{name: "fired far above, quiet above the band", from: gradual, want: Fail, says: "did not fire", edit: func(t *tale) {
			own := t.cpu
			t.cpu = func(at time.Duration) (float64, bool) { v, _ := own(at); return v + 12, true }
		}},
		{name: "fired below the band", from: gradual, want: Fail, says: "too early", edit: func(t *tale) {
			own := t.cpu
			t.cpu = func(at time.Duration) (float64, bool) { v, _ := own(at); return v - 12, true }
		}},
		{name: "the load jumped over the band", from: gradual, want: Inconclusive, says: "jumped", edit: func(t *tale) {
			t.cpu = func(at time.Duration) (float64, bool) {
				if at < minutes(11) {
					return 40, true
				}
				return 91, true
			}
		}},
		{name: "not told what it fired on", from: gradual, want: Inconclusive, edit: func(t *tale) { t.extra = nil }},
	},
}

// halve halves a stage's demand.
func halve(t *tale, i int) {
	for j := i; j < i+2 && j < len(t.plan.Stages); j++ {
		s := &t.plan.Stages[j]
		f := 0.5
		if j > i { // the next stage begins its ramp lower
			s.Rates[0].From, s.Rates[1].From = s.Rates[0].From*f, s.Rates[1].From*f
			break
		}
		s.CPUTasks, s.RequestTasks, s.MilliCPU, s.PerMinute = s.CPUTasks*f, s.RequestTasks*f, s.MilliCPU*f, s.PerMinute*f
		s.Rates[0].To, s.Rates[1].To = s.Rates[0].To*f, s.Rates[1].To*f
	}
}

// failAt makes n of the requests of one window fail.
func failAt(when time.Duration, n int64) func(time.Duration, *timeline.KindWindow) {
	return func(at time.Duration, k *timeline.KindWindow) {
		if k.Kind != "light" || at > when || at+10*time.Second <= when {
			return
		}
		n := min(n, k.Sent)
		k.Completed = map[string]int64{"200": k.Sent - n, "502": n}
		k.Failed = map[string]int64{"502": n}
	}
}

// hot replaces CPU between two offsets.
func hot(from, to time.Duration, v float64, own func(time.Duration) (float64, bool)) func(time.Duration) (float64, bool) {
	return func(at time.Duration) (float64, bool) {
		if at >= from && at < to {
			return v, true
		}
		return own(at)
	}
}

// incident leaves the service on two tasks with the request policy alone and
// CPU near its limit.
func incident(t *tale) {
	t.plan.Bounds.Min, t.target.Bounds.Min = 2, 2
	t.plan.Policies, t.standing, t.alarms = t.plan.Policies[1:], t.standing[1:], t.alarms[2:]
	t.orders = nil
	t.cpu = hot(minutes(6), minutes(23), 92.75, t.cpu)
	t.requests = func(time.Duration) (float64, bool) { return 865, true }
}

// gradual is a slow ramp over the trigger: CPU rises by half a point a minute
// and the alarm tells on which datapoints it fired.
func gradual() *tale {
	t := cpuHeavy()
	t.plan.Scenario = "gradual-ramp"
	t.plan.Expect = nil
	t.expect(`{"trigger":{"at":70,"tolerance":5,"bracket":true}}`)
	t.plan.Stages = t.plan.Stages[:1]
	t.plan.Stages[0] = stageOf("ramp", 0, minutes(30), minutes(30), 0.8, 1.1, 0.4, 0.4)
	t.orders = []said{{at: minutes(16), from: 1, to: 2, policy: cpuPolicy}}
	t.cpu = func(at time.Duration) (float64, bool) { return 64 + at.Minutes()*0.6, true }
	fired := t.alarms[0]
	fired.State = scaling.AlarmInAlarm
	fired.StateReasonData = `{"version":"1.0","evaluatedDatapoints":[{"timestamp":"2026-01-01T00:53:00.000+0000","value":71.8},{"timestamp":"2026-01-01T00:52:00.000+0000","value":71.2}]}`
	at := dawn.Add(minutes(15.8))
	t.extra = append(t.extra, timeline.Observed(at, at.Add(10*time.Second), at.Add(-5*time.Second), "cloudwatch", fired.Name,
		timeline.AlarmState{Alarm: fired, Transition: true, From: scaling.AlarmOK, Policy: cpuPolicy}))
	return t
}
