package observe

import (
	"slices"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// Settled follows, by the timeline's own events, whether the alarms of a
// run's policies have data to act on. A freshly put policy's alarms begin in
// INSUFFICIENT_DATA [R], and until they leave it the autoscaler cannot be
// tested. A nil one saw nothing and is never done. It is not safe for
// concurrent use.
type Settled struct {
	waiting []string                      // names of the policies
	alarms  map[string][]scaling.AlarmRef // by policy, as it was last seen
	states  map[string]string             // by alarm
}

// NewSettled waits for these policies; only their names count.
func NewSettled(policies []scaling.Policy) *Settled {
	s := &Settled{alarms: map[string][]scaling.AlarmRef{}, states: map[string]string{}}
	for _, p := range policies {
		s.waiting = append(s.waiting, p.Name)
	}
	return s
}

// Saw takes in an event; those that tell of no policy or alarm are ignored.
func (s *Settled) Saw(e timeline.Event) {
	if s == nil {
		return
	}
	switch d := e.Data.(type) {
	case timeline.PolicyState:
		delete(s.alarms, d.Policy.Name)
		if !d.Removed {
			s.alarms[d.Policy.Name] = d.Policy.Alarms
		}
	case timeline.AlarmState:
		s.states[d.Alarm.Name] = d.Alarm.State
	}
}

// Done says that every policy was seen, and each of its alarms in a state
// other than INSUFFICIENT_DATA.
func (s *Settled) Done() bool { return s != nil && len(s.Waiting()) == 0 }

// Waiting lists what is still waited for: policies that were not seen, and
// alarms without data.
func (s *Settled) Waiting() []string {
	var list []string
	for _, name := range s.waiting {
		refs := s.alarms[name]
		if len(refs) == 0 {
			list = append(list, "policy "+name)
		}
		for _, ref := range refs {
			if state := s.states[ref.Name]; state == "" || state == scaling.AlarmInsufficientData {
				list = append(list, "alarm "+ref.Name)
			}
		}
	}
	slices.Sort(list)
	return list
}
