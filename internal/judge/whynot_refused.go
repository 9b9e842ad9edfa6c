package judge

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// refusal is a scaling activity that changed nothing, with AWS's own word on
// it. It speaks until the next activity: identical ones are not told again. [E]
type refusal struct {
	at, until time.Time // until is zero for the last activity
	activity  scaling.Activity
	cause     scaling.Cause
	seq       int64
}

// readRefusals reads the activities that changed nothing.
func (f *facts) readRefusals(events []timeline.Event) {
	known := map[string]int{}
	var starts []time.Time // of all activities
	for _, e := range events {
		d, ok := e.Data.(timeline.ActivityState)
		if !ok {
			continue
		}
		starts = append(starts, d.Activity.Start)
		if len(d.Activity.NotScaled) == 0 && d.Activity.Status != scaling.StatusFailed {
			continue
		}
		r := refusal{at: d.Activity.Start, activity: d.Activity, cause: scaling.ParseCause(d.Activity.Cause), seq: e.Seq}
		if i, again := known[d.Activity.ID]; again {
			f.refusals[i] = r
			continue
		}
		known[d.Activity.ID] = len(f.refusals)
		f.refusals = append(f.refusals, r)
	}
	slices.SortFunc(starts, time.Time.Compare)
	slices.SortStableFunc(f.refusals, func(a, b refusal) int { return a.at.Compare(b.at) })
	for i := range f.refusals {
		r := &f.refusals[i]
		if next, _ := slices.BinarySearchFunc(starts, r.at.Add(1), time.Time.Compare); next < len(starts) {
			r.until = starts[next]
		}
	}
}

// refusedIn tells the last refusal that speaks for the silence.
func (f *facts) refusedIn(s silence, c call) []reason {
	for i := len(f.refusals) - 1; i >= 0; i-- {
		r := f.refusals[i]
		if r.at.After(s.to) || !r.until.IsZero() && r.until.Before(s.from) || !f.sides(r, s) {
			continue
		}
		if r.asksNoMore() {
			if cooling, ok := f.coolingDown(s, c); ok && c.ok {
				return []reason{cooling} // which is told so too
			}
		}
		says, next := r.words()
		return []reason{{says: "at " + f.when(r.at) + " AWS " + says, next: next, seqs: []int64{r.seq}}}
	}
	return nil
}

// sides says that a refusal is of the silence's direction and role, as far as
// its alarm tells.
func (f *facts) sides(r refusal, s silence) bool {
	if r.cause.Kind != scaling.CauseAlarm {
		return false
	}
	high, ok := false, false
	if a := f.alarmNamed(r.cause.Alarm, r.at); a != nil {
		high, ok = a.alarm.High(), true
	} else if _, high, ok = scaling.ParseAlarmName(r.cause.Alarm); !ok {
		return false
	}
	return high == s.out && (s.role == "" || f.roleOf(r.cause.Policy) == s.role)
}

// asksNoMore says that AWS found the desired count to be what is asked for.
func (r refusal) asksNoMore() bool {
	return len(r.activity.NotScaled) > 0 && r.activity.NotScaled[0].Code == scaling.AlreadyAtDesiredCapacity
}

// words tells a refusal and what to do, from the codes that AWS documents. [D]
func (r refusal) words() (says, next string) {
	if len(r.activity.NotScaled) == 0 {
		return fmt.Sprintf("failed to carry out an order of policy %s (%s)", r.cause.Policy, r.activity.StatusMessage), "see why the service could not be changed"
	}
	x := r.activity.NotScaled[0]
	switch x.Code {
	case scaling.AlreadyAtMaxCapacity:
		return fmt.Sprintf("did not scale out for policy %s: the service was at its maximum of %s (%s)", r.cause.Policy, tasks(x.Max), x.Code), "raise the maximum, or the size of a task"
	case scaling.AlreadyAtMinCapacity:
		return fmt.Sprintf("did not scale in for policy %s: the service was at its minimum of %s (%s)", r.cause.Policy, tasks(x.Min), x.Code), ""
	case scaling.AlreadyAtDesiredCapacity:
		return fmt.Sprintf("did not scale for policy %s: it asked for the %s that were desired already (%s)", r.cause.Policy, tasks(x.Current), x.Code), ""
	case scaling.AnticipatedFlapping:
		return fmt.Sprintf("refused to scale in for policy %s: on fewer tasks its metric would have gone above the target again (%s)", r.cause.Policy, x.Code),
			"let the load fall further, or raise the target, if it is to scale in there"
	case scaling.ResourceUnscalable:
		return fmt.Sprintf("did not scale for policy %s: the service said that it cannot be scaled now (%s)", r.cause.Policy, x.Code), "see the service's events and its deployments"
	}
	return fmt.Sprintf("did not scale for policy %s (%s)", r.cause.Policy, x.Code), "look the code up in AWS's scaling activities"
}
