package emulator

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// clusters lists the names of the clusters that services stand in, sorted.
func (p present) clusters() []string {
	var names []string
	for _, s := range p.config.Services {
		names = append(names, s.Service.Cluster)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// cluster reads a cluster's name or ARN; the name of none is "default". [D]
func (p present) cluster(given *string) (string, error) {
	name := lastPart(aws.ToString(given))
	if name == "" {
		name = "default"
	}
	if !slices.Contains(p.clusters(), name) {
		return "", refuse("ClusterNotFoundException", "Cluster not found.")
	}
	return name, nil
}

// lastPart is the name in an ARN, or the name itself.
func lastPart(nameOrARN string) string { return nameOrARN[strings.LastIndexByte(nameOrARN, '/')+1:] }

func (p present) clusterARN(name string) string { return p.arn("ecs", "cluster/"+name) }

func (p present) serviceARN(s scaling.Service) string { return p.arn("ecs", s.ResourceID()) }

func describeServices(p present, in *ecs.DescribeServicesInput) (*ecs.DescribeServicesOutput, error) {
	cluster, err := p.cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	if len(in.Services) == 0 {
		return nil, refuse("InvalidParameterException", "Services cannot be empty.")
	}
	if len(in.Services) > 10 { // [D]
		return nil, refuse("InvalidParameterException", "Services cannot have more than 10 elements.")
	}
	out := &ecs.DescribeServicesOutput{Services: []types.Service{}, Failures: []types.Failure{}}
	for _, given := range in.Services {
		s, ok := p.service(scaling.Service{Cluster: cluster, Name: lastPart(given)})
		if !ok {
			arn := p.serviceARN(scaling.Service{Cluster: cluster, Name: lastPart(given)})
			out.Failures = append(out.Failures, types.Failure{Arn: &arn, Reason: aws.String("MISSING")})
			continue
		}
		described, err := p.describe(s)
		if err != nil {
			return nil, err
		}
		out.Services = append(out.Services, described)
	}
	return out, nil
}

func (p present) describe(s model.Service) (types.Service, error) {
	look, err := p.world.Look(s.Service, model.What{Service: true})
	if err != nil {
		return types.Service{}, err
	}
	state := look.Service
	out := types.Service{
		ServiceName: aws.String(s.Service.Name), ServiceArn: aws.String(p.serviceARN(s.Service)),
		ClusterArn: aws.String(p.clusterARN(s.Service.Cluster)), Status: &state.Status,
		DesiredCount: int32(state.Desired), RunningCount: int32(state.Running), PendingCount: int32(state.Pending),
		LaunchType: types.LaunchTypeFargate, SchedulingStrategy: types.SchedulingStrategyReplica,
		CreatedAt: instant(p.config.Start), Deployments: []types.Deployment{}, Events: []types.ServiceEvent{},
		LoadBalancers: []types.LoadBalancer{}, DeploymentConfiguration: rollout(s.RolloutOrDefault()),
		HealthCheckGracePeriodSeconds: seconds(s.Grace),
	}
	if state.TargetGroup != "" {
		out.LoadBalancers = append(out.LoadBalancers, types.LoadBalancer{
			TargetGroupArn: &state.TargetGroup, ContainerName: aws.String(s.Service.Name), ContainerPort: aws.Int32(containerPort),
		})
	}
	for _, d := range state.Deployments {
		out.Deployments = append(out.Deployments, deployment(d))
	}
	for _, e := range state.Events {
		out.Events = append(out.Events, types.ServiceEvent{Id: &e.ID, CreatedAt: instant(e.At), Message: &e.Message})
	}
	return out, nil
}

// containerPort is where the emulated tasks are said to listen.
const containerPort = 3000

func deployment(d scaling.Deployment) types.Deployment {
	return types.Deployment{
		Id: &d.ID, Status: &d.Status, RolloutState: types.DeploymentRolloutState(d.Rollout), RolloutStateReason: orNil(d.Reason),
		DesiredCount: int32(d.Desired), RunningCount: int32(d.Running), PendingCount: int32(d.Pending), FailedTasks: int32(d.Failed),
		CreatedAt: instant(d.Created), UpdatedAt: instant(d.Updated), LaunchType: types.LaunchTypeFargate,
	}
}

func rollout(r model.Rollout) *types.DeploymentConfiguration {
	return &types.DeploymentConfiguration{
		MinimumHealthyPercent: count(r.MinimumHealthy), MaximumPercent: count(r.Maximum),
		DeploymentCircuitBreaker: &types.DeploymentCircuitBreaker{Enable: r.CircuitBreaker, Rollback: r.Rollback},
	}
}

func describeClusters(p present, in *ecs.DescribeClustersInput) (*ecs.DescribeClustersOutput, error) {
	names := in.Clusters
	if len(names) == 0 {
		names = []string{"default"}
	}
	out := &ecs.DescribeClustersOutput{Clusters: []types.Cluster{}, Failures: []types.Failure{}}
	for _, given := range names {
		name, err := p.cluster(&given)
		if err != nil {
			arn := p.clusterARN(lastPart(given))
			out.Failures = append(out.Failures, types.Failure{Arn: &arn, Reason: aws.String("MISSING")})
			continue
		}
		c := types.Cluster{ClusterName: &name, ClusterArn: aws.String(p.clusterARN(name)), Status: aws.String("ACTIVE")}
		for _, s := range p.config.Services {
			if s.Service.Cluster != name {
				continue
			}
			look, err := p.world.Look(s.Service, model.What{Service: true})
			if err != nil {
				return nil, err
			}
			c.ActiveServicesCount++
			c.RunningTasksCount += int32(look.Service.Running)
			c.PendingTasksCount += int32(look.Service.Pending)
		}
		out.Clusters = append(out.Clusters, c)
	}
	return out, nil
}

func listServices(p present, in *ecs.ListServicesInput) (*ecs.ListServicesOutput, error) {
	cluster, err := p.cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	arns := []string{}
	for _, s := range p.config.Services {
		if s.Service.Cluster == cluster {
			arns = append(arns, p.serviceARN(s.Service))
		}
	}
	page, next, err := paged(arns, func(arn string) string { return arn }, pageECS(in.NextToken, in.MaxResults))
	return &ecs.ListServicesOutput{ServiceArns: page, NextToken: next}, err
}

// updateService sets the desired count, outside the bounds too, and begins a
// deployment where it is told to force one. [D] Nothing else of a service can
// be changed here, and asking for it is refused.
func updateService(p present, in *ecs.UpdateServiceInput) (*ecs.UpdateServiceOutput, error) {
	cluster, err := p.cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	s, ok := p.service(scaling.Service{Cluster: cluster, Name: lastPart(aws.ToString(in.Service))})
	if !ok {
		return nil, refuse("ServiceNotFoundException", "Service not found.")
	}
	rest := *in
	rest.Cluster, rest.Service, rest.DesiredCount, rest.ForceNewDeployment = nil, nil, nil, false
	if !reflect.ValueOf(rest).IsZero() {
		return nil, refuse("InvalidParameterException", "only desiredCount and forceNewDeployment are emulated")
	}
	if in.DesiredCount != nil || in.ForceNewDeployment {
		if in.DesiredCount != nil && *in.DesiredCount < 0 {
			return nil, refuse("InvalidParameterException", fmt.Sprintf("desiredCount cannot be %d.", *in.DesiredCount))
		}
		c := scaling.Change{Op: scaling.UpdateDesired, Service: s.Service, Desired: number(in.DesiredCount), Deploy: in.ForceNewDeployment}
		if _, err := p.world.Do(p.now, c); err != nil {
			return nil, err
		}
	}
	described, err := p.describe(s)
	return &ecs.UpdateServiceOutput{Service: &described}, err
}
