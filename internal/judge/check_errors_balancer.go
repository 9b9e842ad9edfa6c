package judge

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// errorsAtBalancer holds the load balancer's own counts of 5xx against what
// clients saw, for each errors expectation: it is about users, and a request
// that failed may have been another user's. What the targets of the service
// answered is the service's; what the load balancer answered by itself may be
// another service's, so that alone proves nothing.
func errorsAtBalancer(f *facts) (results []Result) {
	if !slices.ContainsFunc(f.plan.Expect, func(e plan.Expectation) bool { return e.Errors != nil }) {
		return nil
	}
	if len(f.points[timeline.KeyRequests]) == 0 {
		return []Result{{Answer: Inconclusive, Severity: Warns, Expected: "the load balancer's own 5xx", Measured: "no datapoints",
			Explanation: "The load balancer published nothing of the service's target group, so only what clients saw of errors is known."}}
	}
	minutes := f.minutes()
	for _, e := range f.plan.Expect {
		if e.Errors == nil || e.Errors.Above != nil && e.Errors.Above.Times > 0 {
			continue // a multiple is of what clients saw in both
		}
		if groups := f.errorGroups(e, minutes); len(groups) > 0 {
			results = append(results, f.atBalancer(e, groups))
		}
	}
	return append(results, f.clientsAlone(minutes)...)
}

// errorGroup are minutes that are judged together. Of one that is not whole
// nobody knows which part its count belongs to.
type errorGroup struct {
	minutes []minute
	whole   []bool
}

// errorGroups are those of an expectation: all its minutes for a count, each
// stretch for a share of some length, each order for one around scaling.
func (f *facts) errorGroups(e plan.Expectation, minutes []minute) (groups []errorGroup) {
	x := e.Errors
	var spans [][2]time.Time
	switch {
	case x.Around != "":
		for _, s := range f.swings(x.In) {
			if n := len(s.windows); n > 0 {
				spans = append(spans, [2]time.Time{s.at, s.windows[n-1].end()})
			}
		}
	case len(x.In) == 0:
		spans = append(spans, [2]time.Time{f.from, f.to})
	default:
		for _, s := range f.named(x.In) {
			spans = append(spans, [2]time.Time{s.from, s.to})
		}
	}
	if len(spans) == 0 {
		return nil
	}
	if x.Above != nil && x.Around != "" {
		for _, s := range spans {
			groups = append(groups, cutOut(minutes, s))
		}
		return groups
	}
	all := cutOut(minutes, spans...)
	if x.Above == nil {
		return []errorGroup{all}
	}
	n := max(int((time.Duration(x.For)+time.Minute-1)/time.Minute), 1)
	for i := 0; i+n <= len(all.minutes); i++ {
		if all.minutes[i+n-1].start.Sub(all.minutes[i].start) == time.Duration(n-1)*time.Minute {
			groups = append(groups, errorGroup{all.minutes[i : i+n], all.whole[i : i+n]})
		}
	}
	return groups
}

// cutOut are the minutes that share time with any of the spans.
func cutOut(minutes []minute, spans ...[2]time.Time) (g errorGroup) {
	for _, m := range minutes {
		holds := func(t time.Time) bool {
			return slices.ContainsFunc(spans, func(s [2]time.Time) bool { return !t.Before(s[0]) && t.Before(s[1]) })
		}
		if slices.ContainsFunc(spans, func(s [2]time.Time) bool { return m.start.Before(s[1]) && m.end.After(s[0]) }) {
			g.minutes = append(g.minutes, m)
			g.whole = append(g.whole, holds(m.start) && holds(m.end.Add(-1)))
		}
	}
	return g
}

// tally adds up a group: what failed for clients and what ended, and the least
// and the most of 5xx that none of them saw.
func (g errorGroup) tally() (failed, completed, least, most int64) {
	for i, m := range g.minutes {
		failed, completed = failed+m.failed, completed+m.completed
		lo, hi := m.unseen()
		if g.whole[i] {
			least += lo
		}
		most += hi
	}
	return failed, completed, least, most
}

func (f *facts) atBalancer(e plan.Expectation, groups []errorGroup) Result {
	r := Result{Subject: errorsOf(e), Pos: Pos(e.Pos), Answer: Pass, Expected: fmt.Sprintf("at most %d failed, others' too", most(e))}
	breaks := func(failed, _ int64) bool { return failed > most(e) }
	if x := e.Errors; x.Above != nil {
		limit := hundredths(float64(x.Above.Percent))
		r.Expected = "never above " + percent(limit, 10000) + ", others' too"
		breaks = func(failed, completed int64) bool { return failed*10000 > limit*max(completed, 1) }
	}
	if e.Errors.Around != "" {
		r.Subject = "around scaling"
	}
	var counted, unseen, minutes int64
	var hole *minute
	worst := groups[0]
	for _, g := range groups {
		failed, completed, least, most := g.tally()
		answer := Pass
		switch {
		case least > 0 && breaks(failed+least, completed+least):
			answer = Fail
		case most > 0 && breaks(failed+most, completed+most):
			answer = Inconclusive
		}
		if answer != r.Answer && worse(answer, r.Answer) == answer {
			r.Answer, worst = answer, g
		}
		for i, m := range g.minutes {
			if !m.told && !m.late && hole == nil {
				hole = &g.minutes[i]
			}
		}
	}
	for _, m := range worst.minutes {
		_, n := m.unseen()
		counted, unseen, minutes = counted+m.target+m.balancer, unseen+n, minutes+1
		if n > 0 {
			r.Evidence = append(r.Evidence, m.seqs...)
		}
	}
	r.Samples, r.Needs = minutes, 1
	r.Measured = fmt.Sprintf("%d 5xx, %d not seen by clients", counted, unseen)
	switch said := f.unseenStory(worst); {
	case r.Answer == Fail && f.crowded():
		r.Answer, r.Explanation = Inconclusive, said+"; others sent requests too, so these may be theirs and no fault of the scaling: look at the load balancer's access log."
	case r.Answer == Fail:
		r.Explanation = said + ": other users met them, or they were lost on the way; look at the tasks' logs and at the load balancer's access log there."
	case r.Answer == Inconclusive:
		r.Explanation = said + "; whether they are this service's, or fell into that time, its metrics do not tell: look at the load balancer's access log."
	case hole != nil:
		r.Answer = Inconclusive
		r.Explanation = "The load balancer's counts of the minute at " + f.when(hole.start) + " were never published, so errors in it may have been missed; read them from CloudWatch, or run again."
	}
	return r
}

// unseenStory tells of the first minute of a group with 5xx that no client saw.
func (f *facts) unseenStory(g errorGroup) string {
	var targets, all int64
	var first *minute
	for i, m := range g.minutes {
		least, most := m.unseen()
		targets, all = targets+least, all+most
		if most > 0 && first == nil {
			first = &g.minutes[i]
		}
	}
	if first == nil {
		return ""
	}
	return fmt.Sprintf("From %s on the load balancer counted %s of 5xx that no client of this run saw, %d of them by the service's own targets",
		f.when(later(first.start, f.from)), plural(int(all), "answer", "answers"), targets)
}

// crowded says that others were seen to send requests to the service.
func (f *facts) crowded() bool {
	return slices.ContainsFunc(loadArrived(f), func(r Result) bool { return r.Answer != Pass && r.Severity != Warns })
}

// clientsAlone answers where clients saw many more 5xx than the load balancer
// counted: then it was not this load balancer that answered them.
func (f *facts) clientsAlone(minutes []minute) []Result {
	var saw, lost int64
	for i, m := range minutes {
		if !m.told {
			continue
		}
		counted := m.target + m.balancer
		for _, j := range []int{i - 1, i + 1} { // an answer at the border
			if j >= 0 && j < len(minutes) {
				counted += minutes[j].target + minutes[j].balancer
			}
		}
		saw, lost = saw+m.answered5xx, lost+max(m.answered5xx-counted, 0)
	}
	if lost <= 2+saw/10 {
		return nil
	}
	return []Result{{Subject: "clients alone", Answer: Inconclusive, Expected: "the 5xx that clients saw, counted", Measured: fmt.Sprintf("%d of %d not", lost, saw),
		Samples: saw, Explanation: fmt.Sprintf("Clients saw %d answers with 5xx and the load balancer did not count %d of them: something in front of it answered, or the load balancer or target group that is watched is not the one that serves; compare the URL with the resource label.", saw, lost)}}
}
