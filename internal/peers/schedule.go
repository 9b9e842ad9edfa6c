package main

import (
	"slices"
	"time"
)

// spaced is when n requests are due that are evenly spaced at a rate per
// second: nanoseconds after the first.
func spaced(n, rate int) []int64 {
	due := make([]int64, n)
	for i := range due {
		due[i] = int64(i) * int64(time.Second) / int64(rate)
	}
	return due
}

// spread is how far requests were from their schedule, early or late.
type spread struct{ p50, p99 time.Duration }

// deviation is the spread of requests that came at instants in order, and were
// due in order after a beginning. Where there are fewer of one than of the
// other, the first are compared.
func deviation(came, due []int64, began int64) spread {
	off := offsets(came, due)
	for i := range off {
		off[i] = max(off[i]-began, began-off[i])
	}
	slices.Sort(off)
	return spread{time.Duration(rank(off, 50, 100)), time.Duration(rank(off, 99, 100))}
}

// fit is the beginning of a schedule that puts half of the requests as close
// to it as any can: the middle of the shortest interval that holds half of the
// offsets. It makes the median deviation as small as it can be, whatever the
// other half does.
//
// The first request's own time was rejected: a tool whose first one waits for
// its connections would have all others early.
func fit(came, due []int64) int64 {
	off := offsets(came, due)
	if len(off) == 0 {
		return 0
	}
	slices.Sort(off)
	half := (len(off)+1)/2 - 1
	best := 0
	for i := range len(off) - half {
		if off[i+half]-off[i] < off[best+half]-off[best] {
			best = i
		}
	}
	return off[best] + (off[best+half]-off[best])/2
}

func offsets(came, due []int64) []int64 {
	off := make([]int64, min(len(came), len(due)))
	for i := range off {
		off[i] = came[i] - due[i]
	}
	return off
}

// rank is the value at the rank n × of ÷ parts, rounded up, of values in order;
// 0 where there are none.
func rank(values []int64, of, parts int) int64 {
	if len(values) == 0 {
		return 0
	}
	return values[max(1, (len(values)*of+parts-1)/parts)-1]
}

// rateOf is the rate per second at which requests came; 0 where there are not two.
func rateOf(came []int64) float64 {
	if len(came) < 2 || came[len(came)-1] == came[0] {
		return 0
	}
	return float64(len(came)-1) / time.Duration(came[len(came)-1]-came[0]).Seconds()
}

// tail is the slow end of latencies. What is not known is negative.
type tail struct{ p99, p999, max time.Duration }

const unknown = time.Duration(-1)

// warm is what is left without those that came before a schedule began: some
// tools try each connection first.
func warm(all, due []int64) []int64 { return all[max(0, len(all)-len(due)):] }

// truth is what requests waited that were due at these instants, for a target
// that answered at those, both in order. Where it gave as many answers, each
// was the one to the request that was due in its turn: what came before, to
// warm up, is not counted. Where a tool left some out, who was due while the
// target stood still, which is the longest time that it answered nobody, waited
// until it went on, and nobody else waited.
func truth(due, answered []int64) tail {
	if len(answered) >= len(due) {
		return tailOf(offsets(warm(answered, due), due))
	}
	waited := make([]int64, len(due))
	var from, to int64
	for i := 1; i < len(answered); i++ {
		if answered[i]-answered[i-1] > to-from {
			from, to = answered[i-1], answered[i]
		}
	}
	for i, d := range due {
		if from < d && d < to {
			waited[i] = to - d
		}
	}
	return tailOf(waited)
}

// tailOf is the slow end of latencies in nanoseconds, which it puts in order.
func tailOf(latencies []int64) tail {
	slices.Sort(latencies)
	at := func(of, parts int) time.Duration { return time.Duration(rank(latencies, of, parts)) }
	return tail{at(99, 100), at(999, 1000), at(1, 1)}
}
