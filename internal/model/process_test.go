package model

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// sharing is processor sharing as it is meant, in fractions: slow and obvious.
type sharing struct {
	milli, extra int64
	left         map[int32]*big.Rat // ns of CPU
	startUp      int64              // milli-CPU x ns that start-up used
}

// rate is the milli-CPU of all requests together.
func (s *sharing) rate() int64 {
	n, rest := int64(len(s.left)), s.milli
	if threads := (s.extra + 999) / 1000; threads > 0 {
		rest = s.milli - s.extra // start-up has all that it asks for, or no more than an even share
		if fair := s.milli * n / (n + threads); rest < fair {
			rest = fair
		}
	}
	if rest < 1 {
		rest = 1
	}
	return min(rest, 1000*n)
}

func (s *sharing) each() *big.Rat { return big.NewRat(s.rate(), 1000*max(int64(len(s.left)), 1)) }

func (s *sharing) run(dt int64) {
	for i := range s.left {
		s.left[i] = new(big.Rat).Sub(s.left[i], new(big.Rat).Mul(s.each(), big.NewRat(dt, 1)))
	}
	s.startUp += min(s.extra, s.milli-s.rate()) * dt
}

// A request gets exactly its cost, within nanoseconds of the instant at which
// even sharing would end it, however requests come, and start-up begins and
// ends.
func TestRequestsShareWhatATaskHas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		milli := rapid.SampledFrom([]int64{1, 250, 300, 1000, 1500, 2000, 4096}).Draw(t, "milli")
		p := newProcess(Task{MilliCPU: milli})
		exact := sharing{milli: milli, left: map[int32]*big.Rat{}}
		var now, cost int64
		step := func(to int64) {
			exact.run(to - now)
			now = to
			p.run(now)
			for i := p.take(); i != none; i = p.take() {
				late, _ := new(big.Rat).Quo(exact.left[i], exact.each()).Float64()
				// The twin loses up to 1 ns to each end, the model holds back less than
				// a thousandth of a ns of CPU for each request on CPU.
				require.InDelta(t, 0, late, 300, "request %d ends so many ns early", i)
				delete(exact.left, i)
			}
			if len(p.jobs) == 0 {
				p.reset()
			}
		}
		live := func(until int64) {
			for len(p.jobs) > 0 && p.ends() <= until {
				step(p.ends())
			}
			step(until)
		}
		for i := range int32(rapid.IntRange(1, 60).Draw(t, "requests")) {
			live(now + rapid.OneOf(rapid.Int64Range(0, 5), rapid.Int64Range(0, 5_000_000)).Draw(t, "gap"))
			c := rapid.OneOf(rapid.Int64Range(1, 5), rapid.Int64Range(1, 20_000_000)).Draw(t, "cost")
			cost += c
			p.put(i, c)
			exact.left[i] = big.NewRat(c, 1)
			switch rapid.IntRange(0, 9).Draw(t, "event") {
			case 0:
				p.reset() // as the end of a minute does
			case 1:
				p.extra = rapid.SampledFrom([]int64{0, 100, 1000, 3000}).Draw(t, "start-up")
				exact.extra = p.extra
			}
		}
		for len(p.jobs) > 0 {
			step(p.ends())
		}
		require.Equal(t, 1000*cost, p.used-exact.startUp, "CPU used is the sum of the costs")
		require.Zero(t, p.spare)
	})
}

// A task that always has more to do than it can gives all that it has: what
// rounding leaves over goes to the next, and is not lost.
func TestABusyTaskGivesAllItHas(t *testing.T) {
	for _, milli := range []int64{250, 300, 1000, 1700} {
		for _, workers := range []int{2, 3, 7} {
			p := newProcess(Task{MilliCPU: milli})
			for i := range workers {
				p.put(int32(i), int64(1001*i+1))
			}
			for range 100_000 {
				p.run(p.ends())
				for i := p.take(); i != none; i = p.take() {
					p.put(i, int64(i)*777+13)
				}
			}
			require.Equal(t, milli*p.since, p.used+p.spare, "%d milli-CPU, %d workers", milli, workers)
			require.Less(t, p.spare, 2*milli)
		}
	}
}

// Start-up gets what it asks for where there is room, an even share of threads
// where there is none, and never more than requests leave.
func TestStartUpCompetes(t *testing.T) {
	for _, c := range []struct {
		milli, extra  int64
		jobs          int
		requests, own int64 // milli-CPU
	}{
		{milli: 1000, extra: 1000, jobs: 0, requests: 0, own: 1000},
		{milli: 1000, extra: 1000, jobs: 1, requests: 500, own: 500},
		{milli: 1000, extra: 1000, jobs: 3, requests: 750, own: 250},
		{milli: 1000, extra: 200, jobs: 1, requests: 800, own: 200},
		{milli: 2000, extra: 1000, jobs: 1, requests: 1000, own: 1000},
		{milli: 2000, extra: 1500, jobs: 1, requests: 666, own: 1334},
		{milli: 2000, extra: 500, jobs: 1, requests: 1000, own: 500},
	} {
		p := newProcess(Task{MilliCPU: c.milli})
		p.extra = c.extra
		for i := range c.jobs {
			p.put(int32(i), 1_000_000)
		}
		require.Equal(t, c.requests, p.rate(), "%+v", c)
		p.run(1000)
		require.InDelta(t, 1000*(c.requests+c.own), p.used, 3, "%+v", c)
	}
}
