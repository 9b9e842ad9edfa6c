package scaling

import "time"

// Look is what one poll saw of one service. A section that is nil was not
// looked at; a section that is present and empty was looked at and held
// nothing. The two are never the same evidence.
type Look struct {
	At         time.Time      `json:"at"` // service time of the answer
	Service    *ServiceState  `json:"service,omitempty"`
	Targets    *TargetStates  `json:"targets,omitempty"`
	Scalable   *ScalableState `json:"scalable,omitempty"`
	Policies   *PolicySet     `json:"policies,omitempty"`
	Alarms     *AlarmSet      `json:"alarms,omitempty"`
	Activities *ActivitySet   `json:"activities,omitempty"`
	Metrics    *MetricSet     `json:"metrics,omitempty"`
	Scheduled  *ScheduledSet  `json:"scheduled,omitempty"`
}

// ServiceState is what DescribeServices says.
type ServiceState struct {
	Status      string         `json:"status"` // ACTIVE, DRAINING or INACTIVE [D]
	Desired     int            `json:"desired"`
	Running     int            `json:"running"`
	Pending     int            `json:"pending"`
	Deployments []Deployment   `json:"deployments,omitempty"`
	Events      []ServiceEvent `json:"events,omitempty"`       // newest first, at most 100 [D]
	TargetGroup string         `json:"target_group,omitempty"` // ARN of the attached target group
}

// Deployment is one of a service's deployments.
type Deployment struct {
	ID      string    `json:"id"`
	Status  string    `json:"status"`  // PRIMARY, ACTIVE or INACTIVE [D]
	Rollout string    `json:"rollout"` // COMPLETED, IN_PROGRESS or FAILED [D]
	Reason  string    `json:"reason,omitempty"`
	Desired int       `json:"desired"`
	Running int       `json:"running"`
	Pending int       `json:"pending"`
	Failed  int       `json:"failed"`
	Created time.Time `json:"created,omitzero"`
	Updated time.Time `json:"updated,omitzero"`
}

// DeploymentInactive is the status of a deployment of which no task is left:
// newer ones have replaced it. [D] DescribeServices lists it no more.
const DeploymentInactive = "INACTIVE"

// DeploymentActive is the status of a deployment that another has taken the
// place of, while tasks of it still run. [D]
const DeploymentActive = "ACTIVE"

// ServiceEvent is one of the scheduler's messages.
type ServiceEvent struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Message string    `json:"message"`
}

// TargetStates is what DescribeTargetHealth says.
type TargetStates struct {
	List []TargetHealth `json:"list"` // in order of ID
}

// States of a target that has a task; one may also be unused. [D]
const (
	TargetInitial   = "initial"
	TargetHealthy   = "healthy"
	TargetUnhealthy = "unhealthy"
	TargetDraining  = "draining"
)

// TargetHealth is the state of one registered target.
type TargetHealth struct {
	ID     string `json:"id"` // ip:port
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"` // e.g. Elb.InitialHealthChecking [D]
}

// Healthy counts the targets that are healthy.
func (t *TargetStates) Healthy() int { return t.count(TargetHealthy) }

// Draining counts the targets that are draining.
func (t *TargetStates) Draining() int { return t.count(TargetDraining) }

func (t *TargetStates) count(state string) (n int) {
	for _, h := range t.List {
		if h.State == state {
			n++
		}
	}
	return n
}

// ScalableState is what DescribeScalableTargets says: nil Target means that
// the service is not registered.
type ScalableState struct {
	Target *ScalableTarget `json:"target"`
}

// PolicySet is what DescribeScalingPolicies says.
type PolicySet struct {
	List []Policy `json:"list"` // in order of name
}

// Find returns the policy of a name.
func (s *PolicySet) Find(name string) (Policy, bool) {
	if s != nil {
		for _, p := range s.List {
			if p.Name == name {
				return p, true
			}
		}
	}
	return Policy{}, false
}

// AlarmSet is what DescribeAlarms says of the policies' alarms.
type AlarmSet struct {
	List []Alarm `json:"list"` // in order of name
}

// Find returns the alarm of a name.
func (s *AlarmSet) Find(name string) (Alarm, bool) {
	if s != nil {
		for _, a := range s.List {
			if a.Name == name {
				return a, true
			}
		}
	}
	return Alarm{}, false
}

// ActivitySet is what DescribeScalingActivities says, not-scaled ones
// included.
type ActivitySet struct {
	List []Activity `json:"list"` // in order of start, oldest first; AWS's own order is undocumented
}

// MetricSet is what GetMetricData says.
type MetricSet struct {
	List []Series `json:"list"`
}
