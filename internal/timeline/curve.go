package timeline

import (
	"encoding/json"
	"sort"
	"time"
)

// Point is a value from an instant on. In JSON it is the pair [At, Value]: as
// objects, points make a prediction half as long again.
type Point struct {
	At    time.Duration // after the traffic's beginning, whole milliseconds
	Value int64
}

// MarshalJSON writes the pair of nanoseconds and value.
func (p Point) MarshalJSON() ([]byte, error) { return json.Marshal([2]int64{int64(p.At), p.Value}) }

// UnmarshalJSON reads what MarshalJSON writes.
func (p *Point) UnmarshalJSON(b []byte) error {
	var pair [2]int64
	err := json.Unmarshal(b, &pair)
	p.At, p.Value = time.Duration(pair[0]), pair[1]
	return err
}

// Curve is a value over time, in order of At, no two points at one instant:
// each value holds until the next point, the last for ever. Before its first
// point nothing is known. The zero value knows nothing.
type Curve []Point

// At is the value that holds at an instant; ok is false where none is known.
func (c Curve) At(t time.Duration) (value int64, ok bool) {
	i := sort.Search(len(c), func(i int) bool { return c[i].At > t })
	if i == 0 {
		return 0, false
	}
	return c[i-1].Value, true
}

// tidy leaves out, of points in order of At, all but the last at one instant
// and those that say again what holds.
func (c Curve) tidy() (out Curve) {
	for i, p := range c {
		if i+1 < len(c) && c[i+1].At == p.At || len(out) > 0 && out[len(out)-1].Value == p.Value {
			continue
		}
		out = append(out, p)
	}
	return out
}

// Area is the curve's integral from the traffic's beginning to an instant:
// one task for one second is a second.
func (c Curve) Area(until time.Duration) time.Duration {
	over, under := Between(Curve{{0, 0}}, c, until)
	return over - under
}

// Between measures the area between two curves from the traffic's beginning to
// an instant, where both are known: over is where b lies above a, under where
// it lies below. Their sum is the size of the difference and their difference
// its balance. With the curves exchanged, over and under are.
func Between(a, b Curve, until time.Duration) (over, under time.Duration) {
	Along(until, func(from, to time.Duration) {
		p, known := a.At(from)
		q, also := b.At(from)
		switch {
		case !known || !also:
		case q > p:
			over += time.Duration(q-p) * (to - from)
		default:
			under += time.Duration(p-q) * (to - from)
		}
	}, a, b)
	return over, under
}

// Along calls f with each stretch, from the traffic's beginning to an instant,
// on which all of the curves hold, in order. They hold at its beginning what
// they hold all along it.
func Along(until time.Duration, f func(from, to time.Duration), curves ...Curve) {
	at := []time.Duration{0}
	for _, c := range curves {
		for _, p := range c {
			if p.At > 0 && p.At < until {
				at = append(at, p.At)
			}
		}
	}
	sort.Slice(at, func(i, j int) bool { return at[i] < at[j] })
	for i, from := range at {
		to := until
		if i+1 < len(at) {
			to = at[i+1]
		}
		if to > from {
			f(from, to)
		}
	}
}
