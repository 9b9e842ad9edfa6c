package observe

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

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
	for name := range v.s.alarms {
		if _, listed := live[name]; !listed {
			v.s.gone[name] = v.before
		}
	}
	for name := range live {
		delete(v.s.gone, name)
	}
	v.s.alarms = live
}

// missingAlarms tells of the alarms that are listed no more and that a policy,
// looked at since, still names; those that went with their policy, or for
// others, are forgotten. To tell of each as it goes was rejected: a policy that
// is deleted takes its alarms with it, and is looked at less often than they.
func (v *view) missingAlarms() {
	if v.s.policies == nil {
		return
	}
	for _, p := range v.s.policies.List {
		for _, ref := range p.Alarms {
			if since, gone := v.s.gone[ref.Name]; gone {
				v.events = append(v.events, timeline.Observed(v.seen, v.seen, since, v.source, ref.Name, timeline.AlarmGone{Alarm: ref.Name, Policy: p.Name}))
			}
		}
	}
	clear(v.s.gone)
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
		v.s.points[k.Key] = keep(known, fresh, v.seen.Add(-2*LatePoints))
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
