package traffic

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// recorded is a histogram of times in microseconds. The zero value is empty,
// and takes no room.
type recorded struct{ h *hdrhistogram.PackedHistogram }

func (r *recorded) empty() bool { return r.h == nil || r.h.TotalCount() == 0 }

// record adds n times d, rounded to the nearest microsecond. A negative time
// can only come of a wall clock that was set, and counts as none.
func (r *recorded) record(d time.Duration, n int64) {
	if n == 0 {
		return
	}
	r.room()
	if err := r.h.RecordValues(max(0, (d+500*time.Nanosecond).Microseconds()), n); err != nil {
		panic("traffic: " + err.Error()) // the caller clamps it to what a histogram can hold
	}
}

func (r *recorded) room() {
	if r.h == nil {
		r.h = hdrhistogram.NewPacked(1, Top.Microseconds(), digits)
	}
}

func (r *recorded) merge(other *recorded) {
	if !other.empty() {
		r.room()
		r.h.Merge(other.h) // of the same geometry: nothing is dropped
	}
}

// mirror makes an empty one the same as another.
func (r *recorded) mirror(other *recorded) {
	if r.empty() {
		r.merge(other)
	}
}

// fill makes an empty one n times nothing.
func (r *recorded) fill(n int64) {
	if r.empty() {
		r.record(0, n)
	}
}

func (r *recorded) encode(e *encoder) string {
	if r.empty() {
		return ""
	}
	return e.encode(r.h)
}

func (r *recorded) reset() {
	if r.h != nil {
		r.h.Reset()
	}
}
