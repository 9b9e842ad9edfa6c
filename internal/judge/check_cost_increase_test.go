package judge

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// against compares a tale with cpu-heavy, changed.
func against(change func(*tale)) func(*tale) {
	return func(t *tale) {
		base := cpuHeavy()
		change(base)
		t.base = &Baseline{Name: "before", SHA256: "00", Events: base.events()}
	}
}

func unchanged(*tale) {}

// lateIn holds the second and the third task for some minutes longer, of the
// 115 task-minutes of the whole run.
func lateIn(by float64) func(*tale) {
	return func(t *tale) {
		t.orders[2].at += minutes(by)
		t.orders[3].at += minutes(by)
	}
}

var costIncreaseProof = proof{
	id: "cost.increase",
	stories: []story{
		{name: "the same", want: Pass, edit: against(unchanged)},
		{name: "cheaper", want: Pass, edit: against(lateIn(8))},
		{name: "a little dearer", want: Pass, edit: func(t *tale) {
			against(unchanged)(t)
			lateIn(3)(t)
		}},
		{name: "dearer", want: Fail, says: "Under the same load", edit: func(t *tale) {
			against(unchanged)(t)
			lateIn(7)(t)
		}},
		{name: "too near the bound", want: Inconclusive, says: "not looked at closely enough", edit: func(t *tale) {
			against(unchanged)(t)
			lateIn(5.6)(t)
		}},
		{name: "dearer, as far as was looked", want: Inconclusive, says: "not looked at closely enough", edit: func(t *tale) {
			against(unchanged)(t)
			t.blind = map[string][2]time.Duration{timeline.PartService: {minutes(50), minutes(54)}}
		}},
		{name: "another load", want: Inconclusive, says: "its stage peak is not the baseline's", edit: against(func(t *tale) {
			t.plan.Stages[2] = stageOf("peak", 13*time.Minute, 10*time.Minute, time.Minute, 1.25, 2.6, 0.5, 0.9)
		})},
		{name: "another length", want: Inconclusive, says: "its traffic lasts 55m and the baseline's 56m", edit: against(func(t *tale) {
			t.plan.Stages[3].For += time.Minute
		})},
		{name: "tasks of another size", want: Inconclusive, says: "1 vCPU", edit: func(t *tale) {
			against(func(t *tale) { t.plan.Task = plan.Task{VCPU: 1, Workers: 1} })(t)
			t.plan.Task = plan.Task{VCPU: 2, Workers: 1}
		}},
		{name: "a baseline that was cut off", want: Inconclusive, says: "the baseline did not run to the end", edit: against(func(t *tale) { t.cut = minutes(40) })},
	},
	edits: []edit{
		{"against a run that gave its tasks back at once", "", Fail, func(t *tape) { t.base = t.copy().thrifty().asBaseline() }},
	},
	unsure: []blur{
		{"the service unseen for six minutes", "", func(t *tape) {
			t.base = t.copy().asBaseline()
			t.blind(timeline.PartService, minutes(47), minutes(53))
		}},
	},
}

// asBaseline makes a tape what another is compared with.
func (t *tape) asBaseline() *Baseline {
	t.number()
	return &Baseline{Name: "before", SHA256: "00", Events: t.events}
}

// thrifty is the tape with two tasks where it ran three.
func (t *tape) thrifty() *tape {
	t.events = slices.Clone(t.events)
	each(t, func(_ *timeline.Event, c *timeline.Counts) { c.Running = min(c.Running, 2) })
	return t
}

func TestIncreaseIsRoundedAwayFromNone(t *testing.T) {
	for _, c := range []struct{ now, before, want int64 }{
		{100, 100, 0}, {110, 100, 100}, {90, 100, -100}, {1001, 3000, -667}, {4001, 3000, 334},
	} {
		got, known := increase(time.Duration(c.now)*time.Second, time.Duration(c.before)*time.Second)
		require.True(t, known)
		require.Equal(t, c.want, got, "%+v", c)
	}
	_, known := increase(time.Hour, 0)
	require.False(t, known)
}

// Two runs of one scenario are comparable whatever their settings; a verdict
// says what it was compared with.
func TestComparedIsTold(t *testing.T) {
	told := cpuHeavy()
	against(func(t *tale) { t.plan.Policies[0].Target, t.plan.Bounds.Max, t.plan.Seed = 60, 9, 8 })(told)
	v := told.judge(t)
	v.Baseline.Figures, v.Baseline.Elasticity, v.Baseline.Table = nil, nil, nil // see TestScoresByTheBaselinesTargets, TestBeforeAndAfter
	require.Equal(t, &Compared{Name: "before", SHA256: "00", Scenario: "cpu-heavy", Environment: "local"}, v.Baseline)
	require.Nil(t, cpuHeavy().judge(t).Baseline)
	told.base.Events = told.base.Events[1:]
	_, err := judge(told.events(), checks, told.base)
	require.ErrorContains(t, err, "the baseline before: judge: ")
}
