package emulator

import (
	"net"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// The ARNs of the one load balancer, of its one listener, and of a service's
// target group. [D]

func (p present) balancerARN() string {
	return p.arn("elasticloadbalancing", "loadbalancer/"+p.config.LoadBalancer.Label)
}

func (p present) listenerARN() string {
	return p.arn("elasticloadbalancing", "listener/"+p.config.LoadBalancer.Label+"/0000000000000001")
}

func (p present) ruleARN(n int) string {
	return p.arn("elasticloadbalancing", "listener-rule/"+p.config.LoadBalancer.Label+"/0000000000000001/"+strconv.Itoa(n))
}

func (p present) groupARN(s model.Service) string {
	return p.arn("elasticloadbalancing", s.TargetGroup)
}

// middle is the name in a label such as app/<name>/<id>.
func middle(label string) string {
	parts := strings.Split(label, "/")
	if len(parts) < 2 {
		return label
	}
	return parts[1]
}

func describeLoadBalancers(p present, in *elb.DescribeLoadBalancersInput) (*elb.DescribeLoadBalancersOutput, error) {
	arn, name := p.balancerARN(), middle(p.config.LoadBalancer.Label)
	for _, wanted := range in.LoadBalancerArns {
		if wanted != arn {
			return nil, refuse("LoadBalancerNotFound", "One or more load balancers not found")
		}
	}
	for _, wanted := range in.Names {
		if wanted != name {
			return nil, refuse("LoadBalancerNotFound", "Load balancers '["+wanted+"]' not found")
		}
	}
	return &elb.DescribeLoadBalancersOutput{LoadBalancers: []types.LoadBalancer{{
		LoadBalancerArn: &arn, LoadBalancerName: &name, DNSName: aws.String(p.front.IP.String()), CreatedTime: instant(p.config.Start),
		Scheme: types.LoadBalancerSchemeEnumInternetFacing, Type: types.LoadBalancerTypeEnumApplication,
		IpAddressType: types.IpAddressTypeIpv4, State: &types.LoadBalancerState{Code: types.LoadBalancerStateEnumActive},
		AvailabilityZones: []types.AvailabilityZone{}, SecurityGroups: []string{},
	}}}, nil
}

func (p present) isBalancer(arn *string) error {
	if arn != nil && *arn != p.balancerARN() {
		return refuse("LoadBalancerNotFound", "One or more load balancers not found")
	}
	return nil
}

func describeLoadBalancerAttributes(p present, in *elb.DescribeLoadBalancerAttributesInput) (*elb.DescribeLoadBalancerAttributesOutput, error) {
	idle := p.config.LoadBalancer.IdleTimeout.Seconds()
	return &elb.DescribeLoadBalancerAttributesOutput{Attributes: []types.LoadBalancerAttribute{
		{Key: aws.String("idle_timeout.timeout_seconds"), Value: aws.String(strconv.Itoa(int(idle)))},
	}}, p.isBalancer(in.LoadBalancerArn)
}

func describeListeners(p present, in *elb.DescribeListenersInput) (*elb.DescribeListenersOutput, error) {
	if err := p.isBalancer(in.LoadBalancerArn); err != nil {
		return nil, err
	}
	for _, arn := range in.ListenerArns {
		if arn != p.listenerARN() {
			return nil, refuse("ListenerNotFound", "One or more listeners not found")
		}
	}
	return &elb.DescribeListenersOutput{Listeners: []types.Listener{{
		ListenerArn: aws.String(p.listenerARN()), LoadBalancerArn: aws.String(p.balancerARN()),
		Port: aws.Int32(int32(p.front.Port)), Protocol: types.ProtocolEnumHttp, DefaultActions: notFound(),
	}}}, nil
}

// notFound is what happens to a request that no rule matches.
func notFound() []types.Action {
	return []types.Action{{Type: types.ActionTypeEnumFixedResponse, FixedResponseConfig: &types.FixedResponseActionConfig{
		StatusCode: aws.String("404"), ContentType: aws.String("text/html"),
	}}}
}

func describeRules(p present, in *elb.DescribeRulesInput) (*elb.DescribeRulesOutput, error) {
	if in.ListenerArn != nil && *in.ListenerArn != p.listenerARN() {
		return nil, refuse("ListenerNotFound", "One or more listeners not found")
	}
	all := []types.Rule{}
	for i, r := range p.config.Rules {
		for _, s := range p.config.Services {
			if s.Service.Name == r.Service {
				all = append(all, types.Rule{
					RuleArn: aws.String(p.ruleARN(i + 1)), Priority: aws.String(strconv.Itoa(i + 1)), IsDefault: aws.Bool(false),
					Conditions: []types.RuleCondition{{
						Field: aws.String("path-pattern"), Values: r.Paths, PathPatternConfig: &types.PathPatternConditionConfig{Values: r.Paths},
					}},
					Actions: []types.Action{{Type: types.ActionTypeEnumForward, TargetGroupArn: aws.String(p.groupARN(s))}},
				})
				break
			}
		}
	}
	all = append(all, types.Rule{RuleArn: aws.String(p.ruleARN(0)), Priority: aws.String("default"),
		IsDefault: aws.Bool(true), Conditions: []types.RuleCondition{}, Actions: notFound()})
	found, err := only(all, in.RuleArns, func(r types.Rule) string { return *r.RuleArn }, "RuleNotFound")
	if err != nil {
		return nil, err
	}
	page, next, err := paged(found, func(r types.Rule) string { return *r.RuleArn }, pageELB(in.Marker, in.PageSize))
	return &elb.DescribeRulesOutput{Rules: page, NextMarker: next}, err
}

// only picks the items that are named; none named means all, and one that is
// not there is refused.
func only[T any](items []T, names []string, name func(T) string, missing string) ([]T, error) {
	if len(names) == 0 {
		return items, nil
	}
	found := []T{}
	for _, n := range names {
		before := len(found)
		for _, item := range items {
			if name(item) == n {
				found = append(found, item)
			}
		}
		if len(found) == before {
			return nil, refuse(missing, "'"+n+"' not found")
		}
	}
	return found, nil
}

func describeTargetHealth(p present, in *elb.DescribeTargetHealthInput) (*elb.DescribeTargetHealthOutput, error) {
	s, err := p.group(in.TargetGroupArn)
	if err != nil {
		return nil, err
	}
	look, err := p.world.Look(s.Service, model.What{Targets: true})
	if err != nil {
		return nil, err
	}
	out := &elb.DescribeTargetHealthOutput{TargetHealthDescriptions: []types.TargetHealthDescription{}}
	for _, t := range look.Targets.List {
		if d, ok := health(t); ok && named(in.Targets, d.Target) {
			out.TargetHealthDescriptions = append(out.TargetHealthDescriptions, d)
		}
	}
	return out, nil
}

func named(wanted []types.TargetDescription, t *types.TargetDescription) bool {
	for _, w := range wanted {
		if aws.ToString(w.Id) == *t.Id && (w.Port == nil || *w.Port == *t.Port) {
			return true
		}
	}
	return len(wanted) == 0
}

// descriptions are the sentences that go with a reason. [R]
var descriptions = map[string]string{
	"Elb.RegistrationInProgress":      "Target registration is in progress",
	"Elb.InitialHealthChecking":       "Initial health checks in progress",
	"Target.DeregistrationInProgress": "Target deregistration is in progress",
	"Target.NotRegistered":            "Target is not registered to the target group",
	"Target.Timeout":                  "Request timed out",
}

func health(t scaling.TargetHealth) (types.TargetHealthDescription, bool) {
	host, text, err := net.SplitHostPort(t.ID)
	port, perr := strconv.ParseInt(text, 10, 32)
	if err != nil || perr != nil {
		return types.TargetHealthDescription{}, false
	}
	return types.TargetHealthDescription{
		Target: &types.TargetDescription{Id: &host, Port: aws.Int32(int32(port))}, HealthCheckPort: &text,
		TargetHealth: &types.TargetHealth{
			State: types.TargetHealthStateEnum(t.State), Reason: types.TargetHealthReasonEnum(t.Reason),
			Description: orNil(descriptions[t.Reason]),
		},
	}, true
}
