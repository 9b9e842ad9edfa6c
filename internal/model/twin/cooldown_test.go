package twin

import (
	"slices"
	"time"

	"scaleproof/internal/model"
)

// cools says that a cooldown of some length, which an activity began, lasts at
// an instant. It counts from completion: "after Application Auto Scaling
// successfully scales out", "after a scale-in activity completes" [D]; by the
// setting from the order.
func (w *twin) cools(a *activity, length time.Duration, at time.Time) bool {
	if w.behaviour.CooldownAnchor == model.FromStart {
		return at.Before(a.start.Add(length))
	}
	return a.going || a.overridden && !at.After(a.end) || at.Before(a.end.Add(length))
}

// outCooldown says whether a policy's scale-out cooldown lasts, and how many
// tasks were desired before the first of the scale-outs that each began in the
// cooldown of the one before. Each policy has a cooldown of its own. [E]
//
// "The capacity added by the initiating activity is calculated as part of the
// desired capacity for the next scale-out": +2, then in the cooldown a call for
// +3, adds 1. [D] How that is to be reckoned from a metric is not said. Choice:
// what the metric asks for is worked out from the tasks before the cooldown.
func (w *twin) outCooldown(p *policy, now time.Time) (before int, lasts bool) {
	length := p.ScaleOutCooldown
	for _, a := range slices.Backward(p.service.activities) {
		if a.policy != p.ARN || a.to <= a.from {
			continue
		}
		if !w.cools(a, length, now) {
			break
		}
		// As the policy was set then.
		before, lasts, now, length = a.from, true, a.start, a.cooldown
	}
	return before, lasts
}

// inCooldown says whether a scale-in has to wait: "the time after a scale-in
// activity completes before another scale-in activity can start"; a scale-out
// meanwhile ends it: "the scale-in cooldown stops and doesn't complete". It
// "applies only to scaling policy-related scaling activities". [D] Whose
// cooldown, where a policy with another scaled in, is not said. Choice: all
// have to agree on a scale-in, and each that has scale-in enabled waits for its
// own. Whether raising the minimum ends it is not said. Choice: it does not, as it
// does not begin one. A target that is registered anew has none.
func (w *twin) inCooldown(s *service, waiting []*policy, now time.Time) bool {
	for _, a := range slices.Backward(s.activities[s.before:]) {
		if a.refusal != "" || a.policy == "" {
			continue
		}
		cools := slices.ContainsFunc(waiting, func(p *policy) bool {
			return !p.DisableScaleIn && w.cools(a, p.ScaleInCooldown, now)
		})
		if a.to < a.from {
			return cools
		}
		w.noteInterruption(s, waiting, now)
		return false
	}
	return false
}

// noteInterruption counts the cooldowns of which a scale-out took the rest.
func (w *twin) noteInterruption(s *service, waiting []*policy, now time.Time) {
	for _, a := range s.activities[s.before:] {
		for _, p := range waiting {
			if a.policy != "" && a.refusal == "" && a.to < a.from && !p.DisableScaleIn && w.cools(a, p.ScaleInCooldown, now) {
				w.saw("scale-in cooldown interrupted")
				return
			}
		}
	}
}
