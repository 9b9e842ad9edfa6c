package predict

import (
	"time"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
	"scaleproof/internal/scenario"
)

// standBeside gives a service what others have made for it: policies, the
// alarms that call them, and scheduled actions.
func standBeside(m *model.Service, env *scenario.Environment, key string, began time.Time) {
	past := env.Emulator.Past
	watched := scaling.Watched{Service: m.Service, LoadBalancer: env.Emulator.LoadBalancer, TargetGroup: m.TargetGroup}
	metric := func(name, statistic string) scaling.Metric {
		return watched.Metric(name, scenario.Statistic(statistic, name), time.Minute)
	}
	for _, p := range past.Steps[key] {
		m.Policies = append(m.Policies, p.Wanted())
		m.Alarms = append(m.Alarms, model.Caller{Policy: p.Name, Alarm: alarm(p, metric(p.Alarm.Metric, p.Alarm.Statistic))})
	}
	for _, p := range past.Customised[key] {
		v := metric(p.Metric, p.Statistic)
		m.Policies = append(m.Policies, scaling.Policy{
			Name: p.Name, Type: scaling.TargetTracking, Target: p.Target, DisableScaleIn: p.DisableScaleIn,
			ScaleOutCooldown: p.ScaleOutCooldown.Std(), ScaleInCooldown: p.ScaleInCooldown.Std(),
			Custom: &scaling.CustomMetric{Namespace: v.Namespace, Name: v.Name, Dimensions: v.Dimensions, Statistic: v.Statistic},
		})
	}
	for _, a := range past.Scheduled[key] {
		m.Scheduled = append(m.Scheduled, scheduled(a, began))
	}
}

func alarm(p scenario.StepPolicy, metric scaling.Metric) scaling.Alarm {
	c := p.Alarm
	a := scaling.Alarm{
		Name: c.Name, Metric: metric, EvaluationPeriods: c.Periods, DatapointsToAlarm: c.Datapoints, ActionsEnabled: true,
	}
	if a.Name == "" {
		a.Name = p.Name
	}
	if c.Above != nil {
		a.Comparison, a.Threshold = scaling.GreaterThan, *c.Above
	} else {
		a.Comparison, a.Threshold = scaling.LessThan, *c.Below
	}
	return a
}

func scheduled(a scenario.Scheduled, began time.Time) scaling.ScheduledAction {
	out := scaling.ScheduledAction{Name: a.Name, Schedule: a.Schedule, Zone: a.Zone, Min: a.Min, Max: a.Max}
	if a.Schedule == "" {
		out.Schedule = "at(" + began.Add(a.At.Std()).UTC().Format("2006-01-02T15:04:05") + ")"
	}
	if a.Start > 0 {
		out.Start = began.Add(a.Start.Std())
	}
	if a.End > 0 {
		out.End = began.Add(a.End.Std())
	}
	return out
}

// behaviour is the environment's choice where AWS is undocumented.
func behaviour(b scenario.Behaviour) model.Behaviour {
	m := model.Behaviour{Unfulfilled: b.Unfulfilled.Std()}
	if b.Base == "desired" {
		m.Base = model.DesiredCount
	}
	if b.Datapoints == "since_activity" {
		m.Datapoints = model.SinceActivity
	}
	if b.ScaleInSteps == "proportional" {
		m.ScaleInSteps = model.Proportional
	}
	if b.Flapping == "unanticipated" {
		m.Flapping = model.Unanticipated
	}
	if b.CooldownAnchor == "start" {
		m.CooldownAnchor = model.FromStart
	}
	return m
}
