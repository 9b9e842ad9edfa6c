package judge

import (
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var saturationProof = proof{
	id: "saturation",
	stories: []story{
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
		{name: "one thread is busy on two vCPU", want: Fail, says: "flat at half of its cores under the target of 70", edit: func(t *tale) {
			t.orders = nil
			t.cpu = hot(minutes(4), minutes(23), 49.5, t.cpu)
			backlog(minutes(4), minutes(23), 0.9)(t)
		}},
		{name: "tasks wait for a database", want: Fail, says: "wait for something that is not CPU", edit: func(t *tale) {
			t.orders = nil
			t.cpu = hot(minutes(4), minutes(23), 18, t.cpu)
			backlog(minutes(4), minutes(23), 0.9)(t)
		}},
		{name: "throughput stands and CPU is not published", want: Fail, says: "Throughput stands", edit: func(t *tale) {
			t.orders = nil
			own := t.cpu
			t.cpu = func(at time.Duration) (float64, bool) { v, _ := own(at); return v, at < 0 }
			backlog(minutes(4), minutes(23), 0.9)(t)
		}},
		{name: "one hot task, and requests queue behind it", want: Fail, says: "one hot task hides under a calm average", edit: func(t *tale) {
			t.orders = nil
			t.cpu = hot(minutes(4), minutes(23), 51, t.cpu)
			t.cpuMax = hot(minutes(4), minutes(23), 99, t.cpu)
			backlog(minutes(4), minutes(23), 0.9)(t)
		}},
		{name: "at the maximum, and requests wait", want: Fail, says: "was at its maximum of 1 task", edit: func(t *tale) {
			t.orders = nil
			t.plan.Bounds.Max, t.target.Bounds.Max = 1, 1
			t.cpu = hot(minutes(4), minutes(23), 63, t.cpu)
			backlog(minutes(4), minutes(23), 0.9)(t)
		}},
		{name: "requests queue until the scale-out comes", want: Pass, edit: backlog(minutes(4), minutes(9), 0.9)},
		{name: "requests queue for seven minutes", want: Pass, edit: backlog(minutes(26), minutes(32.4), 0.9)},
		{name: "requests queue for nine", want: Fail, says: "under the target of 70", edit: backlog(minutes(26), minutes(35), 0.9)},
		{name: "a slower kind is sent", want: Pass, edit: func(t *tale) {
			t.plan.Kinds = append(t.plan.Kinds, plan.Kind{Name: "report"})
			for i := range t.plan.Stages {
				s := &t.plan.Stages[i]
				s.Rates = append(s.Rates[:2:2], plan.Rate{From: 4, To: 4})
				if i == 0 {
					s.Rates[2] = plan.Rate{}
				}
			}
			t.traffic = tenSeconds()
		}},
		{name: "the completions of twenty seconds are lost, which looks like a queue", want: Inconclusive, says: "The timeline's counts cannot be", edit: lostCompletions},
		{name: "windows missing while requests queue", want: Inconclusive, says: "Windows of the traffic are missing", edit: func(t *tale) {
			backlog(minutes(26), minutes(32.4), 0.9)(t)
			t.blind = map[string][2]time.Duration{traffic: {minutes(29), minutes(34)}}
		}},
		{name: "no datapoints", want: Inconclusive, says: "No datapoint", edit: func(t *tale) {
			t.cpu = func(time.Duration) (float64, bool) { return 0, false }
		}},
		{name: "activities not read", want: Inconclusive, says: "not read", edit: func(t *tale) {
			incident(t)
			t.blind = map[string][2]time.Duration{timeline.PartActivities: {minutes(1), minutes(100)}}
		}},
	},
	edits: []edit{
		{"CPU at 94 % through the peak", "", Fail, func(t *tape) {
			t.point(timeline.KeyCPU, minutes(13), minutes(23), func(float64) float64 { return 94 })
			t.alarms(false, func(a *scaling.Alarm) { a.EvaluationPeriods, a.DatapointsToAlarm = 3, 0 })
			t.ring(minutes(17))
			t.most(3) // so that nothing was to be ordered
		}},
	},
}

// backlog lets only a share of the light requests be answered between two
// offsets, and the rest when it is over.
func backlog(from, to time.Duration, share float64) func(*tale) {
	return func(t *tale) {
		var waiting int64
		t.traffic = func(at time.Duration, k *timeline.KindWindow) {
			if k.Kind != "light" {
				return
			}
			n := k.Sent
			switch {
			case at >= from && at < to:
				n = int64(float64(k.Sent) * share)
			case at >= to:
				n += waiting
			}
			waiting += k.Sent - n
			k.Completed = map[string]int64{"200": n}
			if n > 0 {
				k.Latency = histogram(n, t.latency(at))
			}
		}
	}
}

// tenSeconds has a report answered in the window behind the one it was sent in.
func tenSeconds() func(time.Duration, *timeline.KindWindow) {
	var sent int64
	return func(at time.Duration, k *timeline.KindWindow) {
		if k.Kind != "report" {
			return
		}
		k.Completed, sent = map[string]int64{"200": sent}, k.Sent
		if n := k.Completed["200"]; n > 0 {
			k.Latency = histogram(n, 10*time.Second)
		}
	}
}

// lostCompletions takes what ended in twenty seconds of the last stage.
func lostCompletions(t *tale) {
	t.forged = true
	t.traffic = func(at time.Duration, k *timeline.KindWindow) {
		if at >= minutes(26) && at < minutes(26)+20*time.Second {
			k.Completed, k.Latency = map[string]int64{}, ""
		}
	}
}
