package model

import (
	"slices"

	"scaleproof/internal/scaling"
)

// scaler is Application Auto Scaling's view of one service.
type scaler struct {
	target     *scaling.ScalableTarget // nil: not registered
	policies   []*policy               // in order of name
	activities []*activity             // oldest first
	going      *activity               // in progress; nil: none
	ended      int64                   // when the last activity was over
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

	out  *activity // its last scale-out
	base int       // desired before the first scale-out of the cooldown
}

// action is the one action of the policy's alarms. [R]
func (p *policy) action() string { return p.ARN + ":createdBy/" + p.createdBy }

// activity is a scaling activity while the model may still change it.
type activity struct {
	scaling.Activity
	start, end int64
	going      bool
}

// call is an alarm's call for capacity.
type call struct {
	alarm *alarm
	ask   ask
}

// call hands an alarm's action to Application Auto Scaling. All calls of one
// instant are weighed together, after all alarms of that instant.
func (w *World) call(a *alarm) {
	w.remember(a, "Action", "Successfully executed action "+a.Actions[0], actionData(w, a))
	s := a.service
	if len(s.scaler.calls) == 0 {
		w.push(w.now, evScale, uint32(s.n), 0)
	}
	s.scaler.calls = append(s.scaler.calls, call{a, a.ask()})
}

func (a *alarm) ask() ask { return ask{a.sum, a.count, micro(a.policy.Target)} }

// scale weighs the calls of this instant. Any policy may scale out, and the
// largest capacity wins; all with scale-in enabled must agree to scale in.
// [D] Nothing can have been removed since they were made: changes come after
// all that the world does at an instant.
func (w *World) scale(s *service) {
	calls := s.scaler.calls
	s.scaler.calls = nil
	if !w.scaleOut(s, calls) {
		w.scaleIn(s, calls)
	}
}

func (w *World) standing(s *service) standing {
	return standing{
		running: w.base(s), desired: s.desired, bounds: s.scaler.target.Bounds, suspended: s.scaler.target.Suspended,
		deploying: s.deploy.Rollout == "IN_PROGRESS",
	}
}

// base is the count of tasks that a metric's excess is multiplied with.
func (w *World) base(s *service) int {
	if w.cfg.Behaviour.Base == DesiredCount {
		return s.desired
	}
	return s.running
}

// scaleOut does the largest of the scale-outs that were called for, and says
// whether one was.
func (w *World) scaleOut(s *service, calls []call) bool {
	best, now := call{}, w.standing(s)
	desired, refused, code := now.desired, call{}, ""
	for _, c := range calls {
		if !c.alarm.High() {
			continue
		}
		d, why := decideOut(now, c.ask, w.cooldown(c.alarm.policy))
		if d > desired {
			best, desired = c, d
		}
		if why != "" && code == "" {
			refused, code = c, why
		}
	}
	if best.alarm == nil {
		if code != "" {
			w.refuse(s, refused.alarm, code)
		}
		return false
	}
	p := best.alarm.policy
	if !w.cooldown(p).active {
		p.base = s.desired
	}
	s.scaler.lastIn = nil // a scale-out ends the scale-in cooldown [D]
	p.out = w.act(s, desired, alarmCause(best.alarm))
	return true
}

// cooldown is a policy's scale-out cooldown at the present.
func (w *World) cooldown(p *policy) outCooldown {
	return outCooldown{active: w.cooling(p.out, int64(p.ScaleOutCooldown)), base: p.base}
}

// cooling says that the cooldown after an activity lasts; nil: there was none.
func (w *World) cooling(a *activity, length int64) bool {
	switch {
	case a == nil:
		return false
	case w.cfg.Behaviour.CooldownAnchor == FromStart:
		return w.now < a.start+length
	}
	return a.going || w.now < a.end+length
}

// scaleIn scales in if a low alarm called, all policies with scale-in enabled
// agree, and none is asking for more at the same time: of what several policies
// ask for the largest capacity wins. [D]
func (w *World) scaleIn(s *service, calls []call) {
	i := slices.IndexFunc(calls, func(c call) bool { return !c.alarm.High() })
	if i < 0 {
		return
	}
	want, cooling := 0, false
	for _, p := range s.scaler.policies {
		if p.high != nil && p.high.State == scaling.AlarmInAlarm {
			return
		}
		if p.low == nil {
			continue // scale-in disabled, or not a policy that scales
		}
		if p.low.State != scaling.AlarmInAlarm {
			return
		}
		want = max(want, p.low.ask().wanted(w.base(s)))
		cooling = cooling || w.cooling(s.scaler.lastIn, int64(p.ScaleInCooldown))
	}
	low := calls[i].alarm
	desired, code := decideIn(w.standing(s), want, cooling, w.cfg.Behaviour.ScaleInSteps)
	if code != "" {
		w.refuse(s, low, code)
	}
	if desired < s.desired {
		s.scaler.lastIn = w.act(s, desired, alarmCause(low))
	}
}

func alarmCause(a *alarm) scaling.Cause {
	return scaling.Cause{Kind: scaling.CauseAlarm, Alarm: a.Name, Policy: a.policy.Name}
}
