package scaling

import "fmt"

// Difference is a setting that is not as it was.
type Difference struct {
	Policy string // whose it is; empty: the registration's
	What   string // in words
}

// String is the difference in words.
func (d Difference) String() string { return d.What }

// Differences lists what of live's settings is not as it was at the start. It
// is empty exactly where the two are equal by name, type, target, cooldowns,
// disabled scale-in and label, bounds and suspension; alarms and times are
// AWS's own. A section that was not looked at is a difference.
func Differences(start, live Look) []Difference {
	if start.Scalable == nil || start.Policies == nil || live.Scalable == nil || live.Policies == nil {
		return []Difference{{What: "the scaling was not looked at"}}
	}
	d := targetDifferences(start.Scalable.Target, live.Scalable.Target)
	for _, was := range start.Policies.List {
		now, ok := live.Policies.Find(was.Name)
		if !ok {
			d = append(d, Difference{was.Name, fmt.Sprintf("policy %s is gone", was.Name)})
			continue
		}
		for _, diff := range was.Differences(now) {
			d = append(d, Difference{was.Name, fmt.Sprintf("policy %s: %s", was.Name, diff)})
		}
	}
	for _, now := range live.Policies.List {
		if _, ok := start.Policies.Find(now.Name); !ok {
			d = append(d, Difference{now.Name, fmt.Sprintf("policy %s is new", now.Name)})
		}
	}
	return d
}

func targetDifferences(was, now *ScalableTarget) (d []Difference) {
	add := func(format string, args ...any) {
		d = append(d, Difference{What: fmt.Sprintf(format, args...)})
	}
	switch {
	case was == nil && now == nil:
	case was == nil:
		add("the service is registered as a scalable target and was not")
	case now == nil:
		add("the service is no longer registered as a scalable target")
	default:
		if was.Bounds != now.Bounds {
			add("capacity is %d to %d, not %d to %d", now.Bounds.Min, now.Bounds.Max, was.Bounds.Min, was.Bounds.Max)
		}
		if was.Suspended != now.Suspended {
			add("suspended is %+v, not %+v", now.Suspended, was.Suspended)
		}
	}
	return d
}
