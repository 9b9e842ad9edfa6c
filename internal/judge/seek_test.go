package judge

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/plan"
)

// The searches against a walk, second by second, over demands of stages with
// and without ramps, recorded ones, stages that never began, and those that
// began late.
func TestSeekIsAWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := anyDemand(t)
		instant := func(name string) time.Time {
			return dawn.Add(time.Duration(rapid.Int64Range(-100_000, 900_000).Draw(t, name)) * time.Millisecond)
		}
		from, end, level := instant("from"), instant("end"), rapid.Int64Range(0, 4000).Draw(t, "level")
		role := rapid.SampledFrom([]string{"cpu", "requests", ""}).Draw(t, "role")
		step := rapid.SampledFrom([]time.Duration{time.Second, -time.Second, 10 * time.Second}).Draw(t, "step")
		yes := func(t time.Time) bool { return f.demand(t, role) > level }
		if rapid.Bool().Draw(t, "below") {
			yes = func(t time.Time) bool { return f.demand(t, role) <= level }
		}
		want, found, walked := end, false, 0
		for x := from; ahead(x, end, step); x = x.Add(step) {
			if !found && yes(x) {
				want, found = x, true
			}
			walked++
		}
		got, ok := f.seek(from, end, step, yes)
		require.Equal(t, found, ok)
		require.Equal(t, want, got)
		count, next := 0, from
		for first, n := range f.stretches(from, end, step) {
			require.Equal(t, next, first)
			require.Positive(t, n)
			count, next = count+n, first.Add(time.Duration(n)*step)
		}
		require.Equal(t, walked, count)
	})
}

func anyDemand(t *rapid.T) *facts {
	f := &facts{plan: plan.Plan{Policies: wanted()}}
	draw := func(name string, most int64) time.Duration {
		return time.Duration(rapid.Int64Range(0, most).Draw(t, name)) * time.Millisecond
	}
	asked := func(s plan.Stage, name string) plan.Stage {
		s.CPUTasks, s.RequestTasks = rapid.Float64Range(0, 4).Draw(t, name+" cpu"), rapid.Float64Range(0, 4).Draw(t, name+" requests")
		return s
	}
	at := time.Duration(0)
	for i := range rapid.IntRange(1, 4).Draw(t, "stages") {
		s := asked(plan.Stage{Name: fmt.Sprint(i), Start: at, For: draw("for", 200_000) + time.Second}, "stage")
		s.Ramp = min(s.For, draw("ramp", 200_000))
		if rapid.Bool().Draw(t, "recorded") {
			s.Ramp = 0
			for x := time.Duration(0); x < s.For; x += draw("step", 100_000) + time.Second {
				s.Course = append(s.Course, asked(plan.Stage{Start: x}, "step"))
			}
			for i := range s.Course {
				if rapid.Bool().Draw(t, "sloped") {
					end := s.For
					if i+1 < len(s.Course) {
						end = s.Course[i+1].Start
					}
					s.Course[i].Ramp = end - s.Course[i].Start
				}
			}
		}
		at += s.For
		late := draw("late", 3000)
		began := stage{Stage: s, from: dawn.Add(s.Start + late), to: dawn.Add(s.Start + late + s.For), seq: int64(i + 1)}
		if rapid.IntRange(0, 9).Draw(t, "never") == 0 {
			began = stage{Stage: s}
		}
		f.stages = append(f.stages, began)
	}
	f.from, f.to = f.stages[0].from, dawn.Add(at)
	f.readTurns()
	return f
}
