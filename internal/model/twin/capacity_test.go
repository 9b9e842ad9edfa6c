package twin

import (
	"math/big"

	"scaleproof/internal/model"
)

// capacity is the count of tasks that a policy asks for by one of its alarms,
// starting from no more than a given base. "ceil(running x
// mean(recentDatapoints) / target)" [E], "rounding up or down ... prevents
// adding insufficient capacity or removing too much" [D].
func (w *twin) capacity(a *alarm, atMost int) int {
	base := min(w.base(a.policy.service), atMost)
	if a.policy.Step != nil {
		return w.stepped(a, base)
	}
	// From none running "it waits for one datapoint, then scales out by the
	// minimum possible amount". [D] Choice: in the cooldown too.
	if base == 0 && a.high {
		return 1
	}
	sum := new(big.Rat)
	for _, p := range a.counted {
		sum.Add(sum, p.value())
	}
	want := sum.Mul(sum, big.NewRat(int64(base), int64(len(a.counted))))
	return ceil(want.Quo(want, a.policy.target()))
}

// base: "the actual running task count is the value Service Auto Scaling uses
// as its starting point, as opposed to the desired count." [D]
func (w *twin) base(s *service) int {
	if w.behaviour.Base == model.DesiredCount {
		return s.desired
	}
	return s.running
}

// counting are the datapoints that count for capacity, when an alarm is
// evaluated: all that it saw, or by the setting only those of periods that
// began after the last activity was over, and none while one goes on.
func (w *twin) counting(s *service, seen []point) []point {
	if w.behaviour.Datapoints == model.AllSeen {
		return seen
	}
	var out []point
	for _, p := range seen {
		counts := true
		for _, a := range s.activities {
			if a.refusal == "" && (a.going || p.start.Before(a.end)) {
				counts = false
			}
		}
		if counts {
			out = append(out, p)
		}
	}
	return out
}

func ceil(r *big.Rat) int {
	q, m := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int))
	if m.Sign() != 0 {
		q.Add(q, big.NewInt(1))
	}
	return int(q.Int64())
}
