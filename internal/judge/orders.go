package judge

import (
	"cmp"
	"slices"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// order is one scaling activity that set the desired count.
type order struct {
	id       string
	at, end  time.Time // end is zero where the completion was not seen
	from, to int       // desired count before and after; from is -1 where it is not known
	cause    scaling.Cause
	role     string // what the policy that caused it watches; empty where no known policy did
	status   string
	seqs     []int64
}

func (o order) out() bool { return o.from >= 0 && o.to > o.from }
func (o order) in() bool  { return o.from >= 0 && o.to < o.from }

// readOrders joins the activities with counts, alarms and policies. An
// activity that is told of again, since it changed, is one order.
func (f *facts) readOrders(events []timeline.Event) {
	byID := map[string]int{}
	for _, e := range events {
		d, ok := e.Data.(timeline.ActivityState)
		if !ok {
			continue
		}
		n, sets := scaling.ParseDescription(d.Activity.Description)
		if !sets {
			continue
		}
		i, known := byID[d.Activity.ID]
		if !known {
			i = len(f.orders)
			byID[d.Activity.ID] = i
			f.orders = append(f.orders, order{id: d.Activity.ID})
		}
		o := &f.orders[i]
		o.at, o.end, o.to, o.status = d.Activity.Start, d.Activity.End, n, d.Activity.Status
		o.cause = scaling.ParseCause(d.Activity.Cause)
		o.seqs = append(o.seqs, e.Seq)
	}
	f.orders = slices.DeleteFunc(f.orders, func(o order) bool { return o.status == scaling.StatusFailed })
	slices.SortStableFunc(f.orders, func(a, b order) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.id, b.id))
	})
	for i := range f.orders {
		f.orders[i].from = f.desiredBefore(i)
		if c := f.orders[i].cause; c.Kind == scaling.CauseAlarm {
			f.orders[i].role = f.roleOf(c.Policy)
		}
	}
}

// desiredBefore is the desired count that the i-th order found: what the order
// before it set, unless a look between the two saw another; -1 unknown. A look
// at the order's own instant may have seen its effect already, and is no help.
func (f *facts) desiredBefore(i int) int {
	from, since := -1, time.Time{}
	if i > 0 {
		from, since = f.orders[i-1].to, f.orders[i-1].at
	}
	for _, s := range f.counts {
		if s.seen.Before(f.orders[i].at) && (i == 0 || s.after.After(since)) {
			from = s.value.Desired
		}
	}
	return from
}

// roleOf says what a policy watches, by the plan or as it was seen.
func (f *facts) roleOf(name string) string {
	for _, p := range f.plan.Policies {
		if p.Name == name {
			return scaling.Role(p.Metric)
		}
	}
	for _, p := range f.policies {
		if p.policy.Name == name {
			return scaling.Role(p.policy.Metric)
		}
	}
	return ""
}

// during lists the orders that were given in [from, to), while the run
// watched, and that yes agrees to.
func (f *facts) during(from, to time.Time, yes func(order) bool) (found []order) {
	for _, o := range f.orders {
		if !o.at.Before(from) && o.at.Before(to) && o.at.Before(f.horizon) && yes(o) {
			found = append(found, o)
		}
	}
	return found
}

// contrary says that an order went the other way than the alarm it names asks
// for: then what it found, or what it was, is not what the timeline tells.
func (f *facts) contrary(o order) bool {
	if o.cause.Kind != scaling.CauseAlarm {
		return false
	}
	named := f.alarmNamed(o.cause.Alarm, o.at)
	return named != nil && named.alarm.High() != o.out()
}

// doubt says why the cause of an order is not to be believed; empty where
// nothing speaks against it. The alarm that it names must be one of the
// policy's and must have been in ALARM at that moment.
func (f *facts) doubt(o order) string {
	if o.cause.Kind != scaling.CauseAlarm {
		return "its cause names no alarm"
	}
	named := f.alarmNamed(o.cause.Alarm, o.at)
	if named == nil {
		return "the alarm it names was never seen"
	}
	if named.policy != "" && named.policy != o.cause.Policy {
		return "the alarm it names belongs to " + named.policy
	}
	if named.alarm.High() != o.out() {
		return "the alarm it names asks for the opposite"
	}
	if state := f.alarmStateAt(o.cause.Alarm, o.at); state != scaling.AlarmInAlarm {
		return "the alarm it names was in " + state + " at that moment"
	}
	return ""
}

// quietAt says that the alarm which an order names is known not to have been in
// ALARM then, though it is of the policy and of the side that are named: the
// alarms were looked at all along, and no state lasts shorter than two looks
// lie apart.
func (f *facts) quietAt(o order) bool {
	named := f.alarmNamed(o.cause.Alarm, o.at)
	return o.role != "" && named != nil && named.alarm.High() == o.out() && !named.seen.After(o.at) &&
		f.alarmStateAt(o.cause.Alarm, o.at) != scaling.AlarmInAlarm &&
		len(f.holes(timeline.PartAlarms, o.at.Add(-time.Minute), o.at.Add(time.Minute))) == 0
}
