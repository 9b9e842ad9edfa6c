package scenario

import (
	"fmt"
	"time"

	"scaleproof/internal/schedule"
)

// Scheduled is a scheduled action of somebody's. Durations count from the
// beginning of service time.
type Scheduled struct {
	Name     string   `json:"name"`
	At       Duration `json:"at,omitempty"`       // once; this or Schedule
	Schedule string   `json:"schedule,omitempty"` // as AWS writes it: rate(1 hour), cron(0 8 ? * MON-FRI *)
	Zone     string   `json:"zone,omitempty"`     // of Schedule; UTC where left out
	Start    Duration `json:"start,omitempty"`    // of a recurring one
	End      Duration `json:"end,omitempty"`      // of a recurring one
	Min      *int     `json:"min,omitempty"`      // tasks; what stands where left out
	Max      *int     `json:"max,omitempty"`      // tasks; what stands where left out
}

func (c *checker) scheduledActions(path string, list []Scheduled) {
	seen := map[string]bool{}
	for i, a := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		c.otherName(at, a.Name)
		if seen[a.Name] {
			c.e.fault(at+".name", "", "another scheduled action has the name %s already", a.Name)
		}
		seen[a.Name] = true
		c.when(at, a)
		if a.Min == nil && a.Max == nil && c.e.whole(at) {
			c.e.fault(at, "", "a scheduled action sets min, max or both")
		}
		for field, n := range map[string]*int{"min": a.Min, "max": a.Max} {
			if n != nil && (*n < 0 || *n > mostTasks) {
				c.e.fault(at+"."+field, "", "a bound is from 0 to %d tasks", mostTasks)
			}
		}
		if a.Min != nil && a.Max != nil && *a.Max < *a.Min {
			c.e.fault(at+".max", "", "the max of a scheduled action is not below its min")
		}
	}
}

// when checks the instants of a scheduled action.
func (c *checker) when(at string, a Scheduled) {
	once := c.e.has(at + ".at")
	if once == (a.Schedule != "") && c.e.whole(at) {
		c.e.fault(at, "", "a scheduled action has exactly one of at and schedule")
		return
	}
	if a.At%Duration(time.Second) != 0 {
		c.e.fault(at+".at", "", "a scheduled action happens at a whole second")
	}
	c.atMost(c.e, at+".at", a.At, longest)
	c.atMost(c.e, at+".start", a.Start, longest)
	c.atMost(c.e, at+".end", a.End, longest)
	if once {
		for _, field := range []string{"zone", "start", "end"} {
			if c.e.has(at + "." + field) {
				c.e.fault(at+"."+field, "", "what happens once, at, has no %s", field)
			}
		}
		return
	}
	if _, err := schedule.Parse(a.Schedule, a.Zone); err != nil && a.Schedule != "" {
		c.e.fault(at+".schedule", "", "%v", err)
	}
	if c.e.has(at+".end") && a.End <= a.Start {
		c.e.fault(at+".end", "", "the end of a scheduled action is after its start")
	}
}
