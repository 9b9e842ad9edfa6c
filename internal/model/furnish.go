package model

import (
	"slices"
	"strings"

	"scaleproof/internal/scaling"
)

// furnish gives a service the target and the policies that it begins with.
func (w *World) furnish(s *service) error {
	if s.cfg.Target == nil {
		if len(s.cfg.Policies)+len(s.cfg.Alarms)+len(s.cfg.Scheduled) > 0 {
			return noTarget(s.cfg.Service)
		}
		return nil
	}
	t := clone(s.cfg.Target)
	t.Bounds = w.bounds(s, t.Bounds)
	w.complete(s, t)
	s.scaler.target = t
	for i := range s.cfg.Policies {
		if _, err := w.putPolicy(s, &s.cfg.Policies[i]); err != nil {
			return err
		}
	}
	for _, c := range s.cfg.Alarms {
		p := s.scaler.find(c.Policy)
		if p == nil {
			return noPolicy(s.cfg.Service, c.Policy)
		}
		c.Alarm.Actions = append(slices.Clone(c.Alarm.Actions), p.ARN)
		if err := w.putAlarm(w.findAlarm(c.Alarm.Name), c.Alarm); err != nil {
			return err
		}
	}
	for i := range s.cfg.Scheduled {
		if err := w.putScheduled(s, &s.cfg.Scheduled[i]); err != nil {
			return err
		}
	}
	return nil
}

// complete fills in what AWS adds to a scalable target.
func (w *World) complete(s *service, t *scaling.ScalableTarget) {
	t.Service = s.cfg.Service
	if t.ARN == "" {
		t.ARN = "arn:aws:application-autoscaling:" + w.cfg.Region + ":" + w.cfg.Account + ":scalable-target/" +
			strings.ReplaceAll(w.uuid(drawTarget, s, s.scaler.registered), "-", "")
	}
	if t.RoleARN == "" {
		t.RoleARN = "arn:aws:iam::" + w.cfg.Account + ":role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService"
	}
	if t.Created.IsZero() {
		t.Created = w.time(w.now)
	}
}
