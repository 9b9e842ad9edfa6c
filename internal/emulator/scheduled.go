package emulator

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

func putScheduledAction(p present, in *aas.PutScheduledActionInput) (*aas.PutScheduledActionOutput, error) {
	s, err := target(in.ServiceNamespace, in.ResourceId, in.ScalableDimension)
	if err != nil {
		return nil, err
	}
	a := scaling.ScheduledAction{
		Name: aws.ToString(in.ScheduledActionName), Schedule: aws.ToString(in.Schedule), Zone: aws.ToString(in.Timezone),
		Start: aws.ToTime(in.StartTime).UTC(), End: aws.ToTime(in.EndTime).UTC(),
	}
	if t := in.ScalableTargetAction; t != nil {
		a.Min, a.Max = number(t.MinCapacity), number(t.MaxCapacity)
	}
	_, err = p.world.Do(p.now, scaling.Change{Op: scaling.PutScheduled, Service: s, Scheduled: &a})
	return &aas.PutScheduledActionOutput{}, err
}

func deleteScheduledAction(p present, in *aas.DeleteScheduledActionInput) (*aas.DeleteScheduledActionOutput, error) {
	s, err := target(in.ServiceNamespace, in.ResourceId, in.ScalableDimension)
	if err == nil {
		_, err = p.world.Do(p.now, scaling.Change{Op: scaling.DeleteScheduled, Service: s,
			Scheduled: &scaling.ScheduledAction{Name: aws.ToString(in.ScheduledActionName)}})
	}
	return &aas.DeleteScheduledActionOutput{}, err
}

func describeScheduledActions(p present, in *aas.DescribeScheduledActionsInput) (*aas.DescribeScheduledActionsOutput, error) {
	all, err := listed(p, in.ServiceNamespace, one(in.ResourceId), in.ScalableDimension, model.What{Scheduled: true}, func(s scaling.Service, look scaling.Look) (list []types.ScheduledAction) {
		for _, a := range look.Scheduled.List {
			if len(in.ScheduledActionNames) == 0 || slices.Contains(in.ScheduledActionNames, a.Name) {
				list = append(list, scheduledAction(s, a))
			}
		}
		return list
	})
	if err != nil {
		return nil, err
	}
	page, next, err := paged(all, func(a types.ScheduledAction) string { return *a.ScheduledActionARN }, pageAAS(in.NextToken, in.MaxResults, 50))
	return &aas.DescribeScheduledActionsOutput{ScheduledActions: page, NextToken: next}, err
}

func scheduledAction(s scaling.Service, a scaling.ScheduledAction) types.ScheduledAction {
	out := types.ScheduledAction{
		ServiceNamespace: scaling.Namespace, ScalableDimension: scaling.ScalableDimension,
		ResourceId: aws.String(s.ResourceID()), ScheduledActionName: &a.Name, ScheduledActionARN: &a.ARN,
		Schedule: &a.Schedule, Timezone: orNil(a.Zone), StartTime: instant(a.Start), EndTime: instant(a.End),
		CreationTime: instant(a.Created), ScalableTargetAction: &types.ScalableTargetAction{},
	}
	if a.Min != nil {
		out.ScalableTargetAction.MinCapacity = count(*a.Min)
	}
	if a.Max != nil {
		out.ScalableTargetAction.MaxCapacity = count(*a.Max)
	}
	return out
}
