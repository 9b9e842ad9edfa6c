package awsenv

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"scaleproof/internal/scaling"
)

const (
	namespace = aas.ServiceNamespace(scaling.Namespace)
	dimension = aas.ScalableDimension(scaling.ScalableDimension)
)

// Scalable reads a service's registration with Application Auto Scaling.
func (e *Env) Scalable(ctx context.Context, s scaling.Service) (*scaling.ScalableState, error) {
	out, err := e.scaling.DescribeScalableTargets(ctx, &applicationautoscaling.DescribeScalableTargetsInput{
		ServiceNamespace: namespace, ScalableDimension: dimension, ResourceIds: []string{s.ResourceID()},
	})
	if err != nil {
		return nil, fail("autoscaling DescribeScalableTargets", err)
	}
	state := &scaling.ScalableState{}
	for _, t := range out.ScalableTargets {
		if aws.ToString(t.ResourceId) == s.ResourceID() {
			state.Target = &scaling.ScalableTarget{
				Service: s, Bounds: scaling.Bounds{Min: tasks(t.MinCapacity), Max: tasks(t.MaxCapacity)},
				Suspended: suspended(t.SuspendedState), RoleARN: aws.ToString(t.RoleARN),
				ARN: aws.ToString(t.ScalableTargetARN), Created: utc(t.CreationTime),
			}
		}
	}
	return state, nil
}

// Policies reads a service's scaling policies, of every type, in order of
// name. A policy without a cooldown of its own is given the default of ECS.
func (e *Env) Policies(ctx context.Context, s scaling.Service) (*scaling.PolicySet, error) {
	set := &scaling.PolicySet{}
	pages := applicationautoscaling.NewDescribeScalingPoliciesPaginator(e.scaling, &applicationautoscaling.DescribeScalingPoliciesInput{
		ServiceNamespace: namespace, ScalableDimension: dimension, ResourceId: aws.String(s.ResourceID()),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fail("autoscaling DescribeScalingPolicies", err)
		}
		for _, p := range page.ScalingPolicies {
			set.List = append(set.List, policy(p))
		}
	}
	slices.SortFunc(set.List, func(a, b scaling.Policy) int { return strings.Compare(a.Name, b.Name) })
	return set, nil
}

// Standing reads the scalable target and the policies.
func (e *Env) Standing(ctx context.Context, s scaling.Service) (scaling.Look, error) {
	var look scaling.Look
	var err error
	if look.Scalable, err = e.Scalable(ctx, s); err != nil {
		return look, err
	}
	if look.Policies, err = e.Policies(ctx, s); err != nil {
		return look, err
	}
	look.At = e.clock.Now()
	return look, nil
}

// Scheduled reads a service's scheduled actions, in order of name. Those that
// only observe need no permission for it, so Standing does not read them.
func (e *Env) Scheduled(ctx context.Context, s scaling.Service) (*scaling.ScheduledSet, error) {
	set := &scaling.ScheduledSet{}
	pages := applicationautoscaling.NewDescribeScheduledActionsPaginator(e.scaling, &applicationautoscaling.DescribeScheduledActionsInput{
		ServiceNamespace: namespace, ScalableDimension: dimension, ResourceId: aws.String(s.ResourceID()),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fail("autoscaling DescribeScheduledActions", err)
		}
		for _, a := range page.ScheduledActions {
			set.List = append(set.List, scheduledAction(a))
		}
	}
	slices.SortFunc(set.List, func(a, b scaling.ScheduledAction) int { return strings.Compare(a.Name, b.Name) })
	return set, nil
}

// Activities reads the scaling activities that began at or after since, the
// not-scaled ones included, oldest first. AWS's own order is undocumented, so
// reading ends only at a page that is older than since throughout.
func (e *Env) Activities(ctx context.Context, s scaling.Service, since time.Time) (*scaling.ActivitySet, error) {
	set := &scaling.ActivitySet{}
	pages := applicationautoscaling.NewDescribeScalingActivitiesPaginator(e.scaling, &applicationautoscaling.DescribeScalingActivitiesInput{
		ServiceNamespace: namespace, ScalableDimension: dimension, ResourceId: aws.String(s.ResourceID()),
		IncludeNotScaledActivities: aws.Bool(true), MaxResults: aws.Int32(50),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fail("autoscaling DescribeScalingActivities", err)
		}
		young := 0
		for _, a := range page.ScalingActivities {
			if v := activity(a); !v.Start.Before(since) {
				set.List = append(set.List, v)
				young++
			}
		}
		if young == 0 && len(page.ScalingActivities) > 0 {
			break
		}
	}
	slices.SortFunc(set.List, func(a, b scaling.Activity) int {
		if c := a.Start.Compare(b.Start); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return set, nil
}

// Do makes a change. For PutPolicy it returns the policy with what AWS added
// to it. A registration is sent with only what changes, since AWS moves the
// desired count inside the bounds whenever it is sent. [D]
func (e *Env) Do(ctx context.Context, c scaling.Change) (scaling.Policy, error) {
	id := aws.String(c.Service.ResourceID())
	switch c.Op {
	case scaling.PutPolicy:
		return e.put(ctx, c)
	case scaling.DeletePolicy:
		_, err := e.scaling.DeleteScalingPolicy(ctx, &applicationautoscaling.DeleteScalingPolicyInput{
			ServiceNamespace: namespace, ScalableDimension: dimension, ResourceId: id, PolicyName: aws.String(c.Policy.Name),
		})
		return scaling.Policy{}, done("autoscaling DeleteScalingPolicy", err)
	case scaling.RegisterTarget:
		in := &applicationautoscaling.RegisterScalableTargetInput{
			ServiceNamespace: namespace, ScalableDimension: dimension, ResourceId: id,
			MinCapacity: count(c.Min), MaxCapacity: count(c.Max),
		}
		if s := c.Suspended; s != nil {
			in.SuspendedState = &aas.SuspendedState{
				DynamicScalingInSuspended: aws.Bool(s.ScaleIn), DynamicScalingOutSuspended: aws.Bool(s.ScaleOut),
				ScheduledScalingSuspended: aws.Bool(s.Scheduled),
			}
		}
		_, err := e.scaling.RegisterScalableTarget(ctx, in)
		return scaling.Policy{}, done("autoscaling RegisterScalableTarget", err)
	case scaling.DeregisterTarget:
		_, err := e.scaling.DeregisterScalableTarget(ctx, &applicationautoscaling.DeregisterScalableTargetInput{
			ServiceNamespace: namespace, ScalableDimension: dimension, ResourceId: id,
		})
		return scaling.Policy{}, done("autoscaling DeregisterScalableTarget", err)
	case scaling.UpdateDesired:
		_, err := e.ecs.UpdateService(ctx, &ecs.UpdateServiceInput{
			Cluster: aws.String(c.Service.Cluster), Service: aws.String(c.Service.Name), DesiredCount: count(c.Desired),
		})
		return scaling.Policy{}, done("ecs UpdateService", err)
	}
	return scaling.Policy{}, fmt.Errorf("unknown change %q", c.Op)
}

func (e *Env) put(ctx context.Context, c scaling.Change) (scaling.Policy, error) {
	p := *c.Policy
	if p.Type != scaling.TargetTracking || p.Metric == "" {
		return scaling.Policy{}, fmt.Errorf("put policy %s: only target tracking on a predefined metric can be put", p.Name)
	}
	out, err := e.scaling.PutScalingPolicy(ctx, &applicationautoscaling.PutScalingPolicyInput{
		ServiceNamespace: namespace, ScalableDimension: dimension, ResourceId: aws.String(c.Service.ResourceID()),
		PolicyName: aws.String(p.Name), PolicyType: aas.PolicyType(p.Type),
		TargetTrackingScalingPolicyConfiguration: tracking(p),
	})
	if err != nil {
		return scaling.Policy{}, fail("autoscaling PutScalingPolicy", err)
	}
	p.ARN, p.Alarms = aws.ToString(out.PolicyARN), alarmRefs(out.Alarms)
	return p, nil
}

func done(call string, err error) error {
	if err != nil {
		return fail(call, err)
	}
	return nil
}
