package judge

import (
	"fmt"
	"slices"
	"time"
)

// leastTold is the least number of requests of a minute whose 99th percentile is
// told: it is a story and no answer, and one in a hundred may be the slowest.
const leastTold = 100

// slowness is a stretch of minutes whose 99th percentile lay above a bound, as
// failures are told with no more than calm between two of them.
type slowness struct {
	from, to time.Time
	bound    time.Duration
	worst    time.Duration
	never    bool // in some minute one in a hundred was never answered
	seq      int64
}

func (s slowness) String() string {
	said := fmt.Sprintf("Answers are slow for %s: the p99 of a minute lies above %s", short(s.to.Sub(s.from)), short(s.bound))
	if s.worst > 0 {
		said += ", up to " + short(s.worst)
	}
	if s.never {
		said += ", and some were never answered"
	}
	return said + "."
}

// tellSlowness tells where answers were slower than the scenario wants them.
func (f *facts) tellSlowness(say func(time.Time, string, ...int64)) {
	kinds := f.timed()
	var now slowness
	end := func() {
		if now.bound > 0 {
			say(now.from, now.String(), now.seq)
		}
		now = slowness{}
	}
	for t := f.from; !t.IsZero() && !t.Add(time.Minute).After(f.to); t = t.Add(time.Minute) {
		w, bound := f.windowsIn(t, t.Add(time.Minute)), f.boundAt(t)
		all, err := f.samplesOf(w, kinds)
		p99, known := all.quantile(990)
		if err != nil || bound != now.bound || all.answered+all.unanswered < leastTold || t.Sub(now.to) > calm {
			end()
		}
		if err != nil || bound == 0 || all.answered+all.unanswered < leastTold || known && p99 <= bound {
			continue
		}
		if now.bound == 0 {
			now = slowness{from: t, bound: bound, seq: w[0].seq}
		}
		now.to, now.worst, now.never = t.Add(time.Minute), max(now.worst, p99), now.never || !known
	}
	end()
}

// boundAt is the tightest bound of a 99th percentile in the stage at t or, where
// that has none, in any; 0 where the scenario states none.
func (f *facts) boundAt(t time.Time) time.Duration {
	var here, any time.Duration
	tighter := func(a, b time.Duration) time.Duration {
		if a == 0 {
			return b
		}
		return min(a, b)
	}
	s, _ := f.stageAt(t)
	for _, e := range f.plan.Expect {
		if e.Latency == nil || e.Latency.P99.Limit <= 0 {
			continue
		}
		limit := time.Duration(e.Latency.P99.Limit)
		any = tighter(any, limit)
		if len(e.Latency.In) == 0 || slices.Contains(e.Latency.In, s.Name) {
			here = tighter(here, limit)
		}
	}
	if here > 0 {
		return here
	}
	return any
}
