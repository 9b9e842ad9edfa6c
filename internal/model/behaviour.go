package model

import "time"

// Behaviour is a choice for each thing that AWS leaves undocumented and for
// which the evidence could be read in more than one way. The zero value is the
// best-evidenced behaviour.
type Behaviour struct {
	// Base: what a metric's excess is multiplied with.
	Base Base
	// Datapoints: which of those that an alarm saw count for capacity.
	Datapoints Datapoints
	// ScaleInSteps: how far one scale-in goes.
	ScaleInSteps Steps
	// Flapping: whether a scale-in that would soon be undone is refused.
	Flapping Flapping
	// CooldownAnchor: from when a cooldown counts.
	CooldownAnchor Anchor
	// Unfulfilled is how long an activity may go on before it ends so, since
	// the service did not come to the desired count; 0 means 10 minutes. That
	// there is a limit is documented [D], how long it is is not: ten minutes is
	// how long AWS's own tools wait for a service to be stable [D].
	Unfulfilled time.Duration
	// Retain is how long datapoints are kept, at least, and as long as an alarm
	// looks back at them; 0 means 3 hours. AWS keeps those of a minute 15 days
	// [D], which no run needs; of those below a minute nothing is shown after 3
	// hours [D], however long they are kept.
	Retain time.Duration
}

// Base is the count of tasks from which a policy's capacity is worked out.
type Base int

const (
	// RunningCount is "the actual running task count", as opposed to the
	// desired count. [D] ECS-AS
	RunningCount Base = iota
	// DesiredCount is what many take it for. [U]
	DesiredCount
)

// Datapoints are those that a policy's capacity is worked out from.
type Datapoints int

const (
	// AllSeen counts those from before the last activity too: an alarm that is
	// put anew fires on them [D], and no source says that a policy leaves them
	// out [U]. The recorded traces fit both settings.
	AllSeen Datapoints = iota
	// SinceActivity counts only periods that began after the last activity was
	// over, and none while one goes on. [U]
	SinceActivity
)

// Steps is the size of scale-in steps.
type Steps int

const (
	// OneTask removes one task in each activity, as the one recorded trace of
	// target tracking on Fargate did: 4, 3, 2 at a tenth of the load. [R]
	OneTask Steps = iota
	// Proportional removes all that the metric allows at once. [P] a lab's
	// sheet shows 4 to 2 in one step.
	Proportional
)

// Flapping is what happens where a low alarm calls though the metric would be
// above the target with one task fewer.
type Flapping int

const (
	// Anticipated refuses the scale-in as not scaled, with
	// AutoScalingAnticipatedFlapping: "if a scaling action is taken, the metric
	// value would change to start another scaling action in the reverse
	// direction". That it is refused is documented [D]; by which sum AWS
	// anticipates is not [U]: here by the one that scale-out goes by.
	Anticipated Flapping = iota
	// Unanticipated scales in whenever the alarm calls. [U]
	Unanticipated
)

// Anchor is the instant from which a cooldown counts.
type Anchor int

const (
	// FromCompletion counts from the end of the activity: scale-ins 360 s
	// apart under a cooldown of 300 s were recorded twice. [R]
	FromCompletion Anchor = iota
	// FromStart counts from the order.
	FromStart
)

func (b Behaviour) patience() int64 {
	if b.Unfulfilled <= 0 {
		return int64(10 * time.Minute)
	}
	return int64(b.Unfulfilled)
}

// fineKept is how long CloudWatch shows points of periods below a minute. [D]
const fineKept = int64(3 * time.Hour)

func (b Behaviour) retain() int64 {
	if b.Retain <= 0 {
		return fineKept
	}
	return max(int64(b.Retain), int64(30*time.Minute))
}
