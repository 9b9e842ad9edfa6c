package export

import "scaleproof/internal/hdr"

// Figures are what a histogram comes to, in microseconds; within a thousandth,
// which is what its buckets tell apart. A percentile that is nil lies among
// those that have no answer.
type Figures struct {
	Count      int64  `json:"count"`      // values in the histogram
	Unanswered int64  `json:"unanswered"` // requests that have none: slower than any
	Min        int64  `json:"min"`
	Mean       int64  `json:"mean"`
	P50        *int64 `json:"p50"`
	P90        *int64 `json:"p90"`
	P95        *int64 `json:"p95"`
	P99        *int64 `json:"p99"`
	P999       *int64 `json:"p99_9"`
	Max        int64  `json:"max"` // of those in the histogram
}

// permill are the places of the percentiles of Figures, in thousandths.
var permill = [...]int64{500, 900, 950, 990, 999}

// figuresOf are those of a histogram, with so many values of zero beside it and
// so many that are beyond any; nil where it holds nothing.
//
// A percentile is the value that so many of a thousand do not exceed: of n
// values the one at the rank n·permill/1000, rounded up. Mean takes each value
// for the middle of its bucket.
func figuresOf(h *hdr.Sum, zeros, unanswered int64) *Figures {
	f := &Figures{Count: zeros, Unanswered: unanswered}
	for b := range h.Buckets() {
		f.Count += b.Count
	}
	if f.Count == 0 {
		return nil
	}
	places := [...]**int64{&f.P50, &f.P90, &f.P95, &f.P99, &f.P999}
	seen, next, total := int64(0), 0, 0.0
	take := func(b hdr.Bucket) {
		if seen == 0 {
			f.Min = b.Least
		}
		seen, f.Max = seen+b.Count, b.Most
		total += float64(float64(b.Count) * float64(b.Least+b.Most) / 2)
		for ; next < len(places) && seen >= rank(f.Count+unanswered, permill[next]); next++ {
			*places[next] = new(b.Most)
		}
	}
	if zeros > 0 {
		take(hdr.Bucket{Count: zeros})
	}
	for b := range h.Buckets() {
		take(b)
	}
	f.Mean = int64(total/float64(f.Count) + 0.5)
	return f
}

// rank is the place, from 1, of the value that so many of a thousand do not
// exceed.
func rank(count, permill int64) int64 { return (count*permill + 999) / 1000 }
