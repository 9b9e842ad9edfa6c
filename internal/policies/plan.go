package policies

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"scaleproof/internal/scaling"
)

// Wanted is what must stand while a run lasts.
type Wanted struct {
	Service      scaling.Service
	Bounds       scaling.Bounds
	Policies     []scaling.Policy // in the order in which they are put
	AlsoStanding []string         // names of other policies that may stand beside them
	AnyTarget    bool             // accept a CPU target outside 50-90 %
	Replace      bool             // remove policies that are neither wanted nor may stand
}

// The kinds of refusal.
const (
	RefusedPolicy    = "policy"    // one stands that would have to be removed
	RefusedMetric    = "metric"    // another policy already tracks a wanted one's metric
	RefusedType      = "type"      // one could not be put back
	RefusedSuspended = "suspended" // scaling is suspended on the target
	RefusedTarget    = "target"    // a CPU target outside 50-90 % needs confirmation
	RefusedBounds    = "bounds"    // bounds that make no sense
)

// Refusal is a change that will not be made, and what a person can do.
type Refusal struct {
	Kind   string
	Reason string
	Remedy string
}

func (r *Refusal) Error() string { return r.Reason + "; " + r.Remedy }

// Refuses says whether an error of Plan holds a refusal of a kind, among
// whatever others.
func Refuses(err error, kind string) bool {
	if r, ok := err.(*Refusal); ok {
		return r.Kind == kind
	}
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(e.Unwrap(), func(err error) bool { return Refuses(err, kind) })
	case interface{ Unwrap() error }:
		return Refuses(e.Unwrap(), kind)
	}
	return false
}

// The CPU targets that need no confirmation, in percent, inclusive.
const (
	LeastCPUTarget = 50
	MostCPUTarget  = 90
)

// Plan lists the changes that make what is wanted stand, in the order in
// which they must be made: bounds, removals, puts. It is empty where it
// stands already. The error joins every *Refusal there is, and then nothing is
// to be changed; where live was not looked at it is another error. It reads live's Scalable and Policies.
func Plan(want Wanted, live scaling.Look) ([]scaling.Change, error) {
	if live.Scalable == nil || live.Policies == nil {
		return nil, fmt.Errorf("plan changes of %s: its scaling was not looked at", want.Service)
	}
	p := planner{want: want, live: live}
	p.bounds()
	p.others()
	p.puts()
	if len(p.refused) > 0 {
		return nil, errors.Join(p.refused...)
	}
	return p.changes, nil
}

type planner struct {
	want    Wanted
	live    scaling.Look
	changes []scaling.Change
	refused []error
}

func (p *planner) refuse(kind, remedy, reason string, args ...any) {
	p.refused = append(p.refused, &Refusal{kind, fmt.Sprintf(reason, args...), remedy})
}

func (p *planner) bounds() {
	b := p.want.Bounds
	if b.Min < 0 || b.Max < b.Min || b.Max == 0 {
		p.refuse(RefusedBounds, "correct the environment's capacity", "capacity %d to %d of %s makes no sense", b.Min, b.Max, p.want.Service)
		return
	}
	t := p.live.Scalable.Target
	if t != nil && (t.Suspended.ScaleIn || t.Suspended.ScaleOut) {
		p.refuse(RefusedSuspended, "resume it before the run, or find out who suspended it and why",
			"%s is suspended on %s: no policy can act in full", suspendedWords(t.Suspended), p.want.Service)
	}
	c := scaling.Change{Op: scaling.RegisterTarget, Service: p.want.Service}
	if t == nil || t.Bounds.Min != b.Min {
		c.Min = &b.Min
	}
	if t == nil || t.Bounds.Max != b.Max {
		c.Max = &b.Max
	}
	if c.Min != nil || c.Max != nil {
		p.changes = append(p.changes, c)
	}
}

func suspendedWords(s scaling.Suspended) string {
	var words []string
	if s.ScaleOut {
		words = append(words, "scale-out")
	}
	if s.ScaleIn {
		words = append(words, "scale-in")
	}
	return strings.Join(words, " and ")
}

// others deals with what stands and is not wanted.
func (p *planner) others() {
	for _, l := range p.live.Policies.List {
		switch {
		case p.wanted(l.Name):
			p.makeRoom(l)
		case slices.Contains(p.want.AlsoStanding, l.Name):
			p.sameMetric(l)
		case !p.want.Replace:
			p.refuse(RefusedPolicy,
				"name it in the environment's also_standing if it may stand beside them, choose it with --policies if it is one of the environment's, or remove it yourself",
				"policy %s (%s) stands on %s and is not among those wanted (%s)", l.Name, describe(l), p.want.Service, p.names())
		case !canPutBack(l):
			p.refuse(RefusedType, "remove it yourself, or name it in the environment's also_standing",
				"policy %s (%s) stands on %s and could not be put back as it is", l.Name, describe(l), p.want.Service)
		default:
			p.remove(l)
		}
	}
}

func (p *planner) remove(l scaling.Policy) {
	l = l.Wanted()
	p.changes = append(p.changes, scaling.Change{Op: scaling.DeletePolicy, Service: p.want.Service, Policy: &l})
}

// makeRoom removes a policy that is about to get another metric, so that the
// metric it has now is free for whoever is to have it: two policies that
// exchange theirs could not be put in any order.
func (p *planner) makeRoom(live scaling.Policy) {
	for _, w := range p.want.Policies {
		if w.Name == live.Name && canPutBack(live) && !sameMetric(w, live) {
			p.remove(live)
		}
	}
}

// sameMetric says whether AWS would take the two for the same metric
// specification, of which it allows one on a target. [P]
func sameMetric(a, b scaling.Policy) bool {
	return a.Metric == b.Metric && a.ResourceLabel == b.ResourceLabel
}

// sameMetric refuses a wanted policy whose metric one that stays tracks under
// another name.
func (p *planner) sameMetric(live scaling.Policy) {
	if !canPutBack(live) {
		return
	}
	for _, w := range p.want.Policies {
		if sameMetric(w, live) {
			p.refuse(RefusedMetric, "drop one of the two, or give the wanted one this name",
				"policy %s already tracks %s on %s, and AWS allows one target tracking policy for a metric: %s cannot stand beside it", live.Name, live.Metric, p.want.Service, w.Name)
		}
	}
}

func (p *planner) puts() {
	for i, w := range p.want.Policies {
		w = w.Wanted()
		if j := slices.IndexFunc(p.want.Policies, func(o scaling.Policy) bool { return o.Name == w.Name || sameMetric(o, w) }); j < i {
			p.refuse(RefusedMetric, "drop one of the two",
				"policies %s and %s are wanted on one name or metric, and AWS allows one for each", p.want.Policies[j].Name, w.Name)
			continue
		}
		if scaling.Role(w.Metric) == "cpu" && !p.want.AnyTarget && (w.Target < LeastCPUTarget || w.Target > MostCPUTarget) {
			p.refuse(RefusedTarget, "confirm it, or choose one from 50 to 90",
				"policy %s wants CPU at %v %%, which is outside 50-90", w.Name, w.Target)
		}
		live, stands := p.live.Policies.Find(w.Name)
		if stands && len(live.Differences(w)) == 0 {
			continue
		}
		if stands && !canPutBack(live) {
			p.refuse(RefusedType, "rename the wanted one, or remove what stands yourself",
				"policy %s stands as %s and could not be put back as it is", w.Name, describe(live))
			continue
		}
		p.changes = append(p.changes, scaling.Change{Op: scaling.PutPolicy, Service: p.want.Service, Policy: &w})
	}
}

func (p *planner) wanted(name string) bool {
	return slices.ContainsFunc(p.want.Policies, func(w scaling.Policy) bool { return w.Name == name })
}

func (p *planner) names() string {
	var names []string
	for _, w := range p.want.Policies {
		names = append(names, w.Name)
	}
	if len(names) == 0 {
		return "none is"
	}
	return strings.Join(names, ", ")
}

// canPutBack says whether what scaling.Policy holds is all there is to a
// policy. Of other types and of customised metrics it is not.
func canPutBack(p scaling.Policy) bool {
	return p.Type == scaling.TargetTracking && p.Metric != ""
}

func describe(p scaling.Policy) string {
	switch {
	case p.Type != scaling.TargetTracking:
		return p.Type
	case p.Metric == "":
		return "target tracking on a customised metric"
	default:
		return fmt.Sprintf("%s at %v", p.Metric, p.Target)
	}
}
