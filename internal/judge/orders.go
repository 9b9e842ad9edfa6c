package judge

import (
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

// readOrders joins the orders with the policies.
func (f *facts) readOrders(events []timeline.Event) {
	for _, x := range timeline.OrdersOf(events) {
		o := order{
			id: x.ID, at: x.Start.UTC(), end: x.End.UTC(), from: x.From, to: x.To,
			cause: scaling.ParseCause(x.Cause), status: x.Status, seqs: x.Seqs,
		}
		if o.cause.Kind == scaling.CauseAlarm {
			o.role = f.roleOf(o.cause.Policy)
		}
		f.orders = append(f.orders, o)
	}
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
