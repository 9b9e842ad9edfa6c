package emulator

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// target reads what all calls that change something name: an ECS service's
// desired count.
func target(ns types.ServiceNamespace, id *string, dim types.ScalableDimension) (scaling.Service, error) {
	s, ok := scaling.ParseResourceID(aws.ToString(id))
	if ns != scaling.Namespace || dim != scaling.ScalableDimension || !ok {
		return s, refuse("ValidationException", "Unsupported service namespace, resource type or scalable dimension")
	}
	return s, nil
}

// selected lists the services that a Describe call is about. Those of other
// namespaces and dimensions do not exist here, which is an empty answer; an
// unknown namespace is refused. [D]
func (p present) selected(ns types.ServiceNamespace, ids []string, dim types.ScalableDimension) ([]scaling.Service, error) {
	if !slices.Contains(ns.Values(), ns) {
		return nil, refuse("ValidationException", fmt.Sprintf("1 validation error detected: Value '%s' at "+
			"'serviceNamespace' failed to satisfy constraint: Member must satisfy enum value set: %v", ns, ns.Values()))
	}
	if dim != "" && len(ids) == 0 {
		return nil, refuse("ValidationException", "A resource ID must be provided with a scalable dimension.")
	}
	var found []scaling.Service
	for _, s := range p.config.Services {
		if ns == scaling.Namespace && (dim == "" || dim == scaling.ScalableDimension) &&
			(len(ids) == 0 || slices.Contains(ids, s.Service.ResourceID())) {
			found = append(found, s.Service)
		}
	}
	return found, nil
}

// one is the list of a single resource id, if there is one.
func one(id *string) []string {
	if id == nil {
		return nil
	}
	return []string{*id}
}

func registerScalableTarget(p present, in *aas.RegisterScalableTargetInput) (*aas.RegisterScalableTargetOutput, error) {
	s, err := target(in.ServiceNamespace, in.ResourceId, in.ScalableDimension)
	if err != nil {
		return nil, err
	}
	c := scaling.Change{Op: scaling.RegisterTarget, Service: s, Min: number(in.MinCapacity), Max: number(in.MaxCapacity)}
	if in.SuspendedState != nil {
		c.Suspended = &scaling.Suspended{
			ScaleIn:   aws.ToBool(in.SuspendedState.DynamicScalingInSuspended),
			ScaleOut:  aws.ToBool(in.SuspendedState.DynamicScalingOutSuspended),
			Scheduled: aws.ToBool(in.SuspendedState.ScheduledScalingSuspended),
		}
	}
	if _, err := p.world.Do(p.now, c); err != nil {
		return nil, err
	}
	look, err := p.world.Look(s, model.What{Scalable: true})
	if err != nil {
		return nil, err
	}
	return &aas.RegisterScalableTargetOutput{ScalableTargetARN: orNil(look.Scalable.Target.ARN)}, nil
}

func number(n *int32) *int {
	if n == nil {
		return nil
	}
	i := int(*n)
	return &i
}

func deregisterScalableTarget(p present, in *aas.DeregisterScalableTargetInput) (*aas.DeregisterScalableTargetOutput, error) {
	s, err := target(in.ServiceNamespace, in.ResourceId, in.ScalableDimension)
	if err == nil {
		_, err = p.world.Do(p.now, scaling.Change{Op: scaling.DeregisterTarget, Service: s})
	}
	return &aas.DeregisterScalableTargetOutput{}, err
}

func describeScalableTargets(p present, in *aas.DescribeScalableTargetsInput) (*aas.DescribeScalableTargetsOutput, error) {
	all, err := listed(p, in.ServiceNamespace, in.ResourceIds, in.ScalableDimension, model.What{Scalable: true}, scalableTargets)
	if err != nil {
		return nil, err
	}
	page, next, err := paged(all, func(t types.ScalableTarget) string { return *t.ResourceId }, pageAAS(in.NextToken, in.MaxResults, 50))
	return &aas.DescribeScalableTargetsOutput{ScalableTargets: page, NextToken: next}, err
}

func scalableTargets(s scaling.Service, look scaling.Look) []types.ScalableTarget {
	t := look.Scalable.Target
	if t == nil {
		return nil
	}
	return []types.ScalableTarget{{
		ServiceNamespace: scaling.Namespace, ScalableDimension: scaling.ScalableDimension,
		ResourceId:  aws.String(s.ResourceID()),
		MinCapacity: count(t.Bounds.Min), MaxCapacity: count(t.Bounds.Max),
		CreationTime: instant(t.Created), RoleARN: orNil(t.RoleARN), ScalableTargetARN: orNil(t.ARN),
		SuspendedState: &types.SuspendedState{
			DynamicScalingInSuspended: &t.Suspended.ScaleIn, DynamicScalingOutSuspended: &t.Suspended.ScaleOut,
			ScheduledScalingSuspended: &t.Suspended.Scheduled,
		},
	}}
}

// listed looks at each of the selected services and joins what is found of it.
func listed[T any](p present, ns types.ServiceNamespace, ids []string, dim types.ScalableDimension,
	what model.What, of func(scaling.Service, scaling.Look) []T) ([]T, error) {
	services, err := p.selected(ns, ids, dim)
	all := []T{}
	for _, s := range services {
		look, err := p.world.Look(s, what)
		if err != nil {
			return nil, err
		}
		all = append(all, of(s, look)...)
	}
	return all, err
}

func describeScalingActivities(p present, in *aas.DescribeScalingActivitiesInput) (*aas.DescribeScalingActivitiesOutput, error) {
	all, err := listed(p, in.ServiceNamespace, one(in.ResourceId), in.ScalableDimension, model.What{Activities: true}, func(s scaling.Service, look scaling.Look) (list []types.ScalingActivity) {
		for _, a := range look.Activities.List {
			if len(a.NotScaled) == 0 || aws.ToBool(in.IncludeNotScaledActivities) {
				list = append(list, activity(s, a))
			}
		}
		return list
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b types.ScalingActivity) int { return b.StartTime.Compare(*a.StartTime) })
	page, next, err := paged(all, func(a types.ScalingActivity) string { return *a.ActivityId }, pageAAS(in.NextToken, in.MaxResults, 50))
	return &aas.DescribeScalingActivitiesOutput{ScalingActivities: page, NextToken: next}, err
}

func activity(s scaling.Service, a scaling.Activity) types.ScalingActivity {
	out := types.ScalingActivity{
		ServiceNamespace: scaling.Namespace, ScalableDimension: scaling.ScalableDimension,
		ResourceId: aws.String(s.ResourceID()), ActivityId: &a.ID, Description: &a.Description, Cause: &a.Cause,
		StartTime: &a.Start, EndTime: instant(a.End), StatusCode: types.ScalingActivityStatusCode(a.Status),
		StatusMessage: orNil(a.StatusMessage), Details: orNil(a.Details),
	}
	for _, r := range a.NotScaled {
		out.NotScaledReasons = append(out.NotScaledReasons, reason(r))
	}
	return out
}

// reason carries the capacities that its code is about. [D]
func reason(r scaling.NotScaledReason) types.NotScaledReason {
	out := types.NotScaledReason{Code: &r.Code}
	switch r.Code {
	case scaling.AlreadyAtMaxCapacity:
		out.MaxCapacity = count(r.Max)
	case scaling.AlreadyAtMinCapacity:
		out.MinCapacity = count(r.Min)
	case scaling.AlreadyAtDesiredCapacity:
		out.CurrentCapacity = count(r.Current)
	}
	return out
}
