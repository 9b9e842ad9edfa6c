package judge

import (
	"slices"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// standing is what was held of the service at one end of the run.
type standing struct {
	timeline.Standing
	seq int64
}

func (s *standing) look() scaling.Look {
	return scaling.Look{Scalable: s.Scalable, Policies: s.Policies}
}

// stands takes in what was seen at one end: the first look before the changes,
// the last one after them.
func (f *facts) stands(s standing) {
	switch {
	case s.Scalable == nil || s.Policies == nil: // it says nothing
	case s.When == timeline.BeforeChanges && f.before == nil:
		f.before = &s
	case s.When == timeline.AfterChanges:
		f.after = &s
	}
}

// remains lists what at the end is not as it was at the beginning: of what the
// run itself changed, and of what it never touched.
func (f *facts) remains() (own, others []string) {
	for _, d := range scaling.Differences(f.before.look(), f.after.look()) {
		if f.touched(d) {
			own = append(own, d.What)
		} else {
			others = append(others, d.What)
		}
	}
	return own, others
}

// touched says that one of the run's changes concerned what differs.
// Deregistering takes the policies with it. [D]
func (f *facts) touched(d scaling.Difference) bool {
	return slices.ContainsFunc(f.changes, func(c change) bool {
		switch c.Change.Op {
		case scaling.DeregisterTarget:
			return true
		case scaling.RegisterTarget:
			return d.Policy == ""
		}
		return c.Change.Policy != nil && c.Change.Policy.Name == d.Policy
	})
}
