package observe

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// view collects what is new in one look at one part.
type view struct {
	s      *State
	seen   time.Time
	before time.Time // previous successful look; zero: this is the first
	source string
	events []timeline.Event
}

// add tells of something that AWS dates; a zero time means that it does not,
// and that the answer itself is the earliest that is known.
func (v *view) add(at time.Time, subject string, p timeline.Payload) {
	if at.IsZero() {
		at = v.seen
	}
	v.events = append(v.events, timeline.Observed(at, v.seen, v.before, v.source, subject, p))
}

func (v *view) service(next *scaling.ServiceState) {
	if next == nil {
		return
	}
	c := timeline.Counts{Desired: next.Desired, Running: next.Running, Pending: next.Pending}
	if v.s.counts == nil || *v.s.counts != c {
		v.s.counts = &c
		v.add(time.Time{}, v.s.service.String(), c)
	}
	live := map[string]scaling.Deployment{}
	for _, d := range next.Deployments {
		d.Created, d.Updated = round(d.Created), round(d.Updated)
		live[d.ID] = d
		if old, ok := v.s.deploys[d.ID]; ok && sameRollout(old, d) {
			continue
		}
		at := d.Updated
		if at.IsZero() {
			at = d.Created
		}
		v.add(at, d.ID, timeline.Deployment{Deployment: d})
	}
	for _, id := range slices.Sorted(maps.Keys(v.s.deploys)) {
		if _, ok := live[id]; !ok { // replaced, and none of its tasks is left [D]
			d := v.s.deploys[id]
			d.Status, d.Desired, d.Running, d.Pending = scaling.DeploymentInactive, 0, 0, 0
			v.add(time.Time{}, id, timeline.Deployment{Deployment: d})
		}
	}
	v.s.deploys = live
}

// sameRollout leaves out a deployment's counts: they follow the service's,
// and a service that scales would else deploy all the time.
func sameRollout(a, b scaling.Deployment) bool {
	return a.Status == b.Status && a.Rollout == b.Rollout && a.Reason == b.Reason && a.Failed == b.Failed
}

func (v *view) targets(next *scaling.TargetStates) {
	if next == nil {
		return
	}
	sorted := &scaling.TargetStates{List: slices.Clone(next.List)}
	slices.SortFunc(sorted.List, func(a, b scaling.TargetHealth) int { return strings.Compare(a.ID, b.ID) })
	if v.s.targets != nil && slices.Equal(v.s.targets.List, sorted.List) {
		return
	}
	v.s.targets = sorted
	h := timeline.Health{Healthy: sorted.Healthy(), Draining: sorted.Draining(), Targets: sorted.List}
	for _, t := range sorted.List {
		switch t.State {
		case scaling.TargetInitial:
			h.Initial++
		case scaling.TargetUnhealthy:
			h.Unhealthy++
		}
	}
	v.add(time.Time{}, v.s.service.String(), h)
}

func (v *view) capacity(next *scaling.ScalableState) {
	if next == nil {
		return
	}
	clean := &scaling.ScalableState{}
	if next.Target != nil {
		t := *next.Target
		t.Created = round(t.Created)
		clean.Target = &t
	}
	if v.s.capacity != nil && reflect.DeepEqual(v.s.capacity, clean) {
		return
	}
	v.s.capacity = clean
	v.add(time.Time{}, v.s.service.String(), timeline.Capacity{Target: clean.Target})
}

func (v *view) policies(next *scaling.PolicySet) {
	if next == nil {
		return
	}
	clean := &scaling.PolicySet{}
	for _, p := range next.List {
		p.Created, p.Alarms = round(p.Created), slices.Clone(p.Alarms)
		slices.SortFunc(p.Alarms, func(a, b scaling.AlarmRef) int { return strings.Compare(a.Name, b.Name) })
		clean.List = append(clean.List, p)
	}
	slices.SortFunc(clean.List, func(a, b scaling.Policy) int { return strings.Compare(a.Name, b.Name) })
	for _, p := range clean.List {
		if old, ok := v.s.policies.Find(p.Name); !ok || !reflect.DeepEqual(old, p) {
			v.add(time.Time{}, p.Name, timeline.PolicyState{Policy: p})
		}
	}
	if v.s.policies != nil {
		for _, old := range v.s.policies.List {
			if _, ok := clean.Find(old.Name); !ok {
				v.add(time.Time{}, old.Name, timeline.PolicyState{Policy: old, Removed: true})
			}
		}
	}
	v.s.policies = clean
}
