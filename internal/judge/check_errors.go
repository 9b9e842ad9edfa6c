package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/plan"
)

// errorsBounded answers for each errors expectation.
func errorsBounded(f *facts) (results []Result) {
	for _, e := range f.plan.Expect {
		if e.Errors == nil {
			continue
		}
		switch x := e.Errors; {
		case x.Around != "":
			if f.loadOnly && len(f.looks) == 0 {
				continue // nobody watches the scaling of a bare load
			}
			results = append(results, f.errorsAround(e))
		case x.Above != nil && x.Above.Times > 0:
			results = append(results, f.errorMultiple(e))
		case x.Above != nil:
			results = append(results, f.errorRate(e))
		default:
			results = append(results, f.errorCount(e))
		}
	}
	return results
}

// most is the number of failures that an expectation allows.
func most(e plan.Expectation) int64 {
	if e.Errors.Count != nil {
		return int64(*e.Errors.Count)
	}
	return 0
}

// errorsOf names an expectation by its stages and kinds.
func errorsOf(e plan.Expectation) string {
	if len(e.Errors.Of) == 0 {
		return names(e.Errors.In)
	}
	return names(e.Errors.In) + ", of " + strings.Join(e.Errors.Of, " and ")
}

// errorCount judges failures over stages.
func (f *facts) errorCount(e plan.Expectation) Result {
	limit, kinds := most(e), e.Errors.Of
	r := Result{Subject: errorsOf(e), Pos: Pos(e.Pos), Answer: Pass,
		Expected: fmt.Sprintf("at most %d failed", limit)}
	var all []window
	var each []string
	for _, s := range f.named(e.Errors.In) {
		w := f.windowsIn(s.from, s.to)
		all = append(all, w...)
		each = append(each, fmt.Sprintf("%s %d", s.Name, sum(w, kinds).failed))
	}
	t, weak := sum(all, kinds), f.unseen(e.Errors.In, "errors")
	least, atMost := t.failures().between()
	said := fmt.Sprintf("%s failed (%s) where %d may", requests(t.failed), counted(t.classes), limit)
	if least > t.failed {
		said += ", and " + t.failures().told()
	}
	r.Measured = fmt.Sprintf("%d of %d (%s)", t.failed, t.completed, strings.Join(each, ", "))
	r.Margin, r.Samples = fmt.Sprint(limit-t.failed), t.completed
	r.Evidence = failing(all, kinds)
	switch {
	case least > limit && least-t.failed+sum(f.held(all), kinds).failed <= limit:
		r.Answer = Inconclusive
		r.Explanation = f.ownDoing(said)
	case least > limit:
		r.Answer = Fail
		first := firstFailure(all, kinds)
		says, seqs := f.plight(first.Start, first.end())
		r.Evidence = append(r.Evidence, seqs...)
		r.Explanation = fmt.Sprintf("%s, the first %s; %s.", said, f.when(first.Start), says)
	case t.completed == 0:
		r.Answer = Inconclusive
		r.Explanation = "No request ended in these stages, so there was nothing that could fail; see load.delivered, and send more there."
	case weak != "":
		r.Answer, r.Explanation = Inconclusive, weak
	case atMost > limit:
		r.Answer = Inconclusive
		r.Explanation = t.failures().tooFew(said)
	}
	return r
}

// unseen says, in a sentence, which of the stages was not seen to its end;
// empty where all were.
func (f *facts) unseen(in []string, what string) string {
	for _, s := range f.named(in) {
		if !s.whole || !covered(f.windowsIn(s.from, s.to), s.from, s.to) {
			return "Stage " + s.Name + " was not seen to its end, so " + what + " may have been missed; see run.complete, and run it to its end."
		}
	}
	return ""
}

// errorRate judges a share of failures over a sliding window.
func (f *facts) errorRate(e plan.Expectation) Result {
	x := e.Errors
	limit := hundredths(float64(x.Above.Percent)) // of a percent
	length := time.Duration(x.For)
	r := Result{Subject: errorsOf(e), Pos: Pos(e.Pos), Answer: Pass,
		Expected: fmt.Sprintf("never above %s for %s", percent(limit, 10000), short(length))}
	asSeen := func(w []window) []window { return w }
	peak, at, stretches := f.worstShare(x.In, x.Of, length, asSeen, failures.least)
	possible, then, _ := f.worstShare(x.In, x.Of, length, asSeen, failures.most)
	weak := f.unseen(x.In, "errors")
	r.Measured = "at most " + percent(peak, 10000)
	r.Margin = percent(max(limit-peak, 0), 10000)
	switch {
	case peak > limit:
		r.Answer = Fail
		all := f.touching(at, at.Add(length))
		r.Evidence = failing(all, x.Of)
		r.Explanation = fmt.Sprintf("From %s on, %s of all requests failed for %s (%s)", f.when(at), percent(peak, 10000), short(length), counted(sum(all, x.Of).classes))
		if real, _, _ := f.worstShare(x.In, x.Of, length, f.held, failures.least); real <= limit {
			r.Answer, r.Explanation = Inconclusive, f.ownDoing(r.Explanation)
		} else {
			says, seqs := f.plight(at, at.Add(length))
			r.Evidence = append(r.Evidence, seqs...)
			r.Explanation += "; " + says + "."
		}
	case stretches == 0:
		r.Answer = Inconclusive
		r.Explanation = "No requests ended over a stretch of " + short(length) + ", so there was nothing that could fail; see load.delivered, and send more there."
	case weak != "":
		r.Answer, r.Explanation = Inconclusive, weak
	case possible > limit:
		r.Answer = Inconclusive
		s := sum(f.touching(then, then.Add(length)), x.Of)
		r.Explanation = s.failures().tooFew(fmt.Sprintf("From %s on, for %s, %s of %d failed", f.when(then), short(length), requests(s.failed), s.completed))
	default:
		if why := f.dilutedErrors(x.In, x.Of, length, limit); why != "" {
			r.Answer, r.Margin, r.Explanation = Inconclusive, "", why
		}
	}
	return r
}

// worstShare slides over the stages, or over all of the traffic and its drain
// where none is named, and returns the largest share of failures, in
// hundredths of a percent, where it began, and how many stretches held
// requests at all. view is what is looked at of the windows, and count how many
// of a stretch failed.
func (f *facts) worstShare(in, kinds []string, length time.Duration, view func([]window) []window, count func(failures) int64) (peak int64, at time.Time, stretches int) {
	for _, w := range f.runsOf(in) {
		share, start, n := slide(view(w), kinds, length, count)
		if stretches += n; share > peak {
			peak, at = share, start
		}
	}
	return peak, at, stretches
}

// runsOf lists what slides: the windows of each named stage, or, where none is
// named, those of all the traffic and its drain.
func (f *facts) runsOf(in []string) (runs [][]window) {
	if len(in) == 0 {
		return [][]window{f.windowsIn(f.from, f.horizon)}
	}
	for _, s := range f.named(in) {
		runs = append(runs, f.windowsIn(s.from, s.to))
	}
	return runs
}

// slide finds the worst share over every run of windows that is at least as
// long as length.
func slide(w []window, kinds []string, length time.Duration, count func(failures) int64) (peak int64, at time.Time, stretches int) {
	var s failures
	i := 0
	for j := range w {
		s.add(sum(w[j:j+1], kinds), 1)
		for i < j && w[j].end().Sub(w[i+1].Start) >= length {
			s.add(sum(w[i:i+1], kinds), -1)
			i++
		}
		if w[j].end().Sub(w[i].Start) < length || s.completed <= 0 {
			continue
		}
		stretches++
		if share := count(s) * 10000 / s.completed; share > peak {
			peak, at = share, w[i].Start
		}
	}
	return peak, at, stretches
}

// failing lists the windows with failures, the first twenty of them.
func failing(windows []window, kinds []string) (seqs []int64) {
	for i := range windows {
		if sum(windows[i:i+1], kinds).failed > 0 && len(seqs) < 20 {
			seqs = append(seqs, windows[i].seq)
		}
	}
	return seqs
}

// firstFailure is the first window in which a request failed, of which there
// is one.
func firstFailure(windows []window, kinds []string) window {
	return windows[slices.IndexFunc(windows, func(w window) bool { return sum([]window{w}, kinds).failed > 0 })]
}
