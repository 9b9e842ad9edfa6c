package judge

import (
	"fmt"
	"slices"
	"time"
)

// observationComplete answers, for each part, whether it was looked at
// throughout the traffic.
func observationComplete(f *facts) []Result {
	if f.from.IsZero() {
		return []Result{{Answer: Inconclusive, Expected: "looks while traffic flows", Measured: "no traffic",
			Explanation: "There was no traffic to watch the service under."}}
	}
	var results []Result
	for _, part := range parts {
		results = append(results, f.observed(part))
	}
	for _, role := range f.roles("") {
		results = append(results, f.published(role))
	}
	return results
}

func (f *facts) observed(part string) Result {
	holes := f.holes(part, f.from, f.to)
	longest := time.Duration(0)
	for _, l := range f.looks[part] {
		longest = max(longest, l.longest)
	}
	failed := f.missed(part, f.from, f.to)
	r := Result{
		Subject: part, Answer: Pass,
		Expected: "a look at least every " + short(lookLimit[part]),
		Measured: "longest pause " + short(longest),
		Margin:   short(lookLimit[part] - longest),
	}
	if len(f.looks[part]) == 0 {
		r.Answer, r.Measured, r.Margin = Inconclusive, "never looked at", ""
		r.Explanation = "Nobody looked at the " + part + " of the service"
		if failed.total == 0 {
			r.Explanation += "; check the permissions of the observer and the gaps in the timeline."
			return r
		}
		r.Measured += "; " + failed.String()
		r.Explanation += ": " + failed.String() + "; " + failed.remedy() + "."
		return r
	}
	if failed.total > 0 {
		r.Measured += "; " + failed.String()
	}
	if len(holes) > 0 {
		worst := holes[0]
		for _, h := range holes {
			r.Evidence = append(r.Evidence, h.seqs...)
			if h.longest > worst.longest {
				worst = h
			}
		}
		r.Answer, r.Measured, r.Margin = Inconclusive, fmt.Sprintf("%s, the longest %s", plural(len(holes), "hole", "holes"), short(worst.longest)), ""
		if failed.total > 0 {
			r.Measured += "; " + failed.String()
		}
		r.Explanation = fmt.Sprintf("Nobody looked at the %s for %s within %s to %s; what happened then is not known; %s.",
			partNames[part], short(worst.longest), f.when(worst.from), f.when(worst.to), f.missed(part, worst.from, worst.to).remedy())
	} else if why, seqs := f.contradicted(part); why != "" {
		r.Answer, r.Margin, r.Explanation = Inconclusive, "", why
		r.Evidence = append(r.Evidence, seqs...)
	}
	return r
}

// published answers whether a metric has its datapoint for each period of the
// traffic, but for the last minutes, which may not be public yet.
func (f *facts) published(role string) Result {
	key := keyOf(role)
	r := Result{Subject: "metric " + key, Answer: Pass, Expected: "a datapoint for every period"}
	points := f.points[key]
	if len(points) == 0 {
		r.Answer, r.Measured = Inconclusive, "none"
		r.Explanation = "No datapoint of " + key + " was published, so no alarm on it could act; check the metric's dimensions and the resource label."
		return r
	}
	if m, ok := f.mismatched(role); ok {
		r.Answer, r.Measured, r.Evidence = Inconclusive, "datapoints of "+short(m.read.period), m.seqs()
		r.Explanation = m.String() + "; " + m.remedy() + "."
		return r
	}
	want, missing, first := f.absent(key, f.from, f.to)
	r.Measured = fmt.Sprintf("%d of %d", want-missing, want)
	if p, ok := f.belated(key, f.from, f.to); ok {
		r.Measured += ", up to " + short(p.after.Sub(p.end())) + " late"
		r.Evidence = append(r.Evidence, p.seq)
	}
	switch {
	case want == 0:
		r.Answer = Inconclusive
		r.Explanation = "The traffic was too short for a single datapoint of " + key + " to be published."
	case missing > 0:
		r.Answer, r.since = Inconclusive, first
		r.Explanation = fmt.Sprintf("%s of %s %s, the first %s; missing data scales nothing, and what the metric was is not known; see why they were not published, and run again.",
			plural(missing, "datapoint", "datapoints"), key, verb(missing), f.when(first))
	}
	return r
}

func verb(n int) string {
	if n == 1 {
		return "is missing"
	}
	return "are missing"
}

// hasPoint says that a datapoint begins in the period from start on.
func hasPoint(points []point, start time.Time) bool {
	i, _ := slices.BinarySearchFunc(points, start, func(p point, t time.Time) int { return p.start.Compare(t) })
	return i < len(points) && points[i].start.Sub(start) < points[i].period
}
