package judge

import (
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// changes tells that a tale's run put the CPU policy and took it away again,
// and what stood before and after.
func (t *tale) changes(before, after []scaling.Policy) {
	cpu := wanted()[0]
	t.group = ""
	look := func(when string, list []scaling.Policy) timeline.Standing {
		return timeline.NewStanding(when, scaling.Look{Scalable: &scaling.ScalableState{Target: t.target}, Policies: &scaling.PolicySet{List: list}}, groupARN)
	}
	end := dawn.Add(t.end() + drain)
	if before != nil {
		t.extra = append(t.extra, timeline.New(dawn.Add(-lead), "run", "", look(timeline.BeforeChanges, before)))
	}
	t.extra = append(t.extra,
		timeline.New(dawn.Add(-lead), "run", "", timeline.Changed{Change: scaling.Change{Op: scaling.PutPolicy, Service: web, Policy: &cpu}}),
		timeline.New(end, "run", "", timeline.Changed{Undo: true, Change: scaling.Change{Op: scaling.DeletePolicy, Service: web, Policy: &cpu}}))
	if after != nil {
		t.extra = append(t.extra, timeline.New(end, "run", "", look(timeline.AfterChanges, after)))
	}
}

var runRestoredProof = proof{
	id: "run.restored",
	stories: []story{
		{name: "nothing changed", want: Pass},
		{name: "seen to be restored", want: Pass, edit: func(t *tale) { t.changes(wanted()[1:], wanted()[1:]) }},
		{name: "not restored", edit: func(t *tale) { t.ended.Restored = false }, want: Fail, says: "validate restore"},
		{name: "said to be restored, and it is not", want: Fail, says: "is new", edit: func(t *tale) { t.changes(wanted()[1:], wanted()) }},
		{name: "somebody else changed another policy", want: Pass, edit: func(t *tale) {
			after := wanted()[1:]
			after[0].Target = 900
			t.changes(wanted()[1:], after)
		}},
		{name: "killed before it could say", edit: func(t *tale) { t.ended = nil }, want: Inconclusive, says: "validate restore"},
		{name: "nobody looked at the end", want: Inconclusive, says: "by hand", edit: func(t *tale) { t.changes(wanted()[1:], nil) }},
		{name: "nobody looked at the beginning", want: Inconclusive, says: "by hand", edit: func(t *tale) { t.changes(nil, wanted()[1:]) }},
	},
	edits: []edit{
		{"not restored", "", Fail, func(t *tape) {
			each(t, func(_ *timeline.Event, d *timeline.Ended) { d.Restored = false })
		}},
		{"said to be restored, with another cooldown", "", Fail, func(t *tape) {
			each(t, func(_ *timeline.Event, s *timeline.Standing) {
				if s.When == timeline.AfterChanges {
					p := s.Policies.List[0]
					p.ScaleInCooldown *= 2
					s.Policies = &scaling.PolicySet{List: append([]scaling.Policy{p}, s.Policies.List[1:]...)}
				}
			})
		}},
	},
	unsure: []blur{
		{"the end was not looked at", "", func(t *tape) {
			t.drop(func(e timeline.Event) bool {
				s, ok := e.Data.(timeline.Standing)
				return ok && s.When == timeline.AfterChanges
			})
		}},
	},
}

// What others changed is told where the run is said to have restored its own.
func TestOthersDoingIsTold(t *testing.T) {
	told := cpuHeavy()
	after := wanted()[1:]
	after[0].Target = 900
	told.changes(wanted()[1:], after)
	require.Contains(t, of(t, told.judge(t), "run.restored")[0].Measured, "not by this run's doing: policy "+requestPolicy+": target 900, not 1500")
}
