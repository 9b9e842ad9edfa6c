package judge

import (
	"time"

	"scaleproof/internal/scaling"
)

// refusedOut finds AWS's own word on why it did not scale out for a role within
// [from, to]. One that was given before speaks still, since identical ones are
// not told again [E]; only that the service cannot be scaled is no matter of the
// moment's metric or count.
func (f *facts) refusedOut(role string, from, to time.Time) (found refusal, before, ok bool) {
	for _, r := range f.refusals {
		switch {
		case r.at.After(to) || !f.sides(r, silence{role: role, out: true}):
		case !r.at.Before(from):
			return r, false, true
		case (r.until.IsZero() || r.until.After(from)) && r.unscalable():
			found, before, ok = r, true, true
		}
	}
	return found, before, ok
}

// unscalable says that the service refused to be scaled at all.
func (r refusal) unscalable() bool {
	return len(r.activity.NotScaled) > 0 && r.activity.NotScaled[0].Code == scaling.ResourceUnscalable
}

// refusalAnswers says whether a refusal is an answer to a metric that stands
// above its target: it is, unless what was seen contradicts it, or it was given
// earlier and nobody knows whether it stands still. why is empty for an answer.
func (f *facts) refusalAnswers(r refusal, before bool) (a Answer, why string) {
	says, next := r.words()
	if next == "" {
		next = "see the scaling activities"
	}
	said := "At " + f.when(r.at) + " AWS " + says
	switch {
	case before:
		return Inconclusive, said + "; it tells the same once only, so whether that stood still when the metric rose is not known; " + next + "."
	case r.asksNoMore():
		return Inconclusive, said + ", while all datapoints seen were above the target, so it went by others; compare the metric with the activity's time."
	case len(r.activity.NotScaled) > 0 && r.activity.NotScaled[0].Code == scaling.AlreadyAtMaxCapacity:
		if most, full := f.atMaximum(r.at); !full {
			return Inconclusive, said + ", and fewer than the maximum of " + tasks(most) + " were seen; compare the bounds with those of the registration."
		}
	}
	return Pass, ""
}
