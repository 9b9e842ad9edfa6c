package model

import (
	"fmt"
	"slices"

	"scaleproof/internal/scaling"
)

// rangeExtra is how many periods the evaluation range reaches back beyond the
// evaluation periods: 5 points for 3 of 3 [D], carried over to other lengths
// [U].
const rangeExtra = 2

// The alarms that target tracking makes for ECS [R]; Low lies at 0.9 of the
// target [R], in tenths.
const (
	highPeriods    = 3
	lowPeriods     = 15
	lowShareTenths = 9
)

// alarm is a CloudWatch alarm of a policy.
type alarm struct {
	scaling.Alarm
	n         int // its place among the world's alarms
	service   *service
	policy    *policy
	source    *service // whose metric; nil: there is none such
	metric    metricID
	target    int64 // of the policy, millionths
	threshold int64 // millionths
	gone      bool

	// The breaching datapoints of the last evaluation.
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
	return definition{target, r.threshold(target, high), r.periods(high), r.label(p.ResourceLabel), r.armed()}
}

// newAlarm makes one of the alarms of a policy.
func (w *World) newAlarm(s *service, p *policy, high bool) *alarm {
	draw, comparison := drawAlarmLow, scaling.LessThan
	if high {
		draw, comparison = drawAlarmHigh, scaling.GreaterThan
	}
	d := define(p, high, &w.rules)
	a := &alarm{n: len(w.alarms), service: s, policy: p, target: d.target, threshold: d.threshold}
	a.Alarm = scaling.Alarm{
		Name: scaling.AlarmName(s.cfg.Service, high, w.uuid(draw, s, s.scaler.puts)), Metric: w.policyMetric(s, p, d.label), Unit: "Percent",
		Description:       "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy " + p.action() + ".",
		EvaluationPeriods: d.periods, Comparison: comparison,
		ActionsEnabled: d.armed, Actions: []string{p.action()},
		State: scaling.AlarmInsufficientData, StateReason: "Unchecked: Initial alarm creation",
		StateSince: w.time(w.now), ConfiguredAt: w.time(w.now),
	}
	if p.Metric == scaling.MetricRequestCount {
		a.Unit = "None"
	}
	a.Threshold = value(a.threshold)
	a.ARN = "arn:aws:cloudwatch:" + w.cfg.Region + ":" + w.cfg.Account + ":alarm:" + a.Name
	if source, id, ok := w.source(a.Metric); ok {
		a.source, a.metric = source, id
	}
	w.alarms = append(w.alarms, a)
	w.remember(a, "ConfigurationUpdate", `Alarm "`+a.Name+`" created`, configurationData(a, "Create"))
	w.log("alarm %s %s", a.Name, a.State)
	w.push(w.firstEvaluation(a), evAlarm, uint32(a.n), 0)
	return a
}

// firstEvaluation is the next time that the alarm's own second comes round.
func (w *World) firstEvaluation(a *alarm) int64 {
	second := int64(w.draw(drawAlarmSecond, key(a.Name), 0)%60) * (minuteNs / 60)
	at := w.boundary(w.now) - minuteNs + second
	if at <= w.now {
		at += minuteNs
	}
	return at
}

// removeAlarm deletes an alarm. Its history stays. [D]
func (w *World) removeAlarm(a *alarm) {
	if a == nil {
		return
	}
	a.gone = true
	w.remember(a, "ConfigurationUpdate", `Alarm "`+a.Name+`" deleted`, configurationData(a, "Delete"))
	w.log("alarm %s deleted", a.Name)
}

// evaluateAlarm looks at the alarm's metric as it is published by now, and
// acts each minute while the alarm is in ALARM. [D]
func (w *World) evaluateAlarm(a *alarm) {
	if a.gone {
		return
	}
	w.push(w.now+minuteNs, evAlarm, uint32(a.n), 0)
	v := w.assess(a, &w.rules)
	a.sum, a.count = v.sum, v.count
	if v.state != a.State {
		w.setState(a, v.state, v.seen)
	}
	if a.State == scaling.AlarmInAlarm && a.ActionsEnabled && a.count > 0 {
		w.call(a)
	}
}

// assessment is what one evaluation of an alarm comes to.
type assessment struct {
	state      string
	sum, count int64   // of the breaching datapoints that capacity is worked out from
	seen       []datum // newest first, those that count
}

func (v assessment) String() string {
	return fmt.Sprintf("%s on %d of %d", v.state, v.count, len(v.seen))
}

// assess evaluates an alarm by the rules. It changes nothing.
func (w *World) assess(a *alarm, r *rules) assessment {
	m, n := r.needed(a.M(), a.EvaluationPeriods)
	span := n + rangeExtra
	periods := make([]sight, span)
	last := w.minute(w.now) - 1
	var v assessment
	for age := range span {
		got, ok := a.read(last - int64(age))
		if !ok {
			continue
		}
		d := datum{minute: last - int64(age), micro: got.value, samples: got.samples, breach: r.breaches(got.value, a.threshold, a.High())}
		periods[span-1-age] = seenFine
		if d.breach {
			periods[span-1-age] = seenBreach
		}
		if len(v.seen) < n {
			v.seen = append(v.seen, d)
		}
	}
	for _, d := range v.seen {
		if d.breach && w.counts(a.service, d) {
			v.sum, v.count = v.sum+d.micro, v.count+1
		}
	}
	v.state = evaluate(periods, m, n, treatmentOf(a), a.State)
	return v
}

// counts says whether capacity is worked out from a datapoint too.
func (w *World) counts(s *service, d datum) bool {
	if w.cfg.Behaviour.Datapoints == AllSeen {
		return true
	}
	return s.scaler.going == nil && d.minute*minuteNs-w.origin >= s.scaler.ended
}

func treatmentOf(a *alarm) string {
	if a.TreatMissing == "" {
		return treatMissing
	}
	return a.TreatMissing
}

// datum is a datapoint that an evaluation looked at.
type datum struct {
	minute  int64
	micro   int64
	samples int64
	breach  bool
}

type reading struct{ value, samples int64 }

// read is the published datapoint of a minute.
func (a *alarm) read(number int64) (reading, bool) {
	if a.source == nil {
		return reading{}, false
	}
	m := a.source.at(number)
	if m == nil || !m.published[a.metric] {
		return reading{}, false
	}
	v, ok := m.statistic(a.metric, a.Metric.Statistic)
	return reading{v, m.stats[a.metric].n}, ok
}

// setState moves an alarm to another state and writes why.
func (w *World) setState(a *alarm, state string, seen []datum) {
	old := stateText{a.State, a.StateReason, a.StateReasonData}
	from := a.State
	a.State, a.StateSince = state, w.time(w.now)
	a.StateReason = reason(a, state, seen)
	a.StateReasonData = w.reasonData(a, seen)
	w.remember(a, "StateUpdate", "Alarm updated from "+from+" to "+state,
		stateData(old, stateText{state, a.StateReason, a.StateReasonData}))
	w.log("alarm %s %s: %s", a.Name, state, a.StateReason)
}

// remember writes a line of the alarm's history.
func (w *World) remember(a *alarm, kind, summary, data string) {
	w.history[a.Name] = append(w.history[a.Name], scaling.HistoryItem{
		Alarm: a.Name, At: w.time(w.now), Kind: kind, Summary: summary, Data: data,
	})
}

// History reads an alarm's history, oldest first. It survives the alarm. [D]
func (w *World) History(alarm string) []scaling.HistoryItem { return slices.Clone(w.history[alarm]) }
