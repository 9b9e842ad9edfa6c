package twin

import (
	"fmt"
	"math"
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
// capacity wins." [D] Choice: of equal ones the oldest alarm's.
func (w *twin) decide(s *service, calling []*alarm, now time.Time) decision {
	var out, in []decision
	for _, a := range calling {
		if len(a.counted) == 0 {
			continue // the setting leaves it nothing to go by
		}
		if a.high {
			out = append(out, w.scaleOut(a, now))
		} else {
			in = append(in, w.scaleIn(a, now))
		}
	}
	best := nothing("no alarm calls")
	for _, d := range append(out, in...) {
		changes, bestChanges := d.alarm != nil && d.refusal == "", best.alarm != nil && best.refusal == ""
		if best.alarm == nil || changes && (!bestChanges || d.alarm.high && d.to > best.to) {
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

// scaleOut is what one policy's high alarm brings about.
func (w *twin) scaleOut(a *alarm, now time.Time) decision {
	s, bounds := a.policy.service, a.policy.service.target.Bounds
	switch {
	case s.target.Suspended.ScaleOut:
		w.saw("scale-out suspended")
		return nothing("scale-out is suspended")
	// "Desired below min + scale-out alarm: first to min, then on ... Desired
	// above max: scale-out does nothing." [D]
	case s.desired < bounds.Min:
		w.saw("out from below the minimum")
		return decision{alarm: a, to: bounds.Min}
	case s.desired > bounds.Max:
		w.saw("no scale-out above the maximum")
		return nothing("above the maximum")
	case s.desired == bounds.Max:
		return atMax(a, bounds.Max)
	}
	want := w.capacity(a, math.MaxInt)
	if w.base(s) == 0 {
		w.saw("from zero")
	}
	// Choice: this is told in the cooldown too.
	if want <= s.desired {
		return atDesired(a, s.desired)
	}
	if before, lasts := w.outCooldown(a.policy, now); lasts {
		all := want
		if want = min(want, w.capacity(a, before)); want <= s.desired {
			w.saw("scale-out held by its cooldown")
			return nothing("cooldown since %d were desired: %d, not %d", before, want, all)
		}
		w.saw("scale-out credited in its cooldown")
	}
	if want > bounds.Max {
		w.saw("out clamped")
	}
	return decision{alarm: a, to: min(want, bounds.Max)}
}

// scaleIn is what one policy's low alarm brings about.
func (w *twin) scaleIn(a *alarm, now time.Time) decision {
	s, bounds := a.policy.service, a.policy.service.target.Bounds
	want := 0
	for _, p := range s.policies {
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
	switch {
	case s.target.Suspended.ScaleIn:
		w.saw("scale-in suspended")
		return nothing("scale-in is suspended")
	// "Desired above max + scale-in alarm: first to max, then in ... Desired
	// below min: scale-in does nothing." [D]
	case s.desired < bounds.Min:
		w.saw("no scale-in below the minimum")
		return nothing("below the minimum")
	case s.desired == bounds.Min: // Choice: told in the cooldown too
		return atMin(a, bounds.Min)
	case w.inCooldown(s, now): // Choice: from above the maximum too
		w.saw("scale-in held by its cooldown")
		return nothing("scale-in cooldown")
	case s.deploying: // "turns scale-in off while a deployment is in progress" [D]
		return decision{alarm: a, refusal: scaling.ResourceUnscalable + " max=0 min=0 current=0"}
	case s.desired > bounds.Max:
		w.saw("in from above the maximum")
		return decision{alarm: a, to: bounds.Max}
	// What it asks for is rounded up [D]; where that leaves nothing to remove, a
	// scale-in would be undone: "a flapping guard exists". [D] By what sum it
	// goes is not said. Choice: that of scale-out; or by the setting none.
	case want >= s.desired && w.behaviour.Flapping == model.Anticipated:
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
