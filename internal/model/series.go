package model

import (
	"cmp"
	"slices"
	"time"

	"scaleproof/internal/scaling"
)

// slot is what a metric came to in the shortest stretch that is kept of it, or
// in several of them together. Its instants count from 1970, so that slots are
// aligned to the wall's minutes.
type slot struct {
	start, end int64 // ns
	published  bool
	stats
	latency []bucket
}

// series is one metric of one service: slots of one length, oldest first. A
// stretch in which there was nothing to count has no slot, which is not one of
// zero.
//
// Whatever is read of a metric, at 20 s, at a minute, at an hour, aligned or
// not, is a merge of slots. A series for each period was rejected: two of them
// can disagree.
type series struct {
	length int64 // ns
	slots  []slot
}

// from is the place of the first slot that begins at or after an instant.
func (x *series) from(at int64) int {
	i, _ := slices.BinarySearchFunc(x.slots, at, func(s slot, at int64) int { return cmp.Compare(s.start, at) })
	return i
}

// read merges the published slots of [from, to): what CloudWatch has of that
// stretch by now. ok is false where that is nothing.
func (x *series) read(from, to int64) (m slot, ok bool) {
	for i := x.from(from); i < len(x.slots) && x.slots[i].start < to; i++ {
		if o := &x.slots[i]; o.published {
			m.merge(o)
			ok = true
		}
	}
	m.start, m.end = from, to
	return m, ok
}

// serves says that periods of a length are made of whole slots.
func (x *series) serves(period int64) bool { return period > 0 && period%x.length == 0 }

// keep adds a closed slot and forgets those that ended before an instant, in
// batches.
func (x *series) keep(s slot, since int64) {
	if n := len(x.slots); n > 64 && x.slots[n/2].end <= since {
		x.slots = slices.Delete(x.slots, 0, n/2)
	}
	x.slots = append(x.slots, s)
}

// merge adds another slot's samples.
func (x *slot) merge(o *slot) {
	x.stats.add(o.stats)
	x.latency = mergeBuckets(x.latency, o.latency)
}

// mergeBuckets adds two distributions, in order of value.
func mergeBuckets(a, b []bucket) []bucket {
	if len(a) == 0 {
		return b
	}
	if len(b) == 0 {
		return a
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

// points are the published datapoints of a metric whose periods begin in
// [since, until), the periods aligned to the wall's clock. Nothing is shown of
// periods below a minute that are older than 3 hours. [D] Other periods than
// multiples of what the metric is gathered at have no points.
func (w *World) points(m scaling.Metric, since, until time.Time) []scaling.Point {
	list := []scaling.Point{}
	s, id, ok := w.source(m)
	period := int64(m.Period)
	if !ok || !s.series[id].serves(period) {
		return list
	}
	if since.After(w.time(w.now)) {
		return list
	}
	x, first := &s.series[id], int64(0)
	if since.Unix() > 0 {
		first = since.UnixNano()
	}
	if period < minuteNs {
		first = max(first, w.origin+w.now-fineKept)
	}
	for i := x.from((first + period - 1) / period * period); i < len(x.slots); {
		from := x.slots[i].start / period * period
		if !until.IsZero() && !wall(from).Before(until) {
			break
		}
		if merged, ok := x.read(from, from+period); ok {
			if v, ok := merged.statistic(id, m.Statistic); ok {
				list = append(list, scaling.Point{Start: wall(from), Value: value(v)})
			}
		}
		i = x.from(from + period)
	}
	return list
}

// wall is an instant that counts from 1970.
func wall(ns int64) time.Time { return time.Unix(0, ns).UTC() }
