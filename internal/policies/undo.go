package policies

import (
	"fmt"
	"slices"

	"scaleproof/internal/scaling"
)

// Undo lists the changes that bring back what the journal's run may have
// changed, in the order in which they must be made: registration, removals,
// puts, deregistration. It works after any beginning of the journal: an intent
// without its done may or may not have happened, so each thing that an intent
// names is compared with live. What no intent names is not touched, also
// where it differs from the start: somebody else changed it. Once the changes
// are made, Undo is empty. It reads live's Scalable and Policies, and is
// empty where those were not looked at, or where the journal has no start; and
// live's Scheduled, where it was looked at.
func Undo(journal []Entry, live scaling.Look) []scaling.Change {
	start, touched := read(journal)
	if start == nil || live.Scalable == nil || live.Policies == nil {
		return nil
	}
	u := undoer{start: *start, live: live, touched: touched}
	u.register()
	u.removals()
	u.puts()
	u.deregister()
	return u.changes
}

// marks are the things that a run's intents name.
type marks struct {
	target    bool // whether it is registered, or any of:
	min, max  bool
	suspended bool
	policies  []string // sorted
}

func read(journal []Entry) (*Start, marks) {
	var start *Start
	var m marks
	for _, e := range journal {
		switch {
		case e.Kind == KindStart:
			start = e.Start
		case e.Kind == KindIntent && e.Change != nil:
			m.add(*e.Change, start)
		}
	}
	slices.Sort(m.policies)
	m.policies = slices.Compact(m.policies)
	return start, m
}

func (m *marks) add(c scaling.Change, start *Start) {
	switch c.Op {
	case scaling.PutPolicy, scaling.DeletePolicy:
		m.policies = append(m.policies, c.Policy.Name)
	case scaling.RegisterTarget:
		m.target = true
		m.min, m.max, m.suspended = m.min || c.Min != nil, m.max || c.Max != nil, m.suspended || c.Suspended != nil
	case scaling.DeregisterTarget:
		// It takes all policies of the target with it. [D]
		m.target, m.min, m.max, m.suspended = true, true, true, true
		if start != nil && start.Look.Policies != nil {
			for _, p := range start.Look.Policies.List {
				m.policies = append(m.policies, p.Name)
			}
		}
	}
}

type undoer struct {
	start   Start
	live    scaling.Look
	touched marks
	changes []scaling.Change
}

func (u *undoer) add(c scaling.Change) {
	c.Service = u.start.Service
	u.changes = append(u.changes, c)
}

func (u *undoer) register() {
	was := u.startTarget()
	if !u.touched.target || was == nil {
		return
	}
	c := scaling.Change{Op: scaling.RegisterTarget}
	switch now := u.live.Scalable.Target; {
	case now == nil:
		c.Min, c.Max = &was.Bounds.Min, &was.Bounds.Max
		if was.Suspended != (scaling.Suspended{}) {
			c.Suspended = &was.Suspended
		}
	default:
		// One bound alone would be refused where the other, somebody else's, is
		// beyond it. [D]
		if differs := now.Bounds.Min != was.Bounds.Min; differs && (u.touched.min || u.touched.max && now.Bounds.Min > was.Bounds.Max) {
			c.Min = &was.Bounds.Min
		}
		if differs := now.Bounds.Max != was.Bounds.Max; differs && (u.touched.max || u.touched.min && now.Bounds.Max < was.Bounds.Min) {
			c.Max = &was.Bounds.Max
		}
		if u.touched.suspended && now.Suspended != was.Suspended {
			c.Suspended = &was.Suspended
		}
	}
	if c.Min != nil || c.Max != nil || c.Suspended != nil {
		u.add(c)
	}
}

func (u *undoer) startTarget() *scaling.ScalableTarget {
	if u.start.Look.Scalable == nil {
		return nil
	}
	return u.start.Look.Scalable.Target
}

// removals take away what was not there, and what stands on another metric
// than it did: see planner.makeRoom.
func (u *undoer) removals() {
	for _, name := range u.touched.policies {
		was, ok := u.start.Look.Policies.Find(name)
		if live, stands := u.live.Policies.Find(name); stands && (!ok || !sameMetric(was, live)) {
			live = live.Wanted()
			u.add(scaling.Change{Op: scaling.DeletePolicy, Policy: &live})
		}
	}
}

func (u *undoer) puts() {
	for _, name := range u.touched.policies {
		was, ok := u.start.Look.Policies.Find(name)
		live, stands := u.live.Policies.Find(name)
		if !ok || !canPutBack(was) || stands && len(was.Differences(live)) == 0 {
			continue
		}
		was = was.Wanted()
		u.add(scaling.Change{Op: scaling.PutPolicy, Policy: &was})
	}
}

// deregister removes a registration that the run made, unless somebody has
// hung a policy or a scheduled action of their own on it since: that would go
// with it. [D]
func (u *undoer) deregister() {
	if !u.touched.target || u.startTarget() != nil || u.live.Scalable.Target == nil {
		return
	}
	if u.live.Scheduled != nil && len(u.live.Scheduled.List) > 0 {
		return
	}
	for _, p := range u.live.Policies.List {
		if !slices.Contains(u.touched.policies, p.Name) {
			return
		}
	}
	u.add(scaling.Change{Op: scaling.DeregisterTarget})
}

// AlarmDifferences lists the policies that stand as at the start but whose
// alarms are others now: they were made anew, and have a new history.
func AlarmDifferences(start, live scaling.Look) (d []string) {
	if start.Policies == nil {
		return nil
	}
	for _, was := range start.Policies.List {
		if now, ok := live.Policies.Find(was.Name); ok && !sameAlarms(was.Alarms, now.Alarms) {
			d = append(d, fmt.Sprintf("policy %s has new alarms", was.Name))
		}
	}
	return d
}

func sameAlarms(a, b []scaling.AlarmRef) bool {
	if len(a) != len(b) {
		return false
	}
	for _, ref := range a {
		if !slices.Contains(b, ref) {
			return false
		}
	}
	return true
}
