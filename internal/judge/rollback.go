package judge

import (
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
)

// removal is a policy that the plan has the run remove in mid-run.
type removal struct {
	plan.Removal
	due  time.Time // when its stage begins
	made *change   // the run's own word of it; nil: none
}

// removals are those whose stage began.
func (f *facts) removals() (list []removal) {
	if f.from.IsZero() {
		return nil
	}
	for _, r := range f.plan.Removals() {
		x := removal{Removal: r, due: f.from.Add(r.At)}
		if !x.due.Before(f.to) {
			continue
		}
		for i, c := range f.changes {
			if c.Change.Op == scaling.DeletePolicy && !c.Undo && c.Change.Policy != nil && c.Change.Policy.Name == r.Policy.Name && !c.at.Before(x.due) {
				x.made = &f.changes[i]
			}
		}
		list = append(list, x)
	}
	return list
}

// rollback says that a change of the run's own is one that its plan asks for.
func (f *facts) rollback(c change) bool {
	for _, r := range f.removals() {
		if r.made != nil && r.made.seq == c.seq {
			return true
		}
	}
	return false
}

// planned says that a policy was seen to be gone where the run had removed it.
func (f *facts) planned(p policyStep) bool {
	for _, r := range f.removals() {
		if p.removed && p.policy.Name == r.Policy.Name && r.made != nil && r.made.Error == "" && !p.seen.Before(r.made.at) {
			return true
		}
	}
	return false
}

// standsUntil is when a role's policy is removed by the run, or else the end of
// the traffic.
func (f *facts) standsUntil(role string) time.Time {
	for _, r := range f.removals() {
		if r.made != nil && scaling.Role(r.Policy.Metric) == role {
			return earlier(r.made.at, f.to)
		}
	}
	return f.to
}
