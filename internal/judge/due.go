package judge

import (
	"slices"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// risen is when the demand that lies above the level at t came to do so; ok
// is false where it does not. clear is a little above the level, as in
// reaction: where the load hardly exceeds it the metric shows it late.
func (f *facts) risen(t time.Time, role string, level int64) (at time.Time, ok bool) {
	now := f.demand(t, role)
	if now <= level {
		return at, false
	}
	clear := max(level, min(level+level/20, now-1))
	if at, ok = f.seek(t, f.from, -time.Second, func(t time.Time) bool { return f.demand(t, role) <= clear }); ok {
		return at, true
	}
	return f.from, true
}

// outDue is by when, at the latest, a service with n tasks desired at t must
// have been told to grow; ok is false where the load at t asks for no more.
func (f *facts) outDue(t time.Time, n int) (due time.Time, ok bool) {
	rise, ok := f.risen(t, "", int64(n)*1000)
	if !ok {
		return due, false
	}
	budget, _, known := f.longestOut("", t)
	if !known {
		return due, false
	}
	for _, o := range f.during(f.from, t, order.out) { // the last one brought the n tasks
		rise = later(rise, o.at.Add(f.readyBudget()))
	}
	return rise.Add(budget), true
}

// clearly is how far below the low threshold, in percent of it, the planned
// load must lie before scale-in is held to be due: one-minute datapoints
// scatter, and one of fifteen above the threshold keeps an alarm quiet.
const clearly = 85

// floor is how low a role's load must be, for each task that runs, before its
// policy agrees to scale in: thousandths of a task's worth.
type floor struct {
	role  string
	level int64
}

// floors lists them for the policies with scale-in enabled, as their low
// alarms stand at t; none where no such alarm was seen.
func (f *facts) floors(t time.Time) (all []floor) {
	for _, p := range f.plan.Policies {
		if p.DisableScaleIn || p.Target <= 0 {
			continue
		}
		role := scaling.Role(p.Metric)
		for _, a := range f.liveAlarms(role, false, t) {
			share := hundredths(a.alarm.Threshold / p.Target) // 90 of 100 for ECS [R]
			all = append(all, floor{role, share * clearly / 10})
		}
	}
	return all
}

// low says that at t all of them see a load clearly below it on n tasks.
func (f *facts) low(floors []floor, t time.Time, n int) bool {
	for _, x := range floors {
		if f.demand(t, x.role) >= int64(n)*x.level {
			return false
		}
	}
	return len(floors) > 0
}

// inDue is by when, at the latest, a service with n tasks desired at t must
// have been told to shrink; ok is false where it need not. One task less must do:
// half of what two carry is low on them, and more than one can.
func (f *facts) inDue(t time.Time, n int) (due time.Time, ok bool) {
	budget, _, known := f.longestIn(t)
	floors := f.floors(t)
	if !known || !f.low(floors, t, n) || f.demand(t, "") > int64(n-1)*1000 {
		return due, false
	}
	fell := earlier(t, f.from)
	for _, x := range floors {
		if at, ok := f.seek(t, f.from, -time.Second, func(t time.Time) bool { return f.demand(t, x.role) >= int64(n)*x.level }); ok {
			fell = later(fell, at)
		}
	}
	due = fell.Add(budget)
	clear := max(int64(n-1)*clearly*10, f.demand(t, ""))
	if at, ok := f.seek(t, f.from, -time.Second, func(t time.Time) bool { return f.demand(t, "") > clear }); ok {
		due = later(due, at.Add(2*time.Minute+publication+evaluation)) // the alarms were low already: the next whole datapoint shows it
	}
	for _, o := range f.during(f.from, t, func(order) bool { return true }) {
		switch {
		case o.in():
			due = later(due, o.at.Add(f.nextInBudget()))
		case o.out():
			due = later(due, o.at.Add(f.readyBudget()+budget))
		}
	}
	// Scale-in is off while a deployment goes on [D]. How soon it is taken up
	// again is not documented: the last tasks may have to become ready first.
	for _, d := range f.rollouts() {
		switch {
		case d.since.After(t):
		case d.over.IsZero():
			due = later(due, t)
		default:
			due = later(due, d.seen.Add(f.readyBudget()+noticed+evaluation))
		}
	}
	return due, true
}

// lowSince is from when on, up to t, no policy's metric had a datapoint that
// keeps its low alarm quiet, and none is missing: missing data scales nothing.
// [D] ok is false where a metric has no datapoints.
func (f *facts) lowSince(t time.Time) (since time.Time, ok bool) {
	since = f.from
	for _, role := range f.roles("") {
		for _, a := range f.liveAlarms(role, false, t) {
			points := lookedAt(a.alarm, f.between(keyOf(role), f.from.Add(-time.Hour), t))
			if len(points) == 0 {
				return since, false
			}
			ok = true
			for i, p := range points {
				if i > 0 && p.start.After(points[i-1].end()) {
					since = later(since, p.start)
				}
				if !a.alarm.Breaches(p.value) {
					since = later(since, p.end())
				}
			}
			if last := points[len(points)-1]; t.After(last.end().Add(publication + last.period)) {
				since = t // what was to follow is missing
			}
		}
	}
	return since, ok
}

// excuse says why a scale-in that was due by the plan is not held against the
// autoscaler at t; empty where it is: the metrics were not low for as long as
// the alarms ask, or somebody had changed the bounds or suspended scaling.
func (f *facts) excuse(t time.Time) string {
	since, ok := f.lowSince(t)
	budget, _, known := f.longestIn(t)
	switch {
	case !ok || !known:
		return "No datapoints or alarms were seen by which a scale-in was due: "
	case !t.After(since.Add(budget)):
		return "By the plan, but not by the metrics, which were not low all that time: "
	case f.wanting(t):
		return "Not all tasks that are desired ran, and from those that do the load asks for no fewer: "
	case f.anticipated(t):
		return "By the plan, but AWS refused to scale in, since on fewer tasks a metric would have gone above its target again: "
	case f.rebound(since, t):
		return "Somebody had changed the bounds of the service or suspended its scaling: "
	}
	return ""
}

// wanting says that fewer tasks may have run than were desired, at t or at some
// time in which the scale-in that was due by then was to come, or so shortly
// before that a task which took the place of one was not ready.
func (f *facts) wanting(t time.Time) bool {
	since := t.Add(-f.nextInBudget() - f.readyBudget())
	fewer := func(s step[timeline.Counts]) bool { return s.value.Running < s.value.Desired }
	return slices.ContainsFunc(f.counts.at(t), fewer) || slices.ContainsFunc(f.counts, func(s step[timeline.Counts]) bool {
		return s.seen.After(since) && !s.seen.After(t) && fewer(s)
	})
}

// anticipated says that AWS refused a scale-in that would soon have been undone,
// so shortly before t that the next one was not due yet, where the load lay so near
// to what one task less carries that datapoints which scatter say the same.
func (f *facts) anticipated(t time.Time) bool {
	_, n, known := f.desiredAt(t)
	near := known && f.demand(t, "")*100 > int64(n-1)*1000*(100-noise)
	return near && slices.ContainsFunc(f.refusals, func(r refusal) bool {
		return r.at.After(t.Add(-f.nextInBudget())) && !r.at.After(t) &&
			slices.ContainsFunc(r.activity.NotScaled, func(n scaling.NotScaledReason) bool { return n.Code == scaling.AnticipatedFlapping })
	})
}

// rebound says that at some time in [from, to] the service was registered
// otherwise than when traffic began.
func (f *facts) rebound(from, to time.Time) bool {
	first := f.capacity.at(f.from)
	if len(first) != 1 {
		return false
	}
	other := func(s step[timeline.Capacity]) bool { return !sameTarget(first[0].value.Target, s.value.Target) }
	return slices.ContainsFunc(f.capacity.at(from), other) || slices.ContainsFunc(f.capacity, func(s step[timeline.Capacity]) bool {
		return !s.seen.Before(from) && !s.after.After(to) && other(s)
	})
}

// sameTarget says that two registrations have the same settings.
func sameTarget(a, b *scaling.ScalableTarget) bool {
	return a == b || a != nil && b != nil && a.Bounds == b.Bounds && a.Suspended == b.Suspended
}
