package model

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/scaling"
)

// Codes of errors, as the AWS APIs name them. [D]
const (
	CodeValidation      = "ValidationException"
	CodeParameter       = "InvalidParameterException"
	CodeObjectNotFound  = "ObjectNotFoundException"
	CodeClusterNotFound = "ClusterNotFoundException"
	CodeServiceNotFound = "ServiceNotFoundException"
	CodeLimitExceeded   = "LimitExceededException"
	CodeThrottling      = "ThrottlingException"
)

// mostTasks is how many tasks a service may have: ECS's quota "tasks per
// service", 5,000 by default. [D] Application Auto Scaling's reference says
// that a maximum capacity may be large and that the quotas of the service then
// hold [D]; what it answers above them is not known. Here it is refused,
// before anything changes, since the world would start all those tasks at one
// instant, and a billion of them never end.
const mostTasks = 5000

func refused(code, format string, args ...any) error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Do makes a change at now, living until then first. A refusal is an *Error
// and changes nothing. For PutPolicy it returns the policy as it now stands.
// Answers of the time until now wait for the next call of Advance or Submit.
func (w *World) Do(now time.Time, c scaling.Change) (scaling.Policy, error) {
	w.live(w.instant(now))
	return w.apply(c)
}

// apply makes a change at the present.
func (w *World) apply(c scaling.Change) (scaling.Policy, error) {
	if c.Alarm != nil {
		return scaling.Policy{}, w.doAlarm(c)
	}
	s := w.byName[c.Service]
	if s == nil {
		return scaling.Policy{}, w.unknown(c)
	}
	switch c.Op {
	case scaling.RegisterTarget:
		return scaling.Policy{}, w.register(s, c)
	case scaling.DeregisterTarget:
		return scaling.Policy{}, w.deregister(s)
	case scaling.PutPolicy:
		return w.putPolicy(s, c.Policy)
	case scaling.DeletePolicy:
		return scaling.Policy{}, w.deletePolicy(s, c.Policy)
	case scaling.UpdateDesired:
		return scaling.Policy{}, w.updateService(s, c)
	case scaling.PutScheduled:
		return scaling.Policy{}, w.putScheduled(s, c.Scheduled)
	case scaling.DeleteScheduled:
		return scaling.Policy{}, w.deleteScheduled(s, c.Scheduled)
	}
	return scaling.Policy{}, refused(CodeValidation, "unknown operation %s", c.Op)
}

// unknown is what each API says of a service that does not exist.
func (w *World) unknown(c scaling.Change) error {
	switch c.Op {
	case scaling.RegisterTarget:
		return refused(CodeValidation, "ECS service doesn't exist: %s", c.Service.ResourceID()) // [P]
	case scaling.UpdateDesired:
		return w.missing(c.Service)
	}
	return noTarget(c.Service)
}

// missing says which part of a service's name ECS does not know.
func (w *World) missing(s scaling.Service) error {
	for _, o := range w.services {
		if o.cfg.Service.Cluster == s.Cluster {
			return refused(CodeServiceNotFound, "Service not found.")
		}
	}
	return refused(CodeClusterNotFound, "Cluster not found.")
}

// noTarget is [R].
func noTarget(s scaling.Service) error {
	return refused(CodeObjectNotFound, "No scalable target registered for service namespace: %s, resource ID: %s, scalable dimension: %s",
		scaling.Namespace, s.ResourceID(), scaling.ScalableDimension)
}

// noPolicy is [P].
func noPolicy(s scaling.Service, name string) error {
	return refused(CodeObjectNotFound, "No scaling policy found for service namespace: %s, resource ID: %s, scalable dimension: %s, policy name: %s",
		scaling.Namespace, s.ResourceID(), scaling.ScalableDimension, name)
}

// register creates or updates the scalable target and moves the desired count
// inside its bounds, even where the update names neither. [D]
func (w *World) register(s *service, c scaling.Change) error {
	t := clone(s.scaler.target)
	if t == nil {
		if c.Min == nil || c.Max == nil {
			return refused(CodeValidation, "Minimum capacity and maximum capacity are required to register a scalable target") // [U]
		}
		t = &scaling.ScalableTarget{}
	}
	if c.Min != nil {
		t.Bounds.Min = *c.Min
	}
	if c.Max != nil {
		t.Bounds.Max = *c.Max
	}
	if c.Suspended != nil {
		t.Suspended = *c.Suspended
	}
	if t.Bounds.Min < 0 || t.Bounds.Max < t.Bounds.Min {
		return refused(CodeValidation, "Maximum capacity cannot be less than minimum capacity") // [U]
	}
	if t.Bounds.Max > mostTasks {
		return refused(CodeValidation, "Maximum capacity cannot be more than %d, the tasks that an ECS service can have", mostTasks) // [U]
	}
	if c.Min != nil || c.Max != nil {
		t.Bounds = w.bounds(s, t.Bounds)
	}
	if s.scaler.target == nil {
		s.scaler.registered++
	}
	w.complete(s, t)
	s.scaler.target = t
	w.moveInside(s)
	return nil
}

// bounds are what is registered where some are asked for.
func (w *World) bounds(s *service, asked scaling.Bounds) scaling.Bounds {
	return scaling.Bounds(by(w, s, func(r *rules) limits { return limits(r.registered(asked)) }))
}

// limits are bounds as the world's log has them.
type limits scaling.Bounds

func (l limits) String() string { return fmt.Sprintf("%d to %d tasks", l.Min, l.Max) }

// moveInside moves the desired count inside the target's bounds.
func (w *World) moveInside(s *service) {
	b := s.scaler.target.Bounds
	switch {
	case s.desired < b.Min:
		w.act(s, b.Min, scaling.Cause{Kind: scaling.CauseBounds, Bound: "minimum", Value: b.Min})
	case s.desired > b.Max:
		w.act(s, b.Max, scaling.Cause{Kind: scaling.CauseBounds, Bound: "maximum", Value: b.Max})
	}
}

// deregister removes the scalable target with all its policies and scheduled
// actions. [D]
func (w *World) deregister(s *service) error {
	if s.scaler.target == nil {
		return noTarget(s.cfg.Service)
	}
	for _, p := range s.scaler.policies {
		w.unhook(p)
	}
	for _, a := range s.scaler.scheduled {
		a.gone = true
	}
	s.scaler.scheduled = nil
	s.scaler.policies, s.scaler.target, s.scaler.lastIn, s.scaler.refusal = nil, nil, nil, ""
	return nil
}

func (w *World) deletePolicy(s *service, wanted *scaling.Policy) error {
	if s.scaler.target == nil {
		return noTarget(s.cfg.Service)
	}
	if wanted == nil || s.scaler.find(wanted.Name) == nil {
		name := ""
		if wanted != nil {
			name = wanted.Name
		}
		return noPolicy(s.cfg.Service, name)
	}
	p := s.scaler.find(wanted.Name)
	w.unhook(p)
	s.scaler.policies = slices.DeleteFunc(s.scaler.policies, func(o *policy) bool { return o == p })
	return nil
}

// updateService sets the desired count by hand, outside the bounds too, and
// begins a deployment where it is told to: the scheduler obeys. [D]
func (w *World) updateService(s *service, c scaling.Change) error {
	if c.Desired == nil && !c.Deploy || c.Desired != nil && *c.Desired < 0 {
		return refused(CodeParameter, "desiredCount cannot be negative or left out.")
	}
	if c.Desired != nil && *c.Desired > mostTasks {
		return refused(CodeParameter, "desiredCount cannot be more than %d.", mostTasks) // [U]
	}
	if c.Desired != nil && *c.Desired != s.desired {
		w.override(s)
		s.scaler.refusal = ""
		s.desired = *c.Desired
	}
	if c.Deploy {
		w.deploy(s)
		return nil
	}
	w.reconcile(s)
	return nil
}

func (s *scaler) find(name string) *policy {
	for _, p := range s.policies {
		if p.Name == name {
			return p
		}
	}
	return nil
}
