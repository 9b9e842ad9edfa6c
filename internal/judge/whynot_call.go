package judge

import (
	"slices"
	"time"

	"scaleproof/internal/scaling"
)

// call is a policy's call to scale: for scale-out one alarm of any policy in
// ALARM, for scale-in those of all that may. [D]
type call struct {
	ok       bool
	from, to time.Time // the first such time in the silence; from may lie before it
	callers  []policyStep
}

// mood is an alarm's state from one instant to another, by CloudWatch's times.
type mood struct {
	state    string
	from, to time.Time // to is zero for the last
	seq      int64
}

// moods are an alarm's states in order of time.
func (f *facts) moods(name string) (list []mood) {
	for _, a := range f.alarms {
		if a.alarm.Name != name || a.alarm.State == "" {
			continue
		}
		if n := len(list); n > 0 && list[n-1].state == a.alarm.State {
			continue
		}
		list = append(list, mood{state: a.alarm.State, from: a.since(), seq: a.seq})
	}
	slices.SortStableFunc(list, func(a, b mood) int { return a.from.Compare(b.from) })
	for i := range list[:max(0, len(list)-1)] {
		list[i].to = list[i+1].from
	}
	return list
}

// moodAt is an alarm's state at t.
func (f *facts) moodAt(name string, t time.Time) (now mood) {
	for _, m := range f.moods(name) {
		if !m.from.After(t) {
			now = m
		}
	}
	return now
}

// asking are the policies that could have called: those of the role that track
// a target and, for scale-in, may scale in.
func (f *facts) asking(s silence) (list []policyStep) {
	for _, p := range f.standingAt(s.from) {
		if p.policy.Type == scaling.TargetTracking && (s.out || !p.policy.DisableScaleIn) &&
			(s.role == "" || scaling.Role(p.policy.Metric) == s.role) {
			list = append(list, p)
		}
	}
	return list
}

// call finds the first call in a silence.
func (f *facts) call(s silence) (c call) {
	policies := f.asking(s)
	turns := []time.Time{s.from}
	for _, p := range policies {
		if a := f.alarmOf(p.policy, s.out, s.to); a != nil {
			for _, m := range f.moods(a.alarm.Name) {
				if m.from.After(s.from) && !m.from.After(s.to) {
					turns = append(turns, m.from)
				}
			}
		}
	}
	slices.SortFunc(turns, time.Time.Compare)
	for _, t := range turns {
		callers, since, until := f.callers(policies, s.out, t)
		if len(callers) > 0 && (s.out || len(callers) == len(policies)) {
			return call{ok: true, from: since, to: until, callers: callers}
		}
	}
	return c
}

// callers are those of the policies whose alarm is in ALARM at t, since when,
// and until when: for scale-out the longest, for scale-in all together.
func (f *facts) callers(policies []policyStep, out bool, t time.Time) (list []policyStep, since, until time.Time) {
	for _, p := range policies {
		a := f.alarmOf(p.policy, out, t)
		if a == nil {
			continue
		}
		m := f.moodAt(a.alarm.Name, t)
		if m.state != scaling.AlarmInAlarm {
			continue
		}
		end := m.to
		if end.IsZero() {
			end = f.horizon
		}
		switch first := len(list) == 0; {
		case first:
			since, until = m.from, end
		case out:
			since, until = earlier(since, m.from), later(until, end)
		default:
			since, until = later(since, m.from), earlier(until, end)
		}
		list = append(list, p)
	}
	return list, since, until
}

// word names a policy by what it watches, or by its name.
func word(p scaling.Policy) string {
	if role := scaling.Role(p.Metric); role == "cpu" || role == "requests" {
		return role
	}
	return p.Name
}

func words(list []policyStep) (all []string) {
	for _, p := range list {
		all = append(all, word(p.policy))
	}
	return all
}
