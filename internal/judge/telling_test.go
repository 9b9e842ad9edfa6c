package judge

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// demandOf reads a stage's demand, as a method expression needs it.
func cpuOf(s plan.Stage) float64 { return s.CPUTasks }
func reqOf(s plan.Stage) float64 { return s.RequestTasks }

const lead = 2 * time.Minute // observed before the traffic

// events writes the tale as a timeline.
func (t *tale) events() []timeline.Event {
	t.looked = map[string][]time.Duration{}
	defer func() { t.looked, t.refused = nil, nil }() // the tale may change
	raw, err := json.Marshal(t.plan)
	if err != nil {
		panic(err)
	}
	start := timeline.New(dawn.Add(-lead), "run", "", timeline.Started{Format: timeline.Format, Command: t.command,
		Scenario: t.plan.Scenario, Environment: t.plan.Environment, Service: t.plan.Service, Seed: t.plan.Seed, Plan: raw})
	rest := []timeline.Event{timeline.New(dawn.Add(-lead), "run", "", t.clock)}
	if t.group != "" {
		look := scaling.Look{Scalable: &scaling.ScalableState{Target: t.target}, Policies: &scaling.PolicySet{List: t.standing}}
		rest = append(rest, timeline.New(dawn.Add(-lead), "run", "", timeline.NewStanding(timeline.BeforeChanges, look, t.group)))
	}
	rest = append(rest, t.tellRun()...)
	rest = append(rest, t.tellTraffic()...)
	if t.command != "loadgen run" {
		rest = append(rest, t.tellService()...)
		rest = append(rest, t.tellScaling()...)
		rest = append(rest, t.tellMetrics()...)
		rest = append(rest, t.tellLooks()...)
	}
	rest = append(append(rest, t.extra...), t.refused...)
	slices.SortStableFunc(rest, func(a, b timeline.Event) int { return a.Seen.Compare(b.Seen) })
	all := append([]timeline.Event{start}, rest...)
	if t.cut > 0 {
		all = slices.DeleteFunc(all, func(e timeline.Event) bool { return e.Seen.After(dawn.Add(t.cut)) })
	} else if t.ended != nil {
		all = append(all, timeline.New(all[len(all)-1].Seen, "run", "", *t.ended))
	}
	for i := range all {
		all[i].Seq = int64(i + 1)
	}
	return all
}

const drain = 5 * time.Minute // watched after the traffic

func (t *tale) tellRun() (es []timeline.Event) {
	phase := func(at time.Duration, name string) {
		es = append(es, timeline.New(dawn.Add(at), "run", "", timeline.Phase{Name: name}))
	}
	phase(-lead, timeline.PhasePreflight)
	phase(0, timeline.PhaseTraffic)
	for i, s := range t.plan.Stages {
		es = append(es, timeline.New(dawn.Add(s.Start), "run", s.Name, timeline.Stage{Index: i, Name: s.Name, For: s.For, Ramp: s.Ramp}))
	}
	phase(t.end(), timeline.PhaseDrain)
	phase(t.end()+drain, timeline.PhaseUndo)
	phase(t.end()+drain, timeline.PhaseDone)
	return es
}

// due is how many requests of a kind are due before an offset.
func (t *tale) due(kind int, at time.Duration) (n float64) {
	for _, s := range t.plan.Stages {
		r := s.Rates[kind]
		x := min(max(at-s.Start, 0), s.For)
		ramped := min(x, s.Ramp)
		if s.Ramp > 0 {
			n += (r.From + (r.To-r.From)*float64(ramped)/float64(s.Ramp)/2) * ramped.Seconds()
		}
		n += r.To * (x - ramped).Seconds()
	}
	return n
}

// traffic is no part that is polled, and may be untold all the same.
const traffic = "traffic"

func (t *tale) tellTraffic() (es []timeline.Event) {
	step, open := t.plan.Window, t.inFlight
	for at := time.Duration(0); at < t.end(); at += step {
		if hole := t.blind[traffic]; at >= hole[0] && at < hole[1] {
			continue
		}
		w := timeline.Window{Start: dawn.Add(at), Length: step}
		for i, k := range t.plan.Kinds {
			n := int64(t.due(i, at+step)) - int64(t.due(i, at))
			if t.factor != nil {
				n = int64(t.factor(at)*t.due(i, at+step)) - int64(t.factor(at)*t.due(i, at))
			}
			kw := timeline.KindWindow{Kind: k.Name, Planned: n, Sent: n, Completed: map[string]int64{"200": n}}
			if n > 0 {
				kw.Latency = histogram(n, t.latency(at))
			}
			if t.traffic != nil {
				t.traffic(at, &kw)
			}
			w.Kinds = append(w.Kinds, kw)
			if !t.forged {
				open += kw.Sent - ended(kw)
			}
		}
		w.InFlight = open
		es = append(es, timeline.New(w.Start.Add(step), "traffic", "", w))
	}
	return es
}

// ended is how many requests of a window came to an end.
func ended(k timeline.KindWindow) (n int64) {
	for _, c := range k.Completed {
		n += c
	}
	return n
}

// polls are the offsets at which a part was looked at.
func (t *tale) polls(part string) (at []time.Duration) {
	if at, ok := t.looked[part]; ok {
		return at
	}
	every := map[string]time.Duration{timeline.PartService: 10 * time.Second, timeline.PartTargets: 10 * time.Second,
		timeline.PartScaling: 30 * time.Second, timeline.PartAlarms: 15 * time.Second,
		timeline.PartActivities: 15 * time.Second, timeline.PartMetrics: 30 * time.Second}[part]
	hole, holed := t.blind[part]
	i := 0
	for x := t.offset - lead; x <= t.end()+drain; x += every {
		if i++; t.throttled != nil && t.throttled(part, i) {
			t.refused = append(t.refused, timeline.New(dawn.Add(x), "test", web.String(), timeline.Gap{Part: part, Error: "ThrottlingException: Rate exceeded"}))
		} else if !holed || x < hole[0] || x >= hole[1] {
			at = append(at, x)
		}
	}
	if t.looked != nil {
		t.looked[part] = at
	}
	return at
}

// change tells p as first seen by the poll at or after an offset; ok is false
// where no poll saw it.
func (t *tale) change(part, source, subject string, at time.Duration, own bool, p timeline.Payload) (timeline.Event, bool) {
	polls := t.polls(part)
	i, _ := slices.BinarySearch(polls, at)
	if i == len(polls) {
		return timeline.Event{}, false
	}
	stamp, before := dawn.Add(polls[i]), time.Time{}
	if own {
		stamp = dawn.Add(at)
	}
	if i > 0 {
		before = dawn.Add(polls[i-1])
	}
	return timeline.Observed(stamp, dawn.Add(polls[i]), before, source, subject, p), true
}

func (t *tale) tellService() (es []timeline.Event) {
	tell := func(part string, at time.Duration, p timeline.Payload) {
		if e, ok := t.change(part, "ecs", web.String(), at, false, p); ok {
			es = append(es, e)
		}
	}
	n := t.desiredAt(-lead)
	tell(timeline.PartService, -lead, timeline.Counts{Desired: n, Running: n})
	tell(timeline.PartTargets, -lead, timeline.Health{Healthy: n})
	for _, o := range t.orders {
		if o.to > o.from {
			tell(timeline.PartService, o.at+time.Second, timeline.Counts{Desired: o.to, Running: o.from, Pending: o.to - o.from})
			tell(timeline.PartService, o.at+t.readyAfter-8*time.Second, timeline.Counts{Desired: o.to, Running: o.to})
			tell(timeline.PartTargets, o.at+t.readyAfter, timeline.Health{Healthy: o.to})
			continue
		}
		tell(timeline.PartService, o.at+time.Second, timeline.Counts{Desired: o.to, Running: o.from})
		tell(timeline.PartTargets, o.at+3*time.Second, timeline.Health{Healthy: o.to, Draining: o.from - o.to})
		tell(timeline.PartTargets, o.at+33*time.Second, timeline.Health{Healthy: o.to})
		tell(timeline.PartService, o.at+40*time.Second, timeline.Counts{Desired: o.to, Running: o.to})
	}
	return es
}

func (t *tale) alarmFor(policy string, high bool) (scaling.Alarm, bool) {
	for _, p := range t.standing {
		if p.Name != policy {
			continue
		}
		for _, ref := range p.Alarms {
			for _, a := range t.alarms {
				if a.Name == ref.Name && a.High() == high {
					return a, true
				}
			}
		}
	}
	return scaling.Alarm{}, false
}

func (t *tale) tellScaling() (es []timeline.Event) {
	tell := func(part, source, subject string, at time.Duration, own bool, p timeline.Payload) {
		if e, ok := t.change(part, source, subject, at, own, p); ok {
			es = append(es, e)
		}
	}
	tell(timeline.PartScaling, "autoscaling", web.String(), -lead, false, timeline.Capacity{Target: t.target})
	for _, p := range t.standing {
		tell(timeline.PartScaling, "autoscaling", p.Name, -lead, false, timeline.PolicyState{Policy: p})
	}
	for _, a := range t.alarms {
		tell(timeline.PartAlarms, "cloudwatch", a.Name, -lead, false, timeline.AlarmState{Alarm: a})
	}
	for i, o := range t.orders {
		a, _ := t.alarmFor(o.policy, o.to > o.from)
		if o.silent {
			continue
		}
		a.State = scaling.AlarmInAlarm
		cause := scaling.Cause{Kind: scaling.CauseAlarm, Alarm: a.Name, Policy: o.policy}
		if o.policy == "" {
			cause = scaling.Cause{Kind: scaling.CauseBounds, Bound: "minimum", Value: o.to}
		} else if !o.unrung {
			tell(timeline.PartAlarms, "cloudwatch", a.Name, o.at-5*time.Second, true, timeline.AlarmState{Alarm: a, Transition: true, From: scaling.AlarmOK, Policy: o.policy})
		}
		if other, ok := t.alarmFor(o.named, o.to > o.from); ok {
			cause.Alarm, cause.Policy = other.Name, o.named
		}
		act := scaling.Activity{ID: uuid(100 + i), Description: scaling.DescribeDesired(o.to), Start: dawn.Add(o.at),
			Cause: cause.String(), Status: scaling.StatusInProgress}
		tell(timeline.PartActivities, "autoscaling", act.ID, o.at, true, timeline.ActivityState{Activity: act})
		act.Status, act.End = scaling.StatusSuccessful, dawn.Add(o.at+t.doneAfter)
		if e, ok := t.change(timeline.PartActivities, "autoscaling", act.ID, o.at+t.doneAfter, false, timeline.ActivityState{Activity: act}); ok {
			e.At = act.Start
			es = append(es, e)
		}
	}
	return es
}

func (t *tale) tellMetrics() (es []timeline.Event) {
	hottest := t.cpuMax
	if hottest == nil {
		hottest = t.cpu
	}
	for at := -5 * time.Minute; at < t.end()+drain; at += time.Minute {
		for _, m := range []struct {
			key string
			of  func(time.Duration) (float64, bool)
		}{{timeline.KeyCPU, t.cpu}, {timeline.KeyCPUMax, hottest}, {timeline.KeyRequests, t.requests}} {
			v, ok := m.of(at)
			if !ok {
				continue
			}
			p := timeline.MetricPoint{Key: m.key, Value: v, Period: time.Minute}
			if e, ok := t.change(timeline.PartMetrics, "cloudwatch", m.key, at+cmp.Or(t.publishedAfter, 150*time.Second), false, p); ok {
				e.At = dawn.Add(at)
				es = append(es, e)
			}
		}
	}
	return es
}

func (t *tale) tellLooks() (es []timeline.Event) {
	for _, part := range parts {
		polls := t.polls(part)
		from, looks, longest := polls[0], 1, time.Duration(0)
		for i := 1; i < len(polls); i++ {
			longest = max(longest, polls[i]-polls[i-1])
			looks++
			if polls[i]-from >= time.Minute || i == len(polls)-1 {
				es = append(es, timeline.New(dawn.Add(polls[i]), "run", web.String(), timeline.Heartbeat{Part: part, From: dawn.Add(from), Looks: looks, Longest: longest}))
				from, looks, longest = polls[i], 0, 0
			}
		}
	}
	return es
}
