package judge

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/timeline"
)

// rateChange is one change of the rate by a person.
type rateChange struct {
	timeline.Rate
	at  time.Time
	seq int64
}

// readRates reads the changes of the rate, in order of time.
func (f *facts) readRates(events []timeline.Event) {
	for _, e := range events {
		if d, ok := e.Data.(timeline.Rate); ok {
			f.rates = append(f.rates, rateChange{d, e.At, e.Seq})
		}
	}
	slices.SortStableFunc(f.rates, func(a, b rateChange) int { return a.at.Compare(b.at) })
}

// noFactor says in what a change of the rate is none.
func noFactor(d timeline.Rate) string {
	if !(d.Factor >= 0) || math.IsInf(d.Factor, 1) {
		return fmt.Sprintf("sets the rate to %v times the plan's", d.Factor)
	}
	return ""
}

// rateAt is the change that holds at t; nil where the rate is the plan's since
// nobody changed it.
func (f *facts) rateAt(t time.Time) (holds *rateChange) {
	for i := range f.rates {
		if f.rates[i].at.After(t) {
			break
		}
		holds = &f.rates[i]
	}
	return holds
}

// scheduledAt is what the plan asks for at t, as it was really scheduled.
func (f *facts) scheduledAt(t time.Time, planned int64) int64 {
	if c := f.rateAt(t); c != nil {
		return scaled(float64(planned)*c.Factor, 1)
	}
	return planned
}

// arrivals is how many requests of a kind were scheduled in a stage, in the
// mean of all draws, by the whole of which the plan may be a shard.
func (f *facts) arrivals(s stage, kind int) (total float64) {
	if len(f.rates) == 0 || s.seq == 0 {
		return s.Arrivals(kind)
	}
	from, factor := s.Start, 1.0
	add := func(to time.Duration) {
		total += float64(factor * s.Between(kind, from, to))
		from = max(from, to)
	}
	for _, c := range f.rates {
		add(s.Start + c.at.Sub(s.from))
		factor = c.Factor
	}
	add(s.End())
	return total
}

// changedIn is the first change by which a stage's load was not the plan's: one
// in it, or the one before it that still held; nil where there is none.
func (f *facts) changedIn(s stage) *rateChange {
	if c := f.rateAt(s.from); c != nil && c.Factor != 1 {
		return c
	}
	for i, c := range f.rates {
		if c.at.After(s.from) && c.at.Before(s.to) {
			return &f.rates[i]
		}
	}
	return nil
}

// otherRate is the change of the rate for which a result answers nothing: one
// that its stages' load was not the planned one by. Of a failure also one
// before them: what the service did then is still in its tasks and its metrics.
func (f *facts) otherRate(c check, r Result) *rateChange {
	if !c.planned || len(f.rates) == 0 || f.from.IsZero() {
		return nil
	}
	stages := f.stages
	if in := f.named(r.in); len(r.in) > 0 {
		stages = in
	} else if in := f.named(strings.Split(r.Subject, ", ")); c.staged && len(in) > 0 {
		stages = in
	}
	for _, s := range stages {
		if s.seq == 0 {
			continue
		}
		if d := f.changedIn(s); d != nil {
			return d
		}
		if r.Answer == Fail && f.rates[0].at.Before(s.to) {
			return f.rateAt(s.from)
		}
	}
	return nil
}

// tellRates tells who changed the rate.
func (f *facts) tellRates(tell func(time.Time, string, ...int64)) {
	for _, c := range f.rates {
		tell(c.at, upper(c.String())+".", c.seq)
	}
}
