package awsenv

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecst "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"

	"scaleproof/internal/scaling"
)

// Service reads a service's counts, deployments, events and the ARN of its
// (first) target group. A service that ECS does not know is an *Error; one in
// another account or region is a *Refused.
func (e *Env) Service(ctx context.Context, s scaling.Service) (*scaling.ServiceState, error) {
	const call = "ecs DescribeServices"
	out, err := e.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: aws.String(s.Cluster), Services: []string{s.Name}})
	if err != nil {
		return nil, fail(call, err)
	}
	if len(out.Services) == 0 {
		// An unknown service is no error but a failure in the answer. [D]
		reason := "not in the answer"
		if len(out.Failures) > 0 {
			reason = aws.ToString(out.Failures[0].Reason)
		}
		return nil, missing(call, "service %s: %s", s, reason)
	}
	v := out.Services[0]
	if err := e.guard(aws.ToString(v.ServiceArn)); err != nil {
		return nil, err
	}
	return serviceState(v), nil
}

// guard refuses what an ARN places somewhere else.
func (e *Env) guard(name string) error {
	a, err := arn.Parse(name)
	if err != nil || a.AccountID == e.account && a.Region == e.region {
		return nil
	}
	return &Refused{fmt.Sprintf("%s lies in account %s and region %s; the environment in %s and %s", a.Resource, a.AccountID, a.Region, e.account, e.region)}
}

func serviceState(v ecst.Service) *scaling.ServiceState {
	state := &scaling.ServiceState{
		Status: aws.ToString(v.Status), Desired: int(v.DesiredCount), Running: int(v.RunningCount), Pending: int(v.PendingCount),
	}
	for _, d := range v.Deployments {
		state.Deployments = append(state.Deployments, scaling.Deployment{
			ID: aws.ToString(d.Id), Status: aws.ToString(d.Status), Rollout: string(d.RolloutState), Reason: aws.ToString(d.RolloutStateReason),
			Desired: int(d.DesiredCount), Running: int(d.RunningCount), Pending: int(d.PendingCount), Failed: int(d.FailedTasks),
			Created: utc(d.CreatedAt), Updated: utc(d.UpdatedAt),
		})
	}
	for _, m := range v.Events {
		state.Events = append(state.Events, scaling.ServiceEvent{ID: aws.ToString(m.Id), At: utc(m.CreatedAt), Message: aws.ToString(m.Message)})
	}
	for _, b := range v.LoadBalancers {
		if b.TargetGroupArn != nil {
			state.TargetGroup = *b.TargetGroupArn
			break
		}
	}
	return state
}

// Targets reads the health of a target group's targets, in order of id.
func (e *Env) Targets(ctx context.Context, targetGroup string) (*scaling.TargetStates, error) {
	out, err := e.balance.DescribeTargetHealth(ctx, &elasticloadbalancingv2.DescribeTargetHealthInput{TargetGroupArn: aws.String(targetGroup)})
	if err != nil {
		return nil, fail("elbv2 DescribeTargetHealth", err)
	}
	states := &scaling.TargetStates{}
	for _, d := range out.TargetHealthDescriptions {
		if d.Target == nil || d.TargetHealth == nil {
			continue
		}
		id := aws.ToString(d.Target.Id)
		if d.Target.Port != nil {
			id += ":" + strconv.Itoa(tasks(d.Target.Port))
		}
		states.List = append(states.List, scaling.TargetHealth{ID: id, State: string(d.TargetHealth.State), Reason: string(d.TargetHealth.Reason)})
	}
	slices.SortFunc(states.List, func(a, b scaling.TargetHealth) int { return strings.Compare(a.ID, b.ID) })
	return states, nil
}
