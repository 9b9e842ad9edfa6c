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
	begin      time.Time
	counts     []Event // of Counts, in order of the timeline
	healthy    []Point // in order of the timeline
	points     map[string]map[time.Duration]int64
	activities map[string]scaling.Activity // by id, as last told
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
	case ActivityState:
		r.activities[d.Activity.ID] = d.Activity
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

// orders are the activities of the course that set the desired count.
func (r *reduction) orders() (list []Order) {
	var all []scaling.Activity
	for _, a := range r.activities {
		if _, sets := scaling.ParseDescription(a.Description); sets && a.Status != scaling.StatusFailed {
			all = append(all, a)
		}
	}
	slices.SortFunc(all, func(a, b scaling.Activity) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID))
	})
	for i, a := range all {
		from, since := -1, time.Time{}
		if i > 0 {
			from, _ = scaling.ParseDescription(all[i-1].Description)
			since = all[i-1].Start
		}
		to, _ := scaling.ParseDescription(a.Description)
		o := Order{At: r.at(a.Start), From: r.before(a.Start, since, from), To: to, By: by(a)}
		if o.At >= 0 && o.At < r.Length {
			list = append(list, o)
		}
	}
	return list
}

// before is the desired count that an order at t found: what the order before
// it set, unless a look between the two saw another. A look at the order's own
// instant may have seen its effect, and is no help.
func (r *reduction) before(t, since time.Time, from int) int {
	for _, e := range r.counts {
		seen := e.Seen
		if !e.NotBefore.IsZero() {
			seen = e.NotBefore
		}
		if e.Seen.Before(t) && (since.IsZero() || seen.After(since)) {
			from = e.Data.(Counts).Desired
		}
	}
	return from
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
