package judge

import (
	"slices"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// says is what a witness says of one suspect.
type says int

const (
	mute says = iota
	agrees
	denies
)

// testimony is what the alarms and the metrics say of one policy: that it had
// the desired count changed.
type testimony struct {
	policy scaling.Policy
	role   string
	name   string // of its alarm on the side of the change
	state  string // of that alarm then
	alarm  says
	metric says // datapoints that asked for more (or fewer) were published by then
	size   says // and for that many
	votes  bool // it scales in only together with the others that do so
	vetoed bool // and one of those does not
	seqs   []int64
}

// possible says that neither its alarm nor its metric rules it out, nor, in the
// case of a scale-in, those of another that has to agree. [D]
func (t testimony) possible() bool { return t.alarm != denies && t.metric != denies && !t.vetoed }

func (t testimony) agree() bool { return t.alarm == agrees && t.metric == agrees }

// testify hears alarms and metrics on every policy that stood. Without a
// direction nothing can be asked of them.
func (f *facts) testify(m moved) (heard []testimony) {
	for _, p := range f.standingAt(m.at) {
		t := testimony{policy: p.policy, role: scaling.Role(p.policy.Metric)}
		t.votes = m.sided && !m.high && p.policy.Step == nil && !p.policy.DisableScaleIn
		a := f.calling(p.policy, m)
		switch {
		case !m.sided:
		case a == nil && len(p.policy.Alarms) == 0 || !m.high && p.policy.DisableScaleIn:
			t.alarm = denies // it has no alarm that could have called
		case a == nil:
		default:
			t.name = a.alarm.Name
			t.seqs = append(t.seqs, a.seq)
			t.alarm, t.state = f.ringing(a.alarm, m.after.Add(-actsWithin), m.at.Add(beginsSoon))
			t.metric = f.metricOf(t.role, a.alarm, m)
			t.size = f.sized(t.role, a.alarm, m)
		}
		heard = append(heard, t)
	}
	if slices.ContainsFunc(heard, func(t testimony) bool { return t.votes && !t.possible() }) {
		for i := range heard {
			heard[i].vetoed = heard[i].votes
		}
	}
	return heard
}

// ringing says whether an alarm was in ALARM at some time in [from, to], and
// otherwise in which state. CloudWatch tells an alarm's last transition alone,
// so between two looks it may have been elsewhere for as long as one of its
// evaluations lies from the next.
func (f *facts) ringing(a scaling.Alarm, from, to time.Time) (says, string) {
	evaluated := min(max(a.Metric.Period, time.Second), time.Minute)
	state, sure, known := "", true, false
	var since time.Time
	for _, s := range f.alarms {
		if s.alarm.Name != a.Name {
			continue
		}
		at := s.since()
		hidden := known && s.transition && at.Sub(later(s.after, since)) > evaluated && at.After(from) && !later(s.after, since).After(to)
		switch {
		case s.alarm.State == scaling.AlarmInAlarm && !at.After(to) && !f.leftBefore(a.Name, at, from):
			return agrees, s.alarm.State
		case hidden:
			sure = false
		}
		if !at.After(to) && !at.Before(since) {
			state, since, known = s.alarm.State, at, true
		}
	}
	if !known || !sure || len(f.holes(timeline.PartAlarms, from, to)) > 0 {
		return mute, state
	}
	return denies, state
}

// leftBefore says that an alarm that came into a state at `since` left it
// before t.
func (f *facts) leftBefore(name string, since, t time.Time) bool {
	return slices.ContainsFunc(f.alarms, func(s alarmStep) bool {
		return s.alarm.Name == name && s.since().After(since) && s.since().Before(t) && s.alarm.State != scaling.AlarmInAlarm
	})
}

// calling is a policy's alarm that would call for a change: the one that its
// activity names, which a policy that is put again changes [E], or the one that
// it was seen with.
func (f *facts) calling(p scaling.Policy, m moved) *alarmStep {
	if m.order != nil && m.order.cause.Policy == p.Name {
		if a := f.alarmNamed(m.order.cause.Alarm, m.at); a != nil && a.policy == p.Name && a.alarm.High() == m.high {
			return a
		}
	}
	return f.alarmOf(p, m.high, later(m.at, f.atStart()))
}

// metricOf says whether a policy's metric asked for a change in that direction:
// for more where one of the datapoints that its alarm may have looked at lies
// above the target, for fewer where the newest may all have lain below.
func (f *facts) metricOf(role string, a scaling.Alarm, m moved) says {
	if !m.high {
		return f.allLow(role, a, m)
	}
	points := f.public(role, a, m)
	switch {
	case slices.ContainsFunc(points, func(p point) bool { return a.Breaches(p.value) }):
		return agrees
	case len(points) == 0:
		return mute
	}
	return denies
}

// allLow is metricOf for the side of a low alarm. One that is in ALARM may have
// looked at its datapoints before a late one came, so it takes more than half of
// them to say that they asked for nothing.
func (f *facts) allLow(role string, a scaling.Alarm, m moved) says {
	if !sane(a) || keyOf(role) == "" {
		return mute
	}
	views, ok := f.views(keyOf(role), a, m.after.Add(-actsWithin), m.at)
	holds := len(views) > 0
	for _, v := range views {
		if v.fires(a) {
			return agrees
		}
		quiet := 0
		for _, p := range v {
			if !a.Breaches(p.value) {
				quiet++
			}
		}
		holds = holds && quiet > a.EvaluationPeriods-a.M() && 2*quiet > len(v)
	}
	switch {
	case f.early(keyOf(role), a, m.at):
		return agrees
	case ok && holds:
		return denies
	}
	return mute
}

// public are the datapoints of a role's metric that an alarm may have looked at
// when it called, of whatever period: they tell what it was like.
func (f *facts) public(role string, a scaling.Alarm, m moved) []point {
	if !sane(a) || keyOf(role) == "" {
		return nil
	}
	points := f.between(keyOf(role), m.after.Add(-outBudget(a)-actsWithin), m.at)
	return slices.DeleteFunc(slices.Clone(points), func(p point) bool { return !p.after.Before(m.at) })
}

// sized says whether a policy can have asked for so many tasks: a scale-out to
// no more than its datapoints ask for, from the tasks that ran or from those
// that were desired, and one for the rounding. [U] A scale-in goes one task
// lower [R], or to what they ask for [U].
func (f *facts) sized(role string, a scaling.Alarm, m moved) says {
	target := hundredths(a.Threshold)
	running := f.counts.at(m.after)
	if target <= 0 || len(running) == 0 {
		return mute
	}
	least, most, found := int64(m.from), int64(m.from), false
	for _, p := range f.public(role, a, m) {
		if !a.Breaches(p.value) {
			continue
		}
		found = true
		for _, s := range running {
			n := int64(max(s.value.Running, m.from))
			most = max(most, (n*hundredths(p.value)+target-1)/target)
			n = int64(min(s.value.Running, m.from))
			least = min(least, n*hundredths(p.value)/target)
		}
	}
	switch to := int64(m.to); {
	case !found:
		return mute
	case m.high && to > most+oneTask, !m.high && to < min(least, int64(m.from-1)):
		return denies
	}
	return agrees
}

// acted says that an alarm which was in ALARM acted in the stretch of a change:
// as it came into that state, or a number of whole minutes later. [D]
func (f *facts) acted(name string, m moved) bool {
	for _, s := range f.alarms {
		if s.alarm.Name != name || s.alarm.State != scaling.AlarmInAlarm || s.since().After(m.at) {
			continue
		}
		next := s.since()
		if whole := m.after.Sub(next) / actsWithin; whole > 0 {
			next = next.Add(whole * actsWithin)
		}
		for ; !next.After(m.at); next = next.Add(actsWithin) {
			if next.Add(beginsSoon).After(m.after) {
				return true
			}
		}
	}
	return false
}

// scheduled is a scheduled action that an activity tells of.
type scheduled struct {
	at   time.Time
	name string
	seq  int64
}

// readScheduled reads what scheduled actions did.
func (f *facts) readScheduled(events []timeline.Event) {
	for _, e := range events {
		d, ok := e.Data.(timeline.ActivityState)
		if !ok || d.Activity.Status == scaling.StatusFailed {
			continue
		}
		if c := scaling.ParseCause(d.Activity.Cause); c.Kind == scaling.CauseScheduled || scaling.SetsBounds(d.Activity.Description) {
			f.scheduled = append(f.scheduled, scheduled{d.Activity.Start, c.Action, e.Seq})
		}
	}
}

// scheduledBy is the scheduled action that set the bounds at t; nil: none did.
func (f *facts) scheduledBy(t time.Time) *scheduled {
	for i, s := range f.scheduled {
		if !s.at.After(t.Add(beginsSoon)) && s.at.After(t.Add(-beginsSoon)) {
			return &f.scheduled[i]
		}
	}
	return nil
}

// boundsMoved is the event that shows that bounds which a change brought the
// desired count to had come to stand about then; 0: none does.
func (f *facts) boundsMoved(m moved) int64 {
	for i, s := range f.capacity {
		if i == 0 || s.value.Target == nil || s.after.After(m.at) || s.seen.Before(m.after.Add(-actsWithin)) {
			continue
		}
		if b := s.value.Target.Bounds; m.to == b.Min && m.from < b.Min || m.to == b.Max && (m.from > b.Max || m.from < 0) {
			return s.seq
		}
	}
	return 0
}

// ownChange is the change that the run itself made between the two looks, and
// that can have moved the count; 0: none.
func (f *facts) ownChange(m moved) int64 {
	for _, c := range f.changes {
		moves := c.Change.Op == scaling.RegisterTarget || c.Change.Op == scaling.UpdateDesired
		if c.Error == "" && moves && !c.at.Before(m.after.Add(-beginsSoon)) && !c.at.After(m.at.Add(beginsSoon)) {
			return c.seq
		}
	}
	return 0
}

// rolledOut says that a deployment began between the two looks, or shortly
// before: a deployment that names a count of its own sets it. [P]
func (f *facts) rolledOut(m moved) (seq int64, ok bool) {
	for _, d := range f.deployments {
		if d.rollout == "IN_PROGRESS" && !d.gone && d.at.After(m.after.Add(-beginsSoon)) && !d.at.After(m.at.Add(beginsSoon)) {
			return d.seq, true
		}
	}
	return 0, false
}

// wanted is what each policy wanted at t.
func (f *facts) wanted(t time.Time) (list []Want) {
	for _, p := range f.standingAt(t) {
		w := Want{Policy: p.policy.Name, Role: scaling.Role(p.policy.Metric)}
		n := 1
		if a := f.alarmOf(p.policy, true, later(t, f.atStart())); a != nil {
			w.High, n = f.alarmStateAt(a.alarm.Name, t), max(a.alarm.EvaluationPeriods, 1)
		}
		if a := f.alarmOf(p.policy, false, later(t, f.atStart())); a != nil {
			w.Low = f.alarmStateAt(a.alarm.Name, t)
		}
		for _, v := range f.newest(keyOf(w.Role), n, t) {
			for _, s := range f.counts.at(t) {
				target := hundredths(p.policy.Target)
				if target <= 0 {
					continue
				}
				c := int((int64(s.value.Running)*hundredths(v.value) + target - 1) / target)
				if !w.Known {
					w.Known, w.Least, w.Most = true, c, c
				}
				w.Least, w.Most = min(w.Least, c), max(w.Most, c)
			}
		}
		list = append(list, w)
	}
	return list
}

// newest are the n newest datapoints that were public at t, and those that may
// have been.
func (f *facts) newest(key string, n int, t time.Time) (found []point) {
	points := f.between(key, t.Add(-time.Hour), t)
	for i := len(points) - 1; i >= 0 && n > 0; i-- {
		p := points[i]
		if !p.after.Before(t) {
			continue // not public yet
		}
		found = append(found, p)
		if !p.seen.After(t) {
			n--
		}
	}
	return found
}
