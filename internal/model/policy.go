package model

import (
	"cmp"
	"slices"
	"time"

	"scaleproof/internal/scaling"
)

// putPolicy creates a policy or replaces its settings. Replacing makes two new
// alarms in place of the old ones; ARN and creation time stay. [E]
func (w *World) putPolicy(s *service, wanted *scaling.Policy) (scaling.Policy, error) {
	if wanted == nil {
		return scaling.Policy{}, refused(CodeValidation, "a policy is required")
	}
	if err := w.vet(s, wanted); err != nil {
		return scaling.Policy{}, err
	}
	s.scaler.puts++
	p := s.scaler.find(wanted.Name)
	if p == nil {
		p = &policy{createdBy: w.uuid(drawCreatedBy, s, s.scaler.puts)}
		p.ARN = scaling.PolicyARN(w.cfg.Region, w.cfg.Account, w.uuid(drawPolicy, s, s.scaler.puts), s.cfg.Service, wanted.Name)
		p.Created = w.time(w.now)
		s.scaler.policies = append(s.scaler.policies, p)
	}
	arn, created := p.ARN, p.Created
	w.removeAlarm(p.high)
	w.removeAlarm(p.low)
	p.Policy, p.high, p.low = wanted.Wanted(), nil, nil
	if wanted.Type == scaling.TargetTracking {
		p.Step = nil
	}
	p.ARN, p.Created = arn, created
	slices.SortFunc(s.scaler.policies, func(a, b *policy) int { return cmp.Compare(a.Name, b.Name) })
	if p.Type == scaling.TargetTracking && (p.Metric != "" || p.Custom != nil) {
		p.high = w.newAlarm(s, p, true)
		if !p.DisableScaleIn { // else there is no AlarmLow [E]
			p.low = w.newAlarm(s, p, false)
		}
	}
	return w.lookPolicy(p), nil
}

// unhook takes a policy's alarms away: its own are deleted, from others the
// action that names it. [D]
func (w *World) unhook(p *policy) {
	w.removeAlarm(p.high)
	w.removeAlarm(p.low)
	for _, a := range w.alarmsOf(p) {
		a.Actions = slices.DeleteFunc(a.Actions, p.heeds)
	}
}

// mostPolicies is how many policies a target may have. [D] AUG-Q
const mostPolicies = 50

// vet says why AWS would refuse a policy; nil where it would not. A policy of
// another type, or one that tracks an expression over several metrics, is let
// in and stands inert.
func (w *World) vet(s *service, p *scaling.Policy) error {
	if s.scaler.target == nil {
		return noTarget(s.cfg.Service)
	}
	if p.Name == "" {
		return refused(CodeValidation, "1 validation error detected: Value '' at 'policyName' failed to satisfy constraint: Member must have length greater than or equal to 1")
	}
	if s.scaler.find(p.Name) == nil && len(s.scaler.policies) >= mostPolicies {
		return refused(CodeLimitExceeded, "The maximum number of scaling policies for the scalable target, %d, is reached", mostPolicies) // [U]
	}
	switch {
	case p.Type == scaling.StepScaling && p.Step != nil:
		return vetSteps(p.Step)
	case p.Type != scaling.TargetTracking || p.Metric == "" && p.Custom == nil:
		return nil
	}
	if p.Custom != nil {
		if err := vetCustom(p); err != nil {
			return err
		}
	}
	switch p.Metric {
	case "":
	case scaling.MetricCPU, scaling.MetricMemory, scaling.MetricRequestCount:
	case scaling.MetricCPUHighRes, scaling.MetricMemoryHighRes:
		if s.cfg.Resolution != fineSlot {
			return refused(CodeValidation, "High-resolution metrics are not fully enabled on the ECS service.") // [E]
		}
	default:
		return refused(CodeValidation, "Unsupported predefined metric type %s for resource %s", p.Metric, s.cfg.Service.ResourceID())
	}
	if !(micro(p.Target) > 0) || p.ScaleOutCooldown < 0 || p.ScaleInCooldown < 0 {
		return refused(CodeValidation, "Target value must be positive and cooldowns must not be negative")
	}
	for _, o := range s.scaler.policies {
		if o.Name != p.Name && o.Type == p.Type && o.Metric == p.Metric && o.Custom.Equal(p.Custom) {
			return refused(CodeValidation, "Only one TargetTrackingScaling policy for a given metric specification is allowed.") // [R]
		}
	}
	return vetLabel(s, p)
}

// vetLabel checks the label's target group alone: AWS lets in a stale load
// balancer's part, and the policy then never has data. [E]
func vetLabel(s *service, p *scaling.Policy) error {
	if p.Metric != scaling.MetricRequestCount {
		return nil
	}
	if p.ResourceLabel == "" {
		return refused(CodeValidation, "Resource label should be specified for predefined metric type ALBRequestCountPerTarget")
	}
	_, group, ok := scaling.SplitLabel(p.ResourceLabel)
	if !ok {
		return refused(CodeValidation, "Invalid resource label %s", p.ResourceLabel)
	}
	if group != s.cfg.TargetGroup {
		return refused(CodeValidation, "Target group %s is not attached to resource %s", group, s.cfg.Service.ResourceID()) // [E]
	}
	return nil
}

// policyMetric is the metric that a policy's alarms watch, of requests those
// of a label. [R] for CPU, [E] for request count.
func (w *World) policyMetric(s *service, p *policy, label string) scaling.Metric {
	if p.Custom != nil {
		return customMetric(p.Custom)
	}
	watched, period := w.watched(s), time.Minute
	if scaling.HighResolution(p.Metric) {
		period = fineSlot
	}
	switch p.Metric {
	case scaling.MetricMemory, scaling.MetricMemoryHighRes:
		return watched.Metric(scaling.MemoryUtilization, "Average", period)
	case scaling.MetricRequestCount:
		watched.LoadBalancer, watched.TargetGroup, _ = scaling.SplitLabel(label)
		return watched.Metric(scaling.RequestCountPerTarget, "Sum", period)
	}
	return watched.Metric(scaling.CPUUtilization, "Average", period)
}
