package plan

import (
	"fmt"
	"math"
	"time"
)

// rescaling is an instant from which on the rates are the plan's times a factor.
type rescaling struct {
	at     time.Duration
	factor float64
}

// Rescale makes the rates from an instant after the traffic's beginning on the
// plan's times a factor, in place of any factor before; 1 is the plan, 0 a
// pause, which a later Rescale ends. Each kind goes on with the same arrivals
// at other instants: they are those of one process of rate 1, seen through the
// integral of the rate that there is. What was due before the instant stays
// due when it was, what was handed out stays handed out: an instant before the
// last of those counts as its own, as does one before the last Rescale's. It
// takes the same time wherever the run stands.
//
// It panics where the factor is negative or not finite.
//
// Note: to put cut and stretched pieces in place of the plan's was rejected.
// What is due before the cut would then be worked out from other numbers, and
// come a nanosecond early or late.
func (s *Schedule) Rescale(at time.Duration, factor float64) {
	if !(factor >= 0) || math.IsInf(factor, 1) {
		panic(fmt.Sprintf("plan: rates cannot be rescaled by %v", factor))
	}
	if factor == s.factor {
		return
	}
	s.factor, s.since = factor, max(s.since, at)
	for i, st := range s.streams {
		st.place = st.before
		st.rescale(s.since, factor)
		s.next[i], s.ok[i] = st.next()
	}
}

// rescale has the factor change at an instant that is not before its last change.
func (l *place) rescale(at time.Duration, factor float64) {
	n := len(l.changes)
	if n > 0 && l.changes[n-1].at == at {
		n--
	}
	before := l.factor
	if n > 0 {
		before = l.changes[n-1].factor
	}
	l.changes = l.changes[:n]
	if factor != before {
		l.changes = append(l.changes, rescaling{at, factor})
	}
}

// rescales makes the next change if it lies in the present piece, and before
// the place where the stream would arrive: at an instant, or over the end of
// the piece. The part of the way that lies behind it has the new factor.
func (l *place) rescales(p piece, at time.Duration, over bool) bool {
	if len(l.changes) == 0 {
		return false
	}
	c := l.changes[0]
	if c.at >= p.start+p.length || !over && at < c.at {
		return false
	}
	done, left := p.until(c.at), l.owed
	if l.factor > 0 {
		left = max(0, l.y-done) * l.factor
	}
	l.changes, l.factor, l.last = l.changes[1:], c.factor, max(l.last, c.at)
	if l.y, l.owed = math.Inf(1), left; c.factor > 0 {
		l.y = done + float64(left/c.factor)
	}
	return true
}

// until is the expected number of arrivals in the piece before an instant.
func (p piece) until(at time.Duration) float64 {
	t := min(max(at-p.start, 0), p.length).Seconds()
	if t == 0 {
		return 0
	}
	slope := (p.to - p.from) / p.length.Seconds()
	return float64(t * (p.from + float64(slope*t/2)))
}

// Between is the number of arrivals of a kind between two instants after the
// traffic's beginning as far as they lie in the stage, in the mean of all
// draws and at the plan's rates.
func (s Stage) Between(kind int, from, to time.Duration) (sum float64) {
	for _, p := range s.pieces(kind) {
		sum += p.until(to) - p.until(min(from, to))
	}
	return sum
}

// Rescalable is nil where the plan's rates from an instant after the traffic's
// beginning on can be multiplied by a factor, and else says why not: it is no
// factor, or the ceiling would delay what comes of it.
func (p *Plan) Rescalable(at time.Duration, factor float64) error {
	if !(factor >= 0) || math.IsInf(factor, 1) {
		return fmt.Errorf("%v is no factor of the rates: it must be 0 or more, as 1.5 for half as much again", factor)
	}
	highest := p.Shard.Part(p.HighestRate(at))
	if p.Ceiling <= 0 || float64(factor*highest) < p.Ceiling {
		return nil
	}
	most := math.Ceil(float64(p.Ceiling/highest*1000)-1e-6)/1000 - 0.001
	return fmt.Errorf("%s times the plan's rates come to %s/s, which the ceiling of %s/s (traffic.ceiling) would delay: the highest factor is %s",
		figure(factor), figure(float64(factor*highest)), figure(p.Ceiling), figureDown(max(0, most)))
}

// HighestRate is the highest sum of the kinds' rates from an instant after the
// traffic's beginning on, in requests per second: of the whole, where the plan
// is a shard's. It is 0 where the traffic is over by then.
func (p *Plan) HighestRate(at time.Duration) (most float64) {
	for _, s := range p.Stages {
		steps := s.Course
		if len(steps) == 0 {
			steps = []Stage{{For: s.For, Ramp: s.Ramp, Rates: s.Rates}}
		}
		for _, step := range steps {
			begin := s.Start + step.Start
			if begin+step.For <= at {
				continue
			}
			from, to := 0.0, 0.0
			for _, r := range step.Rates {
				from, to = from+r.From, to+r.To
			}
			most = max(most, to)
			if step.Ramp > 0 && at < begin+step.Ramp {
				passed := max(at-begin, 0).Seconds() / step.Ramp.Seconds()
				most = max(most, from+float64((to-from)*passed))
			}
		}
	}
	return most
}
