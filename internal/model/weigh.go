package model

import (
	"fmt"
	"slices"

	"scaleproof/internal/scaling"
)

// call is an alarm's call for capacity.
type call struct {
	alarm *alarm
	ask   ask
}

// order is what the autoscaler makes of the calls of one instant.
type order struct {
	service *service // who is scaled
	more    int      // tasks; below 0: fewer; 0: nothing changes
	alarm   *alarm   // whose call it answers, the cause; nil: no call was heeded
	code    string   // why nothing changes, where AWS says so
	base    int      // of a scale-out: desired before the first one of its cooldown
}

// String is the order for the world's log and for comparison.
func (o order) String() string {
	switch {
	case o.more != 0:
		return fmt.Sprintf("%s to %d by %s", o.service.cfg.Service.Name, o.service.desired+o.more, o.alarm.Name)
	case o.code != "":
		return o.code
	}
	return "nothing"
}

// course is what a service's last order was.
type course struct {
	more  int   // tasks; 0: there was none
	since int64 // ns since it was given
}

// weigh says what the rules make of the calls of this instant. Any policy may
// scale out, and the largest capacity wins; all with scale-in enabled must
// agree to scale in. [D] It changes nothing.
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
	if i := slices.IndexFunc(heeded, func(c call) bool { return !c.alarm.High() }); i >= 0 && o.more == 0 {
		if in := w.weighIn(s, heeded[i].alarm, r); o.code == "" || in.more != 0 {
			o = in
		}
	}
	o = r.turns(o, s.scaler.course(w.now))
	if o.alarm != nil {
		o.alarm = r.named(o.alarm, s.scaler.policies)
	}
	o.service = r.subject(s, w.services)
	return o
}

func (w *World) standing(s *service, r *rules) standing {
	return standing{
		running: r.base(s.running, s.desired), desired: s.desired, bounds: r.bounds(s.scaler.target.Bounds),
		suspended: s.scaler.target.Suspended, paused: r.paused(s.deploying()),
	}
}

// weighOut weighs what the high alarms call for. What policies would propose
// that did not call just now is weighed by none of AWS's rules.
func (w *World) weighOut(s *service, calls []call, r *rules) order {
	now := w.standing(s, r)
	var called, others []proposal
	for _, c := range calls {
		if c.alarm.High() {
			called = append(called, w.propose(now, c, r))
		}
	}
	for _, p := range s.scaler.policies {
		if p.high == nil || slices.ContainsFunc(calls, func(c call) bool { return c.alarm == p.high }) {
			continue
		}
		c := call{alarm: p.high}
		if p.high.State == scaling.AlarmInAlarm {
			c.ask = p.high.ask()
		}
		others = append(others, w.propose(now, c, r))
	}
	if best := r.wins(called, others); best.alarm != nil && best.desired > now.desired {
		o := order{service: s, more: best.desired - now.desired, alarm: best.alarm, base: now.desired}
		if r.cooling(w.after(best.alarm.policy)) {
			o.base = best.alarm.policy.base
		}
		return o
	}
	o := order{service: s, alarm: calls[0].alarm}
	for _, p := range called {
		if o.code == "" && p.code != "" {
			o.alarm, o.code = p.alarm, p.code
		}
	}
	return o
}

func (w *World) propose(now standing, c call, r *rules) proposal {
	p := c.alarm.policy
	d, code := decideOut(now, c.ask, outCooldown{active: r.cooling(w.after(p)), base: p.base}, r)
	return proposal{c.alarm, d, code}
}

// after is the cooldown after a policy's last scale-out.
func (w *World) after(p *policy) cooldown { return cooldown{p.out, p.ScaleOutCooldown, w.now} }

// weighIn weighs whether to scale in, where a low alarm called for it.
func (w *World) weighIn(s *service, low *alarm, r *rules) order {
	now, o := w.standing(s, r), order{service: s, alarm: low}
	var votes []vote
	cooling := false
	for _, p := range s.scaler.policies {
		v := vote{out: p.high != nil && p.high.State == scaling.AlarmInAlarm, counted: p.low != nil}
		if p.low != nil { // else scale-in is disabled, or it is not a policy that scales
			v.in, v.want = p.low.State == scaling.AlarmInAlarm, r.capacity(p.low.ask(), now.running)
			cooling = cooling || r.cooling(cooldown{s.scaler.lastIn, p.ScaleInCooldown, w.now})
		}
		votes = append(votes, v)
	}
	want, ok := r.agreed(votes)
	if !ok {
		return o
	}
	desired, code := decideIn(now, want, cooling, r)
	o.more, o.code = desired-now.desired, code
	return o
}
