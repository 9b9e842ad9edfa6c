package judge

import "time"

// step is a value and when it came to be: somewhere in (after, seen].
type step[T any] struct {
	after, seen time.Time
	value       T
	seq         int64
}

// steps is a value over time, in order of seen.
type steps[T any] []step[T]

// at lists the values that may have held at t, the certain one first; several
// where a change lies between two looks with t between them. None: nothing
// was seen by t.
func (s steps[T]) at(t time.Time) (may []step[T]) {
	for _, x := range s {
		switch {
		case !x.seen.After(t):
			may = append(may[:0], x)
		case x.after.Before(t) && len(may) > 0:
			may = append(may, x)
		}
	}
	return may
}
