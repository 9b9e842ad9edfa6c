package calibrate

import (
	"errors"
	"time"
)

const (
	// mostRungs bounds the single minutes of a kind, and mostTries how often a
	// pattern that was too much is tried again at half of its rate.
	mostRungs = 6
	mostTries = 3
	// A rise counts as seen from so many points on, and so many times the noise.
	leastRise  = 2
	noiseTimes = 4
	// less is the part of a rate that is tried next where a first one was too
	// much, and surely the part of a limit that counts as the limit.
	less   = 1. / 6
	surely = 0.999
)

// Ladder finds the rate at which a kind is measured: the one that raises the service's CPU by Aim, or the highest
// that is allowed. Make one with NewLadder.
type Ladder struct {
	aim  float64 // points
	most float64 // requests a second

	rate      float64
	rungs     int
	tries     int
	borne     float64 // the highest rate that was
	ready     bool    // the rate is the one to measure at
	saturated float64 // the lowest rate that was too much; 0: none was
}

// NewLadder returns a ladder that begins at first, aims at a rise in points of
// the CPU metric, and never goes above most; rates in requests a second, of
// all tasks together.
func NewLadder(first, aim, most float64) *Ladder {
	return &Ladder{aim: aim, most: most, rate: min(first, most)}
}

// ErrCrowded is for a kind that was too much for the service at every rate
// that was tried.
var ErrCrowded = errors.New("requests pile up at the service at every rate that was tried")

// Next is the rate of the next step: of a single minute or, where measure is
// true, of the pattern.
func (l *Ladder) Next() (rate float64, measure bool) { return l.rate, l.ready }

// Saturated is the lowest rate that was too much for the service, in requests
// a second; 0 where none was.
func (l *Ladder) Saturated() float64 { return l.saturated }

// Saw takes in by how many points a single minute at the rate raised the CPU,
// and the noise of a minute. What is too little to be seen still bounds the
// next rate: were it as much as could hide, the next step would come to Aim.
func (l *Ladder) Saw(rise, noise float64) {
	l.rungs++
	l.borne = max(l.borne, l.rate)
	hidden := max(leastRise, noiseTimes*noise)
	seen := rise >= hidden
	l.rate = min(l.rate*l.aim/max(rise, hidden), l.most)
	l.ready = seen || l.rate >= surely*l.most || l.rungs >= mostRungs
}

// Unknown takes in that a minute at the rate told nothing: it is tried again.
func (l *Ladder) Unknown() error {
	if l.rungs++; l.rungs >= mostRungs {
		return ErrFew
	}
	return nil
}

// Crowded takes in that requests piled up at the rate. The next one is lower.
func (l *Ladder) Crowded() error {
	if l.saturated == 0 || l.rate < l.saturated {
		l.saturated = l.rate
	}
	l.most = min(l.most, l.rate/2)
	if l.ready {
		if l.tries++; l.tries >= mostTries {
			return ErrCrowded
		}
		l.rate /= 2
		return nil
	}
	if l.rungs++; l.rungs >= mostRungs {
		return ErrCrowded
	}
	l.rate = min(l.most, max(l.rate*less, l.borne))
	return nil
}

// Greeting is the rate of a kind's first requests, a second on one task: rare
// enough that whatever they cost harms nobody. They tell how long one takes,
// and fill what has to be filled: connections, caches. They are in no figure.
const Greeting = 0.1

// First is a ladder's first rate on one task, where an answer at the rate of
// Greeting takes so long in the mean: one a second, or less where one worker
// would be busy for more than half of its time if all of that were CPU.
func First(mean time.Duration) float64 {
	return min(1, busy/max(mean.Seconds(), busy))
}

// Allowed is how many requests of a kind may be in flight without piling up, at
// a rate in requests a second, where an answer at a low rate takes so long in
// the mean (zero: not known yet), on a number of tasks. Beyond what the latency
// explains it is a second's worth, or two on each task: one on which requests
// wait for longer soon misses its health checks, and is replaced.
func Allowed(rate float64, mean time.Duration, tasks int) int64 {
	if mean == 0 {
		return int64(unknown * tasks)
	}
	return int64(patience*rate*mean.Seconds() + max(float64(few*tasks), rate))
}

// Lasting is for how many seconds on end more must be in flight than that: a
// pause to collect garbage is over by then.
const Lasting = 3

const (
	busy     = 0.5
	patience = 1.25 // times the latency at a low rate
	few      = 2    // waiting on a task
	unknown  = 4    // in flight on a task
)

// Part is a stretch of Pattern: whole minutes at a part of the rate.
type Part struct {
	Minutes int
	Of      float64 // of the rate; 0: a rest
}

// Pattern is how a kind is measured. No more than two minutes in a row are
// above the rest, so that no alarm that wants three datapoints fires.
var Pattern = []Part{{2, 1}, {1, 0}, {2, 0.5}, {1, 0}, {2, 1}}

// Length is how long a kind is sent, at most, at its highest rate: its pattern,
// and what leads to it.
const Length = 6 * time.Minute
