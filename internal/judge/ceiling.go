package judge

import (
	"fmt"
	"slices"
	"time"
)

// ceiling is what a percentile is held against. What is a multiple of another
// measured percentile is known no better than that one: up to least it is kept,
// above most it is not, and between them nobody knows.
type ceiling struct {
	least, most time.Duration
	said        string // "1s", or "1.5 times the 210ms of stage calm"
	relative    string // what it is a multiple of; empty for a bound that is written out
	tolerance   string
	weak        string // why there is none
	seqs        []int64
}

// ceiling works out what a percentile is held against.
func (f *facts) ceiling(p percentile) ceiling {
	switch {
	case p.times <= 0:
		return ceiling{least: p.limit, most: p.limit, said: short(p.limit)}
	case p.Latency.OfStage != "":
		s, err := f.samples(p.Latency.Of, []string{p.Latency.OfStage})
		return f.multiple(p, "stage "+p.Latency.OfStage, s, err)
	}
	c := ceiling{relative: "the baseline", said: times(p.times) + " that of the baseline"}
	if f.base == nil {
		c.weak = "No run was given to hold this one against; judge with --baseline RUN."
		return c
	}
	if r, ok := f.notComparable("", ""); ok {
		c.weak = r.Explanation
		return c
	}
	s, err := f.base.samples(p.Latency.Of, f.inBaseline(p.Latency.In))
	s.seqs = nil // they are another timeline's
	return f.multiple(p, "the run "+f.base.Name, s, err)
}

// inBaseline are the names that stages have in the baseline, which has as many
// and may name them otherwise.
func (f *facts) inBaseline(in []string) (names []string) {
	for i, s := range f.stages {
		if slices.Contains(in, s.Name) {
			names = append(names, f.base.stages[i].Name)
		}
	}
	return names
}

// distorts is how far the clock of this run and that of the one that it is held
// against may be wrong.
func (f *facts) distorts() time.Duration {
	if f.base == nil {
		return f.clock.Distortion
	}
	return max(f.clock.Distortion, f.base.clock.Distortion)
}

// multiple is a ceiling of so many times what other samples have, which are
// taken to scatter as those that are held against it.
func (f *facts) multiple(p percentile, of string, s samples, err error) ceiling {
	c := ceiling{relative: of, said: times(p.times) + " that of " + of, seqs: s.seqs}
	value, known := s.quantile(p.permill)
	low, _ := s.least(s.rank(p.permill) - s.scatter(p.permill))
	high, top := s.at(s.rank(p.permill) + s.scatter(p.permill))
	switch total := s.answered + s.unanswered; {
	case err != nil:
		c.weak = "A window's histogram of " + of + " cannot be read: " + err.Error() + "."
	case !s.whole:
		c.weak = "All of " + of + " was not seen, so there is nothing to hold this against."
	case total < minSamples(p.permill):
		c.weak = fmt.Sprintf("%d samples of %s are too few for a percentile, %d are needed; make it longer or its rate higher.", total, of, minSamples(p.permill))
	case s.late*10000 > s.sent*lateLimit || s.missing*10000 > s.answered*unsentLimit:
		c.weak = "The latencies of " + of + " are not the service's alone: its requests left late, or not all latencies are told."
	case !known || !top:
		c.weak = fmt.Sprintf("%d of %d requests of %s were never answered, so its %s has no value to hold this against; look at time-outs and resets there.", s.unanswered, total, of, p.name)
	default:
		c.said = fmt.Sprintf("%s the %s of %s", times(p.times), short(value), of)
		c.tolerance = fmt.Sprintf("with %d samples that %s lies between %s and %s", total, p.name, short(low), short(high))
		c.least, c.most = grown(max(low-f.distorts(), 0), p.times), grown(high+f.distorts(), p.times)
	}
	return c
}

func times(v float64) string { return fmt.Sprintf("%g times", float64(scaled(v, 1000))/1000) }

func grown(d time.Duration, times float64) time.Duration {
	return time.Duration(scaled(float64(d.Microseconds()), times)) * time.Microsecond
}

// beyond says that a percentile lies above the ceiling for certain.
func (c ceiling) beyond(s samples, permill int64) bool { return c.above(s, permill, s.at) }

// beyondAlone says so whatever the generator itself had requests wait.
func (c ceiling) beyondAlone(s samples, permill int64) bool { return c.above(s, permill, s.least) }

// above says that a percentile lies above the ceiling as far as the sample may
// scatter, by what a rank comes to.
func (c ceiling) above(s samples, permill int64, at func(rank int64) (value time.Duration, known bool)) bool {
	rank := s.rank(permill)
	if c.relative != "" {
		rank -= s.scatter(permill)
	}
	value, known := at(rank)
	return !known || value > c.most
}

// within says that it lies at or below the ceiling for certain.
func (c ceiling) within(s samples, permill int64) bool {
	rank := s.rank(permill)
	if c.relative != "" {
		rank += s.scatter(permill)
	}
	value, known := s.at(rank)
	return known && value <= c.least
}
