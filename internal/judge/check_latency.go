package judge

import (
	"fmt"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"scaleproof/internal/plan"
)

// minSamples is the least number of samples that a percentile is taken of: ten
// must lie beyond it, which makes 1,000 for the 99th.
func minSamples(permill int64) int64 { return 10 * 1000 / (1000 - permill) }

// latencyBounded answers for each latency expectation.
func latencyBounded(f *facts) (results []Result) {
	for _, e := range f.plan.Expect {
		if e.Latency == nil {
			continue
		}
		for _, x := range []struct {
			name    string
			permill int64
			limit   time.Duration
		}{
			{"p50", 500, time.Duration(e.Latency.P50)},
			{"p95", 950, time.Duration(e.Latency.P95)},
			{"p99", 990, time.Duration(e.Latency.P99)},
		} {
			if x.limit > 0 {
				results = append(results, f.latency(e, x.name, x.permill, x.limit))
			}
		}
	}
	return results
}

func (f *facts) latency(e plan.Expectation, name string, permill int64, limit time.Duration) Result {
	x := e.Latency
	r := Result{Subject: name + " " + names(x.In), Pos: Pos(e.Pos), Answer: Pass, Expected: "at most " + short(limit)}
	weak := func(measured, why string) Result {
		r.Answer, r.Measured, r.Explanation = Inconclusive, measured, why
		return r
	}
	s, err := f.samples(x.Of, x.In)
	r.Evidence = s.seqs
	total := s.answered + s.unanswered
	switch {
	case err != nil:
		return weak("not readable", "A window's histogram cannot be read: "+err.Error()+".")
	case total < minSamples(permill):
		return weak(plural(int(total), "sample", "samples"), fmt.Sprintf("%d samples are too few for a percentile, %d are needed; make the stages longer or the rate higher.", total, minSamples(permill)))
	}
	value, known := s.quantile(permill)
	r.Measured = fmt.Sprintf("%s over %d samples", short(value), total)
	r.Margin = short(limit - value)
	if !known {
		r.Measured, r.Margin = fmt.Sprintf("no answer, over %d samples", total), ""
	}
	where := names(x.In)
	if len(x.Of) > 0 {
		where += ", of " + strings.Join(x.Of, " and ")
	}
	switch near := value - limit; {
	case s.late*10000 > s.sent*lateLimit:
		return weak(r.Measured, fmt.Sprintf("%d of %d requests left the generator late, so part of the latency is its own; run it on a quieter machine.", s.late, s.sent))
	case known && max(near, -near) <= f.clock.Distortion:
		return weak(r.Measured, fmt.Sprintf("The clock of this run distorts latencies by up to %s, more than the margin.", short(f.clock.Distortion)))
	case known && s.merged.ValuesAreEquivalent(value.Microseconds(), limit.Microseconds()):
		return weak(r.Measured, "The measured value and the bound are the same to the resolution of the histogram.")
	case s.missing*10000 > s.answered*unsentLimit:
		return weak(r.Measured, fmt.Sprintf("Of %d answers no latency stands in the timeline, so what the percentile is taken of is not what was answered.", s.missing))
	case (!known || value > limit) && s.pardoned().within(permill, limit):
		return weak(r.Measured, f.ownDoing(fmt.Sprintf("%d of %d requests were never answered (%s)", s.unanswered, total, where)))
	case !known || value > limit:
		r.Answer = Fail
		r.Explanation = fmt.Sprintf("The %s was %s where %s is allowed (%s), worst in stage %s; look at CPU, queues and the number of tasks there.", name, r.Measured, short(limit), where, s.worst)
		if !known {
			r.Explanation = fmt.Sprintf("%d of %d requests were never answered (%s), so the %s has no value; look at time-outs and resets there.", s.unanswered, total, where, name)
		}
	case !s.whole:
		return weak(r.Measured, "Not all of these stages were seen to their end.")
	}
	return r
}

// samples are the latencies of kinds and stages taken together.
type samples struct {
	merged     *hdrhistogram.Histogram // microseconds; nil where nothing was answered
	answered   int64
	unanswered int64 // ended without an answer: slower than any that was
	ours       int64 // those of them that are not held against the service
	missing    int64 // answered, and with no latency in the timeline
	sent, late int64
	whole      bool   // all the stages were seen to their end
	worst      string // stage with the highest 99th percentile
	seqs       []int64
}

func (f *facts) samples(kinds, in []string) (s samples, err error) {
	s.whole = true
	worst := int64(-1)
	for _, st := range f.named(in) {
		if st.seq == 0 {
			s.whole = false
			continue
		}
		s.seqs = append(s.seqs, st.seq)
		w := f.windowsIn(st.from, st.to)
		s.whole = s.whole && st.whole && covered(w, st.from, st.to)
		t := sum(w, kinds)
		s.unanswered, s.sent, s.late = s.unanswered+t.unanswered, s.sent+t.sent, s.late+t.late
		s.ours += f.ours(w, kinds)
		h, err := merge(w, kinds)
		if err != nil {
			return s, err
		}
		s.missing += t.completed - t.unanswered
		if h == nil {
			continue
		}
		s.missing -= h.TotalCount()
		if p := h.ValueAtPercentile(99); p > worst {
			worst, s.worst = p, st.Name
		}
		s.answered += h.TotalCount()
		if s.merged == nil {
			s.merged = h
		} else if dropped := s.merged.Merge(h); dropped > 0 {
			return s, fmt.Errorf("%d latencies lie beyond the histogram's top", dropped)
		}
	}
	return s, nil
}

// quantile is the latency that permill of a thousand samples do not exceed;
// known is false where it falls among those that were never answered.
func (s samples) quantile(permill int64) (value time.Duration, known bool) {
	rank := ((s.answered+s.unanswered)*permill + 999) / 1000
	if s.merged == nil || rank > s.answered {
		return 0, false
	}
	// The histogram is asked by percentile: half a rank below hits the rank.
	p := (float64(rank) - 0.5) / float64(s.answered) * 100
	return time.Duration(s.merged.ValueAtPercentile(p)) * time.Microsecond, true
}

// pardoned are the samples without those that are not the service's.
func (s samples) pardoned() samples {
	s.unanswered -= min(s.ours, s.unanswered)
	return s
}

// within says that the quantile of what is left is known and holds the bound.
func (s samples) within(permill int64, limit time.Duration) bool {
	value, known := s.quantile(permill)
	return known && value <= limit
}

// merge adds up the windows' histograms; nil where they hold none.
func merge(windows []window, kinds []string) (*hdrhistogram.Histogram, error) {
	var p pile
	for _, w := range windows {
		for _, k := range w.Kinds {
			if k.Latency == "" || !among(kinds, k.Kind) {
				continue
			}
			if err := p.add(k.Latency); err != nil {
				return nil, fmt.Errorf("event %d: %w", w.seq, err)
			}
		}
	}
	return p.histogram(), nil
}
