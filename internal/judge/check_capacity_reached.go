package judge

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// nextAction is how long an ask may stay unmet: an alarm acts when it goes into
// ALARM and then once a minute [D], and what it missed at one evaluation it asks
// for at the next. Half a minute is for the order itself. [U]
const nextAction = time.Minute + 30*time.Second

// clearlyMore is how many thousandths of a task above a whole one an ask must
// lie to be one for another task: datapoints scatter.
const clearlyMore = 20

// capacityReached answers whether what the policies asked for was ordered, by
// whichever of them: any one is enough to scale out, and the largest wins. [D]
func capacityReached(f *facts) []Result {
	r := Result{Answer: Pass, Expected: "each ask ordered by the alarm's next action",
		Tolerance: short(nextAction) + " from an evaluation: the next one, and half a minute for the order"}
	var asked tallyOfAsks
	asked.old = f.countsOld()
	for _, role := range f.roles("") {
		for _, a := range f.liveAlarms(role, true, f.atStart()) {
			f.askedIn(role, a, &asked)
		}
	}
	r.Samples = int64(asked.evaluations)
	r.Measured = plural(asked.evaluations, "evaluation", "evaluations") + " in ALARM"
	if asked.largest > 0 {
		r.Measured += fmt.Sprintf(", asking for up to %d", asked.largest)
	}
	if len(asked.unmet) > 0 {
		f.unmetAsk(&r, asked.unmet)
	}
	switch {
	case r.Answer == Fail:
	case asked.unseen > 0:
		r.Answer = Inconclusive
		r.Explanation = "A high alarm was in ALARM while its metric, the tasks or the bounds were not looked at, so whether what it asked for was ordered is not known; see observation.complete for what was not looked at, and run again."
	case asked.evaluations == 0:
		r.Answer, r.Severity, r.Measured = Inconclusive, Warns, "no high alarm in ALARM"
		r.Explanation = "No policy asked for more while traffic flowed, so the run does not show that any one is enough to scale out; raise its demand."
	case !f.sawOrders(f.to):
		r.Answer = Inconclusive
		r.Explanation = f.ordersMissed(f.to)
	}
	return []Result{r}
}

// tallyOfAsks is what high alarms in ALARM asked for over a run.
type tallyOfAsks struct {
	old                          bool // datapoints from before an order are seen to count
	evaluations, unseen, largest int
	unmet                        []ask
}

// ask is what a policy asked for in one evaluation of its alarm. sure says that
// it did so whichever datapoints count. [U]
type ask struct {
	at   time.Time
	role string
	x    atLeast
	sure bool
	seq  int64
}

// unmetAsk tells of the first ask that was not met and that was one whichever
// datapoints count; where there is none, of the first that AWS may have left.
func (f *facts) unmetAsk(r *Result, unmet []ask) {
	u := unmet[0]
	if i := slices.IndexFunc(unmet, func(u ask) bool { return u.sure }); i >= 0 {
		u = unmet[i]
		r.Answer = Fail
	}
	_, n, _ := f.desiredAt(u.at.Add(nextAction))
	r.Evidence = append(r.Evidence, u.seq)
	what := fmt.Sprintf("The high alarm of the %s policy was in ALARM at %s and %s, and %s later %s desired",
		u.role, f.when(u.at), u.x, short(nextAction), plural(n, "task was", "tasks were"))
	if r.Answer == Fail {
		r.Measured += fmt.Sprintf(", %d of them unmet", len(unmet))
		r.Explanation = what + ": any one policy is enough to scale out, and the largest capacity wins; see whether the alarm's actions are enabled, what the activities that scaled nothing say, and which other policy held it back."
		return
	}
	r.Explanation = what + "; that is allowed, since an order was under way or the datapoints began before one was over, nothing in this run rests on such datapoints, and AWS does not document whether they count."
}

// askedIn goes through the evaluations of a high alarm while it was in ALARM in
// the traffic, once a minute from when it went into it.
func (f *facts) askedIn(role string, a alarmStep, into *tallyOfAsks) {
	for _, s := range f.inAlarm(a.alarm.Name) {
		for t := s.from; t.Before(earlier(s.to, f.to)); t = t.Add(time.Minute) {
			if t.Before(f.from) {
				continue
			}
			into.evaluations++
			now, ok := f.askAt(role, a.alarm, t, false)
			if !ok {
				into.unseen++
				continue
			}
			into.largest = max(into.largest, now.want)
			next := t.Add(time.Minute)
			if !next.Before(earlier(s.to, f.to)) || f.met(t, now.want) {
				continue
			}
			if then, ok := f.askAt(role, a.alarm, next, false); ok && !f.met(t, min(now.want, then.want)) {
				into.unmet = append(into.unmet, ask{t, role, now, into.old || f.sureAsk(role, a.alarm, t, next), s.seq})
			}
		}
	}
}

// sureAsk says that an ask stands unmet also where only those datapoints count
// that began when the order before was over, and none while one goes on [U]: in
// both evaluations, or in the first, and a smaller order overtook it.
func (f *facts) sureAsk(role string, a scaling.Alarm, t, next time.Time) bool {
	now, ok := f.askAt(role, a, t, true)
	if !ok || f.met(t, now.want) {
		return false
	}
	then, ok := f.askAt(role, a, next, true)
	return ok && !f.met(t, min(now.want, then.want)) ||
		len(f.during(t.Add(overtaking), next, func(o order) bool { return o.out() && o.to < now.want })) > 0
}

// overtaking is how much later than an alarm's action another policy's order
// must come for it to have overtaken what that action asked for. [U]
const overtaking = 20 * time.Second

// countsOld says that the run itself shows that datapoints from before an order
// count for the next: a policy scaled out on none that breaches and began when
// the order before was over.
func (f *facts) countsOld() bool {
	for i, o := range f.orders {
		if i == 0 || !o.out() || keyOf(o.role) == "" || f.doubt(o) != "" || f.orders[i-1].end.IsZero() {
			continue
		}
		since, fresh := f.orders[i-1].end.Add(-time.Minute), false
		for _, a := range f.liveAlarms(o.role, true, o.at) {
			for _, p := range f.between(keyOf(o.role), since, o.at) {
				fresh = fresh || a.alarm.Breaches(p.value) && !p.start.Before(since)
			}
		}
		if !fresh && f.measured(o) {
			return true
		}
	}
	return false
}

// met says that by the next action after t so many tasks may have been desired,
// at some time.
func (f *facts) met(t time.Time, want int) bool {
	due := t.Add(nextAction)
	_, n, known := f.desiredAt(due)
	for _, o := range f.orders {
		if o.at.After(t.Add(-actionLag)) && !o.at.After(due) {
			n = max(n, o.to)
		}
	}
	return !known || n >= want
}

// askAt is what an alarm in ALARM asks for at the least in an evaluation at t,
// within the maximum that stood. ok is false where that was not seen; no task is
// wanted where scaling out is suspended, or no datapoint speaks for ALARM.
func (f *facts) askAt(role string, a scaling.Alarm, t time.Time, strict bool) (x atLeast, ok bool) {
	lo, _, known := f.desiredAt(t)
	bounds := f.capacity.at(t)
	if !known || len(bounds) == 0 || f.blind(timeline.PartMetrics, t) || f.blind(timeline.PartService, t) {
		return x, false
	}
	var since time.Time
	for _, o := range f.orders {
		if strict && o.at.Before(t) {
			if o.end.IsZero() || o.end.After(t) {
				return x, true // one goes on
			}
			since = later(since, o.end)
		}
	}
	bases := f.bases(order{at: t, from: lo, to: lo + 1})
	if len(bases) == 0 {
		return x, true
	}
	x, found := f.leastOf(role, a, slices.Min(bases), t.Add(-actionLag), t, since)
	if !found {
		return atLeast{}, true
	}
	x.want = roundedUp(x.milli - clearlyMore)
	for _, b := range bounds {
		if b.value.Target == nil || b.value.Target.Suspended.ScaleOut {
			return atLeast{}, true
		}
		x.want = min(x.want, b.value.Target.Bounds.Max)
	}
	return x, true
}

// alarmTime is a stretch in which an alarm was in ALARM, by CloudWatch's times.
type alarmTime struct {
	from, to time.Time
	seq      int64
}

// inAlarm lists them; the last ends where the run stopped watching, and one
// whose end was not seen is left out.
func (f *facts) inAlarm(name string) (list []alarmTime) {
	var states []alarmStep
	for _, a := range f.alarms {
		if a.alarm.Name == name {
			states = append(states, a)
		}
	}
	slices.SortStableFunc(states, func(a, b alarmStep) int { return a.since().Compare(b.since()) })
	var now alarmTime
	for _, a := range states {
		in := a.alarm.State == scaling.AlarmInAlarm
		switch {
		case in && !now.from.IsZero() && a.transition && a.from != "" && a.from != scaling.AlarmInAlarm:
			now = alarmTime{from: a.since(), seq: a.seq} // it had left ALARM, and nobody saw when
		case in && now.from.IsZero():
			now = alarmTime{from: a.since(), seq: a.seq}
		case !in && !now.from.IsZero():
			now.to = a.since()
			list = append(list, now)
			now = alarmTime{}
		}
	}
	if !now.from.IsZero() {
		now.to = f.horizon
		list = append(list, now)
	}
	return list
}
