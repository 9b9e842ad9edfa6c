package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/timeline"
)

// unwitnessed says why a pass of a check may be one by silence: what it needs to
// see was not seen all the time, so that it would have passed too had the
// opposite happened meanwhile. Empty where all was seen.
//
// Note: whether what was missed could have mattered to this very answer was
// tried, check by check. Each had a place where it could and was not asked.
func (f *facts) unwitnessed(c check, r Result) (why string, seqs []int64) {
	if f.from.IsZero() || len(c.needs) == 0 {
		return "", nil
	}
	from, to := f.stretchOf(c, r)
	for _, part := range c.needs {
		if part == partClock || part == partPeriod {
			continue // they are of the whole run, and not of a pass alone
		}
		if part == timeline.PartMetrics {
			if why := f.unpublished(c.role(r), from, to); why != "" {
				return why, nil
			}
		} else if holes := f.holes(part, from, to); len(holes) > 0 {
			h := holes[0]
			return fmt.Sprintf("Nobody looked at the %s from %s for %s, so what happened then is not known, and this would have passed all the same; see observation.complete, and run again", partNames[part], f.when(h.from), short(h.longest)), h.seqs
		}
	}
	return "", nil
}

// role is what the policy watches whose metric a result needs; empty for all.
func (c check) role(r Result) string {
	if !c.roled {
		return ""
	}
	return r.Subject[strings.LastIndexByte(r.Subject, ' ')+1:]
}

// stretchOf is what of the traffic a result rests on: the stages that it is
// about, where it is about some.
func (f *facts) stretchOf(c check, r Result) (from, to time.Time) {
	if !c.staged {
		return f.from, f.to
	}
	for _, s := range f.named(strings.Split(r.Subject, ", ")) {
		if s.seq == 0 {
			continue
		}
		if from.IsZero() {
			from = s.from
		}
		to = s.to
	}
	if from.IsZero() {
		return f.from, f.to
	}
	return from, earlier(to, f.to)
}

// unpublished says which datapoint of a role's metric, of those of all wanted
// policies for "", is missing in [from, to]; empty where none is.
func (f *facts) unpublished(role string, from, to time.Time) string {
	for _, role := range f.roles(role) {
		if want, missing, first := f.absent(keyOf(role), from, to); missing > 0 {
			return fmt.Sprintf("%d of %d datapoints of %s are missing, the first from %s, so what it was then is not known, and this would have passed all the same; see observation.complete, and run again",
				missing, want, role, f.when(first))
		}
	}
	return ""
}

// absent counts the datapoints that a metric was to have in [from, to], but for
// the last minutes, which may not be public yet, and those that are missing.
func (f *facts) absent(key string, from, to time.Time) (want, missing int, first time.Time) {
	points := f.points[key]
	period := time.Minute
	if len(points) > 0 {
		period = points[0].period
	}
	until := earlier(to, f.horizon.Add(-publication-lookLimit[timeline.PartMetrics]))
	i, _ := slices.BinarySearchFunc(points, from.Truncate(period), func(p point, t time.Time) int { return p.start.Compare(t) })
	for t := from.Truncate(period); !t.Add(period).After(until); t = t.Add(period) {
		if t.Before(from) {
			continue
		}
		want++
		for i < len(points) && points[i].start.Before(t) {
			i++
		}
		if i >= len(points) || points[i].start.Sub(t) >= points[i].period {
			if missing++; missing == 1 {
				first = t
			}
		}
	}
	return want, missing, first
}
