package twin

import (
	"fmt"
	"math"
	"slices"
	"time"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// A decision is what becomes of the alarms that call at one instant.
type decision struct {
	alarm   *alarm // whose call it answers; nil where nothing comes of any
	to      int    // new desired count, where refusal is empty
	refusal string // code and capacities of the reason not to scale
	why     string // nothing comes of it
}

func (d decision) String() string {
	switch {
	case d.alarm == nil:
		return "nothing"
	case d.refusal != "":
		return fmt.Sprintf("%s by %v", d.refusal, d.alarm)
	}
	return fmt.Sprintf("desired %d by %v", d.to, d.alarm)
}

func nothing(why string, args ...any) decision { return decision{why: fmt.Sprintf(why, args...)} }

// Reasons not to scale. [D]
func atMax(a *alarm, n int) decision {
	return decision{alarm: a, refusal: fmt.Sprintf("%s max=%d min=0 current=0", scaling.AlreadyAtMaxCapacity, n)}
}

func atMin(a *alarm, n int) decision {
	return decision{alarm: a, refusal: fmt.Sprintf("%s max=0 min=%d current=0", scaling.AlreadyAtMinCapacity, n)}
}

func atDesired(a *alarm, n int) decision {
	return decision{alarm: a, refusal: fmt.Sprintf("%s max=0 min=0 current=%d", scaling.AlreadyAtDesiredCapacity, n)}
}

// decide says what comes of the alarms of one service that call at an instant,
// the oldest alarm first. "Scale out if any is ready; scale in only if all are
// ... when several instruct at once, the policy that provides the largest
// capacity wins." [D] Choice: of equal ones the oldest alarm's; of reasons not to
// scale that of a call for more.
func (w *twin) decide(s *service, calling []*alarm, now time.Time) decision {
	var out, in []decision
	for _, a := range calling {
		if len(a.counted) == 0 {
			continue // the setting leaves it nothing to go by
		}
		if d := w.call(a, now); w.asksForMore(a) {
			out = append(out, d)
		} else {
			in = append(in, d)
		}
	}
	best := nothing("no alarm calls")
	if len(in)+len(out) > 1 && slices.ContainsFunc(calling, func(a *alarm) bool { return a.policy.Step != nil }) {
		w.saw("steps among several calls")
	}
	for _, d := range append(out, in...) {
		changes, bestChanges := d.alarm != nil && d.refusal == "", best.alarm != nil && best.refusal == ""
		if best.alarm == nil || changes && (!bestChanges || d.to > best.to) {
			best = d
		}
	}
	// "Repeated identical codes are suppressed." [E] Choice: while nothing else
	// has set the desired count.
	if best.refusal != "" && code(best.refusal) == code(s.refused) {
		return nothing("%s once more", best.refusal)
	}
	return best
}

// call is what one alarm brings about.
func (w *twin) call(a *alarm, now time.Time) decision {
	switch {
	case a.policy.Step != nil:
		return w.step(a, now)
	case a.high:
		return w.scaleOut(a, now)
	}
	return w.scaleIn(a, now)
}

// scaleOut is what one policy's call for more brings about.
func (w *twin) scaleOut(a *alarm, now time.Time) decision {
	s, bounds := a.policy.service, a.policy.service.target.Bounds
	switch {
	case s.target.Suspended.ScaleOut:
		w.sawOf(a, "scale-out suspended")
		return nothing("scale-out is suspended")
	// "Desired below min + scale-out alarm: first to min, then on ... Desired
	// above max: scale-out does nothing." [D]
	case s.desired < bounds.Min:
		w.sawOf(a, "out from below the minimum")
		return decision{alarm: a, to: bounds.Min}
	case s.desired > bounds.Max:
		w.sawOf(a, "no scale-out above the maximum")
		return nothing("above the maximum")
	case s.desired == bounds.Max:
		return atMax(a, bounds.Max)
	}
	want := w.capacity(a, math.MaxInt)
	if w.base(s) == 0 && a.policy.Step == nil {
		w.saw("from zero")
	}
	// Choice: this is told in the cooldown too.
	if want <= s.desired {
		return atDesired(a, s.desired)
	}
	if before, lasts := w.outCooldown(a.policy, now); lasts {
		all := want
		if want = min(want, w.capacity(a, before)); want <= s.desired {
			w.sawOf(a, "scale-out held by its cooldown")
			return nothing("cooldown since %d were desired: %d, not %d", before, want, all)
		}
		w.sawOf(a, "scale-out credited in its cooldown")
	}
	if want > bounds.Max {
		w.sawOf(a, "out clamped")
	}
	return decision{alarm: a, to: min(want, bounds.Max)}
}

// scaleIn is what one policy's low alarm brings about.
func (w *twin) scaleIn(a *alarm, now time.Time) decision {
	s, bounds, want := a.policy.service, a.policy.service.target.Bounds, 0
	agreeing := s.tracking()
	for _, p := range agreeing {
		switch {
		// Whether one that has scale-in disabled may veto by asking for more is
		// not said. Choice: it does, as "the largest capacity wins".
		case p.high.state == scaling.AlarmInAlarm:
			w.saw("scale-in against a high alarm")
			return nothing("policy %s asks for more", p.Name)
		case p.DisableScaleIn:
			w.saw("scale-in without a policy that has it disabled")
		case p.low.state != scaling.AlarmInAlarm:
			w.saw("scale-in vetoed, " + p.low.state)
			return nothing("policy %s is not ready: %s", p.Name, p.low.state)
		case len(p.low.counted) == 0: // by the setting. Choice: it wants what there is
			w.saw("scale-in without datapoints of another policy")
			want = max(want, s.desired)
		default:
			want = max(want, w.capacity(p.low, math.MaxInt))
		}
	}
	if d, over := w.scaleInHeld(a, agreeing, now); over {
		return d
	}
	// What it asks for is rounded up [D]; where that leaves nothing to remove, a
	// scale-in would be undone: "a flapping guard exists". [D] By what sum it
	// goes is not said. Choice: that of scale-out; or by the setting none.
	if want >= s.desired && w.behaviour.Flapping == model.Anticipated {
		return decision{alarm: a, refusal: scaling.AnticipatedFlapping + " max=0 min=0 current=0"}
	}
	// 4, 3, 2 at a sixth of the target: one task in each activity. [R] A lab's
	// sheet has 4 to 2 in one. [P]
	if w.behaviour.ScaleInSteps == model.OneTask || want >= s.desired {
		want = s.desired - 1
	}
	if want < bounds.Min {
		w.saw("in clamped")
	}
	return decision{alarm: a, to: max(want, bounds.Min)}
}

// scaleInHeld says whether something beside the metric decides a scale-in for
// which the given policies wait.
func (w *twin) scaleInHeld(a *alarm, waiting []*policy, now time.Time) (d decision, over bool) {
	s, bounds := a.policy.service, a.policy.service.target.Bounds
	switch {
	case s.target.Suspended.ScaleIn:
		w.sawOf(a, "scale-in suspended")
		return nothing("scale-in is suspended"), true
	// "Desired above max + scale-in alarm: first to max, then in ... Desired
	// below min: scale-in does nothing." [D]
	case s.desired < bounds.Min:
		w.sawOf(a, "no scale-in below the minimum")
		return nothing("below the minimum"), true
	case s.desired == bounds.Min: // Choice: told in the cooldown too
		return atMin(a, bounds.Min), true
	case w.inCooldown(s, waiting, now): // Choice: from above the maximum too
		w.sawOf(a, "scale-in held by its cooldown")
		return nothing("scale-in cooldown"), true
	case s.deploying: // "turns scale-in off while a deployment is in progress" [D]
		return decision{alarm: a, refusal: scaling.ResourceUnscalable + " max=0 min=0 current=0"}, true
	case s.desired > bounds.Max:
		w.sawOf(a, "in from above the maximum")
		return decision{alarm: a, to: bounds.Max}, true
	}
	return decision{}, false
}
