package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/scaling"
)

// The alarms that target tracking makes for ECS [R], and those of its
// high-resolution metrics: as many points of 20 s for High, ten minutes for Low
// [E]. Low lies at 0.9 of the target [R], in tenths.
const (
	highPeriods    = 3
	lowPeriods     = 15
	lowPeriodsFine = 30
	lowShareTenths = 9
)

// alarm is a CloudWatch alarm: target tracking's own, or anybody's.
type alarm struct {
	scaling.Alarm
	n         int      // its place among the world's alarms
	service   *service // whose policy made it; nil: anybody
	policy    *policy  // that made it; nil: anybody
	source    *service // whose metric; nil: there is none such
	metric    metricID
	target    int64 // of the policy that made it, millionths
	threshold int64 // millionths; a value that equals it is not beyond it
	gone      bool
	acted     int64 // when its actions were last carried out
	told      []actionText

	// What the last evaluation went by: datapoints, newest first, and sum and
	// number of the breaching ones that capacity is worked out from.
	seen       []datum
	sum, count int64
}

// definition is what the rules make of a policy for one of its alarms.
type definition struct {
	target, threshold int64 // millionths
	periods           int
	label             string // of the requests that are watched
	armed             bool
}

func (d definition) String() string {
	actions := "on"
	if !d.armed {
		actions = "off"
	}
	return fmt.Sprintf("target %s, threshold %s, %d periods, label %q, actions %s",
		float(value(d.target)), float(value(d.threshold)), d.periods, d.label, actions)
}

func define(p *policy, high bool, r *rules) definition {
	target := r.target(&p.Policy)
	return definition{target, r.threshold(target, high), r.periods(&p.Policy, high), r.label(p.ResourceLabel), r.armed()}
}

// newAlarm makes one of the alarms of a target tracking policy.
func (w *World) newAlarm(s *service, p *policy, high bool) *alarm {
	draw, comparison := drawAlarmLow, scaling.LessThan
	if high {
		draw, comparison = drawAlarmHigh, scaling.GreaterThan
	}
	d := by(w, s, func(r *rules) definition { return define(p, high, r) })
	settings := scaling.Alarm{
		Name: scaling.AlarmName(s.cfg.Service, high, w.uuid(draw, s, s.scaler.puts)), Metric: w.policyMetric(s, p, d.label), Unit: "Percent",
		Description:       "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy " + p.action() + ".",
		EvaluationPeriods: d.periods, Comparison: comparison, Threshold: value(d.threshold),
		ActionsEnabled: d.armed, Actions: []string{p.action()},
	}
	switch {
	case p.Custom != nil:
		settings.Unit = p.Custom.Unit
	case p.Metric == scaling.MetricRequestCount:
		settings.Unit = "None"
	}
	return w.makeAlarm(&alarm{service: s, policy: p, target: d.target}, settings)
}

// makeAlarm gives a new alarm its settings. It has not looked at anything yet.
func (w *World) makeAlarm(a *alarm, settings scaling.Alarm) *alarm {
	a.n = len(w.alarms)
	a.State, a.StateReason, a.StateSince = scaling.AlarmInsufficientData, "Unchecked: Initial alarm creation", w.time(w.now) // [R]
	w.configure(a, settings)
	w.alarms = append(w.alarms, a)
	w.remember(a, "ConfigurationUpdate", `Alarm "`+a.Name+`" created`, configurationData(a, "Create"))
	w.log("alarm %s %s", a.Name, a.State)
	w.push(w.nextEvaluation(a), evAlarm, uint32(a.n), 0)
	return a
}

// configure replaces an alarm's settings. Its state stays. [D]
func (w *World) configure(a *alarm, d scaling.Alarm) {
	d.State, d.StateReason, d.StateReasonData, d.StateSince = a.State, a.StateReason, a.StateReasonData, a.StateSince
	d.Metric.Dimensions, d.Actions = slices.Clone(d.Metric.Dimensions), slices.Clone(d.Actions)
	d.ARN = "arn:aws:cloudwatch:" + w.cfg.Region + ":" + w.cfg.Account + ":alarm:" + d.Name
	d.ConfiguredAt = w.time(w.now)
	a.Alarm, a.threshold = d, micro(d.Threshold)
	switch d.Comparison { // values are whole millionths
	case scaling.GreaterOrEqual:
		a.threshold--
	case scaling.LessOrEqual:
		a.threshold++
	}
	a.seen, a.sum, a.count = nil, 0, 0
	w.retain = max(w.retain, int64(d.EvaluationPeriods+rangeExtra+1)*int64(d.Metric.Period))
	a.source, a.metric, _ = w.source(d.Metric)
	if !inUnit(a.metric, d.Unit) {
		a.source = nil
	}
}

// removeAlarm deletes an alarm; nil is none. Its history stays. [D]
func (w *World) removeAlarm(a *alarm) {
	if a == nil || a.gone {
		return
	}
	a.gone, a.State = true, scaling.AlarmInsufficientData
	w.remember(a, "ConfigurationUpdate", `Alarm "`+a.Name+`" deleted`, configurationData(a, "Delete"))
	w.log("alarm %s deleted", a.Name)
}

// findAlarm returns the alarm of a name that stands, or nil.
func (w *World) findAlarm(name string) *alarm {
	for _, a := range w.alarms {
		if a.Name == name && !a.gone {
			return a
		}
	}
	return nil
}

// execute carries out an alarm's actions. One that names a policy is a call to
// Application Auto Scaling; one that does not is nobody's here.
func (w *World) execute(a *alarm) {
	a.acted = w.now
	for _, arn := range a.Actions {
		s, p := w.policyOf(arn)
		if p == nil && strings.HasPrefix(arn, "arn:aws:autoscaling:") {
			w.recall(a, arn, "Failed to execute action ", "Failed") // [P]
			continue
		}
		w.recall(a, arn, "Successfully executed action ", "Succeeded")
		if p != nil {
			w.call(s, p, a)
		}
	}
}

// recall writes an action into the history. An alarm that stays in ALARM says
// the same each minute, and has one text of it.
func (w *World) recall(a *alarm, arn, verb, result string) {
	t := actionText{since: a.StateSince, summary: verb + arn}
	if i := slices.IndexFunc(a.told, func(o actionText) bool { return o.since.Equal(t.since) && o.summary == t.summary }); i >= 0 {
		t = a.told[i]
	} else {
		t.data = actionData(a, arn, result)
		a.told = append(slices.DeleteFunc(a.told, func(o actionText) bool { return !o.since.Equal(t.since) }), t)
	}
	w.remember(a, "Action", t.summary, t.data)
}

// actionText is what the history says of an action in one stay in ALARM.
type actionText struct {
	since         time.Time
	summary, data string
}

// policyOf finds the policy that an action names: by the ARN of the policy, or
// by what target tracking gives its own alarms.
func (w *World) policyOf(arn string) (*service, *policy) {
	for _, s := range w.services {
		for _, p := range s.scaler.policies {
			if p.heeds(arn) {
				return s, p
			}
		}
	}
	return nil, nil
}

// alarmsOf lists the alarms of a policy that stand: its own, and those of
// others whose actions name it [D], the latter in order of name.
func (w *World) alarmsOf(p *policy) []*alarm {
	var own, others []*alarm
	for _, a := range []*alarm{p.high, p.low} {
		if a != nil && !a.gone {
			own = append(own, a)
		}
	}
	for _, a := range w.alarms {
		if !a.gone && a != p.high && a != p.low && slices.ContainsFunc(a.Actions, p.heeds) {
			others = append(others, a)
		}
	}
	slices.SortFunc(others, byName)
	return append(own, others...)
}

func byName(a, b *alarm) int { return cmp.Compare(a.Name, b.Name) }

// copy is the alarm as a reader may keep it.
func (a *alarm) copy() scaling.Alarm {
	c := a.Alarm
	c.Metric.Dimensions, c.Actions = slices.Clone(c.Metric.Dimensions), slices.Clone(c.Actions)
	return c
}

// setState moves an alarm to another state and writes why.
func (w *World) setState(a *alarm, state, reason, data string) {
	old := stateText{a.State, a.StateReason, a.StateReasonData}
	a.State, a.StateSince, a.StateReason, a.StateReasonData = state, w.time(w.now), reason, data
	w.remember(a, "StateUpdate", "Alarm updated from "+old.value+" to "+state,
		stateData(old, stateText{state, a.StateReason, a.StateReasonData}))
	w.log("alarm %s %s: %s", a.Name, state, a.StateReason)
}

// remember writes a line of the alarm's history.
func (w *World) remember(a *alarm, kind, summary, data string) {
	w.forget()
	w.history[a.Name] = append(w.history[a.Name], scaling.HistoryItem{
		Alarm: a.Name, At: w.time(w.now), Kind: kind, Summary: summary, Data: data,
	})
}

// History reads an alarm's history, oldest first. It survives the alarm. [D]
func (w *World) History(alarm string) []scaling.HistoryItem { return slices.Clone(w.shown(alarm)) }

// Alarms lists all alarms that stand, in order of name.
func (w *World) Alarms() []scaling.Alarm {
	list := []scaling.Alarm{}
	for _, a := range w.alarms {
		if !a.gone {
			list = append(list, a.copy())
		}
	}
	slices.SortFunc(list, func(a, b scaling.Alarm) int { return cmp.Compare(a.Name, b.Name) })
	return list
}
