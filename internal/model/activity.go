package model

import (
	"fmt"
	"strings"

	"scaleproof/internal/scaling"
)

// act sets the desired count as an activity, over one that still goes on.
func (w *World) act(s *service, desired int, cause scaling.Cause) *activity {
	w.override(s)
	s.scaler.refusal = ""
	a := w.newActivity(s, cause)
	a.going, a.more = true, desired-s.desired
	s.scaler.going, s.scaler.last = a, a
	a.Description = scaling.DescribeDesired(desired)
	a.Status = scaling.StatusInProgress
	a.StatusMessage = fmt.Sprintf("Successfully set desired count to %d. Waiting for change to be fulfilled by ecs.", desired) // [E]
	w.logActivity(s, a)
	w.push(w.now+w.cfg.Behaviour.patience(), evGiveUp, uint32(s.n), 0)
	w.setDesired(s, desired)
	return a
}

func (w *World) newActivity(s *service, cause scaling.Cause) *activity {
	w.forget()
	a := &activity{ordinal: s.scaler.begun, start: w.now}
	a.ID, a.Start, a.Cause = w.uuid(drawActivity, s, a.ordinal), w.time(w.now), cause.String()
	s.scaler.begun++
	s.scaler.activities = append(s.scaler.activities, a)
	return a
}

// override ends the activity that goes on, since something newer sets the
// desired count. [D]
func (w *World) override(s *service) {
	if a := s.scaler.going; a != nil {
		w.end(s, a, scaling.StatusOverridden)
	}
}

func (w *World) end(s *service, a *activity, status string) {
	a.going, s.scaler.going, s.scaler.ended = false, nil, w.now
	a.end, a.End, a.Status = w.now, w.time(w.now), status
	w.logActivity(s, a)
}

// fulfilled ends the activity that goes on: as many tasks run as are desired.
func (w *World) fulfilled(s *service) {
	a := s.scaler.going
	if a == nil {
		return
	}
	a.StatusMessage = fmt.Sprintf("Successfully set desired count to %d. Change successfully fulfilled by ecs.", s.desired)
	w.end(s, a, scaling.StatusSuccessful)
}

// giveUp ends the activity that goes on, if it has gone on for too long: the
// service could not do it, or not in time. [D] The desired count stays.
func (w *World) giveUp(s *service) {
	a := s.scaler.going
	if a == nil || w.now < a.start+w.cfg.Behaviour.patience() {
		return
	}
	a.StatusMessage = strings.Replace(a.StatusMessage, "Waiting for change to be fulfilled by ecs.", "Change was not fulfilled by ecs in time.", 1) // [U]
	w.end(s, a, scaling.StatusUnfulfilled)
}

// refuse records that an alarm's call changed nothing. The same refusal is not
// repeated while nothing else happens. [E]
func (w *World) refuse(s *service, cause scaling.Cause, code string) {
	if s.scaler.refusal == code {
		return
	}
	s.scaler.refusal = code
	a := w.newActivity(s, cause)
	a.Description = "Attempting to scale due to alarm triggered"
	a.Status = scaling.StatusFailed
	r := scaling.NotScaledReason{Code: code}
	switch code {
	case scaling.AlreadyAtMaxCapacity:
		r.Max = s.scaler.target.Bounds.Max
	case scaling.AlreadyAtMinCapacity:
		r.Min = s.scaler.target.Bounds.Min
	case scaling.AlreadyAtDesiredCapacity:
		r.Current = s.desired
		a.Status = scaling.StatusSuccessful // [E]
	}
	a.NotScaled = []scaling.NotScaledReason{r}
	w.logActivity(s, a)
}

func (w *World) logActivity(s *service, a *activity) {
	if w.trace == nil {
		return
	}
	why := ""
	for _, r := range a.NotScaled {
		why += fmt.Sprintf(" %s max=%d min=%d current=%d", r.Code, r.Max, r.Min, r.Current)
	}
	w.log("activity %s %s %s: %s Cause: %s%s", s.cfg.Service.Name, a.ID, a.Status, a.Description, a.Cause, why)
}
