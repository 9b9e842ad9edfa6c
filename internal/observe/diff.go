package observe

import (
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

func (v *view) alarms(next *scaling.AlarmSet) {
	if next == nil {
		return
	}
	live := map[string]scaling.Alarm{}
	for _, a := range sortedAlarms(next.List) {
		a.StateSince, a.ConfiguredAt = round(a.StateSince), round(a.ConfiguredAt)
		live[a.Name] = a
		old, known := v.s.alarms[a.Name]
		if !known || !reflect.DeepEqual(configuration(old), configuration(a)) {
			v.add(a.ConfiguredAt, a.Name, timeline.AlarmState{Alarm: a, Policy: v.owner(a)})
		}
		if from, moved := v.moved(old, known, a); moved {
			v.add(a.StateSince, a.Name, timeline.AlarmState{Alarm: a, Transition: true, From: from, Policy: v.owner(a)})
		}
	}
	v.s.alarms = live
}

// moved says whether an alarm changed its state since the look before, and
// from which state, as far as that was seen. An alarm that left its state and
// came back between two looks shows only in a later StateSince: where it was
// meanwhile nobody saw. One that is new among known ones was made in
// INSUFFICIENT_DATA, so any other state is a transition; in the first look it
// is just how things stood.
func (v *view) moved(old scaling.Alarm, known bool, a scaling.Alarm) (from string, moved bool) {
	switch {
	case !known:
		return "", !v.before.IsZero() && a.State != scaling.AlarmInsufficientData
	case old.State != a.State:
		return old.State, true
	default:
		return "", a.StateSince.After(old.StateSince)
	}
}

// owner names the policy that an alarm acts for: by the policies as last
// seen, else by the policy's ARN in the alarm's action. [R]
func (v *view) owner(a scaling.Alarm) string {
	if v.s.policies != nil {
		for _, p := range v.s.policies.List {
			for _, ref := range p.Alarms {
				if ref.Name == a.Name {
					return p.Name
				}
			}
		}
	}
	for _, action := range a.Actions {
		if _, rest, ok := strings.Cut(action, ":policyName/"); ok {
			name, _, _ := strings.Cut(rest, ":createdBy/")
			return name
		}
	}
	return ""
}

// configuration is an alarm without its state.
func configuration(a scaling.Alarm) scaling.Alarm {
	a.State, a.StateReason, a.StateReasonData, a.StateSince = "", "", "", time.Time{}
	return a
}

func sortedAlarms(list []scaling.Alarm) []scaling.Alarm {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b scaling.Alarm) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func (v *view) activities(next *scaling.ActivitySet) {
	if next == nil {
		return
	}
	list := slices.Clone(next.List)
	for i := range list {
		list[i].Start, list[i].End = round(list[i].Start), round(list[i].End)
	}
	slices.SortFunc(list, func(a, b scaling.Activity) int {
		if c := a.Start.Compare(b.Start); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	for _, a := range list {
		old, known := v.s.activities[a.ID]
		if known && reflect.DeepEqual(old, a) || !known && a.Start.Before(v.s.begin) {
			continue
		}
		v.s.activities[a.ID] = a
		v.add(a.Start, a.ID, timeline.ActivityState{Activity: a})
	}
}

// points tells of points that are new, and again of those that CloudWatch has
// revised: of several with one time and key the last counts.
func (v *view) points(next *scaling.MetricSet) {
	if next == nil {
		return
	}
	for _, k := range v.s.metrics {
		i := slices.IndexFunc(next.List, func(s scaling.Series) bool { return reflect.DeepEqual(s.Metric, k.Metric) })
		if i < 0 {
			continue
		}
		known := v.s.points[k.Key]
		fresh := map[time.Time]float64{}
		points := slices.Clone(next.List[i].Points)
		slices.SortFunc(points, func(a, b scaling.Point) int { return a.Start.Compare(b.Start) })
		for _, p := range points {
			at := round(p.Start)
			fresh[at] = p.Value
			if old, ok := known[at]; !ok || old != p.Value {
				v.add(at, k.Key, timeline.MetricPoint{Key: k.Key, Value: p.Value, Period: k.Metric.Period})
			}
		}
		v.s.points[k.Key] = keep(known, fresh, v.seen.Add(-2*Lookback))
	}
}

// keep adds what was known and is young enough to be read again.
func keep(known, fresh map[time.Time]float64, oldest time.Time) map[time.Time]float64 {
	for at, value := range known {
		if _, ok := fresh[at]; !ok && at.After(oldest) {
			fresh[at] = value
		}
	}
	return fresh
}
