package model

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"scaleproof/internal/scaling"
)

// Look reads what the AWS APIs would tell at the present. It leaves no trace
// and changes nothing, and what it returns is the caller's. An unknown service
// is an *Error, and so is a read that a fault has refused.
func (w *World) Look(name scaling.Service, what What) (scaling.Look, error) {
	s := w.byName[name]
	if s == nil {
		return scaling.Look{}, w.missing(name)
	}
	if err := w.refusal(what); err != nil {
		return scaling.Look{}, err
	}
	l := scaling.Look{At: w.time(w.now)}
	if what.Service {
		l.Service = w.lookService(s)
	}
	if what.Targets {
		l.Targets = s.lookTargets()
	}
	if what.Scalable {
		l.Scalable = &scaling.ScalableState{Target: clone(s.scaler.target)}
	}
	if what.Policies {
		l.Policies = &scaling.PolicySet{List: []scaling.Policy{}}
		for _, p := range s.scaler.policies {
			l.Policies.List = append(l.Policies.List, w.lookPolicy(p))
		}
	}
	if what.Scheduled {
		l.Scheduled = s.scaler.lookScheduled()
	}
	if what.Alarms {
		l.Alarms = w.lookAlarms(s)
	}
	if what.Activities {
		l.Activities = w.lookActivities(s, what.Since)
	}
	if what.Metrics != nil {
		l.Metrics = &scaling.MetricSet{List: []scaling.Series{}}
		for _, m := range what.Metrics {
			m.Dimensions = slices.Clone(m.Dimensions)
			l.Metrics.List = append(l.Metrics.List, scaling.Series{Metric: m, Points: w.points(m, what.Since, what.Until)})
		}
	}
	return l, nil
}

func (w *World) lookService(s *service) *scaling.ServiceState {
	st := &scaling.ServiceState{
		Status: "ACTIVE", Desired: s.desired, Running: s.running, Pending: s.count(starting),
		Deployments: s.lookDeployments(), Events: []scaling.ServiceEvent{}, TargetGroup: w.targetGroupARN(s),
	}
	for i := len(s.events) - 1; i >= 0 && len(st.Events) < eventsKept; i-- {
		st.Events = append(st.Events, s.events[i])
	}
	return st
}

// lookPolicy is a policy with the alarms that call it. [D]
func (w *World) lookPolicy(p *policy) scaling.Policy {
	c := p.Policy.Copy()
	c.Alarms = nil
	for _, a := range w.alarmsOf(p) {
		c.Alarms = append(c.Alarms, scaling.AlarmRef{Name: a.Name, ARN: a.ARN})
	}
	return c
}

// lookTargets lists the registered targets and those that drain.
func (s *service) lookTargets() *scaling.TargetStates {
	list := []scaling.TargetHealth{}
	for _, t := range s.tasks {
		h := scaling.TargetHealth{ID: t.ip + ":" + strconv.Itoa(port)}
		switch t.state {
		case taskInitial:
			h.State, h.Reason = scaling.TargetInitial, "Elb.InitialHealthChecking"
		case taskHealthy:
			h.State = scaling.TargetHealthy
		case taskUnhealthy:
			h.State, h.Reason = scaling.TargetUnhealthy, "Target.ResponseCodeMismatch"
			if t.timedOut {
				h.Reason = "Target.Timeout"
			}
		case taskDraining:
			h.State, h.Reason = scaling.TargetDraining, "Target.DeregistrationInProgress"
		default:
			continue
		}
		list = append(list, h)
	}
	slices.SortFunc(list, func(a, b scaling.TargetHealth) int { return cmp.Compare(a.ID, b.ID) })
	return &scaling.TargetStates{List: list}
}

// lookAlarms lists the alarms that call one of the service's policies.
func (w *World) lookAlarms(s *service) *scaling.AlarmSet {
	list := []scaling.Alarm{}
	for _, p := range s.scaler.policies {
		for _, a := range w.alarmsOf(p) {
			list = append(list, a.copy())
		}
	}
	slices.SortFunc(list, func(a, b scaling.Alarm) int { return cmp.Compare(a.Name, b.Name) })
	return &scaling.AlarmSet{List: slices.CompactFunc(list, func(a, b scaling.Alarm) bool { return a.Name == b.Name })}
}

// lookActivities lists those that began at since or later, or that went on
// then.
func (w *World) lookActivities(s *service, since time.Time) *scaling.ActivitySet {
	list := []scaling.Activity{}
	for _, a := range s.scaler.activities[s.scaler.unseen(w.now):] {
		if a.Start.Before(since) && !a.going && !a.End.After(since) || w.listed(s, a) > w.now {
			continue
		}
		c := a.Activity
		c.NotScaled = slices.Clone(c.NotScaled)
		list = append(list, c)
	}
	return &scaling.ActivitySet{List: list}
}
