package observe

import (
	"iter"
	"time"
)

// Polls gives every instant from start on, with the parts that are due at it.
// It never ends by itself.
func (s Schedule) Polls(start time.Time) iter.Seq2[time.Time, []string] {
	return func(yield func(time.Time, []string) bool) {
		after := start.Add(-1)
		for {
			at, ok := s.Next(start, after)
			if !ok || !yield(at, s.Due(start, after, at)) {
				return
			}
			after = at
		}
	}
}
