package scenario

import (
	"fmt"
	"strconv"
)

// mostTasks is the largest number of tasks that ECS takes for a service. [D]
// Amazon ECS service quotas: tasks per service, 5,000.
const mostTasks = 5000

// Range is a range of whole numbers; an open end is nil. It reads and writes
// as 2..5, 3.., ..4 or 4.
type Range struct {
	Min, Max *int
}

func (r Range) String() string {
	switch {
	case r.Min != nil && r.Max != nil && *r.Min == *r.Max:
		return strconv.Itoa(*r.Min)
	case r.Min == nil && r.Max == nil:
		return ""
	case r.Min == nil:
		return ".." + strconv.Itoa(*r.Max)
	case r.Max == nil:
		return strconv.Itoa(*r.Min) + ".."
	}
	return strconv.Itoa(*r.Min) + ".." + strconv.Itoa(*r.Max)
}

// Contains says whether n lies in the range, its ends included.
func (r Range) Contains(n int) bool {
	return (r.Min == nil || n >= *r.Min) && (r.Max == nil || n <= *r.Max)
}

// MarshalJSON writes a number, or a string where the ends differ.
func (r Range) MarshalJSON() ([]byte, error) { return scalarJSON(r.String()), nil }

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Range) UnmarshalJSON(b []byte) error { return r.UnmarshalText(scalarText(b)) }

// UnmarshalText reads the range's text form.
func (r *Range) UnmarshalText(b []byte) error {
	m := rangeText.FindSubmatch(b)
	if m == nil {
		return fmt.Errorf("%q is not a range: write it as 2..5, 3.., ..4 or 4", b)
	}
	*r = Range{}
	for i, ends := range [][]**int{{}, {&r.Min}, {&r.Max}, {&r.Max}, {&r.Min, &r.Max}} {
		if len(ends) == 0 || len(m[i]) == 0 {
			continue
		}
		n, err := strconv.Atoi(string(m[i]))
		if err != nil || n > mostTasks {
			return fmt.Errorf("%q is more tasks than a service can have (%d)", b, mostTasks)
		}
		for _, end := range ends {
			*end = &n
		}
	}
	if r.Min != nil && r.Max != nil && *r.Min > *r.Max {
		return fmt.Errorf("%q is an empty range: its lower end comes first", b)
	}
	return nil
}

// minimum is the word by which a Count means the service's minimum capacity.
const minimum = "minimum"

// Count is a number of tasks, a range of them, or the word minimum.
type Count struct {
	Range   *Range
	Minimum bool
}

func (c Count) String() string {
	if c.Minimum {
		return minimum
	}
	if c.Range == nil {
		return ""
	}
	return c.Range.String()
}

// Of is the range that the count means for a service whose minimum capacity
// is min tasks.
func (c Count) Of(min int) Range {
	if c.Minimum {
		return Range{&min, &min}
	}
	if c.Range == nil {
		return Range{}
	}
	return *c.Range
}

// MarshalJSON writes a number or a string.
func (c Count) MarshalJSON() ([]byte, error) { return scalarJSON(c.String()), nil }

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Count) UnmarshalJSON(b []byte) error { return c.UnmarshalText(scalarText(b)) }

// UnmarshalText reads the count's text form.
func (c *Count) UnmarshalText(b []byte) error {
	if string(b) == minimum {
		*c = Count{Minimum: true}
		return nil
	}
	var r Range
	if !rangeText.Match(b) {
		return fmt.Errorf("%q is not a number of tasks: write it as minimum, 3, 2..5, 3.. or ..4", b)
	}
	if err := r.UnmarshalText(b); err != nil {
		return err
	}
	*c = Count{Range: &r}
	return nil
}
