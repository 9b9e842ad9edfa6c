package scaling

import (
	"fmt"
	"slices"
	"time"
)

// Service names one ECS service by its cluster and its name.
type Service struct {
	Cluster string `json:"cluster"`
	Name    string `json:"service"`
}

// String returns cluster/service, for messages.
func (s Service) String() string { return s.Cluster + "/" + s.Name }

// Bounds are the least and the most tasks that policies may ask for.
type Bounds struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// Suspended says which kinds of scaling are switched off on a scalable
// target. The zero value is the normal state: nothing is.
type Suspended struct {
	ScaleIn   bool `json:"scale_in,omitempty"`
	ScaleOut  bool `json:"scale_out,omitempty"`
	Scheduled bool `json:"scheduled,omitempty"`
}

// ScalableTarget is a service's registration with Application Auto Scaling.
type ScalableTarget struct {
	Service   Service   `json:"service"`
	Bounds    Bounds    `json:"bounds"`
	Suspended Suspended `json:"suspended"`
	RoleARN   string    `json:"role_arn,omitempty"`
	ARN       string    `json:"arn,omitempty"`
	Created   time.Time `json:"created,omitzero"`
}

// The predefined metric types of target tracking that this project knows.
// [D] Application Auto Scaling API, PredefinedMetricSpecification; the
// high-resolution ones since June 2026 [D].
const (
	MetricCPU           = "ECSServiceAverageCPUUtilization"
	MetricCPUHighRes    = "ECSServiceAverageCPUUtilizationHighResolution"
	MetricMemory        = "ECSServiceAverageMemoryUtilization"
	MetricMemoryHighRes = "ECSServiceAverageMemoryUtilizationHighResolution"
	MetricRequestCount  = "ALBRequestCountPerTarget"
)

// HighResolution says that a predefined metric type is watched in periods of
// 20 s. [D]
func HighResolution(metric string) bool {
	return metric == MetricCPUHighRes || metric == MetricMemoryHighRes
}

// Types of policies. [D] Every policy that this project applies tracks a
// target; the others only stand beside ours.
const (
	TargetTracking = "TargetTrackingScaling"
	StepScaling    = "StepScaling"
)

// Role says in the users' words what a policy watches: "cpu" or "requests";
// "memory" or "other" for what only stands beside them.
func Role(metric string) string {
	switch metric {
	case MetricCPU, MetricCPUHighRes:
		return "cpu"
	case MetricRequestCount:
		return "requests"
	case MetricMemory, MetricMemoryHighRes:
		return "memory"
	}
	return "other"
}

// Policy is one scaling policy, as wanted or as it stands.
type Policy struct {
	Name   string `json:"name"`
	Type   string `json:"type"`   // TargetTracking, or another type that only stands beside ours
	Metric string `json:"metric"` // predefined metric type; empty for a customised metric
	// Custom is a customised metric. It is nil too where that is an expression
	// over several (metric math), which is not read.
	Custom *CustomMetric `json:"custom,omitempty"`
	Step   *Steps        `json:"step,omitempty"` // of StepScaling
	// ResourceLabel is app/<alb>/<id>/targetgroup/<tg>/<id>, for MetricRequestCount only.
	ResourceLabel    string        `json:"resource_label,omitempty"`
	Target           float64       `json:"target"` // percent, or requests per target and minute
	ScaleOutCooldown time.Duration `json:"scale_out_cooldown"`
	ScaleInCooldown  time.Duration `json:"scale_in_cooldown"`
	DisableScaleIn   bool          `json:"disable_scale_in,omitempty"`

	// What AWS adds; empty on a policy that is only wanted.
	ARN     string     `json:"arn,omitempty"`
	Created time.Time  `json:"created,omitzero"`
	Alarms  []AlarmRef `json:"alarms,omitempty"`
}

// AlarmRef names one of the alarms that AWS made for a policy.
type AlarmRef struct {
	Name string `json:"name"`
	ARN  string `json:"arn"`
}

// Differences lists, in words, each setting in which the two policies differ.
// What AWS adds (ARN, creation time, alarms) is not a setting. It is empty
// exactly where putting one over the other would change nothing.
func (p Policy) Differences(q Policy) []string {
	var d []string
	add := func(what string, a, b any) {
		if a != b {
			d = append(d, fmt.Sprintf("%s %v, not %v", what, b, a))
		}
	}
	add("name", p.Name, q.Name)
	add("type", p.Type, q.Type)
	add("metric", p.Metric, q.Metric)
	add("target", p.Target, q.Target)
	add("scale-out cooldown", p.ScaleOutCooldown, q.ScaleOutCooldown)
	add("scale-in cooldown", p.ScaleInCooldown, q.ScaleInCooldown)
	add("scale-in disabled", p.DisableScaleIn, q.DisableScaleIn)
	add("resource label", p.ResourceLabel, q.ResourceLabel)
	add("customised metric", p.Custom.String(), q.Custom.String())
	add("steps", p.Step.String(), q.Step.String())
	return d
}

// Wanted returns the policy without what AWS adds to it. It shares nothing
// with the original.
func (p Policy) Wanted() Policy {
	p = p.Copy()
	p.ARN, p.Created, p.Alarms = "", time.Time{}, nil
	return p
}

// Copy returns the policy with nothing shared.
func (p Policy) Copy() Policy {
	p.Alarms = slices.Clone(p.Alarms)
	if p.Custom != nil {
		c := *p.Custom
		c.Dimensions = slices.Clone(c.Dimensions)
		p.Custom = &c
	}
	if p.Step != nil {
		c := *p.Step
		c.List = slices.Clone(c.List) // what bounds point to is never written
		p.Step = &c
	}
	return p
}
