package awsenv

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
)

// TargetGroup is what of a target group matters to a run.
type TargetGroup struct {
	ARN           string
	LoadBalancers []string // ARNs of those that route to it
	Sticky        bool     // requests follow a cookie, and new tasks get few of them
}

// Label is the resource label of the target group behind its first load
// balancer: app/<alb>/<id>/targetgroup/<tg>/<id>; empty where it has none.
func (g TargetGroup) Label() string {
	_, tg, ok := strings.Cut(g.ARN, ":targetgroup/")
	if !ok || len(g.LoadBalancers) == 0 {
		return ""
	}
	_, lb, ok := strings.Cut(g.LoadBalancers[0], ":loadbalancer/")
	if !ok {
		return ""
	}
	return lb + "/targetgroup/" + tg
}

// TargetGroup reads a target group and its attributes, in two calls.
func (e *Env) TargetGroup(ctx context.Context, name string) (TargetGroup, error) {
	g := TargetGroup{ARN: name}
	out, err := e.balance.DescribeTargetGroups(ctx, &elasticloadbalancingv2.DescribeTargetGroupsInput{TargetGroupArns: []string{name}})
	if err != nil {
		return g, fail("elbv2 DescribeTargetGroups", err)
	}
	if len(out.TargetGroups) == 0 {
		return g, missing("elbv2 DescribeTargetGroups", "target group %s", name)
	}
	g.LoadBalancers = out.TargetGroups[0].LoadBalancerArns
	attributes, err := e.balance.DescribeTargetGroupAttributes(ctx, &elasticloadbalancingv2.DescribeTargetGroupAttributesInput{TargetGroupArn: aws.String(name)})
	if err != nil {
		return g, fail("elbv2 DescribeTargetGroupAttributes", err)
	}
	for _, a := range attributes.Attributes {
		if aws.ToString(a.Key) != "stickiness.enabled" {
			continue
		}
		if g.Sticky, err = strconv.ParseBool(aws.ToString(a.Value)); err != nil {
			return g, fmt.Errorf("target group %s: stickiness.enabled is %q", g.ARN, aws.ToString(a.Value))
		}
	}
	return g, nil
}

// Front is a load balancer and how it is reached.
type Front struct {
	ARN      string
	URL      string // http://<DNS name>:<port>; of HTTP listeners the lowest port, else of HTTPS ones
	Listener string // ARN of that listener
}

// Front reads a load balancer by its part of a resource label,
// app/<name>/<id>, or by a whole resource label.
func (e *Env) Front(ctx context.Context, label string) (Front, error) {
	const call = "elbv2 DescribeLoadBalancers"
	parts := strings.Split(label, "/")
	if len(parts) < 3 || parts[0] != "app" {
		return Front{}, fmt.Errorf("%q is no label of an application load balancer", label)
	}
	out, err := e.balance.DescribeLoadBalancers(ctx, &elasticloadbalancingv2.DescribeLoadBalancersInput{Names: parts[1:2]})
	if err != nil {
		return Front{}, fail(call, err)
	}
	for _, b := range out.LoadBalancers {
		if strings.HasSuffix(aws.ToString(b.LoadBalancerArn), ":loadbalancer/"+strings.Join(parts[:3], "/")) {
			return e.listener(ctx, b)
		}
	}
	return Front{}, missing(call, "load balancer %s", label)
}

func (e *Env) listener(ctx context.Context, b elb.LoadBalancer) (Front, error) {
	const call = "elbv2 DescribeListeners"
	f := Front{ARN: aws.ToString(b.LoadBalancerArn)}
	var best *elb.Listener
	pages := elasticloadbalancingv2.NewDescribeListenersPaginator(e.balance, &elasticloadbalancingv2.DescribeListenersInput{LoadBalancerArn: b.LoadBalancerArn})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return f, fail(call, err)
		}
		for _, l := range page.Listeners {
			if best == nil || before(l, *best) {
				best = &l
			}
		}
	}
	if best == nil {
		return f, missing(call, "load balancer %s has no listener", f.ARN)
	}
	f.Listener = aws.ToString(best.ListenerArn)
	f.URL = strings.ToLower(string(best.Protocol)) + "://" + net.JoinHostPort(aws.ToString(b.DNSName), strconv.Itoa(tasks(best.Port)))
	return f, nil
}

func before(a, b elb.Listener) bool {
	if a.Protocol != b.Protocol {
		return a.Protocol == elb.ProtocolEnumHttp
	}
	return tasks(a.Port) < tasks(b.Port)
}
