package model

import (
	"cmp"
	"slices"
	"time"

	"scaleproof/internal/scaling"
)

// points are the published datapoints of a metric whose periods begin at since
// or later. A period of several minutes is made of those that are published by
// now, as CloudWatch's own is; other periods have no points.
func (w *World) points(m scaling.Metric, since time.Time) []scaling.Point {
	list := []scaling.Point{}
	s, id, ok := w.source(m)
	if !ok || m.Period < time.Minute || m.Period%time.Minute != 0 {
		return list
	}
	long := int64(m.Period / time.Minute)
	var group *minute
	show := func() {
		if group == nil || minuteTime(group.number).Before(since) {
			return
		}
		if v, ok := group.statistic(id, m.Statistic); ok {
			list = append(list, scaling.Point{Start: minuteTime(group.number), Value: value(v)})
		}
	}
	for i := range s.minutes {
		mi := &s.minutes[i]
		if !mi.published[id] {
			continue
		}
		first := mi.number - mi.number%long
		if group == nil || group.number != first {
			show()
			group = &minute{number: first}
		}
		group.merge(mi, id)
	}
	show()
	return list
}

// merge adds another minute's samples of a metric.
func (m *minute) merge(o *minute, id metricID) {
	a, b := &m.stats[id], o.stats[id]
	if a.n == 0 {
		*a = b
	} else {
		a.n, a.sum = a.n+b.n, a.sum+b.sum
		a.low, a.high, a.avg = min(a.low, b.low), max(a.high, b.high), a.sum/a.n
	}
	if id == metricLatency {
		m.latency = mergeBuckets(m.latency, o.latency)
	}
}

// mergeBuckets adds two distributions, in order of value.
func mergeBuckets(a, b []bucket) []bucket {
	if a == nil {
		return b
	}
	list := append(slices.Clone(a), b...)
	slices.SortFunc(list, func(x, y bucket) int { return cmp.Compare(x.i, y.i) })
	out := list[:1]
	for _, x := range list[1:] {
		if last := &out[len(out)-1]; last.i == x.i {
			last.n += x.n
		} else {
			out = append(out, x)
		}
	}
	return out
}
