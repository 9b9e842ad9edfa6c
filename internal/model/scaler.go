package model

import (
	"strings"

	"scaleproof/internal/scaling"
)

// scaler is Application Auto Scaling's view of one service.
type scaler struct {
	target     *scaling.ScalableTarget // nil: not registered
	policies   []*policy               // in order of name
	scheduled  []*scheduled            // in order of name
	activities []*activity             // oldest first
	begun      int                     // activities ever
	going      *activity               // in progress; nil: none
	last       *activity               // that set the desired count; nil: none did
	ended      int64                   // when the last activity was over; never: there was none
	calls      []call                  // of this instant
	puts       int                     // policies ever put
	registered int                     // times that the target was registered anew
	lastIn     *activity               // whose scale-in cooldown lasts, or is over by its time; nil after a scale-out
	refusal    string                  // the last not-scaled reason since an activity, not repeated [E]
}

// policy is a policy with its alarms and its scale-out cooldown.
type policy struct {
	scaling.Policy
	createdBy string
	high, low *alarm // nil: it has none

	out  *activity // its last scale-out, whoever was named as its cause
	base int       // desired before the first scale-out of the cooldown
}

// action is the one action of the policy's alarms. [R]
func (p *policy) action() string { return p.ARN + createdBy + p.createdBy }

const createdBy = ":createdBy/"

// heeds says that an alarm's action calls the policy: by its ARN, or as its
// own alarms do. Alarms are asked at every look: it makes no text.
func (p *policy) heeds(action string) bool {
	rest, ok := strings.CutPrefix(action, p.ARN)
	by, own := strings.CutPrefix(rest, createdBy)
	return ok && (rest == "" || own && by == p.createdBy)
}

// activity is a scaling activity while the model may still change it.
type activity struct {
	scaling.Activity
	more       int // tasks than before; below 0: fewer; 0 where it scaled nothing
	ordinal    int // among the service's activities
	start, end int64
	going      bool
}

// call is an alarm's action, as it reaches a policy. All calls of one instant
// are weighed together, after all alarms of that instant. Target tracking heeds
// its own alarms alone [U], and cannot work capacity out from no datapoint; a
// step policy heeds whoever calls it, and does nothing where the breach is for
// none of its steps. A policy of another type stands inert.
func (w *World) call(s *service, p *policy, a *alarm) {
	c := call{alarm: a, policy: p, ask: a.ask()}
	switch {
	case p.Step != nil:
		excess, ok := w.excess(s, p, a)
		if !ok {
			return
		}
		step := pick(p.Step, excess, excess > 0 || a.High())
		if step == nil {
			return
		}
		c.change = step.Change
	case a.policy != p || a.count == 0:
		return
	}
	if len(s.scaler.calls) == 0 {
		w.push(w.now, evScale, uint32(s.n), 0)
	}
	s.scaler.calls = append(s.scaler.calls, c)
}

func (a *alarm) ask() ask { return ask{a.sum, a.count, a.target} }

// scale weighs the calls of this instant and carries out what comes of them.
// Nothing can have been removed since they were made: changes come after all
// that the world does at an instant.
func (w *World) scale(s *service) {
	calls := s.scaler.calls
	s.scaler.calls = nil
	o := by(w, s, func(r *rules) order { return w.weigh(s, calls, r) })
	if o.alarm == nil {
		return
	}
	if o.code != "" {
		w.refuse(s, o.cause(), o.code)
	}
	if o.more != 0 {
		w.carryOut(o)
	}
}

// carryOut changes the desired count as ordered.
func (w *World) carryOut(o order) {
	s, p := o.service, o.policy
	a := w.act(s, s.desired+o.more, o.cause())
	if o.more < 0 {
		s.scaler.lastIn = a
		return
	}
	s.scaler.lastIn = nil // a scale-out ends the scale-in cooldown [D]
	p.out, p.base = a, o.base
}

// side is the policy's high or low alarm; nil: it has none.
func (p *policy) side(high bool) *alarm {
	if high {
		return p.high
	}
	return p.low
}

// cause is what the activity says of an order.
func (o order) cause() scaling.Cause {
	p := o.policy
	if o.alarm.policy != nil {
		p = o.alarm.policy
	}
	return scaling.Cause{Kind: scaling.CauseAlarm, Alarm: o.alarm.Name, Policy: p.Name}
}
