package model

import (
	"cmp"
	"slices"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/schedule"
)

// mostScheduled is how many scheduled actions a target may have. [D] AUG-Q
const mostScheduled = 200

// scheduled is a scheduled action as it was put. Putting it again makes
// another in its place.
type scheduled struct {
	scaling.ScheduledAction
	n       int // its place among the world's scheduled actions
	service *service
	plan    schedule.Plan
	gone    bool
}

// putScheduled creates a scheduled action or changes what of it is named:
// start and end alone are taken back where they are left out. [D]
func (w *World) putScheduled(s *service, wanted *scaling.ScheduledAction) error {
	if s.scaler.target == nil {
		return noTarget(s.cfg.Service)
	}
	if wanted == nil || wanted.Name == "" {
		return refused(CodeValidation, "1 validation error detected: Value '' at 'scheduledActionName' failed to satisfy constraint: Member must have length greater than or equal to 1")
	}
	a := &scheduled{ScheduledAction: *wanted, service: s, n: len(w.scheduled)}
	a.Min, a.Max = clone(wanted.Min), clone(wanted.Max)
	old := s.scaler.findScheduled(wanted.Name)
	if old != nil {
		a.keep(old.ScheduledAction)
	} else if len(s.scaler.scheduled) >= mostScheduled {
		return refused(CodeLimitExceeded, "The maximum number of scheduled actions for the scalable target, %d, is reached", mostScheduled) // [U]
	}
	if err := a.vet(); err != nil {
		return err
	}
	if old == nil {
		s.scaler.puts++
		a.ARN = scaling.ScheduledARN(w.cfg.Region, w.cfg.Account, w.uuid(drawScheduled, s, s.scaler.puts), s.cfg.Service, a.Name)
		a.Created = w.time(w.now)
	} else {
		old.gone = true
		s.scaler.dropScheduled(old)
	}
	a.plan.Created, a.plan.Start, a.plan.End = w.time(w.now), a.Start, a.End
	w.scheduled = append(w.scheduled, a)
	s.scaler.scheduled = append(s.scaler.scheduled, a)
	slices.SortFunc(s.scaler.scheduled, func(a, b *scheduled) int { return cmp.Compare(a.Name, b.Name) })
	w.log("scheduled %s %s %s", s.cfg.Service.Name, a.Name, a.Schedule)
	w.await(a)
	return nil
}

// keep takes over what an update leaves out.
func (a *scheduled) keep(old scaling.ScheduledAction) {
	a.ARN, a.Created = old.ARN, old.Created
	if a.Schedule == "" {
		a.Schedule = old.Schedule
	}
	if a.Zone == "" {
		a.Zone = old.Zone
	}
	if a.Min == nil && a.Max == nil {
		a.Min, a.Max = old.Min, old.Max
	}
}

// vet says why AWS would refuse a scheduled action, and reads its schedule.
// The sentences are [U].
func (a *scheduled) vet() (err error) {
	if a.plan.Expression, err = schedule.Parse(a.Schedule, a.Zone); err != nil {
		return refused(CodeValidation, "Invalid schedule: %v", err)
	}
	if a.Min == nil && a.Max == nil {
		return refused(CodeValidation, "A scheduled action needs a minimum capacity, a maximum capacity or both")
	}
	if a.Min != nil && *a.Min < 0 || a.Max != nil && *a.Max < 0 || a.Min != nil && a.Max != nil && *a.Max < *a.Min {
		return refused(CodeValidation, "Maximum capacity cannot be less than minimum capacity")
	}
	if a.Max != nil && *a.Max > mostTasks || a.Min != nil && *a.Min > mostTasks {
		return refused(CodeValidation, "Capacity cannot be more than %d, the tasks that an ECS service can have", mostTasks)
	}
	for _, t := range []time.Time{a.Start, a.End} {
		if !t.IsZero() && (t.Before(epoch) || t.Year() > 9999) {
			return refused(CodeValidation, "Start and end time must be between 1970 and 9999")
		}
	}
	if !a.Start.IsZero() && !a.End.IsZero() && !a.End.After(a.Start) {
		return refused(CodeValidation, "End time must be later than start time")
	}
	return nil
}

// epoch is what timestamps count from.
var epoch = time.Unix(0, 0)

// await orders the next time at which a scheduled action is due.
func (w *World) await(a *scheduled) {
	if next, ok := a.plan.Next(w.time(w.now)); ok && next.Sub(w.cfg.Start) < horizon {
		w.push(w.instant(next), evScheduled, uint32(a.n), 0)
	}
}

// horizon is beyond what any world lives, and within what a duration counts.
const horizon = 100 * 365 * 24 * time.Hour

// due runs a scheduled action: its bounds become the target's, and the desired
// count is moved inside them whatever cooldown lasts. [D] What falls into a
// time of suspension is not made up for. [D]
func (w *World) due(a *scheduled) {
	if a.gone {
		return
	}
	w.await(a)
	s := a.service
	if s.scaler.target.Suspended.Scheduled {
		return
	}
	b := s.scaler.target.Bounds
	if a.Min != nil {
		b.Min = *a.Min
	}
	if a.Max != nil {
		b.Max = *a.Max
	}
	v := w.newActivity(s, scaling.Cause{Kind: scaling.CauseScheduled, Action: a.Name})
	v.Description = scaling.DescribeBounds(a.Min, a.Max)
	if b.Max < b.Min { // one bound alone passed the other, which stands
		v.Status, v.StatusMessage = scaling.StatusFailed, "Failed to set bounds. Reason: Maximum capacity cannot be less than minimum capacity" // [U]
		w.logActivity(s, v)
		return
	}
	v.Status, v.StatusMessage = scaling.StatusSuccessful, scaling.BoundsSet(a.Min, a.Max) // without an end in AWS's sample [D]
	w.logActivity(s, v)
	s.scaler.target.Bounds = b
	w.moveInside(s)
}

func (w *World) deleteScheduled(s *service, wanted *scaling.ScheduledAction) error {
	if s.scaler.target == nil {
		return noTarget(s.cfg.Service)
	}
	name := ""
	if wanted != nil {
		name = wanted.Name
	}
	a := s.scaler.findScheduled(name)
	if a == nil {
		return refused(CodeObjectNotFound, "No scheduled action found for service namespace: %s, resource ID: %s, scalable dimension: %s, scheduled action name: %s",
			scaling.Namespace, s.cfg.Service.ResourceID(), scaling.ScalableDimension, name) // [U]
	}
	a.gone = true
	s.scaler.dropScheduled(a)
	return nil
}

func (s *scaler) findScheduled(name string) *scheduled {
	for _, a := range s.scheduled {
		if a.Name == name {
			return a
		}
	}
	return nil
}

func (s *scaler) dropScheduled(a *scheduled) {
	s.scheduled = slices.DeleteFunc(s.scheduled, func(o *scheduled) bool { return o == a })
}

func (s *scaler) lookScheduled() *scaling.ScheduledSet {
	set := &scaling.ScheduledSet{List: []scaling.ScheduledAction{}}
	for _, a := range s.scheduled {
		c := a.ScheduledAction
		c.Min, c.Max = clone(c.Min), clone(c.Max)
		set.List = append(set.List, c)
	}
	return set
}
