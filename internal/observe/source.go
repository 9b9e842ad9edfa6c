package observe

import (
	"context"

	"scaleproof/internal/awsenv"
	"scaleproof/internal/clock"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// AWS answers questions through the SDK's clients. Make one with FromAWS; it
// is for one goroutine at a time.
type AWS struct {
	env    *awsenv.Env
	clock  *clock.Clock
	groups map[scaling.Service]string // target group by the last look at the service
}

// FromAWS returns a source that asks through env and dates its answers by the
// clock.
func FromAWS(env *awsenv.Env, c *clock.Clock) *AWS {
	return &AWS{env: env, clock: c, groups: map[scaling.Service]string{}}
}

// Look asks for one part. Alarms are found by the policies that stand, read
// in the same look: each put of a policy replaces its alarms.
func (a *AWS) Look(ctx context.Context, ask Ask) (scaling.Look, error) {
	var l scaling.Look
	var err error
	switch ask.Part {
	case timeline.PartService:
		l.Service, err = a.service(ctx, ask.Service)
	case timeline.PartTargets:
		l.Targets, err = a.targets(ctx, ask.Service)
	case timeline.PartScaling:
		l, err = a.env.Standing(ctx, ask.Service)
	case timeline.PartAlarms:
		l.Policies, l.Alarms, err = a.alarms(ctx, ask.Service)
	case timeline.PartActivities:
		l.Activities, err = a.env.Activities(ctx, ask.Service, ask.Since)
	case timeline.PartMetrics:
		l.Metrics, err = a.env.Metrics(ctx, ask.Metrics, ask.Since, ask.Until)
	}
	l.At = a.clock.Now()
	return l, err
}

func (a *AWS) service(ctx context.Context, s scaling.Service) (*scaling.ServiceState, error) {
	state, err := a.env.Service(ctx, s)
	if err == nil {
		a.groups[s] = state.TargetGroup
	}
	return state, err
}

// targets needs the target group's ARN, which the service tells.
func (a *AWS) targets(ctx context.Context, s scaling.Service) (*scaling.TargetStates, error) {
	if a.groups[s] == "" {
		if _, err := a.service(ctx, s); err != nil {
			return nil, err
		}
	}
	if a.groups[s] == "" {
		return &scaling.TargetStates{}, nil // behind no load balancer: it has no targets
	}
	return a.env.Targets(ctx, a.groups[s])
}

func (a *AWS) alarms(ctx context.Context, s scaling.Service) (*scaling.PolicySet, *scaling.AlarmSet, error) {
	set, err := a.env.Policies(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	var names []string
	for _, p := range set.List {
		for _, ref := range p.Alarms {
			names = append(names, ref.Name)
		}
	}
	alarms, err := a.env.Alarms(ctx, names)
	return set, alarms, err
}
