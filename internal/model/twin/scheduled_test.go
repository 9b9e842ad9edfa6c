package twin

import (
	"math/rand/v2"
	"slices"
	"time"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// addScheduled gives some services one-time scheduled actions.
func addScheduled(seed uint64, h *history) {
	d := dice{rand.New(rand.NewPCG(seed, 7))}
	for i := range h.config.Services {
		s := &h.config.Services[i]
		if s.Target == nil || !d.chance(25) {
			continue
		}
		s.Target.Suspended.Scheduled = d.chance(15)
		for _, name := range []string{"morning", "noon", "evening"}[:1+d.IntN(3)] {
			at := h.config.Start.Add(d.seconds(4*60, int(h.end.Sub(h.config.Start)/time.Second)-1))
			least := pick(d, 0, 1, 2, 4, 6)
			most := least + pick(d, 0, 2, 6)
			s.Scheduled = append(s.Scheduled, scaling.ScheduledAction{Name: name, Schedule: "at(" + at.Format(atLayout) + ")", Min: &least, Max: &most})
		}
	}
}

const atLayout = "2006-01-02T15:04:05"

// A due is a scheduled action that a service has yet to see: at an instant
// in UTC, where no zone is given. [D]
type due struct {
	at     time.Time
	action scaling.ScheduledAction
}

func dues(c model.Service) (list []due) {
	for _, a := range c.Scheduled {
		at, err := time.Parse("at("+atLayout+")", a.Schedule)
		if err != nil {
			panic(err)
		}
		list = append(list, due{at, a})
	}
	slices.SortStableFunc(list, func(a, b due) int { return a.at.Compare(b.at) })
	return list
}

// scheduled compares what the world tells of a scheduled action, and what it
// brings about at once: as RegisterScalableTarget it sets the bounds, and
// capacity outside moves to the nearer one; cooldowns it ignores. [D]
// Choice: what alarms ask for at its instant meets the new bounds.
func (c *comparison) scheduled(l line) {
	s, twin := c.find(l.scheduled.service), "none"
	for i, x := range s.dues {
		if x.action.Name == l.scheduled.name && x.at.Equal(l.at) && !s.target.Suspended.Scheduled {
			twin = scaling.DescribeBounds(x.action.Min, x.action.Max)
			s.dues = slices.Delete(s.dues, i, i+1)
			c.differ(l.at, "scheduled action", twin, l.scheduled.description, s)
			c.saw("scheduled action")
			c.differMove(l, s, c.register(s, &change{Change: scaling.Change{Min: x.action.Min, Max: x.action.Max}}))
			return
		}
	}
	c.differ(l.at, "scheduled action", twin, l.scheduled.description, s)
}

// missed compares that no scheduled action was left out, but by suspension.
func (c *comparison) missed(now time.Time) {
	for _, s := range c.services {
		for len(s.dues) > 0 && !s.dues[0].at.After(now) {
			twin := "due"
			if s.target.Suspended.Scheduled {
				twin = "suspended"
				c.saw("scheduled action suspended")
			}
			c.differ(now, "scheduled action "+s.dues[0].action.Name, twin, "suspended", s)
			s.dues = s.dues[1:]
		}
	}
}

// differMove compares how the desired count moves inside new bounds.
func (c *comparison) differMove(l line, s *service, twin string) {
	for i, n := range c.rest {
		if !n.at.Equal(l.at) || n.change != nil {
			break
		}
		if a := n.activity; a != nil && a.service == s.name && a.status == scaling.StatusInProgress && a.cause.Kind == scaling.CauseBounds {
			c.differ(l.at, "change of bounds", twin, c.told(s, a), s)
			c.rest = slices.Delete(slices.Clone(c.rest), i, i+1)
			c.adopt(n)
			return
		}
	}
	c.differ(l.at, "change of bounds", twin, "none", s)
}
