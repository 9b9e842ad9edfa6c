package judge

import (
	"slices"
	"time"

	"scaleproof/internal/timeline"
)

// point is one published datapoint over [start, start+period). It became
// public somewhere in (after, seen].
type point struct {
	start       time.Time
	period      time.Duration
	value       float64
	after, seen time.Time
	seq         int64
}

func (p point) end() time.Time { return p.start.Add(p.period) }

// readPoints reads the metrics. A point that was revised counts as it was
// last told, and as public since it was first.
func (f *facts) readPoints(events []timeline.Event) {
	type place struct {
		key   string
		start int64
	}
	known := map[place]int{}
	for _, e := range events {
		d, ok := e.Data.(timeline.MetricPoint)
		if !ok || d.Period < time.Second || d.Period > longestPeriod {
			continue // no metric has such points
		}
		p := point{e.At, d.Period, d.Value, after(e), e.Seen, e.Seq}
		f.periods[d.Key] = max(f.periods[d.Key], d.Period)
		list, at := f.points[d.Key], place{d.Key, p.start.UnixNano()}
		if i, ok := known[at]; ok {
			p.after, p.seen = list[i].after, list[i].seen
			list[i] = p
			continue
		}
		known[at] = len(list)
		f.points[d.Key] = append(list, p)
	}
	for _, list := range f.points {
		slices.SortFunc(list, func(a, b point) int { return a.start.Compare(b.start) })
	}
}

// begun are the points of a metric that begin in [from, to]. A run of weeks has
// tens of thousands, and they are asked for a thousand times.
func (f *facts) begun(key string, from, to time.Time) []point {
	list := f.points[key]
	first, _ := slices.BinarySearchFunc(list, from, func(p point, t time.Time) int { return p.start.Compare(t) })
	last, _ := slices.BinarySearchFunc(list, to.Add(1), func(p point, t time.Time) int { return p.start.Compare(t) })
	return list[first:max(first, last)]
}

// belated is the point of a metric that lies in [from, to] and became public the
// longest after its end, where that is certainly longer than the budgets allow.
func (f *facts) belated(key string, from, to time.Time) (worst point, ok bool) {
	most := publication
	for _, p := range f.between(key, from, to) {
		if late := p.after.Sub(p.end()); late > most {
			worst, most, ok = p, late, true
		}
	}
	return worst, ok
}

// longestPeriod is the longest period that a metric is read over. [D]
const longestPeriod = 24 * time.Hour

// sharing are the points of a metric that share time with [from, to).
func (f *facts) sharing(key string, from, to time.Time) (found []point) {
	for _, p := range f.begun(key, from.Add(-f.periods[key]), to) {
		if p.start.Before(to) && p.end().After(from) {
			found = append(found, p)
		}
	}
	return found
}

// between lists the points of a metric that lie wholly in [from, to].
func (f *facts) between(key string, from, to time.Time) (found []point) {
	for _, p := range f.begun(key, from, to) {
		if !p.end().After(to) {
			found = append(found, p)
		}
	}
	return found
}

// keyOf is the metric that a policy of a role watches.
func keyOf(role string) string {
	switch role {
	case "cpu":
		return timeline.KeyCPU
	case "requests":
		return timeline.KeyRequests
	}
	return ""
}

// hundredths rounds a value for a comparison, so that the last bits of a
// float, which differ between machines, decide nothing.
func hundredths(v float64) int64 { return scaled(v, 100) }

// scaled rounds v times factor to a whole number, half away from zero. What is
// no number is 0, and what is too large for one is cut off, the same on every
// machine: a conversion out of range is not.
func scaled(v, factor float64) int64 {
	const most = 1e15
	x := float64(v * factor)
	switch {
	case x >= most:
		return most
	case x <= -most:
		return -most
	case x > 0:
		return int64(x + 0.5)
	case x < 0:
		return int64(x - 0.5)
	}
	return 0
}

// level is the value that at least m of the points reach: the m-th largest.
func level(points []point, m int) float64 {
	values := make([]float64, len(points))
	for i, p := range points {
		values[i] = p.value
	}
	slices.Sort(values)
	return values[len(values)-m]
}

// runs calls f with every n points that follow each other without a hole.
func runs(points []point, n int, f func([]point)) {
	for i := 0; n > 0 && i+n <= len(points); i++ {
		w := points[i : i+n]
		if w[n-1].start.Sub(w[0].start) == time.Duration(n-1)*w[0].period {
			f(w)
		}
	}
}
