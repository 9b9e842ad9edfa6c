package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/plan"
)

// latencyBounded answers for each percentile of each latency expectation.
func latencyBounded(f *facts) (results []Result) {
	for _, e := range f.plan.Expect {
		if e.Latency == nil || e.Latency.Around != "" && f.loadOnly && len(f.looks) == 0 {
			continue // nobody watches the scaling of a bare load
		}
		for _, p := range percentiles(e) {
			var r Result
			switch {
			case e.Latency.Around != "":
				r = f.latencyAround(p)
			case e.Latency.Never:
				r = f.latencyNever(p)
			default:
				r = f.latencyOver(p)
			}
			if r.Answer == Fail && f.unmeasuredClock() {
				r.Answer = Inconclusive
				r.Explanation = "The run was cut off before it told how far its scaled clock distorts latencies, so this is not held against the service; run it to its end: " + r.Explanation
			}
			r.in = p.stages()
			r.Pos, r.Needs = Pos(e.Pos), minSamples(p.permill)
			results = append(results, r)
		}
	}
	return results
}

// unmeasuredClock says that nobody knows what of the latencies is the machine's:
// a scaled clock's distortion is told when the traffic is over.
func (f *facts) unmeasuredClock() bool {
	return f.clock.Mode == "scaled" && f.clock.Distortion == 0 && f.ended == nil
}

// percentile is one bound of a latency expectation.
type percentile struct {
	*plan.Expectation
	name    string
	permill int64
	limit   time.Duration
	times   float64 // of of_stage or of_run, in place of the limit
}

func percentiles(e plan.Expectation) (list []percentile) {
	x := e.Latency
	for _, p := range []percentile{
		{&e, "p50", 500, time.Duration(x.P50.Limit), x.P50.Times},
		{&e, "p95", 950, time.Duration(x.P95.Limit), x.P95.Times},
		{&e, "p99", 990, time.Duration(x.P99.Limit), x.P99.Times},
	} {
		if p.limit > 0 || p.times > 0 {
			list = append(list, p)
		}
	}
	return list
}

// stages are those that a percentile is about; nil: all.
func (p percentile) stages() []string {
	if x := p.Latency; x.OfStage != "" && len(x.In) > 0 {
		return append(slices.Clone(x.In), x.OfStage)
	}
	return p.Latency.In
}

// where says which stages and kinds a percentile is of.
func (p percentile) where() string {
	if where := names(p.Latency.In); len(p.Latency.Of) == 0 {
		return where
	} else {
		return where + ", of " + strings.Join(p.Latency.Of, " and ")
	}
}

// subject names a percentile among the others.
func (p percentile) subject(what string) string {
	s := p.name + " " + what
	switch {
	case p.Latency.OfStage != "":
		s += " against " + p.Latency.OfStage
	case p.Latency.OfRun != "":
		s += " against the " + p.Latency.OfRun
	}
	return s
}

// latencyOver judges the samples of the stages taken together.
func (f *facts) latencyOver(p percentile) Result {
	r := Result{Subject: p.subject(names(p.Latency.In)), Answer: Pass}
	s, err := f.samples(p.Latency.Of, p.Latency.In)
	c := f.ceiling(p)
	f.hold(&r, p, c, s, err, p.where())
	if r.Answer == Fail {
		r.Evidence = append(r.Evidence, f.slowWindows(p, c)...)
	}
	if r.Answer == Pass && !s.whole {
		r.Answer, r.Explanation = Inconclusive, "Not all of these stages were seen to their end; see run.complete, and run it to its end."
	}
	return r
}

// slowWindows are the last twenty windows with answers that were too slow, or
// never came.
func (f *facts) slowWindows(p percentile, c ceiling) (seqs []int64) {
	for _, st := range slices.Backward(f.named(p.Latency.In)) {
		w := f.windowsIn(st.from, st.to)
		tallies, err := f.tallies(w, p.Latency.Of, c)
		if err != nil {
			return seqs
		}
		for i, t := range slices.Backward(tallies) {
			if t.maybe > 0 && len(seqs) < 20 {
				seqs = append(seqs, w[i].seq)
			}
		}
	}
	return seqs
}

// hold judges samples against a ceiling.
func (f *facts) hold(r *Result, p percentile, c ceiling, s samples, err error, where string) {
	total := s.answered + s.unanswered
	r.Expected, r.Tolerance, r.Samples = "at most "+c.said, c.tolerance, total
	r.Evidence = append(s.seqs, c.seqs...)
	weak := func(measured, why string) { r.Answer, r.Measured, r.Explanation = Inconclusive, measured, why }
	switch {
	case err != nil:
		weak("not readable", "A window's histogram cannot be read: "+err.Error()+".")
		return
	case total < minSamples(p.permill):
		weak(plural(int(total), "sample", "samples"), fmt.Sprintf("%s too few for a percentile, %d are needed; make the stages longer or the rate higher.", plural(int(total), "sample is", "samples are"), minSamples(p.permill)))
		return
	case c.weak != "":
		weak(plural(int(total), "sample", "samples"), c.weak)
		return
	}
	value, known := s.quantile(p.permill)
	r.Measured = fmt.Sprintf("%s over %d samples", short(value), total)
	r.Margin = short(c.most - value)
	if !known {
		r.Measured, r.Margin = fmt.Sprintf("no answer, over %d samples", total), ""
	}
	beyond := c.beyond(s, p.permill)
	switch {
	case s.late*10000 > s.sent*lateLimit:
		weak(r.Measured, fmt.Sprintf("%d of %d requests left the generator late, so part of the latency is its own%s.", s.late, s.sent, f.behind(s.from, s.to, "run it on a quieter machine")))
	case known && max(value-c.most, c.least-value) <= f.clock.Distortion && f.clock.Distortion > 0:
		weak(r.Measured, fmt.Sprintf("The clock of this run distorts latencies by up to %s, more than the margin; run it slower, or on a quieter machine.", short(f.clock.Distortion)))
	case known && c.relative == "" && s.merged.ValuesAreEquivalent(value.Microseconds(), c.most.Microseconds()):
		weak(r.Measured, "The measured value and the bound are the same to the resolution of the histogram; ask for a bound that the service does not sit on.")
	case s.missing*10000 > s.answered*unsentLimit:
		weak(r.Measured, fmt.Sprintf("Of %d answers no latency stands in the timeline, so what the percentile is taken of is not what was answered.", s.missing))
	case beyond && !c.beyond(s.pardoned(), p.permill):
		weak(r.Measured, f.ownDoing(fmt.Sprintf("%d of %d requests were never answered (%s)", s.unanswered, total, where)))
	case beyond && !c.beyondAlone(s, p.permill):
		weak(r.Measured, fmt.Sprintf("The %s was %s where %s is allowed (%s), but not for certain without what the generator itself had requests wait%s.",
			p.name, r.Measured, c.said, where, f.behind(s.from, s.to, "run it on a quieter machine")))
	case beyond && !known:
		r.Answer = Fail
		says, seqs := f.slowest(p, s)
		r.Evidence = append(r.Evidence, seqs...)
		r.Explanation = fmt.Sprintf("%d of %d requests were never answered (%s), so the %s has no value; %s.", s.unanswered, total, where, p.name, says)
	case beyond:
		r.Answer = Fail
		says, seqs := f.slowest(p, s)
		r.Evidence = append(r.Evidence, seqs...)
		r.Explanation = fmt.Sprintf("The %s was %s where %s is allowed (%s)%s; %s.", p.name, r.Measured, c.said, where, s.worstIn(), says)
	case !c.within(s, p.permill):
		weak(r.Measured, fmt.Sprintf("The %s was %s (%s), too close to %s to be told from it with so many samples; send more, or run for longer.", p.name, r.Measured, where, c.said))
	}
}
