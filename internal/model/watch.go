package model

import (
	"strings"
	"time"

	"scaleproof/internal/scaling"
)

// rangeExtra is how many periods the evaluation range reaches back beyond the
// evaluation periods: 5 points for 3 of 3 [D], carried over to other lengths
// [U].
const rangeExtra = 2

// datum is a datapoint that an evaluation looked at.
type datum struct {
	start   int64 // of its period, ns since 1970
	micro   int64
	samples int64
	breach  bool
}

// step is how often an alarm is evaluated: each minute, and each period where
// that is shorter. [D]
func (a *alarm) step() int64 { return min(int64(a.Metric.Period), minuteNs) }

// nextEvaluation is the next time that the alarm's own second comes round.
func (w *World) nextEvaluation(a *alarm) int64 {
	step := a.step()
	second := int64(w.draw(drawAlarmSecond, key(a.Name), 0)%uint64(step/int64(time.Second))) * int64(time.Second)
	at := w.origin + w.now - second
	return at - at%step + step + second - w.origin
}

// evaluateAlarm looks at the alarm's metric as it is published by now, and
// acts when the alarm enters ALARM and, for Auto Scaling, each minute while it
// stays there. [D]
func (w *World) evaluateAlarm(a *alarm) {
	if a.gone {
		return
	}
	w.push(w.nextEvaluation(a), evAlarm, uint32(a.n), 0)
	v := by(w, a.service, func(r *rules) assessment { return w.assess(a, r) })
	a.seen, a.sum, a.count = v.seen, v.sum, v.count
	if v.state != a.State {
		w.setState(a, v.state, reason(a, v.state, v.seen), w.reasonData(a, v.seen))
		w.enterState(a)
	} else if v.state == scaling.AlarmInAlarm && a.ActionsEnabled && w.now-a.acted >= minuteNs && a.scales() {
		w.execute(a)
	}
}

// enterState carries out what an alarm does on a change of its state.
func (w *World) enterState(a *alarm) {
	if a.State == scaling.AlarmInAlarm && a.ActionsEnabled {
		w.execute(a)
	}
}

// scales says that one of the alarm's actions is Auto Scaling's: those are
// repeated, others are not. [D]
func (a *alarm) scales() bool {
	for _, arn := range a.Actions {
		if strings.HasPrefix(arn, "arn:aws:autoscaling:") {
			return true
		}
	}
	return false
}

// assessment is what one evaluation of an alarm comes to.
type assessment struct {
	state      string
	sum, count int64   // of the breaching datapoints that capacity is worked out from
	seen       []datum // newest first, those that count
}

func (v assessment) String() string { return v.state }

// assess evaluates an alarm by the rules. It changes nothing. The periods end
// with the last minute, or the last period where that is shorter; longer ones
// therefore overlap those of the evaluation before. [D]
func (w *World) assess(a *alarm, r *rules) assessment {
	m, n := r.needed(a.M(), a.EvaluationPeriods)
	span := n + rangeExtra
	periods := make([]sight, span)
	step, period := a.step(), int64(a.Metric.Period)
	end := (w.origin + w.now) / step * step
	var v assessment
	for age := range span {
		d, ok := a.read(end-int64(age+1)*period, end-int64(age)*period)
		if !ok {
			continue
		}
		d.breach = r.breaches(d.micro, a.threshold, a.High())
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
	if w.cfg.Behaviour.Datapoints == AllSeen || s == nil {
		return true
	}
	return s.scaler.going == nil && (s.scaler.ended == never || d.start-w.origin >= s.scaler.ended)
}

func treatmentOf(a *alarm) string {
	if a.TreatMissing == "" {
		return scaling.TreatMissing
	}
	return a.TreatMissing
}

// read is what is published of the alarm's metric in [from, to).
func (a *alarm) read(from, to int64) (datum, bool) {
	if a.source == nil || !a.source.series[a.metric].serves(to-from) {
		return datum{}, false
	}
	m, ok := a.source.series[a.metric].read(from, to)
	if !ok {
		return datum{}, false
	}
	v, ok := m.statistic(a.metric, a.Metric.Statistic)
	return datum{start: from, micro: v, samples: m.n}, ok
}
