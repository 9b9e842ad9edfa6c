package emulator

import (
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"scaleproof/internal/model"
)

// group finds the service behind a target group.
func (p present) group(arn *string) (model.Service, error) {
	for _, s := range p.config.Services {
		if p.groupARN(s) == aws.ToString(arn) {
			return s, nil
		}
	}
	return model.Service{}, refuse("TargetGroupNotFound", "One or more target groups not found")
}

func describeTargetGroups(p present, in *elb.DescribeTargetGroupsInput) (*elb.DescribeTargetGroupsOutput, error) {
	if err := p.isBalancer(in.LoadBalancerArn); err != nil {
		return nil, err
	}
	all := []types.TargetGroup{}
	for _, s := range p.config.Services {
		all = append(all, p.describeGroup(s))
	}
	found, err := only(all, in.TargetGroupArns, func(g types.TargetGroup) string { return *g.TargetGroupArn }, "TargetGroupNotFound")
	if err == nil {
		found, err = only(found, in.Names, func(g types.TargetGroup) string { return *g.TargetGroupName }, "TargetGroupNotFound")
	}
	if err != nil {
		return nil, err
	}
	page, next, err := paged(found, func(g types.TargetGroup) string { return *g.TargetGroupArn }, pageELB(in.Marker, in.PageSize))
	return &elb.DescribeTargetGroupsOutput{TargetGroups: page, NextMarker: next}, err
}

func (p present) describeGroup(s model.Service) types.TargetGroup {
	check := s.HealthCheck
	return types.TargetGroup{
		TargetGroupArn: aws.String(p.groupARN(s)), TargetGroupName: aws.String(middle(s.TargetGroup)),
		Protocol: types.ProtocolEnumHttp, ProtocolVersion: aws.String("HTTP1"), Port: aws.Int32(containerPort),
		TargetType: types.TargetTypeEnumIp, IpAddressType: types.TargetGroupIpAddressTypeEnumIpv4,
		LoadBalancerArns:   []string{p.balancerARN()},
		HealthCheckEnabled: aws.Bool(true), HealthCheckProtocol: types.ProtocolEnumHttp, HealthCheckPort: aws.String("traffic-port"),
		HealthCheckPath: orNil(check.Path), HealthCheckIntervalSeconds: seconds(check.Interval), HealthCheckTimeoutSeconds: seconds(check.Timeout),
		HealthyThresholdCount: count(check.Healthy), UnhealthyThresholdCount: count(check.Unhealthy),
		Matcher: &types.Matcher{HttpCode: aws.String("200")},
	}
}

func describeTargetGroupAttributes(p present, in *elb.DescribeTargetGroupAttributesInput) (*elb.DescribeTargetGroupAttributesOutput, error) {
	s, err := p.group(in.TargetGroupArn)
	if err != nil {
		return nil, err
	}
	return &elb.DescribeTargetGroupAttributesOutput{Attributes: []types.TargetGroupAttribute{
		{Key: aws.String("deregistration_delay.timeout_seconds"), Value: aws.String(strconv.Itoa(int(s.DeregistrationDelay.Seconds())))},
		{Key: aws.String("slow_start.duration_seconds"), Value: aws.String(strconv.Itoa(int(s.SlowStart.Seconds())))},
		{Key: aws.String("stickiness.enabled"), Value: aws.String(strconv.FormatBool(s.Stickiness > 0))},
		{Key: aws.String("stickiness.type"), Value: aws.String("lb_cookie")},
		{Key: aws.String("stickiness.lb_cookie.duration_seconds"), Value: aws.String(cookieSeconds(s.Stickiness))},
		{Key: aws.String("load_balancing.algorithm.type"), Value: aws.String(s.Balancing.String())},
	}}, nil
}

// cookieSeconds is how long a cookie lasts, which AWS tells where there is
// none too: a day is its default. [D]
func cookieSeconds(d time.Duration) string {
	if d <= 0 {
		d = 24 * time.Hour
	}
	return strconv.Itoa(int(d.Seconds()))
}
