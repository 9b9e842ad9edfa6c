package run

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"scaleproof/internal/awsenv"
	"scaleproof/internal/policies"
	"scaleproof/internal/predict"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// preflight reads what stands and refuses to begin where a run could not be
// judged or not be undone. It returns the changes to make, and leaves behind
// the journal with the start and the load balancer's address. Nothing is
// changed and nothing sent. All faults are told together.
func (s *session) preflight(ctx context.Context, o Options) ([]scaling.Change, error) {
	service, err := s.env.Service(ctx, s.plan.Service)
	if err != nil {
		return nil, fmt.Errorf("preflight: %w", err)
	}
	faults := []error{predict.Steady(s.plan, service), s.reachable(ctx, service.TargetGroup)}

	standing, err := s.env.Standing(ctx, s.plan.Service)
	if err != nil {
		return nil, errors.Join(append(faults, fmt.Errorf("preflight: %w", err))...)
	}
	changes, err := policies.Plan(policies.Wanted{
		Service: s.plan.Service, Bounds: s.plan.Bounds, Policies: s.plan.Policies,
		AlsoStanding: s.plan.AlsoStanding, AnyTarget: o.AllowTarget, Replace: o.Replace,
	}, standing)
	faults = append(faults, confirm(err))
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	if err := s.begin(standing); err != nil {
		return nil, err
	}
	s.write(timeline.New(s.clock.Now(), "run", s.plan.Service.String(), timeline.NewStanding(timeline.BeforeChanges, standing, service.TargetGroup)))
	return changes, nil
}

// confirm names the flags that answer refusals which a person may overrule.
func confirm(err error) error {
	if policies.Refuses(err, policies.RefusedTarget) {
		err = fmt.Errorf("%w (--allow-target confirms the CPU target)", err)
	}
	if policies.Refuses(err, policies.RefusedPolicy) {
		err = fmt.Errorf("%w (--replace takes it away for the time of the run)", err)
	}
	return err
}

// begin creates the journal, with how things stood.
func (s *session) begin(standing scaling.Look) error {
	start := policies.Start{
		Run: filepath.Base(s.dir), Scenario: s.plan.Scenario, Environment: s.plan.Environment, Service: s.plan.Service,
		Kind: policies.Endpoint, URL: s.place.endpoint, Account: s.env.Account(), Region: s.plan.Region, Look: standing,
	}
	if s.place.embedded {
		start.Kind, start.URL = policies.Embedded, ""
	}
	var err error
	s.journal, err = policies.CreateJournal(s.dir, s.clock, start)
	if err == nil && s.con.Journaled != nil {
		s.con.Journaled()
		s.journal.Tap(s.con.Journaled)
	}
	return err
}

// reachable wants every kind of request to reach the service's target group,
// all of whose targets are healthy, without stickiness.
func (s *session) reachable(ctx context.Context, group string) error {
	if group == "" {
		return fmt.Errorf("service %s has no target group: nothing routes requests to it", s.plan.Service)
	}
	g, err := s.env.TargetGroup(ctx, group)
	if err != nil {
		return err
	}
	targets, err := s.env.Targets(ctx, group)
	if err != nil {
		return err
	}
	front, err := s.env.Front(ctx, g.Label())
	if err != nil {
		return err
	}
	if s.front, err = url.Parse(front.URL); err != nil {
		return fmt.Errorf("address of the load balancer: %w", err)
	}
	if err := local(front.URL); err != nil {
		return fmt.Errorf("the load balancer: %w", err)
	}
	rules, err := s.env.Rules(ctx, front.Listener)
	if err != nil {
		return err
	}
	faults := []error{s.labelled(g)}
	if g.Sticky {
		faults = append(faults, fmt.Errorf("target group %s is sticky: new tasks would get few requests; switch stickiness off", group))
	}
	if n := targets.Healthy(); n != len(targets.List) || n == 0 {
		faults = append(faults, fmt.Errorf("%s has %s, %d of them healthy; wait until all are", s.plan.Service, counted(len(targets.List), "target", "targets"), n))
	}
	for _, k := range s.plan.Kinds {
		path, _, _ := strings.Cut(k.Path, "?")
		if to, ok := awsenv.Route(rules, path); !ok || to != group {
			faults = append(faults, fmt.Errorf("requests %s go to %s, which the load balancer does not route to %s", k.Name, path, s.plan.Service))
		}
	}
	return errors.Join(faults...)
}

// labelled wants the request policy to watch the target group that the
// service is attached to: one that watches another is silently inert.
func (s *session) labelled(g awsenv.TargetGroup) error {
	for _, p := range s.plan.Policies {
		if p.Metric == scaling.MetricRequestCount && p.ResourceLabel != g.Label() {
			return fmt.Errorf("policy %s watches %s, and the service is attached to %s; correct the environment's resource_label", p.Name, p.ResourceLabel, g.Label())
		}
	}
	return nil
}
