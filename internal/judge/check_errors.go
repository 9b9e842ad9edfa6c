package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
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

// errorCount judges failures over stages.
func (f *facts) errorCount(e plan.Expectation) Result {
	limit := most(e)
	r := Result{Subject: names(e.Errors.In), Pos: Pos(e.Pos), Answer: Pass,
		Expected: fmt.Sprintf("at most %d failed", limit)}
	var all []window
	var each []string
	for _, s := range f.named(e.Errors.In) {
		w := f.windowsIn(s.from, s.to)
		all = append(all, w...)
		each = append(each, fmt.Sprintf("%s %d", s.Name, sum(w, nil).failed))
	}
	t, weak := sum(all, nil), f.unseen(e.Errors.In)
	r.Measured = fmt.Sprintf("%d of %d (%s)", t.failed, t.completed, strings.Join(each, ", "))
	r.Margin = fmt.Sprint(limit - t.failed)
	r.Evidence = failing(all)
	switch {
	case t.failed > limit && sum(f.held(all), nil).failed <= limit:
		r.Answer = Inconclusive
		r.Explanation = f.ownDoing(fmt.Sprintf("%d requests failed (%s) where %d may", t.failed, counted(t.classes), limit))
	case t.failed > limit:
		r.Answer = Fail
		r.Explanation = fmt.Sprintf("%d requests failed (%s) where %d may; the first %s; look at the tasks and targets at that moment.", t.failed, counted(t.classes), limit, f.firstFailure(all))
	case t.completed == 0:
		r.Answer = Inconclusive
		r.Explanation = "No request ended in these stages, so there was nothing that could fail."
	case weak != "":
		r.Answer, r.Explanation = Inconclusive, weak
	}
	return r
}

// unseen says, in a sentence, which of the stages was not seen to its end;
// empty where all were.
func (f *facts) unseen(in []string) string {
	for _, s := range f.named(in) {
		if !s.whole || !covered(f.windowsIn(s.from, s.to), s.from, s.to) {
			return "Stage " + s.Name + " was not seen to its end, so errors may have been missed."
		}
	}
	return ""
}

// errorRate judges a share of failures over a sliding window.
func (f *facts) errorRate(e plan.Expectation) Result {
	x := e.Errors
	limit := hundredths(float64(*x.Above)) // of a percent
	length := time.Duration(x.For)
	r := Result{Subject: names(x.In), Pos: Pos(e.Pos), Answer: Pass,
		Expected: fmt.Sprintf("never above %s for %s", percent(limit, 10000), short(length))}
	peak, at, stretches := f.worstShare(x.In, length, func(w []window) []window { return w })
	weak := f.unseen(x.In)
	r.Measured = "at most " + percent(peak, 10000)
	r.Margin = percent(max(limit-peak, 0), 10000)
	switch {
	case peak > limit:
		r.Answer = Fail
		all := f.touching(at, at.Add(length))
		r.Evidence = failing(all)
		r.Explanation = fmt.Sprintf("From %s on, %s of all requests failed for %s (%s)", f.when(at), percent(peak, 10000), short(length), counted(sum(all, nil).classes))
		if real, _, _ := f.worstShare(x.In, length, f.held); real <= limit {
			r.Answer, r.Explanation = Inconclusive, f.ownDoing(r.Explanation)
		} else {
			r.Explanation += "; look at the tasks and targets at that moment."
		}
	case stretches == 0:
		r.Answer = Inconclusive
		r.Explanation = "No requests ended over a stretch of " + short(length) + ", so there was nothing that could fail."
	case weak != "":
		r.Answer, r.Explanation = Inconclusive, weak
	}
	return r
}

// worstShare slides over the stages, or over all of the traffic and its drain
// where none is named, and returns the largest share of failures, in
// hundredths of a percent, where it began, and how many stretches held
// requests at all. view is what is looked at of the windows.
func (f *facts) worstShare(in []string, length time.Duration, view func([]window) []window) (peak int64, at time.Time, stretches int) {
	over := [][]window{f.windowsIn(f.from, f.horizon)}
	if len(in) > 0 {
		over = nil
		for _, s := range f.named(in) {
			over = append(over, f.windowsIn(s.from, s.to))
		}
	}
	for _, w := range over {
		share, start, n := slide(view(w), length)
		if stretches += n; share > peak {
			peak, at = share, start
		}
	}
	return peak, at, stretches
}

// slide finds the worst share over every run of windows that is at least as
// long as length.
func slide(w []window, length time.Duration) (peak int64, at time.Time, stretches int) {
	var failed, completed int64
	i := 0
	for j := range w {
		t := sum(w[j:j+1], nil)
		failed, completed = failed+t.failed, completed+t.completed
		for i < j && w[j].end().Sub(w[i+1].Start) >= length {
			t := sum(w[i:i+1], nil)
			failed, completed = failed-t.failed, completed-t.completed
			i++
		}
		if w[j].end().Sub(w[i].Start) < length || completed <= 0 {
			continue
		}
		stretches++
		if share := failed * 10000 / completed; share > peak {
			peak, at = share, w[i].Start
		}
	}
	return peak, at, stretches
}

// errorsAround judges failures from each order until its last draining target
// is gone and its last new target healthy.
func (f *facts) errorsAround(e plan.Expectation) Result {
	limit := most(e)
	// What is ordered after the traffic meets no requests.
	orders := f.during(f.from, f.to, func(o order) bool { return o.out() || o.in() })
	r := Result{Subject: "around scaling", Pos: Pos(e.Pos), Answer: Pass, Expected: fmt.Sprintf("at most %d failed", limit)}
	var all []window
	weak := ""
	var worst order
	var most int64
	for _, o := range orders {
		r.Evidence = append(r.Evidence, o.seqs...)
		end, ok := f.settled(o)
		if !ok {
			weak = "The targets had not settled after the " + f.describe(o) + " when the observation ended."
			end = f.horizon
		}
		w := f.touching(o.at, end)
		if sum(w, nil).completed == 0 {
			weak = "No request ended around the " + f.describe(o) + ", so there was nothing that could fail."
		}
		if n := sum(w, nil).failed; n > most {
			most, worst = n, o
		}
		for _, x := range w {
			if !slices.ContainsFunc(all, func(y window) bool { return y.seq == x.seq }) {
				all = append(all, x)
			}
		}
	}
	t := sum(all, nil)
	r.Measured = fmt.Sprintf("%d of %d, around %s", t.failed, t.completed, plural(len(orders), "order", "orders"))
	r.Margin = fmt.Sprint(limit - t.failed)
	switch {
	case t.failed > limit && sum(f.held(all), nil).failed <= limit:
		r.Answer = Inconclusive
		r.Explanation = f.ownDoing(fmt.Sprintf("%d requests failed (%s) while the service scaled", t.failed, counted(t.classes)))
	case t.failed > limit:
		r.Answer = Fail
		r.Evidence = append(r.Evidence, failing(all)...)
		r.Explanation = fmt.Sprintf("%d requests failed (%s) while the service scaled, %d of them around the %s; look at how new tasks take on load and how old ones drain.", t.failed, counted(t.classes), most, f.describe(worst))
	case len(orders) == 0:
		r.Answer = Inconclusive
		r.Explanation = "Nothing scaled, so how scaling treats requests was not exercised."
	case weak != "":
		r.Answer, r.Explanation = Inconclusive, weak
	case !f.sawOrders(f.to):
		r.Answer = Inconclusive
		r.Explanation = "The scaling activities were not read to the end of the traffic, so an order may have been missed."
	}
	return r
}

// settled is when, after an order, all desired targets were seen healthy and
// none draining.
func (f *facts) settled(o order) (time.Time, bool) {
	for _, h := range f.health {
		if !h.seen.After(o.at) || h.value.Draining > 0 {
			continue
		}
		lo, hi, ok := f.desiredAt(h.seen)
		if ok && h.value.Healthy >= lo && h.value.Healthy <= hi && !f.blind(timeline.PartTargets, h.seen) {
			return h.seen, true
		}
	}
	return time.Time{}, false
}

// failing lists the windows with failures, the first twenty of them.
func failing(windows []window) (seqs []int64) {
	for i := range windows {
		if sum(windows[i:i+1], nil).failed > 0 && len(seqs) < 20 {
			seqs = append(seqs, windows[i].seq)
		}
	}
	return seqs
}

// firstFailure says when the first request failed.
func (f *facts) firstFailure(windows []window) string {
	for i := range windows {
		if sum(windows[i:i+1], nil).failed > 0 {
			return f.when(windows[i].Start)
		}
	}
	return "at a time not known"
}
