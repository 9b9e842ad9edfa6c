package scenario

import (
	"fmt"
	"strconv"
)

// mostLoad is far more tasks' worth than a service can have of them.
const mostLoad = 1_000_000

// TaskLoad is a number of tasks' worth of load, written 2.5; Relative ones,
// written 1.25x, multiply the service's minimum capacity.
type TaskLoad struct {
	Tasks    float64
	Relative bool
}

func (l TaskLoad) String() string {
	if l.Relative {
		return number(l.Tasks) + "x"
	}
	return number(l.Tasks)
}

// Of is the load in tasks for a service whose minimum capacity is min tasks.
func (l TaskLoad) Of(min int) float64 {
	if l.Relative {
		return l.Tasks * float64(min)
	}
	return l.Tasks
}

// MarshalJSON writes a number, or a string where it is relative.
func (l TaskLoad) MarshalJSON() ([]byte, error) { return scalarJSON(l.String()), nil }

// UnmarshalJSON reads what MarshalJSON writes.
func (l *TaskLoad) UnmarshalJSON(b []byte) error { return l.UnmarshalText(scalarText(b)) }

// UnmarshalText reads the load's text form.
func (l *TaskLoad) UnmarshalText(b []byte) error {
	m := loadText.FindSubmatch(b)
	if m == nil {
		return fmt.Errorf("%q is not a load: write it as 2.5 (tasks' worth) or 1.25x (times the minimum capacity)", b)
	}
	v, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil || v > mostLoad {
		return fmt.Errorf("%q is too large for a load (%d)", b, mostLoad)
	}
	*l = TaskLoad{Tasks: v, Relative: len(m[2]) > 0}
	return nil
}
