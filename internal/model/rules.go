package model

import (
	"time"

	"scaleproof/internal/scaling"
)

// rules are the decisions of Application Auto Scaling and of its alarms, one
// pure function each: what it answers depends on its arguments alone. New
// fills them with what AWS does. A deviation wraps one of them, and whatever
// else goes wrong in its world follows from that.
//
// A switch inside each decision was rejected: the correct behaviour could then
// no longer be read without all the incorrect ones, nor could the two be
// compared at the moment they differ.
type rules struct {
	// What is made of what is asked for.
	registered func(b scaling.Bounds) scaling.Bounds // the bounds of a scalable target

	// What alarms a policy is given.
	target    func(p *scaling.Policy) int64            // what the policy aims at, in millionths of the metric's unit
	threshold func(target int64, high bool) int64      // of an alarm, in millionths
	periods   func(p *scaling.Policy, high bool) int   // that an alarm evaluates
	label     func(own string) string                  // the load balancer and target group whose requests are watched
	armed     func() bool                              // the alarm's actions are enabled
	breaches  func(v, threshold int64, high bool) bool // a datapoint is beyond the threshold
	needed    func(m, n int) (int, int)                // how many of how many datapoints must be

	// What is made of the alarms' calls.
	heeds    func(inAlarm time.Duration) bool          // a call of an alarm that has been in ALARM for so long
	base     func(running, desired int) int            // what a metric's excess is multiplied with
	bounds   func(b scaling.Bounds) scaling.Bounds     // within which policies scale
	capacity func(a ask, running int) int              // that a metric asks for
	adjust   func(c *scaling.Steps, change, n int) int // the capacity that a step makes of another
	added    func(more int) int                        // where so many more tasks are asked for
	wins     func(called, others []proposal) proposal  // of what policies propose to scale out to
	cooling  func(c cooldown) bool                     // the cooldown lasts
	agreed   func(votes []vote) (want int, ok bool)    // all that count want to scale in, and to how many
	paused   func(deploying bool) bool                 // scale-in is off
	flaps    func(desired, want int) bool              // scaling in would soon be undone
	step     func(desired, want int) int               // the count that one scale-in goes to
	turns    func(o order, c course) order             // what is made of an order in view of the last one
	named    func(cause *alarm, all []*policy) *alarm  // by the activity as its cause
	subject  func(s *service, all []*service) *service // who is scaled
	drain    func(delay time.Duration) time.Duration   // from a target's deregistration to its end
}

// aws is what AWS does, with what it leaves undocumented as the settings say.
func aws(b Behaviour) rules {
	return rules{
		registered: func(b scaling.Bounds) scaling.Bounds { return b },

		target:    func(p *scaling.Policy) int64 { return micro(p.Target) },
		threshold: threshold,
		periods:   periods,
		label:     func(own string) string { return own },
		armed:     func() bool { return true },
		breaches: func(v, threshold int64, high bool) bool {
			return high && v > threshold || !high && v < threshold
		},
		needed: func(m, n int) (int, int) { return m, n },

		heeds: func(time.Duration) bool { return true },
		base: func(running, desired int) int {
			if b.Base == DesiredCount {
				return desired
			}
			return running
		},
		bounds:   func(b scaling.Bounds) scaling.Bounds { return b },
		capacity: ask.wanted,
		adjust:   adjust,
		added:    func(more int) int { return more },
		wins:     func(called, _ []proposal) proposal { return largest(called) },
		cooling:  func(c cooldown) bool { return c.lasts(b.CooldownAnchor) },
		agreed:   unanimous,
		paused:   func(deploying bool) bool { return deploying },
		flaps:    func(desired, want int) bool { return b.Flapping == Anticipated && want >= desired },
		step: func(desired, want int) int {
			if b.ScaleInSteps == OneTask {
				return desired - 1
			}
			return min(want, desired-1)
		},
		turns:   func(o order, _ course) order { return o },
		named:   func(cause *alarm, _ []*policy) *alarm { return cause },
		subject: func(s *service, _ []*service) *service { return s },
		drain:   func(delay time.Duration) time.Duration { return delay },
	}
}

// threshold of an alarm: Low lies at 0.9 of the target. [R]
func threshold(target int64, high bool) int64 {
	if high {
		return target
	}
	return target * lowShareTenths / 10
}

// periods that an alarm evaluates: of a minute [R], or of 20 s [E].
func periods(p *scaling.Policy, high bool) int {
	switch {
	case high:
		return highPeriods
	case scaling.HighResolution(p.Metric):
		return lowPeriodsFine
	}
	return lowPeriods
}

// proposal is what a policy that was called for more makes of the desired
// count.
type proposal struct {
	alarm   *alarm // nil: nobody proposes
	policy  *policy
	desired int
	code    string // why it is no more, where AWS says so
}

// largest of several proposals wins, the first of equal ones. [D]
func largest(called []proposal) proposal {
	var best proposal
	for _, p := range called {
		if best.alarm == nil || p.desired > best.desired {
			best = p
		}
	}
	return best
}

// cooldown is what an activity leaves behind it for a while.
type cooldown struct {
	in     bool      // of a scale-in
	after  *activity // nil: there was none
	length time.Duration
	now    int64
}

// lasts says whether it is not over, by the setting of from when it counts.
func (c cooldown) lasts(from Anchor) bool {
	switch {
	case c.after == nil:
		return false
	case from == FromStart:
		return c.now < c.after.start+int64(c.length)
	}
	return c.after.going || c.now < c.after.end+int64(c.length)
}

// vote is a policy's part in the joint decision to scale in.
type vote struct {
	out     bool // its high alarm is in ALARM
	in      bool // its low alarm is
	counted bool // it has scale-in enabled
	want    int  // tasks that its low alarm asks for
}

// unanimous: all policies with scale-in enabled agree, and none is asking for
// more at the same time. Of what several ask for the largest capacity wins.
// [D]
func unanimous(votes []vote) (want int, ok bool) {
	for _, v := range votes {
		if v.out || v.counted && !v.in {
			return 0, false
		}
		if v.counted {
			want = max(want, v.want)
		}
	}
	return want, true
}
