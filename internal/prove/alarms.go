package prove

import (
	"slices"
	"strings"
	"time"

	"scaleproof/internal/model"
	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// stretch is a time in which an alarm was wrong in the same way, from the first
// evaluation to the last.
type stretch struct{ from, to time.Time }

// stretch is the one of which a manifestation is one. Each alarm is evaluated
// once a minute, at a second of its own, which is all that the log tells it by.
func (l *lived) stretch(m model.Manifestation) stretch {
	wrongAt := func(at time.Time) bool {
		return slices.ContainsFunc(l.manifested, func(x model.Manifestation) bool {
			return x.Name == m.Name && x.At.Equal(at) && x.Wrong == m.Wrong
		})
	}
	s := stretch{m.At, m.At}
	for wrongAt(s.from.Add(-time.Minute)) {
		s.from = s.from.Add(-time.Minute)
	}
	for wrongAt(s.to.Add(time.Minute)) {
		s.to = s.to.Add(time.Minute)
	}
	return s
}

// evaluations is how many of them there were.
func (s stretch) evaluations() int { return int(s.to.Sub(s.from)/time.Minute) + 1 }

// fired says that an alarm came into ALARM in that time.
func (s stretch) fired(l *lived) bool {
	return slices.ContainsFunc(l.events, func(e timeline.Event) bool {
		a, ok := e.Data.(timeline.AlarmState)
		since := a.Alarm.StateSince
		return ok && a.Alarm.State == scaling.AlarmInAlarm && !since.Before(s.from) && !since.After(s.to) && since.Sub(s.from)%time.Minute == 0
	})
}

// brackets says that the scenario asks at which level the alarm fires.
func (l *lived) brackets() bool {
	return slices.ContainsFunc(l.plan.Expect, func(e plan.Expectation) bool { return e.Trigger != nil && e.Trigger.Bracket })
}

// inAlarm says that an alarm was seen to have been in ALARM at some time in
// [from, to].
func (l *lived) inAlarm(name string, from, to time.Time) bool {
	state, in := "", false
	for _, e := range l.events {
		a, ok := e.Data.(timeline.AlarmState)
		if !ok || a.Alarm.Name != name {
			continue
		}
		since := a.Alarm.StateSince
		if since.After(to) {
			break
		}
		if !since.After(from) {
			in = false // what came before is over by then
		}
		state = a.Alarm.State
		in = in || state == scaling.AlarmInAlarm
	}
	return in
}

// agreedSoon says that all low alarms were in ALARM within half a minute of an
// order.
func (l *lived) agreedSoon(m model.Manifestation) bool {
	lows := map[string]bool{}
	for _, e := range l.events {
		if a, ok := e.Data.(timeline.AlarmState); ok && !a.Alarm.High() {
			lows[a.Alarm.Name] = l.inAlarm(a.Alarm.Name, m.At.Add(-30*time.Second), m.At.Add(30*time.Second))
		}
	}
	for _, in := range lows {
		if !in {
			return false
		}
	}
	return len(lows) > 0
}

// calledToo says that the alarm which an order names was in ALARM when it came.
func (l *lived) calledToo(m model.Manifestation) bool {
	_, name, ok := strings.Cut(m.Wrong, " by ")
	return ok && l.inAlarm(name, m.At.Add(-time.Minute), m.At.Add(5*time.Second))
}
