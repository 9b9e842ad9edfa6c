package plan_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
)

// What the run did not have can be judged neither way: each such name is told
// with its place, and what there was.
func TestJudgedByOtherExpectations(t *testing.T) {
	p := build(t, "cpu-heavy")
	own := len(p.Expect)
	at := func(line int, e plan.Expectation) plan.Expectation {
		e.Pos = scenario.Pos{File: "other.yaml", Line: line, Col: 5}
		return e
	}
	good := []plan.Expectation{
		at(1, plan.Expectation{NoScaleOut: &scenario.InStages{In: scenario.Stages{"baseline"}}}),
		at(2, plan.Expectation{NoScaleIn: &scenario.InStages{}}),
		at(3, plan.Expectation{OnlyBy: "requests"}),
		at(4, plan.Expectation{Trigger: &scenario.Trigger{At: 70}}),
		at(5, plan.Expectation{Errors: &scenario.Errors{Of: scenario.Stages{"heavy"}}}),
	}
	q, err := p.Judged("dir/other.yaml", good)
	require.NoError(t, err)
	require.Equal(t, good, q.Expect)
	require.Equal(t, p.Stages, q.Stages)
	require.Len(t, p.Expect, own, "the plan itself is not changed")

	p.Policies = p.Policies[1:] // no policy on CPU
	_, err = p.Judged("dir/other.yaml", []plan.Expectation{
		at(1, plan.Expectation{ScaleOut: &scenario.ScaleOut{In: "lunch", By: "cpu"}}),
		at(2, plan.Expectation{Latency: &scenario.Latency{Of: scenario.Stages{"heavies"}, OfStage: "dawn"}}),
		at(3, plan.Expectation{Trigger: &scenario.Trigger{At: 70}}),
		at(4, plan.Expectation{OnlyBy: "cpu"}),
	})
	require.EqualError(t, err, `dir/other.yaml:1:5: scale_out: the run had no stage "lunch"; its stages: baseline, climb, peak, settle
dir/other.yaml:1:5: scale_out: the run was about no cpu policy; its policies: requests
dir/other.yaml:2:5: latency: the run had no stage "dawn"; its stages: baseline, climb, peak, settle
dir/other.yaml:2:5: latency: the run sent no requests of kind "heavies"; its kinds: heavy, light, slow
dir/other.yaml:3:5: trigger: the run was about no cpu policy; its policies: requests
dir/other.yaml:4:5: only_by: the run was about no cpu policy; its policies: requests`)
}
