package timeline

import (
	"time"

	"scaleproof/internal/scaling"
)

// When a Standing was looked at.
const (
	BeforeChanges = "before" // the run's first change
	AfterChanges  = "after"  // its last, the undo's
)

// Standing is what Application Auto Scaling held of the service at either end
// of a run, in settings: names of alarms, ARNs and times of creation are AWS's
// own, and left out. So whether a run left things as it found them can be seen,
// and need not be believed.
type Standing struct {
	When     string                 `json:"when"`
	Scalable *scaling.ScalableState `json:"scalable"`
	Policies *scaling.PolicySet     `json:"policies"`
	// TargetGroup is the ARN of the target group that the service is attached
	// to; told before the changes alone, empty where there is none.
	TargetGroup string `json:"target_group,omitempty"`
}

// NewStanding tells of a look at Scalable and Policies, both of which must have
// been looked at.
func NewStanding(when string, look scaling.Look, group string) Standing {
	s := Standing{When: when, TargetGroup: group, Scalable: &scaling.ScalableState{}, Policies: &scaling.PolicySet{}}
	if t := look.Scalable.Target; t != nil {
		settings := *t
		settings.Created = time.Time{}
		s.Scalable.Target = &settings
	}
	for _, p := range look.Policies.List {
		s.Policies.List = append(s.Policies.List, p.Wanted())
	}
	return s
}

func (Standing) kind() string { return "run.standing" }

func init() { register[Standing]() }
