package timeline

import (
	"cmp"
	"math"
	"slices"
	"time"

	"scaleproof/internal/scaling"
)

// reduction is a course in the making.
type reduction struct {
	Course
	begin   time.Time
	counts  []Event // of Counts, in order of the timeline
	healthy []Point // in order of the timeline
	points  map[string]map[time.Duration]int64
}

// at is a place in the course.
func (r *reduction) at(t time.Time) time.Duration { return t.Sub(r.begin).Round(time.Millisecond) }

func (r *reduction) read(e Event) {
	switch d := e.Data.(type) {
	case Counts:
		r.counts = append(r.counts, e)
	case Health:
		r.healthy = append(r.healthy, Point{r.at(e.Seen), int64(d.Healthy)})
	case MetricPoint:
		r.sample(r.at(e.At), d)
	case Window:
		r.add(d)
	}
}

func (r *reduction) add(w Window) {
	sum := func(m map[string]int64) (n int64) {
		for _, v := range m {
			n += v
		}
		return n
	}
	for _, k := range w.Kinds {
		r.Planned += k.Planned
		r.Unsent += sum(k.Unsent)
		r.Ended += sum(k.Completed)
		r.Failed += sum(k.Failed)
	}
}

// sample takes a datapoint whose period begins on the course. One that is told
// again counts as it was last.
func (r *reduction) sample(at time.Duration, m MetricPoint) {
	if at < 0 || at >= r.Length || m.Period <= 0 {
		return
	}
	switch m.Key {
	case KeyCPU:
		r.CPU.Period = m.Period
	case KeyRequests:
		r.Requests.Period = m.Period
	default:
		return
	}
	if r.points[m.Key] == nil {
		r.points[m.Key] = map[time.Duration]int64{}
	}
	r.points[m.Key][at] = thousandths(m.Value)
}

func (r *reduction) sorted(key string) (list []Point) {
	for at, v := range r.points[key] {
		list = append(list, Point{at, v})
	}
	slices.SortFunc(list, byPlace)
	return list
}

func byPlace(a, b Point) int { return cmp.Compare(a.At, b.At) }

// count is one of the counts over the course.
func (r *reduction) count(of func(Counts) int) Curve {
	var seen []Point
	for _, e := range r.counts {
		seen = append(seen, Point{r.at(e.Seen), int64(of(e.Data.(Counts)))})
	}
	return r.curve(seen)
}

// curve is what was seen, over the course: what stood before the traffic holds
// from its beginning on.
func (r *reduction) curve(seen []Point) (c Curve) {
	slices.SortStableFunc(seen, byPlace)
	for _, p := range seen {
		if p.At < r.Length {
			c = append(c, Point{max(p.At, 0), p.Value})
		}
	}
	return c.tidy()
}

// orders are those that were given on the course.
func (r *reduction) orders(all []Ordered) (list []Order) {
	for _, a := range all {
		o := Order{At: r.at(a.Start), From: a.From, To: a.To, By: by(a.Activity)}
		if o.At >= 0 && o.At < r.Length {
			list = append(list, o)
		}
	}
	return list
}

func by(a scaling.Activity) string {
	c := scaling.ParseCause(a.Cause)
	if c.Kind == scaling.CauseAlarm {
		return c.Policy
	}
	return string(c.Kind)
}

// thousandths rounds a metric's value, half away from zero; what is too large
// for a whole number is cut off, the same on every machine.
func thousandths(v float64) int64 {
	const most = 1e15
	if math.IsNaN(v) {
		return 0
	}
	return int64(math.Round(min(max(float64(v*1000), -most), most)))
}
