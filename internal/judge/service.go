package judge

import (
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// deployment is a deployment's state, by ECS's own time of it.
type deployment struct {
	id, rollout string
	gone        bool // no task of it is left, whatever its rollout came to
	at, seen    time.Time
	seq         int64
}

// readService reads what was seen of the service itself.
func (f *facts) readService(events []timeline.Event) {
	for _, e := range events {
		switch d := e.Data.(type) {
		case timeline.Counts:
			f.counts = append(f.counts, step[timeline.Counts]{after(e), e.Seen, d, e.Seq})
		case timeline.Health:
			f.health = append(f.health, step[timeline.Health]{after(e), e.Seen, d, e.Seq})
		case timeline.Deployment:
			// One that another has taken the place of is listed as ACTIVE while its
			// tasks go; what goes on then is the other. [D]
			x := deployment{d.ID, d.Rollout, d.Status == scaling.DeploymentInactive, e.At, e.Seen, e.Seq}
			if d.Status == scaling.DeploymentActive {
				x.gone, x.at = true, e.Seen
			}
			f.deployments = append(f.deployments, x)
		case timeline.Capacity:
			f.capacity = append(f.capacity, step[timeline.Capacity]{after(e), e.Seen, d, e.Seq})
		}
	}
}

// after is the last instant at which the event's change had not happened yet.
func after(e timeline.Event) time.Time {
	if e.NotBefore.IsZero() {
		return e.Seen // it was learnt as it happened
	}
	return e.NotBefore
}

// desiredAt bounds the desired count at t. Orders have an exact time of their
// own, looks do not: the later of the two speaks. A change between two looks
// around t counts as possible where no order explains it.
func (f *facts) desiredAt(t time.Time) (lo, hi int, known bool) {
	var ordered time.Time
	for _, o := range f.orders {
		if !o.at.After(t) {
			lo, hi, known, ordered = o.to, o.to, true, o.at
		}
	}
	for _, s := range f.counts.at(t) {
		n := s.value.Desired
		switch {
		case !s.seen.After(t): // certain, unless an order came since
			if !known || s.after.After(ordered) {
				lo, hi, known = n, n, true
			}
		case !f.orderedIn(s.after, s.seen):
			lo, hi = min(lo, n), max(hi, n)
		}
	}
	return lo, hi, known
}

// orderedIn says that some order was given in (from, to].
func (f *facts) orderedIn(from, to time.Time) bool {
	for _, o := range f.orders {
		if o.at.After(from) && !o.at.After(to) {
			return true
		}
	}
	return false
}
