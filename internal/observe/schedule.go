package observe

import (
	"time"

	"scaleproof/internal/timeline"
)

// Every says how often a part is looked at.
type Every struct {
	Part   string        // timeline.Part*
	Period time.Duration // between two looks; a whole number of seconds
}

// Schedule is the parts in the order in which one poll asks for them. The
// order is part of the meaning: alarms and activities are read after the
// counts that they explain.
type Schedule []Every

// Default is the schedule of a run: counts and targets often enough to bound
// a start of tasks, alarms and activities at a quarter of their evaluation,
// settings and metrics at half a period.
var Default = Schedule{
	{timeline.PartService, 10 * time.Second},
	{timeline.PartTargets, 10 * time.Second},
	{timeline.PartScaling, 30 * time.Second},
	{timeline.PartAlarms, 15 * time.Second},
	{timeline.PartActivities, 15 * time.Second},
	{timeline.PartMetrics, 30 * time.Second},
}

// Due lists the parts of which a look falls in (after, until]. Looks fall on
// start and on each whole period after it.
func (s Schedule) Due(start, after, until time.Time) []string {
	var parts []string
	for _, e := range s {
		if !e.next(start, after).After(until) {
			parts = append(parts, e.Part)
		}
	}
	return parts
}

// Next is the first instant after `after` at which any part is due. A
// schedule without parts has none, and says false.
func (s Schedule) Next(start, after time.Time) (time.Time, bool) {
	var first time.Time
	for _, e := range s {
		if at := e.next(start, after); first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first, len(s) > 0
}

func (e Every) next(start, after time.Time) time.Time {
	if after.Before(start) {
		return start
	}
	return start.Add((after.Sub(start)/e.Period + 1) * e.Period)
}
