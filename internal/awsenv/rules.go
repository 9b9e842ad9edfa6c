package awsenv

import (
	"context"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"scaleproof/internal/scaling"
)

// Rule is one of a listener's rules. Paths are ALB patterns: * matches any
// characters, ? one. [D]
type Rule struct {
	Priority    int      // lower first
	Default     bool     // the last, which matches everything
	Paths       []string // any of them
	Conditional bool     // it has conditions beside the path
	TargetGroup string   // ARN; empty where it does not forward to exactly one
}

// Rules reads a listener's rules in order of priority, the default last.
func (e *Env) Rules(ctx context.Context, listener string) ([]Rule, error) {
	var rules []Rule
	pages := elasticloadbalancingv2.NewDescribeRulesPaginator(e.balance, &elasticloadbalancingv2.DescribeRulesInput{ListenerArn: aws.String(listener)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fail("elbv2 DescribeRules", err)
		}
		for _, r := range page.Rules {
			rules = append(rules, rule(r))
		}
	}
	slices.SortStableFunc(rules, func(a, b Rule) int {
		if a.Default != b.Default {
			if a.Default {
				return 1
			}
			return -1
		}
		return a.Priority - b.Priority
	})
	return rules, nil
}

func rule(r elb.Rule) Rule {
	out := Rule{Default: aws.ToBool(r.IsDefault)}
	out.Priority, _ = strconv.Atoi(aws.ToString(r.Priority)) // "default" is no number
	for _, c := range r.Conditions {
		switch {
		case aws.ToString(c.Field) == "path-pattern" && c.PathPatternConfig != nil:
			out.Paths = append(out.Paths, c.PathPatternConfig.Values...)
		case aws.ToString(c.Field) == "path-pattern":
			out.Paths = append(out.Paths, c.Values...)
		default:
			out.Conditional = true
		}
	}
	for _, a := range r.Actions {
		if a.Type != elb.ActionTypeEnumForward {
			continue
		}
		out.TargetGroup = aws.ToString(a.TargetGroupArn)
		if f := a.ForwardConfig; out.TargetGroup == "" && f != nil && len(f.TargetGroups) == 1 {
			out.TargetGroup = aws.ToString(f.TargetGroups[0].TargetGroupArn)
		}
	}
	return out
}

// Route says which target group a path reaches by the rules. It is false
// where no rule decides it by the path alone.
func Route(rules []Rule, path string) (targetGroup string, ok bool) {
	for _, r := range rules {
		matches := r.Default || slices.ContainsFunc(r.Paths, func(p string) bool { return scaling.MatchPath(p, path) })
		if r.Conditional && (matches || len(r.Paths) == 0) {
			return "", false
		}
		if matches {
			return r.TargetGroup, r.TargetGroup != ""
		}
	}
	return "", false
}
