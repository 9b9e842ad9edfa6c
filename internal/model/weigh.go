package model

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/scaling"
)

// call is an alarm's call for capacity.
type call struct {
	alarm  *alarm
	policy *policy // that the alarm's action names
	ask    ask     // of target tracking
	change int     // of step scaling: the adjustment that the breach is for
}

// capacity is what a call makes of a count of tasks.
func (c call) capacity(r *rules) func(tasks int) int {
	if c.policy.Step != nil {
		return func(tasks int) int { return r.adjust(c.policy.Step, c.change, tasks) }
	}
	return func(tasks int) int {
		if tasks == 0 {
			return 1 // from nothing by the least amount [D]
		}
		return r.capacity(c.ask, tasks)
	}
}

// inwards says that a call is for fewer tasks: the low alarm's of target
// tracking, a step's by its sign, or than run where it sets an exact capacity.
func (c call) inwards(now standing) bool {
	switch steps := c.policy.Step; {
	case steps == nil:
		return !c.alarm.High()
	case steps.Adjustment == scaling.ExactCapacity:
		return c.change < now.running
	}
	return c.change < 0 // from none running too, which no step makes fewer
}

// order is what the autoscaler makes of the calls of one instant.
type order struct {
	service *service // who is scaled
	more    int      // tasks; below 0: fewer; 0: nothing changes
	alarm   *alarm   // whose call it answers, the cause; nil: no call was heeded
	policy  *policy  // that it called
	code    string   // why nothing changes, where AWS says so
	base    int      // of a scale-out: desired before the first one of its cooldown
}

// String is the order for the world's log and for comparison: why nothing
// changes makes no order another one.
func (o order) String() string {
	if o.more == 0 {
		return "nothing"
	}
	return fmt.Sprintf("%s to %d by %s", o.service.cfg.Service.Name, o.service.desired+o.more, o.alarm.Name)
}

// course is where a service's last order has led.
type course struct {
	more    int   // tasks of that order; 0: there was none
	since   int64 // ns since it was given
	desired int
	bounds  scaling.Bounds
}

// weigh says what the rules make of the calls of this instant. Any policy may
// scale out, and the largest capacity wins; all that track a target with
// scale-in enabled must agree to scale in, and a step policy asks nobody. [D]
// It changes nothing.
func (w *World) weigh(s *service, calls []call, r *rules) order {
	var heeded []call
	for _, c := range calls {
		if r.heeds(w.time(w.now).Sub(c.alarm.StateSince)) {
			heeded = append(heeded, c)
		}
	}
	o := order{service: s}
	if len(heeded) > 0 {
		o = w.weighOut(s, heeded, r)
	}
	if o.more == 0 {
		if in := w.weighIn(s, heeded, r); in.alarm != nil && (o.code == "" || in.more != 0) {
			o = in
		}
	}
	o = r.turns(o, w.course(s))
	if o.alarm != nil {
		o.alarm = r.named(o.alarm, s.scaler.policies)
	}
	if o.service = r.subject(s, w.services); o.service != s {
		b := o.service.scaler.target.Bounds
		o.more = max(min(o.service.desired+o.more, b.Max), b.Min) - o.service.desired
	}
	return o
}

func (w *World) course(s *service) course {
	c := course{desired: s.desired, bounds: s.scaler.target.Bounds}
	if a := s.scaler.last; a != nil {
		c.more, c.since = a.more, w.now-a.start
	}
	return c
}

func (w *World) standing(s *service, r *rules) standing {
	return standing{
		running: r.base(s.running, s.desired), desired: s.desired, bounds: r.bounds(s.scaler.target.Bounds),
		suspended: s.scaler.target.Suspended, paused: r.paused(s.deploying()),
	}
}

// weighOut weighs the calls for more tasks. What policies would propose that
// did not call just now is weighed by none of AWS's rules.
func (w *World) weighOut(s *service, calls []call, r *rules) order {
	now := w.standing(s, r)
	var called, others []proposal
	for _, c := range calls {
		if !c.inwards(now) {
			called = append(called, w.propose(now, c, r))
		}
	}
	for _, p := range s.scaler.policies {
		if p.high == nil || slices.ContainsFunc(calls, func(c call) bool { return c.alarm == p.high }) {
			continue
		}
		c := call{alarm: p.high, policy: p}
		if p.high.State == scaling.AlarmInAlarm {
			c.ask = p.high.ask()
		}
		others = append(others, w.propose(now, c, r))
	}
	if best := r.wins(called, others); best.alarm != nil && best.desired > now.desired {
		o := order{service: s, more: best.desired - now.desired, alarm: best.alarm, policy: best.policy, base: now.desired}
		if r.cooling(w.after(best.policy)) {
			o.base = best.policy.base
		}
		return o
	}
	o := order{service: s, alarm: calls[0].alarm, policy: calls[0].policy}
	for _, p := range called {
		if o.code == "" && p.code != "" {
			o.alarm, o.policy, o.code = p.alarm, p.policy, p.code
		}
	}
	return o
}

func (w *World) propose(now standing, c call, r *rules) proposal {
	p := c.policy
	d, code := decideOut(now, c.capacity(r), outCooldown{active: r.cooling(w.after(p)), base: p.base}, r)
	return proposal{c.alarm, p, d, code}
}

// after is the cooldown after a policy's last scale-out.
func (w *World) after(p *policy) cooldown { return cooldown{false, p.out, p.outLength(), w.now} }

func (p *policy) outLength() time.Duration {
	if p.Step != nil {
		return p.Step.Cooldown
	}
	return p.ScaleOutCooldown
}

// weighIn weighs the calls for fewer tasks; an order without an alarm says that
// there was none. Of what target tracking and each step policy make of them at
// one time the largest capacity wins. [D]
func (w *World) weighIn(s *service, calls []call, r *rules) order {
	best, tracked := order{service: s}, false
	now := w.standing(s, r)
	for _, c := range calls {
		var o order
		switch {
		case !c.inwards(now):
			continue
		case c.policy.Step != nil:
			o = w.stepIn(s, c, r)
		case !tracked:
			o, tracked = w.trackIn(s, c, r), true
		default:
			continue
		}
		if best.alarm == nil || o.more != 0 && (best.more == 0 || o.more > best.more) || best.more == 0 && best.code == "" {
			best = o
		}
	}
	return best
}

// stepIn is one step policy's scale-in. No target tracking policy can stop it.
// [D]
func (w *World) stepIn(s *service, c call, r *rules) order {
	now := w.standing(s, r)
	cooling := r.cooling(cooldown{true, s.scaler.lastIn, c.policy.Step.Cooldown, w.now})
	desired, code := decideIn(now, c.capacity(r)(now.running), cooling, allAtOnce)
	return order{service: s, alarm: c.alarm, policy: c.policy, more: desired - now.desired, code: code}
}

// trackIn is the joint decision of the policies that track a target, where a
// low alarm called for it.
func (w *World) trackIn(s *service, c call, r *rules) order {
	now, o := w.standing(s, r), order{service: s, alarm: c.alarm, policy: c.policy}
	var votes []vote
	cooling := false
	for _, p := range s.scaler.policies {
		v := vote{out: p.high != nil && p.high.State == scaling.AlarmInAlarm, counted: p.low != nil}
		if p.low != nil { // else scale-in is disabled, or it is not a policy that scales
			v.in, v.want = p.low.State == scaling.AlarmInAlarm, now.desired
			if a := p.low.ask(); a.count > 0 { // else it has nothing to ask for fewer by
				v.want = r.capacity(a, now.running)
			}
			cooling = cooling || r.cooling(cooldown{true, s.scaler.lastIn, p.ScaleInCooldown, w.now})
		}
		votes = append(votes, v)
	}
	want, ok := r.agreed(votes)
	if !ok {
		return o
	}
	desired, code := decideIn(now, want, cooling, r.gently)
	o.more, o.code = desired-now.desired, code
	return o
}
