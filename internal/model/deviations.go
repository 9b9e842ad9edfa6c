package model

import (
	"slices"
	"strings"
	"time"

	"scaleproof/internal/flaw"
	"scaleproof/internal/scaling"
)

// wrap puts what is wrong around one of the rules; size is in the unit of the
// deviation's kind.
type wrap func(r *rules, size int64)

// wraps are the deviations, by their names: one small piece each.
var wraps = map[string]wrap{
	flaw.ScaleOutCooldownIgnored: func(r *rules, _ int64) { r.cooling = without(r.cooling, false) },
	flaw.ScaleOutCooldownShort:   func(r *rules, size int64) { r.cooling = shortened(r.cooling, false, size) },
	flaw.ScaleInCooldownIgnored:  func(r *rules, _ int64) { r.cooling = without(r.cooling, true) },
	flaw.ScaleInCooldownShort:    func(r *rules, size int64) { r.cooling = shortened(r.cooling, true, size) },

	flaw.SmallestWins: func(r *rules, _ int64) {
		right := r.wins
		r.wins = func(called, others []proposal) proposal {
			best := right(called, others)
			for _, p := range append(slices.Clone(called), others...) {
				best.desired = min(best.desired, p.desired)
			}
			return best
		}
		agreed := r.agreed
		r.agreed = func(votes []vote) (int, bool) {
			want, ok := agreed(votes)
			for _, v := range votes {
				if ok && v.counted {
					want = min(want, v.want)
				}
			}
			return want, ok
		}
	},
	flaw.ScaleInOnOneWord: func(r *rules, _ int64) {
		r.agreed = func(votes []vote) (int, bool) {
			want, ok := 0, false
			for _, v := range votes {
				if v.counted && v.in {
					want, ok = max(want, v.want), true
				}
			}
			return want, ok
		}
	},
	flaw.NoScaleIn:  func(r *rules, _ int64) { r.agreed = func([]vote) (int, bool) { return 0, false } },
	flaw.NoScaleOut: func(r *rules, _ int64) { r.wins = func([]proposal, []proposal) proposal { return proposal{} } },

	flaw.OverScaling: func(r *rules, size int64) { r.added = times(r.added, size) },
	flaw.UnderScaling: func(r *rules, size int64) {
		added := times(r.added, size)
		r.added = func(more int) int { return max(added(more), min(more, 1)) }
	},
	flaw.BaseDesired: func(r *rules, _ int64) { r.base = func(_, desired int) int { return desired } },

	flaw.ThresholdOff: func(r *rules, size int64) {
		right := r.threshold
		r.threshold = func(target int64, high bool) int64 { return mulDiv(right(target, high), size, unit) }
	},
	flaw.ThresholdOther: func(r *rules, size int64) {
		right := r.breaches
		r.breaches = func(v, threshold int64, high bool) bool {
			if high {
				threshold = mulDiv(threshold, size, unit)
			}
			return right(v, threshold, high)
		}
	},
	flaw.RequestsPerSecond: func(r *rules, _ int64) {
		right := r.target
		r.target = func(p *scaling.Policy) int64 {
			if p.Metric == scaling.MetricRequestCount {
				return mulDiv(right(p), 60, 1)
			}
			return right(p)
		}
	},
	flaw.OneDatapoint: func(r *rules, _ int64) { r.needed = func(int, int) (int, int) { return 1, 1 } },
	flaw.LateReaction: func(r *rules, size int64) {
		r.heeds = func(inAlarm time.Duration) bool { return inAlarm >= time.Duration(size) }
	},
	flaw.Flapping: func(r *rules, size int64) { r.turns = flapping(r.turns, size) },

	flaw.OtherAlarmNamed: func(r *rules, _ int64) {
		right := r.named
		r.named = func(cause *alarm, all []*policy) *alarm {
			for _, p := range all {
				if a := p.side(cause.High()); a != nil && p != cause.policy {
					return a
				}
			}
			return right(cause, all)
		}
	},
	flaw.SiblingScaled: func(r *rules, _ int64) {
		r.subject = func(s *service, all []*service) *service {
			for i := range all {
				if o := all[(s.n+1+i)%len(all)]; o != s && o.scaler.target != nil {
					return o
				}
			}
			return s
		}
	},
	flaw.ScaleInWhileDeploying: func(r *rules, _ int64) { r.paused = func(bool) bool { return false } },
	flaw.BoundsIgnored: func(r *rules, size int64) {
		right := r.bounds
		r.bounds = func(b scaling.Bounds) scaling.Bounds {
			b = right(b)
			return scaling.Bounds{Min: max(b.Min-int(size), 0), Max: b.Max + int(size)}
		}
	},

	flaw.BoundsOff: func(r *rules, size int64) {
		right := r.registered
		r.registered = func(b scaling.Bounds) scaling.Bounds {
			b = right(b)
			b.Max = max(b.Max-int(size), b.Min)
			return b
		}
	},

	flaw.OtherTargetGroup: func(r *rules, _ int64) {
		right := r.label
		r.label = func(own string) string {
			own = right(own)
			if i := strings.LastIndex(own, "/"); i >= 0 {
				return own[:i+1] + strings.Repeat("0", len(own)-i-1)
			}
			return own
		}
	},
	flaw.ActionsOff: func(r *rules, _ int64) { r.armed = func() bool { return false } },
	flaw.DrainCut: func(r *rules, size int64) {
		right := r.drain
		r.drain = func(delay time.Duration) time.Duration { return min(right(delay), time.Duration(size)) }
	},
}

// without ignores the cooldowns of one direction.
func without(right func(cooldown) bool, in bool) func(cooldown) bool {
	return func(c cooldown) bool { return c.in != in && right(c) }
}

// shortened has a share of the cooldowns of one direction remain.
func shortened(right func(cooldown) bool, in bool, share int64) func(cooldown) bool {
	return func(c cooldown) bool {
		if c.in == in {
			c.length = time.Duration(mulDiv(int64(c.length), share, unit))
		}
		return right(c)
	}
}

// times multiplies, and rounds down.
func times(right func(int) int, factor int64) func(int) int {
	return func(n int) int { return int(mulDiv(int64(right(n)), factor, unit)) }
}

// flapping turns back soon after an order: an alarm's call that would change
// nothing takes back what the last order did, by one task, within the bounds.
func flapping(right func(order, course) order, within int64) func(order, course) order {
	return func(o order, c course) order {
		o = right(o, c)
		if o.alarm == nil || o.more != 0 || c.more == 0 || c.since >= within {
			return o
		}
		back := 1
		if c.more > 0 {
			back = -1
		}
		if d := c.desired + back; d < c.bounds.Min || d > c.bounds.Max {
			return o
		}
		o.more, o.code, o.base = back, "", c.desired
		if a := o.policy.side(back > 0); a != nil {
			o.alarm = a
		}
		return o
	}
}
