package plan

import (
	"fmt"
	"slices"
	"strings"

	"scaleproof/internal/scaling"
	"scaleproof/internal/scenario"
)

// Judged is the plan with other expectations in place of its own: those of the
// scenario file at a path, for a run that is over. It returns scenario.Faults
// where they name stages, kinds of requests or policies that the run did not
// have, since what was not there can be judged neither way. The receiver is not
// changed.
func (p *Plan) Judged(path string, expect []Expectation) (*Plan, error) {
	var faults scenario.Faults
	for _, e := range expect {
		name, stages := named(e)
		fault := func(format string, args ...any) {
			faults = append(faults, scenario.Fault{File: path, Line: e.Pos.Line, Col: e.Pos.Col, Msg: name + ": " + fmt.Sprintf(format, args...)})
		}
		for _, s := range stages {
			if _, _, ok := p.StageByName(s); !ok && s != everyStage {
				fault("the run had no stage %q; its stages: %s", s, strings.Join(p.stageNames(), ", "))
			}
		}
		for _, k := range kindsOf(e) {
			if p.KindByName(k) < 0 {
				fault("the run sent no requests of kind %q; its kinds: %s", k, strings.Join(p.kindNames(), ", "))
			}
		}
		if by := policyOf(e); by != "" && !slices.Contains(p.roles(), by) {
			fault("the run was about no %s policy; its policies: %s", by, strings.Join(p.roles(), ", "))
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	q := *p
	q.Expect = slices.Clone(expect)
	return &q, nil
}

// kindsOf are the kinds of requests that an expectation names.
func kindsOf(e Expectation) []string {
	switch {
	case e.Latency != nil:
		return e.Latency.Of
	case e.Errors != nil:
		return e.Errors.Of
	}
	return nil
}

// policyOf is the policy that an expectation names by what it watches; empty
// for none.
func policyOf(e Expectation) string {
	switch {
	case e.ScaleOut != nil:
		return e.ScaleOut.By
	case e.Trigger != nil && e.Trigger.By == "":
		return "cpu"
	case e.Trigger != nil:
		return e.Trigger.By
	}
	return e.OnlyBy
}

func (p *Plan) stageNames() (names []string) {
	for _, s := range p.Stages {
		names = append(names, s.Name)
	}
	return names
}

func (p *Plan) kindNames() (names []string) {
	for _, k := range p.Kinds {
		names = append(names, k.Name)
	}
	return names
}

func (p *Plan) roles() (roles []string) {
	for _, pol := range p.Policies {
		roles = append(roles, scaling.Role(pol.Metric))
	}
	return roles
}
