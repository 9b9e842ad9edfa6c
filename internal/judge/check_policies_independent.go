package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// policiesIndependent answers for each policy that the run removes in mid-run:
// once it is gone it orders nothing, and the others stand as they stood, with
// the same alarms, and act when their metric asks.
func policiesIndependent(f *facts) (results []Result) {
	for _, r := range f.removals() {
		results = append(results, f.independent(r))
	}
	return results
}

func (f *facts) independent(x removal) Result {
	left := f.leftAt(x)
	r := Result{Subject: "without " + scaling.Role(x.Policy.Metric), Answer: Pass,
		Expected: strings.Join(left, " and ") + " goes on alone", Measured: "not known"}
	weak := func(measured, why string) Result {
		r.Answer, r.Measured, r.Explanation = Inconclusive, measured, why
		return r
	}
	if x.made == nil || x.made.Error != "" {
		return weak("not removed", "The run did not remove policy "+x.Policy.Name+" as its stage began, so whether the others do without it was not tried; see run.change in the timeline.")
	}
	r.Evidence = []int64{x.made.seq}
	gone := f.goneFrom(x)
	if gone == nil {
		return weak("not seen to be gone", "The run removed policy "+x.Policy.Name+", and no look at the policies saw that it is gone; somebody else may have put it again; find out who else changes policies.")
	}
	r.Evidence = append(r.Evidence, gone.seq)
	if o := f.ghost(x); o != nil {
		r.Answer, r.Measured = Fail, f.describe(*o)
		r.Evidence = append(r.Evidence, o.seqs...)
		r.Explanation = fmt.Sprintf("Policy %s was removed %s, and still the %s; see whether its alarms are left behind, and remove them.", x.Policy.Name, f.when(x.made.at), f.describe(*o))
		return r
	}
	if d := f.disturbed(x, gone.seen); d != nil {
		r.Answer, r.Measured = Fail, d.what
		r.Evidence = append(r.Evidence, d.seq)
		r.Explanation = fmt.Sprintf("Policy %s was removed %s, and then %s: the rest was not left alone; find out what else changes policies together, such as a template that owns them all.", x.Policy.Name, f.when(x.made.at), d.what)
		return r
	}
	return f.actsAlone(r, x, left)
}

// leftAt are the roles that stand once a removal is made.
func (f *facts) leftAt(x removal) (roles []string) {
	s, _ := f.stageAt(x.due)
	for _, p := range f.plan.Policies {
		if role := scaling.Role(p.Metric); !slices.Contains(s.Without, role) {
			roles = append(roles, role)
		}
	}
	return roles
}

// goneFrom is the look that saw that the removed policy is gone, where none saw
// it again before the undo.
func (f *facts) goneFrom(x removal) (gone *policyStep) {
	for i, p := range f.policies {
		if p.policy.Name == x.Policy.Name && !p.seen.Before(x.made.at) && p.seen.Before(f.horizon) {
			if gone = nil; p.removed {
				gone = &f.policies[i]
			}
		}
	}
	return gone
}

// ghost is an order that names the removed policy, given well after its
// removal: an alarm's last call may be under way. [U]
func (f *facts) ghost(x removal) *order {
	for _, o := range f.during(x.made.at.Add(evaluation), f.horizon, func(o order) bool { return o.cause.Policy == x.Policy.Name }) {
		return &o
	}
	return nil
}

// disturbed is the first thing seen after a removal that became otherwise with
// the policies that were to stay, or with their alarms.
func (f *facts) disturbed(x removal, until time.Time) *drift {
	for _, d := range f.drifts() {
		if d.policy != "" && d.policy != x.Policy.Name && !d.unsure && !d.seen.Before(x.made.at) && d.after.Before(until.Add(evaluation)) {
			return &d
		}
	}
	return nil
}

// actsAlone says whether one of those that are left acted after the removal.
func (f *facts) actsAlone(r Result, x removal, left []string) Result {
	acted := f.during(x.made.at, f.horizon, func(o order) bool { return slices.Contains(left, o.role) && f.doubt(o) == "" })
	if len(acted) > 0 {
		o := acted[0]
		r.Measured, r.Samples, r.Needs = f.describe(o), int64(len(acted)), 1
		r.Evidence = append(r.Evidence, o.seqs...)
		if len(f.holes(timeline.PartScaling, x.made.at, f.to)) > 0 {
			r.Answer, r.Explanation = Inconclusive, "The policies were not looked at all the time after the removal, so whether the others stood all along is not known; see observation.complete for what was not looked at, and run again."
		}
		return r
	}
	r.Measured, r.Needs = "stands, did not act", 1
	for _, role := range left {
		start, breached := f.breach(role, x.made.at, f.to)
		budget, _, known := f.longestOut(role, x.made.at)
		_, now, counted := f.desiredAt(start)
		if breached && f.belatedly(&r, role, start, f.to) {
			return r
		}
		if breached && known && counted && now < f.plan.Bounds.Max && start.Add(budget).Before(f.to) && f.sawOrders(start.Add(budget)) && f.meddled == nil {
			r.Answer = Fail
			r.Explanation = fmt.Sprintf("After policy %s was removed %s, the metric of the %s policy stood above its target from %s, and no order came within %s; look at that policy's alarm and its actions.",
				x.Policy.Name, f.when(x.made.at), role, f.when(start), short(budget))
			return r
		}
	}
	r.Answer = Inconclusive
	r.Explanation = "What is left stood after the removal, and no load asked it for other than what ran, so that it acts alone was not exercised; drive its metric in a stage after the removal."
	return r
}
