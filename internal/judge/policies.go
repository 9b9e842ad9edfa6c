package judge

import (
	"slices"
	"strings"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// policyStep is a policy as it was seen; it came to be so in (after, seen].
type policyStep struct {
	after, seen time.Time
	policy      scaling.Policy
	removed     bool
	seq         int64
}

// alarmStep is an alarm as it was seen. at is CloudWatch's own time of the
// configuration or, for a transition, of the state.
type alarmStep struct {
	at, after, seen time.Time
	alarm           scaling.Alarm
	policy          string // name of the policy it acts for
	transition      bool
	from            string // the state before a transition, as far as it was seen
	seq             int64
}

// since is when the alarm came into its state, by CloudWatch.
func (a alarmStep) since() time.Time {
	if a.transition || a.alarm.StateSince.IsZero() {
		return a.at
	}
	return a.alarm.StateSince
}

func (f *facts) readScaling(events []timeline.Event) {
	for _, e := range events {
		switch d := e.Data.(type) {
		case timeline.PolicyState:
			f.policies = append(f.policies, policyStep{after(e), e.Seen, d.Policy, d.Removed, e.Seq})
		case timeline.AlarmState:
			f.alarms = append(f.alarms, alarmStep{e.At, after(e), e.Seen, d.Alarm, d.Policy, d.Transition, d.From, e.Seq})
		case timeline.AlarmGone:
			f.lostAlarms = append(f.lostAlarms, drift{after(e), e.Seen, "alarm " + d.Alarm + " is gone, though policy " + d.Policy + " names it", e.Seq, false, d.Policy})
		}
	}
}

// policiesAt lists, in order of name, the policies as last seen at t.
func (f *facts) policiesAt(t time.Time) []policyStep {
	return f.lastOf(func(p policyStep) bool { return !p.seen.After(t) })
}

// standingAt lists, in order of name, the policies that stood at t. What stood
// as traffic began is told by the first look in it, but for what changed after
// t: between two looks behind it, or by the run's own hand.
func (f *facts) standingAt(t time.Time) []policyStep {
	until := later(t, f.atStart())
	standing := f.lastOf(func(p policyStep) bool {
		since := p.seen.After(t) && p.after.Before(p.seen) && !p.after.Before(t)
		return !p.seen.After(until) && !since
	})
	for _, r := range f.removals() {
		if r.made != nil && r.made.Error == "" && t.After(r.made.at) {
			standing = slices.DeleteFunc(standing, func(p policyStep) bool { return p.policy.Name == r.Policy.Name && !p.seen.After(r.made.at) })
		}
	}
	return standing
}

// lastOf lists, in order of name, the policies as last seen in the steps that
// count.
func (f *facts) lastOf(counts func(policyStep) bool) []policyStep {
	var standing []policyStep
	for _, p := range f.policies {
		if !counts(p) {
			continue
		}
		standing = slices.DeleteFunc(standing, func(q policyStep) bool { return q.policy.Name == p.policy.Name })
		if !p.removed {
			standing = append(standing, p)
		}
	}
	slices.SortFunc(standing, func(a, b policyStep) int { return strings.Compare(a.policy.Name, b.policy.Name) })
	return standing
}

// atStart is the instant as of which the settings at the beginning of traffic
// are known: the first look at them in the traffic, or its beginning.
func (f *facts) atStart() time.Time {
	return f.from.Add(lookLimit[timeline.PartScaling])
}

// alarmNamed is an alarm's configuration as last seen at t, or as first seen
// after it where no look came before; nil where it was never seen.
func (f *facts) alarmNamed(name string, t time.Time) *alarmStep {
	var found *alarmStep
	for i := range f.alarms {
		a := &f.alarms[i]
		if a.alarm.Name != name {
			continue
		}
		if found == nil || !a.seen.After(t) {
			found = a
		}
	}
	return found
}

// alarmOf is the high or low alarm of a standing policy as of t.
func (f *facts) alarmOf(p scaling.Policy, high bool, t time.Time) *alarmStep {
	for _, ref := range p.Alarms {
		if a := f.alarmNamed(ref.Name, t); a != nil && a.alarm.High() == high {
			return a
		}
	}
	return nil
}

// liveAlarms lists the high or the low alarms of the planned policies of a
// role (any for ""), as they stood at t, in the plan's order.
func (f *facts) liveAlarms(role string, high bool, t time.Time) (found []alarmStep) {
	standing := f.standingAt(t)
	for _, want := range f.plan.Policies {
		if role != "" && scaling.Role(want.Metric) != role {
			continue
		}
		for _, p := range standing {
			if p.policy.Name != want.Name {
				continue
			}
			if a := f.alarmOf(p.policy, high, later(t, f.atStart())); a != nil && sane(a.alarm) {
				found = append(found, *a)
			}
		}
	}
	return found
}

// alarmStateAt is an alarm's state at t by CloudWatch's own times.
func (f *facts) alarmStateAt(name string, t time.Time) string {
	state, since := "a state that nobody saw", time.Time{}
	for _, a := range f.alarms {
		if a.alarm.Name != name {
			continue
		}
		at := a.since()
		if !at.After(t) && !at.Before(since) {
			state, since = a.alarm.State, at
		}
	}
	return state
}

// sane says that an alarm's numbers can be reckoned with: CloudWatch takes
// periods of up to a day, and N periods of up to a week. [D]
func sane(a scaling.Alarm) bool {
	return a.EvaluationPeriods > 0 && a.M() > 0 && a.M() <= a.EvaluationPeriods && a.EvaluationPeriods < 1<<16 &&
		a.Metric.Period >= time.Second && a.Metric.Period <= 24*time.Hour
}
