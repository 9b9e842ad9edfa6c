package policies_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"scaleproof/internal/scaling"
)

var web = scaling.Service{Cluster: "staging-cluster", Name: "staging-web"}

const label = "app/staging/0123456789abcdef/targetgroup/staging-web/0123456789abcdef"

func cpu(name string, target float64) scaling.Policy {
	return scaling.Policy{
		Name: name, Type: scaling.TargetTracking, Metric: scaling.MetricCPU, Target: target,
		ScaleOutCooldown: time.Minute, ScaleInCooldown: 5 * time.Minute,
	}
}

func requests(name string, target float64) scaling.Policy {
	p := cpu(name, target)
	p.Metric, p.ResourceLabel = scaling.MetricRequestCount, label
	return p
}

func memory(name string, target float64) scaling.Policy {
	p := cpu(name, target)
	p.Metric = scaling.MetricMemory
	return p
}

func look(t *scaling.ScalableTarget, policies ...scaling.Policy) scaling.Look {
	return scaling.Look{Scalable: &scaling.ScalableState{Target: t}, Policies: &scaling.PolicySet{List: policies}}
}

func bounds(least, most int) *scaling.ScalableTarget {
	return &scaling.ScalableTarget{Service: web, Bounds: scaling.Bounds{Min: least, Max: most}}
}

// errCrash ends a run at a call, as a SIGKILL would: nothing is written after.
var errCrash = errors.New("killed")

// world holds the rules of Application Auto Scaling that matter to restoring:
// a policy needs a registration and a metric of its own, and goes with the
// registration. It is the slow, obvious twin that Plan and Undo are held
// against. Calls count down to a crash before or after their effect.
type world struct {
	target   *scaling.ScalableTarget
	policies []scaling.Policy
	calls    int
	writes   []scaling.Change
	crashAt  int // the call that crashes, from 1; 0: none
	after    bool
	busy     int // calls that are still answered with busyErr
	busyErr  error
	blind    int  // reads that are still answered with busyErr
	lost     bool // a busy call took effect all the same
	alarms   int

	scheduled []scaling.ScheduledAction // of somebody's
}

func (w *world) Scheduled(context.Context, scaling.Service) (*scaling.ScheduledSet, error) {
	return &scaling.ScheduledSet{List: slices.Clone(w.scheduled)}, nil
}

func (w *world) Standing(context.Context, scaling.Service) (scaling.Look, error) {
	if w.blind > 0 {
		w.blind--
		return scaling.Look{}, w.busyErr
	}
	var t *scaling.ScalableTarget
	if w.target != nil {
		c := *w.target
		t = &c
	}
	return look(t, slices.Clone(w.policies)...), nil
}

func (w *world) Do(_ context.Context, c scaling.Change) (scaling.Policy, error) {
	w.calls++
	if w.calls == w.crashAt && !w.after {
		return scaling.Policy{}, errCrash
	}
	if w.busy > 0 {
		w.busy--
		if w.lost {
			_ = w.do(c)
		}
		return scaling.Policy{}, w.busyErr
	}
	w.writes = append(w.writes, c)
	err := w.do(c)
	if w.calls == w.crashAt {
		return scaling.Policy{}, errCrash
	}
	return scaling.Policy{}, err
}

func (w *world) do(c scaling.Change) error {
	switch c.Op {
	case scaling.RegisterTarget:
		return w.register(c)
	case scaling.DeregisterTarget:
		if w.target == nil {
			return errors.New("ObjectNotFoundException")
		}
		w.target, w.policies = nil, nil
		return nil
	case scaling.DeletePolicy:
		for i, p := range w.policies {
			if p.Name == c.Policy.Name {
				w.policies = slices.Delete(slices.Clone(w.policies), i, i+1)
				return nil
			}
		}
		return errors.New("ObjectNotFoundException")
	case scaling.PutPolicy:
		return w.put(*c.Policy)
	}
	return fmt.Errorf("unknown change %s", c.Op)
}

func (w *world) register(c scaling.Change) error {
	if w.target == nil {
		if c.Min == nil || c.Max == nil {
			return errors.New("ValidationException: a new target needs both bounds")
		}
		w.target = &scaling.ScalableTarget{Service: web}
	}
	if c.Min != nil {
		w.target.Bounds.Min = *c.Min
	}
	if c.Max != nil {
		w.target.Bounds.Max = *c.Max
	}
	if c.Suspended != nil {
		w.target.Suspended = *c.Suspended
	}
	return nil
}

func (w *world) put(p scaling.Policy) error {
	if w.target == nil {
		return errors.New("ObjectNotFoundException: No scalable target registered")
	}
	if p.Type != scaling.TargetTracking || p.Metric == "" {
		return errors.New("ValidationException")
	}
	w.alarms++
	p.Alarms = []scaling.AlarmRef{{Name: fmt.Sprintf("alarm-%d", w.alarms)}}
	list := slices.DeleteFunc(slices.Clone(w.policies), func(o scaling.Policy) bool { return o.Name == p.Name })
	for _, o := range list {
		if o.Type == scaling.TargetTracking && o.Metric == p.Metric && o.ResourceLabel == p.ResourceLabel {
			return errors.New("ValidationException: Only one TargetTrackingScaling policy for a given metric specification is allowed.")
		}
	}
	w.policies = append(list, p)
	slices.SortFunc(w.policies, func(a, b scaling.Policy) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// drawPolicies draws target tracking policies with names and metrics that
// are each their own, and now and then one of another type.
func drawPolicies(t *rapid.T, what string, others bool) []scaling.Policy {
	makers := []func(string, float64) scaling.Policy{cpu, requests, memory}
	names := rapid.Permutation([]string{"a", "b", "c", "d"}).Draw(t, what+" names")
	var list []scaling.Policy
	for i, make := range makers {
		if rapid.Bool().Draw(t, what) {
			p := make(names[i], rapid.SampledFrom([]float64{60, 70}).Draw(t, what+" target"))
			p.DisableScaleIn = rapid.Bool().Draw(t, what+" disable")
			list = append(list, p)
		}
	}
	if others && rapid.Bool().Draw(t, what+" step") {
		list = append(list, scaling.Policy{Name: "step", Type: "StepScaling"})
	}
	return list
}

func drawWorld(t *rapid.T) *world {
	w := &world{}
	if rapid.Bool().Draw(t, "registered") {
		w.target = bounds(rapid.IntRange(0, 3).Draw(t, "min"), rapid.IntRange(3, 6).Draw(t, "max"))
		w.target.Suspended.Scheduled = rapid.Bool().Draw(t, "suspended")
		w.policies = drawPolicies(t, "standing", true)
		slices.SortFunc(w.policies, func(a, b scaling.Policy) int { return strings.Compare(a.Name, b.Name) })
	}
	return w
}
