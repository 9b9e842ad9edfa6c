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
// count, where capacity is what it asks for from a count of tasks. A result
// equal to it changes nothing, and code says why where AWS would.
//
// Rules, all [D]: outside the bounds first to the minimum, never from above
// the maximum; in the cooldown only a larger step, less what was added
// already; never beyond the maximum.
//
// In the cooldown the capacity is therefore worked out from the tasks before
// the activity that began it: +2 first and then a call for +3 adds 1. Were it
// worked out from all that run, the same old datapoints would ask for more as
// soon as the added tasks run, and no cooldown would ever hold.
func decideOut(s standing, capacity func(tasks int) int, c outCooldown, r *rules) (desired int, code string) {
	switch {
	case s.suspended.ScaleOut || s.desired > s.bounds.Max:
		return s.desired, ""
	case s.desired < s.bounds.Min:
		return s.bounds.Min, ""
	case s.desired == s.bounds.Max:
		return s.desired, scaling.AlreadyAtMaxCapacity
	}
	want := capacity(s.running)
	if want <= s.desired {
		return s.desired, scaling.AlreadyAtDesiredCapacity
	}
	if c.active {
		want = min(want, capacity(min(s.running, c.base)))
	}
	want = s.desired + r.added(max(want-s.desired, 0))
	return max(min(want, s.bounds.Max), s.desired), ""
}

// decideIn says what scale-in makes of the desired count; want is the capacity
// that is asked for, cooling that a scale-in cooldown lasts, and next makes the
// step, or says why not.
//
// Rules: outside the bounds first to the maximum, never from below the
// minimum [D]; not while it is paused, which AWS has a reason code for that
// fits [U].
func decideIn(s standing, want int, cooling bool, next func(desired, want int) (int, string)) (desired int, code string) {
	switch {
	case s.suspended.ScaleIn || s.desired < s.bounds.Min:
		return s.desired, ""
	case s.desired == s.bounds.Min:
		return s.desired, scaling.AlreadyAtMinCapacity
	case cooling:
		return s.desired, ""
	case s.paused:
		return s.desired, scaling.ResourceUnscalable
	case s.desired > s.bounds.Max:
		return s.bounds.Max, ""
	}
	desired, code = next(s.desired, want)
	return max(desired, s.bounds.Min), code
}

// gently is how target tracking scales in.
func (r *rules) gently(desired, want int) (next int, code string) {
	if r.flaps(desired, want) {
		return desired, scaling.AnticipatedFlapping
	}
	return r.step(desired, want), ""
}

// allAtOnce is how a step policy scales in.
func allAtOnce(desired, want int) (next int, code string) {
	if want >= desired {
		return desired, scaling.AlreadyAtDesiredCapacity
	}
	return want, ""
}
