package model

import "scaleproof/internal/scaling"

// ask is what a policy's alarm knows when it calls: the sum and number of its
// breaching datapoints, and the policy's target, in millionths.
type ask struct{ sum, count, target int64 }

// wanted is ceil(running x mean / target), in whole numbers. Base: the running
// count [D]; formula [E].
func (a ask) wanted(running int) int {
	if a.count <= 0 || a.target <= 0 {
		return running
	}
	// ceil(running x sum / (count x target)); the quotient of the mean first
	// would round twice.
	d := a.count * a.target
	q := mulDiv(int64(running), a.sum, d)
	if q < most && !exact(int64(running), a.sum, q, d) {
		q++
	}
	return int(q)
}

// standing is how a service stands when an alarm calls.
type standing struct {
	running, desired int
	bounds           scaling.Bounds
	suspended        scaling.Suspended
	paused           bool // scale-in is off
}

// outCooldown is a policy's scale-out cooldown while it lasts, with the tasks
// that were desired before the activity that began it.
type outCooldown struct {
	active bool
	base   int
}

// decideOut says what a policy's call for scale-out makes of the desired
// count; a result equal to it changes nothing, and code says why where AWS
// would.
//
// Rules, all [D]: outside the bounds first to the minimum, never from above
// the maximum; from 0 running by the least amount; in the cooldown only a
// larger step, less what was added already; never beyond the maximum.
//
// In the cooldown the capacity is therefore worked out from the tasks before
// the activity that began it: +2 first and then a call for +3 adds 1. Were it
// worked out from all that run, the same old datapoints would ask for more as
// soon as the added tasks run, and no cooldown would ever hold.
func decideOut(s standing, a ask, c outCooldown, r *rules) (desired int, code string) {
	switch {
	case s.suspended.ScaleOut || s.desired > s.bounds.Max:
		return s.desired, ""
	case s.desired < s.bounds.Min:
		return s.bounds.Min, ""
	case s.desired == s.bounds.Max:
		return s.desired, scaling.AlreadyAtMaxCapacity
	}
	want := r.capacity(a, s.running)
	if s.running == 0 {
		want = 1
	}
	if want <= s.desired {
		return s.desired, scaling.AlreadyAtDesiredCapacity
	}
	if c.active {
		want = min(want, r.capacity(a, min(s.running, c.base)))
	}
	want = s.desired + r.added(max(want-s.desired, 0))
	return max(min(want, s.bounds.Max), s.desired), ""
}

// decideIn says what scale-in makes of the desired count when all policies
// agree on it; want is the largest capacity that one of them asks for, cooling
// that a scale-in cooldown lasts.
//
// Rules: outside the bounds first to the maximum, never from below the
// minimum [D]; not while it is paused.
func decideIn(s standing, want int, cooling bool, r *rules) (desired int, code string) {
	switch {
	case s.suspended.ScaleIn || s.paused || s.desired < s.bounds.Min:
		return s.desired, ""
	case s.desired == s.bounds.Min:
		return s.desired, scaling.AlreadyAtMinCapacity
	case cooling:
		return s.desired, ""
	case s.desired > s.bounds.Max:
		return s.bounds.Max, ""
	}
	if want >= s.desired {
		return s.desired, scaling.AlreadyAtDesiredCapacity
	}
	return max(r.step(s.desired, want), s.bounds.Min), ""
}
