package demand

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Recording is a demand that was recorded somewhere: how many requests a
// second came, one stretch of time after the other. It is a pure value. A plan
// replays it.
type Recording struct {
	Source string   // what it was read from, for people
	Factor float64  // by which what was recorded is multiplied; 0: as it was recorded
	Pace   float64  // how many times as fast it goes; 0: as it was recorded
	Kinds  []string // of request, one for each of a stretch's rates; nil: there is one rate, of all requests
	// Stretches follow each other without a gap.
	Stretches []Stretch
	Notes     []string // what a person should know of how it was read
}

// Stretch is a time in which the rates stand still.
type Stretch struct {
	For   time.Duration // longer than 0
	Rates []float64     // requests per second
}

// MostStretches is how many a recording may have: a day of one-second ones.
const MostStretches = 90_000

// mostRecorded is how long a recording may be: what a stage may be.
const mostRecorded = 31 * 24 * time.Hour

// Total is how long it lasts.
func (r Recording) Total() (sum time.Duration) {
	for _, s := range r.Stretches {
		sum += s.For
	}
	return sum
}

// Requests is how many requests it holds: the integral of its rates.
func (r Recording) Requests() (sum float64) {
	for _, s := range r.Stretches {
		for _, v := range s.Rates {
			sum += float64(v * s.For.Seconds())
		}
	}
	return sum
}

// Scaled is the recording with each rate multiplied. 1.5 is half as much again.
func (r Recording) Scaled(by float64) Recording {
	c := r
	c.Factor = by
	if r.Factor > 0 {
		c.Factor *= r.Factor
	}
	c.Stretches = make([]Stretch, len(r.Stretches))
	for i, s := range r.Stretches {
		c.Stretches[i] = Stretch{s.For, make([]float64, len(s.Rates))}
		for k, v := range s.Rates {
			c.Stretches[i].Rates[k] = v * by
		}
	}
	return c
}

// figure writes a factor for people: at most three decimals.
func figure(v float64) string { return strconv.FormatFloat(math.Round(v*1000)/1000, 'f', -1, 64) }

// String is the source, and its factors where they are not 1.
func (r Recording) String() string {
	text := r.Source
	if r.Factor > 0 && r.Factor != 1 {
		text += " at " + figure(r.Factor) + "x"
	}
	if r.Pace > 0 && r.Pace != 1 {
		text += ", " + figure(r.Pace) + " times as fast"
	}
	return text
}

// Check says what is wrong with a recording, nil where nothing is.
func (r Recording) Check() error {
	switch n := len(r.Stretches); {
	case n == 0:
		return fmt.Errorf("%s holds no demand", r.Source)
	case n > MostStretches:
		return fmt.Errorf("%s holds %d stretches of time, more than %d: record it in longer ones", r.Source, n, MostStretches)
	}
	left := mostRecorded
	for i, s := range r.Stretches {
		if s.For <= 0 {
			return fmt.Errorf("%s: stretch %d lasts %v", r.Source, i+1, s.For)
		}
		if left -= min(s.For, mostRecorded+1); left < 0 {
			return fmt.Errorf("%s is longer than 31 days, which is the most that a run may replay: take a part of it", r.Source)
		}
		if len(s.Rates) != max(len(r.Kinds), 1) {
			return fmt.Errorf("%s: stretch %d has %d rates", r.Source, i+1, len(s.Rates))
		}
		for _, v := range s.Rates {
			if !(v >= 0) || math.IsInf(v, 0) {
				return fmt.Errorf("%s: stretch %d has a rate of %v", r.Source, i+1, v)
			}
		}
	}
	return nil
}

// From is the recording without its beginning.
func (r Recording) From(at time.Duration) Recording {
	c := r
	c.Stretches = nil
	for _, s := range r.Stretches {
		gone := min(at, s.For)
		if at -= gone; gone < s.For {
			c.Stretches = append(c.Stretches, Stretch{s.For - gone, s.Rates})
		}
	}
	return c
}

// First is so much of the recording; false where it is shorter than that.
func (r Recording) First(length time.Duration) (Recording, bool) {
	c := r
	c.Stretches = nil
	for _, s := range r.Stretches {
		if length <= 0 {
			break
		}
		s.For = min(s.For, length)
		length -= s.For
		c.Stretches = append(c.Stretches, s)
	}
	return c, length <= 0
}

// Faster is the recording with its rates in a shorter time: 24 makes an hour of
// a day, with the day's rates and so a 24th of its requests. What would last
// less than a nanosecond is left out.
func (r Recording) Faster(by float64) Recording {
	if by == 1 {
		return r
	}
	c := r
	c.Stretches, c.Pace = nil, by
	if r.Pace > 0 {
		c.Pace *= r.Pace
	}
	var recorded, at time.Duration
	for _, s := range r.Stretches {
		recorded += s.For
		end := time.Duration(min(float64(recorded)/by, float64(math.MaxInt64/2)))
		if end > at {
			c.Stretches = append(c.Stretches, Stretch{end - at, s.Rates})
		}
		at = end
	}
	return c
}

// Sum is the rate of all kinds together.
func (s Stretch) Sum() (sum float64) {
	for _, v := range s.Rates {
		sum += v
	}
	return sum
}

// Highest is the highest rate of all kinds together, in requests per second.
func (r Recording) Highest() (most float64) {
	for _, s := range r.Stretches {
		most = max(most, s.Sum())
	}
	return most
}
