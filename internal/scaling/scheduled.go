package scaling

import (
	"fmt"
	"strings"
	"time"
)

// ScheduledAction sets a target's bounds at certain times. A bound that is nil
// is left as it stands then.
type ScheduledAction struct {
	Name     string    `json:"name"`
	Schedule string    `json:"schedule"`       // at(...), rate(...) or cron(...)
	Zone     string    `json:"zone,omitempty"` // of the IANA database; empty: UTC
	Start    time.Time `json:"start,omitzero"` // of a recurring one, itself an instant of it
	End      time.Time `json:"end,omitzero"`   // the last instant of a recurring one
	Min      *int      `json:"min,omitempty"`  // tasks
	Max      *int      `json:"max,omitempty"`  // tasks
	ARN      string    `json:"arn,omitempty"`  // what AWS adds, as Created
	Created  time.Time `json:"created,omitzero"`
}

// ScheduledSet is what DescribeScheduledActions says.
type ScheduledSet struct {
	List []ScheduledAction `json:"list"` // in order of name
}

// Find returns the scheduled action of a name.
func (s *ScheduledSet) Find(name string) (ScheduledAction, bool) {
	if s != nil {
		for _, a := range s.List {
			if a.Name == name {
				return a, true
			}
		}
	}
	return ScheduledAction{}, false
}

// ScheduledARN is a scheduled action's ARN. [D]
func ScheduledARN(region, account, uuid string, s Service, name string) string {
	return "arn:aws:autoscaling:" + region + ":" + account + ":scheduledAction:" + uuid +
		":resource/" + Namespace + "/" + s.ResourceID() + ":scheduledActionName/" + name
}

// DescribeBounds is the description of an activity that sets bounds: both [D],
// or only one of them [U].
func DescribeBounds(minimum, maximum *int) string {
	return "Setting " + boundsText(minimum, maximum)
}

// SetsBounds says that an activity's description is one of those that
// DescribeBounds writes: of a scheduled action.
func SetsBounds(description string) bool {
	return strings.HasPrefix(description, "Setting min capacity to ") || strings.HasPrefix(description, "Setting max capacity to ")
}

// BoundsSet is the status message of one that has. [D]
func BoundsSet(minimum, maximum *int) string {
	return "Successfully set " + boundsText(minimum, maximum)
}

func boundsText(minimum, maximum *int) string {
	var parts []string
	if minimum != nil {
		parts = append(parts, fmt.Sprintf("min capacity to %d", *minimum))
	}
	if maximum != nil {
		parts = append(parts, fmt.Sprintf("max capacity to %d", *maximum))
	}
	return strings.Join(parts, " and ")
}
