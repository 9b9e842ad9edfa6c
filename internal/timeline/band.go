package timeline

import (
	"cmp"
	"slices"
	"time"
)

// Band is what several courses of one plan span: at each instant the least and
// the most of them. Zero: of no course.
type Band struct {
	Length   time.Duration `json:"length"` // the shortest course's; beyond it the band says nothing
	Desired  Range         `json:"desired,omitzero"`
	Running  Range         `json:"running,omitzero"`
	Healthy  Range         `json:"healthy,omitzero"`
	CPU      Range         `json:"cpu,omitzero"`      // at the datapoints of the first course
	Requests Range         `json:"requests,omitzero"` // at the datapoints of the first course
	TaskTime Extent        `json:"task_time,omitzero"`
	Firsts   []First       `json:"firsts,omitempty"` // scale-outs first, each in order of By
}

// Range is the least and the most of several curves over time; nothing where
// none of them is known. Zero: they were known nowhere.
type Range struct {
	Least Curve `json:"least"`
	Most  Curve `json:"most"`
}

// IsZero says that the curves were known nowhere.
func (r Range) IsZero() bool { return len(r.Least) == 0 }

// Extent is the least and the most of several lengths of time.
type Extent struct {
	Least time.Duration `json:"least"`
	Most  time.Duration `json:"most"`
}

// First is when the courses' first orders of one direction and one cause came.
type First struct {
	Direction string        `json:"direction"`    // Out or In
	By        string        `json:"by,omitempty"` // as Order.By; empty: any
	Earliest  time.Duration `json:"earliest"`
	Latest    time.Duration `json:"latest"`
	Courses   int           `json:"courses"` // how many have such an order at all
}

// The directions of an order.
const (
	Out = "out"
	In  = "in"
)

// Direction is Out, In, or empty for an order that changed nothing or of which
// it is not known.
func (o Order) Direction() string {
	switch {
	case o.From < 0 || o.To == o.From:
		return ""
	case o.To > o.From:
		return Out
	}
	return In
}

// FirstOrder is the first order of a direction by a cause; an empty cause is
// any.
func (c Course) FirstOrder(direction, by string) (Order, bool) {
	for _, o := range c.Orders {
		if o.Direction() == direction && (by == "" || o.By == by) {
			return o, true
		}
	}
	return Order{}, false
}

// BandOf spans courses.
func BandOf(courses []Course) (b Band) {
	if len(courses) == 0 {
		return b
	}
	b.Length = courses[0].Length
	b.TaskTime = Extent{courses[0].TaskTime, courses[0].TaskTime}
	for _, c := range courses {
		b.Length = min(b.Length, c.Length)
		b.TaskTime = Extent{min(b.TaskTime.Least, c.TaskTime), max(b.TaskTime.Most, c.TaskTime)}
		b.reckon(c)
	}
	b.Desired = b.span(courses, func(c Course) Curve { return c.Desired })
	b.Running = b.span(courses, func(c Course) Curve { return c.Running })
	b.Healthy = b.span(courses, func(c Course) Curve { return c.Healthy })
	b.CPU = sampled(courses, func(c Course) Samples { return c.CPU })
	b.Requests = sampled(courses, func(c Course) Samples { return c.Requests })
	slices.SortFunc(b.Firsts, func(x, y First) int {
		return cmp.Or(-cmp.Compare(x.Direction, y.Direction), cmp.Compare(x.By, y.By))
	})
	return b
}

// reckon adds a course's first orders.
func (b *Band) reckon(c Course) {
	done := map[[2]string]bool{}
	for _, o := range c.Orders {
		for _, by := range []string{"", o.By} {
			if key := [2]string{o.Direction(), by}; key[0] != "" && !done[key] {
				done[key] = true
				b.first(First{key[0], by, o.At, o.At, 1})
			}
		}
	}
}

// first adds a first order.
func (b *Band) first(n First) {
	for i := range b.Firsts {
		if f := &b.Firsts[i]; f.Direction == n.Direction && f.By == n.By {
			*f = First{f.Direction, f.By, min(f.Earliest, n.Earliest), max(f.Latest, n.Latest), f.Courses + n.Courses}
			return
		}
	}
	b.Firsts = append(b.Firsts, n)
}

// First is the band of the first orders of a direction and a cause, empty for
// any; ok is false where no course has one.
func (b Band) First(direction, by string) (First, bool) {
	for _, f := range b.Firsts {
		if f.Direction == direction && f.By == by {
			return f, true
		}
	}
	return First{}, false
}

// span is the range of one of the courses' curves.
func (b *Band) span(courses []Course, of func(Course) Curve) (r Range) {
	var curves []Curve
	for _, c := range courses {
		curves = append(curves, of(c))
	}
	Along(b.Length, func(from, _ time.Duration) {
		if lo, hi, ok := extremes(curves, func(c Curve) (int64, bool) { return c.At(from) }); ok {
			r.Least, r.Most = append(r.Least, Point{from, lo}), append(r.Most, Point{from, hi})
		}
	}, curves...)
	return Range{r.Least.tidy(), r.Most.tidy()}
}

// sampled is the range of one of the courses' metrics. The periods of courses
// need not begin together: what counts is the one that holds the middle of the
// first course's.
func sampled(courses []Course, of func(Course) Samples) (r Range) {
	first := of(courses[0])
	for _, p := range first.Points {
		lo, hi, _ := extremes(courses, func(c Course) (int64, bool) { return of(c).At(p.At + first.Period/2) })
		r.Least, r.Most = append(r.Least, Point{p.At, lo}), append(r.Most, Point{p.At, hi})
	}
	return r
}

// extremes are the least and the most of what is known.
func extremes[T any](of []T, value func(T) (int64, bool)) (lo, hi int64, ok bool) {
	for _, x := range of {
		v, known := value(x)
		switch {
		case !known:
		case !ok:
			lo, hi, ok = v, v, true
		default:
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	return lo, hi, ok
}
