package judge

import (
	"fmt"
	"time"

	"scaleproof/internal/hdr"
)

// tally is what a stretch of windows has of requests that are slower than a
// ceiling.
type tally struct {
	total, slow, maybe int64 // slow: for certain; maybe: those too that may be
	sent, late         int64
}

func (t *tally) add(x tally, sign int64) {
	t.total, t.slow, t.maybe = t.total+sign*x.total, t.slow+sign*x.slow, t.maybe+sign*x.maybe
	t.sent, t.late = t.sent+sign*x.sent, t.late+sign*x.late
}

// exceeds says that the percentile of the stretch lies above the ceiling,
// where n of it do.
func (t tally) exceeds(permill, n int64) bool {
	return t.total-n < (t.total*permill+999)/1000
}

// lasting is what was found over all the stretches of a length.
type lasting struct {
	stretches int // with enough samples
	answer    Answer
	worst     tally // of the most that were slow, or may have been
	windows   []window
}

// latencyNever judges every stretch of windows that is at least so long and
// holds enough samples. It counts the requests that were slower than the
// ceiling, which slides as cheaply as errors do, and takes the percentile of
// the worst stretch alone.
func (f *facts) latencyNever(p percentile) Result {
	x, length, c := p.Latency, time.Duration(p.Latency.For), f.ceiling(p)
	r := Result{Subject: p.subject(names(x.In)) + " over " + short(length), Answer: Pass,
		Expected: "never above " + c.said + " for " + short(length), Tolerance: c.tolerance}
	weak := func(measured, why string) Result {
		r.Answer, r.Measured, r.Explanation = Inconclusive, measured, why
		return r
	}
	if c.weak != "" {
		return weak("nothing to compare with", c.weak)
	}
	worst := lasting{answer: Pass}
	for _, w := range f.runsOf(x.In) {
		tallies, err := f.tallies(w, x.Of, c)
		if err != nil {
			return weak("not readable", "A window's histogram cannot be read: "+err.Error()+".")
		}
		worst.slide(w, tallies, length, p.permill)
	}
	if worst.stretches == 0 {
		return weak("no stretch with enough", fmt.Sprintf("No stretch of %s holds the %d samples that a %s needs; make it longer, or the rate higher.", short(length), minSamples(p.permill), p.name))
	}
	first := worst.windows[0]
	s, _ := f.samplesOf(worst.windows, x.Of)
	t := worst.worst
	r.Samples = t.total
	r.Measured = fmt.Sprintf("at most %s slower, %s", percent(t.maybe, t.total), plural(worst.stretches, "stretch", "stretches"))
	r.Margin = percent(max(t.maybe*1000-t.total*(1000-p.permill), t.total*(1000-p.permill)-t.maybe*1000)/10, t.total*100) + " of the requests"
	if worst.answer == Pass {
		if why := f.unseen(x.In, "slow answers"); why != "" {
			return weak(r.Measured, why)
		}
		if t.maybe > 0 && diluted(worst.windows, length) {
			return weak(r.Measured, tooLong(worst.windows, length, plural(int(t.maybe), "slow answer", "slow answers")))
		}
		return r
	}
	for _, w := range worst.windows[:min(len(worst.windows), 20)] {
		r.Evidence = append(r.Evidence, w.seq)
	}
	value := "without a value"
	if v, known := s.quantile(p.permill); known {
		value = short(v)
	}
	said := fmt.Sprintf("From %s on, the %s was %s for %s where %s is allowed (%d of %d requests were slower)", f.when(first.Start), p.name, value, short(length), c.said, t.maybe, t.total)
	switch {
	case worst.answer == Inconclusive:
		return weak(r.Measured, said+", but too few of them for certain: the bound is too close, the clock distorts, or the sender itself gave requests up; run it slower, or on a quieter machine, or ask for another bound.")
	case t.late*10000 > t.sent*lateLimit:
		return weak(r.Measured, said+fmt.Sprintf(", but %d of %d left the generator late, so part of the latency is its own%s.", t.late, t.sent, f.behind(s.from, s.to, "run it on a quieter machine")))
	case !c.beyondAlone(s, p.permill):
		return weak(r.Measured, said+", but not for certain without what the generator itself had requests wait"+f.behind(s.from, s.to, "run it on a quieter machine")+".")
	}
	says, seqs := f.plight(first.Start, worst.windows[len(worst.windows)-1].end())
	r.Evidence = append(r.Evidence, seqs...)
	r.Answer, r.Explanation = Fail, said+"; "+says+"."
	return r
}

// slide looks at every run of windows that is at least as long as length.
func (l *lasting) slide(w []window, tallies []tally, length time.Duration, permill int64) {
	var t tally
	i := 0
	for j := range w {
		t.add(tallies[j], 1)
		for i < j && w[j].end().Sub(w[i+1].Start) >= length {
			t.add(tallies[i], -1)
			i++
		}
		if w[j].end().Sub(w[i].Start) < length || t.total < minSamples(permill) {
			continue
		}
		l.stretches++
		answer := Pass
		switch {
		case t.exceeds(permill, t.slow):
			answer = Fail
		case t.exceeds(permill, t.maybe):
			answer = Inconclusive
		}
		graver := answer != l.answer && worse(answer, l.answer) == answer
		if graver || l.windows == nil || answer == l.answer && t.maybe*l.worst.total > l.worst.maybe*t.total {
			l.answer, l.worst, l.windows = answer, t, w[i:j+1]
		}
	}
}

// tallies counts each window's requests that were slower than the ceiling.
func (f *facts) tallies(w []window, kinds []string, c ceiling) ([]tally, error) {
	var p hdr.Sum
	list := make([]tally, len(w))
	slow, maybe := 0, 0
	for i := range w {
		t := sum(w[i:i+1], kinds)
		ours := f.ours(w[i:i+1], kinds)
		x := tally{total: t.unanswered, slow: t.unanswered - ours, maybe: t.unanswered, sent: t.sent, late: t.late}
		p.Reset()
		for _, k := range w[i].Kinds {
			if k.Latency == "" || !among(kinds, k.Kind) {
				continue
			}
			if err := p.Add(k.Latency); err != nil {
				return nil, fmt.Errorf("event %d: %w", w[i].seq, err)
			}
		}
		if len(p.Counts()) > 0 && slow == 0 {
			slow, maybe = p.Place((c.most+f.clock.Distortion).Microseconds())+1, p.Place((c.least - f.clock.Distortion).Microseconds())
		}
		for at, n := range p.Counts() {
			x.total += n
			if at >= slow {
				x.slow += n
			}
			if at >= maybe {
				x.maybe += n
			}
		}
		list[i] = x
	}
	return list, nil
}
