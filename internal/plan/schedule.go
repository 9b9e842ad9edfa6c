package plan

import (
	"math"
	"time"
)

// Schedule yields the arrivals of a plan in order of (At, Kind, N). It keeps
// one position for each kind, however long the run. It is not safe for
// concurrent use; any number of schedules of one plan yield the same.
type Schedule struct {
	streams []*stream
	next    []Arrival
	ok      []bool
	factor  float64       // of the rates, from the last Rescale on
	since   time.Duration // before it nothing may change any more: the last arrival handed out, the last Rescale
}

// Next is the next arrival; ok is false after the last, and until the next
// Rescale where the rates are 0 from here on.
func (s *Schedule) Next() (a Arrival, ok bool) {
	first := s.first()
	if first < 0 {
		return Arrival{}, false
	}
	a = s.next[first]
	s.since = max(s.since, a.At)
	s.next[first], s.ok[first] = s.streams[first].next()
	return a, true
}

// Peek is what Next would hand out, which it does not do.
func (s *Schedule) Peek() (a Arrival, ok bool) {
	if first := s.first(); first >= 0 {
		return s.next[first], true
	}
	return Arrival{}, false
}

// first is the stream whose arrival is the next, -1 where there is none.
func (s *Schedule) first() int {
	first := -1
	for i := range s.next {
		if s.ok[i] && (first < 0 || s.next[i].At < s.next[first].At) {
			first = i
		}
	}
	return first
}

// Schedule starts the run's arrivals anew: those of the plan's shard.
func (p *Plan) Schedule() *Schedule {
	return newSchedule(p, "run", 0, p.Shard, p.pieces)
}

// ScheduleOf starts the arrivals of one kind of Schedule.
func (p *Plan) ScheduleOf(kind int) *Schedule {
	return newSchedule(p, "run", 0, p.Shard, func(k int) []piece {
		if k != kind {
			return nil
		}
		return p.pieces(k)
	})
}

// pieces are those of a kind's rate in all stages.
func (p *Plan) pieces(kind int) (pieces []piece) {
	for _, s := range p.Stages {
		pieces = append(pieces, s.pieces(kind)...)
	}
	return pieces
}

// pieces are those of a kind's rate in a stage.
func (s Stage) pieces(kind int) (pieces []piece) {
	for _, step := range s.Course {
		step.Start += s.Start
		pieces = append(pieces, step.pieces(kind)...)
	}
	if len(s.Course) > 0 || kind >= len(s.Rates) {
		return pieces
	}
	r := s.Rates[kind]
	if s.Ramp > 0 {
		pieces = append(pieces, piece{s.Start, s.Ramp, r.From, r.To})
	}
	if s.For > s.Ramp {
		pieces = append(pieces, piece{s.Start + s.Ramp, s.For - s.Ramp, r.To, r.To})
	}
	return pieces
}

// mostArrivals is how many requests a run may have, those of an emulated past
// included. A check counts every arrival, which took ten seconds for so many
// of a hundred kinds. It is six hours of 2,300 a second: more than a test of
// scaling needs, which asks for rates and not for numbers.
const mostArrivals = 50_000_000

// Expected is the number of arrivals of a run in the mean of all draws.
func (p *Plan) Expected() (sum float64) {
	for _, s := range p.Stages {
		sum += s.expected(func(int) bool { return true })
	}
	return sum
}

// expected is the number of arrivals in a stage of the kinds that are asked
// for, by index, in the mean of all draws.
func (s Stage) expected(kind func(int) bool) (sum float64) {
	for i := range s.Rates {
		if kind(i) {
			sum += s.Arrivals(i)
		}
	}
	return sum
}

// Arrivals is the number of arrivals of a kind in a stage, in the mean of all
// draws.
func (s Stage) Arrivals(kind int) (sum float64) {
	for _, p := range s.pieces(kind) {
		sum += p.total()
	}
	return sum
}

// Number names the n-th request of a kind, both from 0, in its run.
func Number(kind int, n uint64) uint64 { return uint64(kind+1)<<numberBits | n }

// KindOf is the kind, by index, of the request of a number.
func KindOf(number uint64) int { return int(number>>numberBits) - 1 }

// NOf is which of its kind the request of a number is. One of the past, see
// Plan.Past, is none of the run's: its N is greater than that of any.
func NOf(number uint64) uint64 { return number & (1<<numberBits - 1) }

// numberBits are the lower bits of a number, which say which of its kind a
// request is.
const numberBits = 48

// pastBit sets the numbers of past requests apart from those of the run.
const pastBit = 1 << (numberBits - 1)

// Past starts the arrivals of the time before the run: Lived long, at the
// first stage's opening rates, At counted from its beginning. Draws and
// numbers are other than the run's.
func (p *Plan) Past() *Schedule {
	return newSchedule(p, "past", pastBit, Shard{}, func(kind int) []piece {
		if p.Lived <= 0 || len(p.Stages) == 0 {
			return nil
		}
		r := p.Stages[0].Opening().Rates[kind].To
		return []piece{{0, p.Lived, r, r}}
	})
}

func newSchedule(p *Plan, era string, bit uint64, shard Shard, pieces func(kind int) []piece) *Schedule {
	s := &Schedule{next: make([]Arrival, len(p.Kinds)), ok: make([]bool, len(p.Kinds)), factor: 1}
	for i, k := range p.Kinds {
		st := &stream{
			kind:    i,
			key:     keyOf(p.Seed, era, k.Name),
			poisson: p.Arrivals == "poisson",
			bit:     bit,
			shard:   shard,
			place:   place{pieces: pieces(i), factor: 1},
		}
		s.streams = append(s.streams, st)
		s.next[i], s.ok[i] = st.next()
	}
	return s
}

// piece is a stretch of time in which a kind's rate goes linearly from one
// value to another, in requests per second.
type piece struct {
	start, length time.Duration
	from, to      float64
}

// total is the expected number of arrivals in the piece.
func (p piece) total() float64 { return float64((p.from + p.to) / 2 * p.length.Seconds()) }

// inverse is the time at which y arrivals are expected to have come, where y
// lies in [0, total): the solution of from·t + (to-from)·t²/2T = y, in the
// form that loses no digits where the rate hardly changes.
func (p piece) inverse(y float64) time.Duration {
	slope := (p.to - p.from) / p.length.Seconds()
	root := math.Sqrt(max(0, float64(p.from*p.from)+float64(2*slope*y)))
	at := time.Duration(float64(2*y/(p.from+root)) * 1e9)
	return p.start + min(max(at, 0), p.length-1)
}

// stream yields one kind's arrivals: the n-th comes when the integral of the
// rate reaches the sum of n+1 unit exponentials (poisson), or n plus a phase
// in (0, 1] (uniform). The integral is counted within the present piece, so
// that no precision is lost in long runs. A shard works out all of them and
// yields its own, so that each has the instant that it has in the whole.
type stream struct {
	kind    int
	key     uint64
	poisson bool
	bit     uint64
	shard   Shard
	place
	before place // the place from which the newest arrival was worked out
}

// place is how far a stream has come.
type place struct {
	pieces  []piece
	y       float64 // integral of the plan's rate since the present piece's start
	n       uint64
	last    time.Duration
	factor  float64     // of the plan's rates, here
	owed    float64     // where the factor is 0: the integral of the rate that the next arrival still lacks
	changes []rescaling // to come
}

func (s *stream) next() (a Arrival, ok bool) {
	s.before = s.place
	for {
		if a, ok = s.any(); !ok || s.shard.has(s.kind, a.N) {
			return a, ok
		}
	}
}

// any is the next arrival, whosever it is.
func (s *stream) any() (Arrival, bool) {
	switch {
	case s.poisson:
		s.y += exponential(draw(s.key, s.n)) / s.factor
	case s.n == 0:
		s.y = unit(draw(s.key, 0)) / s.factor
	default:
		s.y += 1 / s.factor
	}
	for len(s.pieces) > 0 {
		p := s.pieces[0]
		total := p.total()
		over := s.y >= total
		var at time.Duration
		if !over {
			at = p.inverse(s.y)
		}
		switch {
		case s.changes != nil && s.rescales(p, at, over):
		case over:
			s.y -= total
			s.pieces = s.pieces[1:]
		default:
			s.last = max(s.last, at)
			a := Arrival{At: s.last, Kind: s.kind, N: s.n, Number: Number(s.kind, s.bit|s.n)}
			s.n++
			return a, true
		}
	}
	return Arrival{}, false
}
