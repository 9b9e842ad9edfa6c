package model

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/scaling"
)

func to(v float64) *float64 { return &v }

// AWS's own example: a threshold of 50 %, and steps by percent each way. From
// 10 tasks 60 % makes 11, 70 % then 14, 40 % then 13 and 30 % then 10.
func TestStepsAsDocumented(t *testing.T) {
	out := &scaling.Steps{Adjustment: scaling.PercentChangeInCapacity, List: []scaling.Step{
		{Lower: to(0), Upper: to(10), Change: 0}, {Lower: to(10), Upper: to(20), Change: 10}, {Lower: to(20), Change: 30},
	}}
	in := &scaling.Steps{Adjustment: scaling.PercentChangeInCapacity, List: []scaling.Step{
		{Lower: to(-10), Upper: to(0), Change: 0}, {Lower: to(-20), Upper: to(-10), Change: -10}, {Upper: to(-20), Change: -30},
	}}
	require.NoError(t, vetSteps(out))
	require.NoError(t, vetSteps(in))
	tasks := 10
	for _, c := range []struct {
		metric float64
		steps  *scaling.Steps
		want   int
	}{{59.9, out, 10}, {60, out, 11}, {70, out, 14}, {40.1, in, 14}, {40, in, 13}, {30, in, 10}} {
		step := pick(c.steps, micro(c.metric)-micro(50), c.metric > 50)
		require.NotNil(t, step, c.metric)
		tasks = adjust(c.steps, step.Change, tasks)
		require.Equal(t, c.want, tasks, "%v %%", c.metric)
	}
}

// 12.7 counts as 12, 0.67 as 1, -0.58 as -1 and -6.67 as -6. [D]
func TestPartsOfTasks(t *testing.T) {
	percent := func(least int) *scaling.Steps {
		return &scaling.Steps{Adjustment: scaling.PercentChangeInCapacity, MinMagnitude: least}
	}
	require.Equal(t, 22, adjust(percent(0), 127, 10), "12.7 is 12")
	require.Equal(t, 11, adjust(percent(0), 7, 10), "0.7 is 1")
	require.Equal(t, 9, adjust(percent(0), -6, 10), "-0.6 is -1")
	require.Equal(t, 14, adjust(percent(0), -33, 20), "-6.6 is -6")
	require.Equal(t, 6, adjust(percent(2), 25, 4), "1, but at least 2")
	require.Equal(t, 0, adjust(percent(9), -25, 4), "never below nothing")
	require.Equal(t, 4, adjust(percent(2), 0, 4), "nothing is nothing")
	require.Equal(t, 0, adjust(percent(0), 50, 0), "half of nothing")
}

// Steps that AWS lets in leave no breach on their side of the threshold
// without a step, and none with two.
func TestOneStepForEachBreach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c scaling.Steps
		c.Adjustment = scaling.ChangeInCapacity
		above := rapid.Bool().Draw(t, "above")
		side := 1.0
		if !above {
			side = -1
		}
		edge := 0.0
		for i := range rapid.IntRange(1, 6).Draw(t, "steps") {
			next := edge + side*float64(rapid.IntRange(1, 9).Draw(t, "width"))
			if above {
				c.List = append(c.List, scaling.Step{Lower: to(edge), Upper: to(next), Change: i})
			} else {
				c.List = append(c.List, scaling.Step{Lower: to(next), Upper: to(edge), Change: i})
			}
			edge = next
		}
		if last := &c.List[len(c.List)-1]; above {
			last.Upper = nil
		} else {
			last.Lower = nil
		}
		require.NoError(t, vetSteps(&c))
		excess := int64(side) * rapid.Int64Range(1, 60*unit).Draw(t, "excess")
		if rapid.Bool().Draw(t, "whole") {
			excess -= excess % unit // on an edge
		}
		if excess == 0 {
			return
		}
		n := 0
		for _, step := range c.List {
			if pick(&scaling.Steps{List: []scaling.Step{step}}, excess, above) != nil {
				n++
			}
		}
		require.Equal(t, 1, n, "%d", excess)
	})
}

// The arithmetic of the cooldown, for whatever sizes: the second step adds
// what it is larger by, and one that is not larger adds nothing.
func TestCreditInTheCooldown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, first, second := rapid.IntRange(1, 20).Draw(t, "base"), rapid.IntRange(1, 9).Draw(t, "first"), rapid.IntRange(1, 9).Draw(t, "second")
		p := &policy{Policy: scaling.Policy{Step: &scaling.Steps{Adjustment: scaling.ChangeInCapacity, Cooldown: time.Minute}}}
		s := standing{running: base, desired: base, bounds: scaling.Bounds{Max: 1000}}
		s.desired, _ = decideOut(s, call{policy: p, change: first}.capacity(&usual), outCooldown{}, &usual)
		require.Equal(t, base+first, s.desired)
		if rapid.Bool().Draw(t, "they run") {
			s.running = s.desired
		}
		got, _ := decideOut(s, call{policy: p, change: second}.capacity(&usual), outCooldown{true, base}, &usual)
		require.Equal(t, base+max(first, second), got)
	})
}
