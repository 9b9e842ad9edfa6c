package timeline

import (
	"cmp"
	"slices"
	"time"
)

// Course is what a run came to, reduced to what two runs are compared by. All
// instants count from the beginning of the traffic and are whole milliseconds,
// all values are integers, so that equal timelines have equal courses on every
// machine and a course that was written is equal when it is read. Nothing of
// before the traffic is in it but what stood when it began.
//
// Counts are as they were polled: a change lies up to one poll before its
// point. What was not looked at holds as it was last seen.
type Course struct {
	Length   time.Duration `json:"length"`            // from the traffic's beginning to that of the undo
	Desired  Curve         `json:"desired,omitempty"` // tasks
	Running  Curve         `json:"running,omitempty"` // tasks
	Healthy  Curve         `json:"healthy,omitempty"` // targets
	CPU      Samples       `json:"cpu,omitzero"`      // thousandths of a percent, average
	Requests Samples       `json:"requests,omitzero"` // thousandths of a request per target and minute
	Orders   []Order       `json:"orders,omitempty"`  // in order of time
	TaskTime time.Duration `json:"task_time"`         // running tasks x time: one task for one second is a second
	Planned  int64         `json:"planned,omitempty"` // requests that were due
	Unsent   int64         `json:"unsent,omitempty"`  // requests that were given up
	Ended    int64         `json:"ended,omitempty"`   // requests that ended, however
	Failed   int64         `json:"failed,omitempty"`  // those of Ended that were no success
}

// Samples are the datapoints of a metric. Points holds each at its period's
// beginning; a period without a datapoint has no point. Zero: none was seen.
type Samples struct {
	Period time.Duration `json:"period"`
	Points []Point       `json:"points,omitempty"`
}

// IsZero says that there is no datapoint.
func (s Samples) IsZero() bool { return len(s.Points) == 0 }

// At is the value of the period that holds an instant; ok is false where it has
// no datapoint.
func (s Samples) At(t time.Duration) (value int64, ok bool) {
	i, exact := slices.BinarySearchFunc(s.Points, t, func(p Point, t time.Duration) int { return cmp.Compare(p.At, t) })
	if !exact {
		i--
	}
	if i < 0 || t >= s.Points[i].At+s.Period {
		return 0, false
	}
	return s.Points[i].Value, true
}

// Order is a scaling activity that set the desired count and did not fail.
type Order struct {
	At   time.Duration `json:"at"`   // its start
	From int           `json:"from"` // desired tasks before it; -1 where nobody saw them
	To   int           `json:"to"`
	By   string        `json:"by"` // name of the policy, or the kind of another cause: bounds, scheduled, unknown
}

// CourseOf reduces a timeline to its course; ok is false where its traffic
// never began.
func CourseOf(events []Event) (c Course, ok bool) {
	begin, ok := beginning(events)
	if !ok {
		return Course{}, false
	}
	r := reduction{begin: begin, points: map[string]map[time.Duration]int64{}}
	r.Length = r.at(ending(events))
	for _, e := range events {
		r.read(e)
	}
	r.Desired = r.count(func(c Counts) int { return c.Desired })
	r.Running = r.count(func(c Counts) int { return c.Running })
	r.Healthy = r.curve(r.healthy)
	r.CPU.Points = r.sorted(KeyCPU)
	r.Requests.Points = r.sorted(KeyRequests)
	r.Orders = r.orders(OrdersOf(events))
	r.TaskTime = r.Running.Area(r.Length)
	return r.Course, true
}

// beginning is that of the first stage.
func beginning(events []Event) (time.Time, bool) {
	for _, e := range events {
		if _, ok := e.Data.(Stage); ok {
			return e.At, true
		}
	}
	return time.Time{}, false
}

// ending is where the run stopped to watch: what comes after is its own doing.
func ending(events []Event) (last time.Time) {
	for _, e := range events {
		if p, ok := e.Data.(Phase); ok && p.Name == PhaseUndo {
			return e.At
		}
		if e.Seen.After(last) {
			last = e.Seen
		}
	}
	return last
}
