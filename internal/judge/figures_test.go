package judge

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// The figures of cpu-heavy, worked out by hand. The load asks for 1 task until
// 3m40s (half of a task rises by 0.75 in a minute, and passes 1 then), for 2
// until 13m36s, for 3 until 23m15s, for 2 until 23m45s, then for 1. Counts are
// seen by the poll of every 10 s: 2 run from 9m20s, 3 from 19m20s, 2 from 41m,
// 1 from 47m.
func TestFiguresByHand(t *testing.T) {
	told := cpuHeavy()
	told.plan.Region, told.plan.Task = "eu-central-1", plan.Task{VCPU: 2, Workers: 2}
	x := told.judge(t).Figures
	require.NotNil(t, x)
	tm := func(m, s int) time.Duration { return time.Duration(m)*time.Minute + time.Duration(s)*time.Second }
	require.Equal(t, Seconds(55*time.Minute), x.Length)
	require.Equal(t, Seconds(tm(9, 20)+2*tm(10, 0)+3*tm(21, 40)+2*tm(6, 0)+tm(8, 0)), x.Ran)
	require.Zero(t, x.Unseen)
	require.Equal(t, Seconds(tm(3, 41)+2*tm(9, 56)+3*tm(9, 38)+2*tm(0, 30)+tm(31, 15)), x.Asked)
	require.Equal(t, x.Asked+x.Over, x.Ran+x.Under)
	require.Equal(t, 2, x.Outs)
	require.Equal(t, 2, x.Ins)
	require.Equal(t, 1, x.Turns)
	require.Zero(t, x.Overshoot)
	// 40 s from each order until its task is seen to run, both wanted by then.
	require.Equal(t, Seconds(2*40*time.Second), x.Starting)
	require.Equal(t, Seconds(2*30*time.Second), x.Stopping)
	require.Equal(t, "1.91", x.Cost.TaskHours.String())
	require.Equal(t, "49.89", x.Cost.HoursPerDay.String())  // 6882 / 3300 x 24
	require.Equal(t, "5.67", x.Cost.DollarsPerDay.String()) // x (2 x 0.04656 + 4 x 0.00511) = 0.11356
	require.Equal(t, "November 2026", x.Cost.Price.AsOf)
	require.InDelta(t, 0.11356, x.Cost.Price.Hour, 1e-9)
	settled := map[string]*Seconds{}
	for _, s := range x.Settling {
		settled[s.Stage] = s.After
	}
	require.Equal(t, seconds(0), settled["baseline"])
	require.Equal(t, seconds(tm(6, 20)), settled["climb"])
	require.Equal(t, seconds(tm(6, 20)), settled["peak"])
	require.Equal(t, seconds(tm(24, 0)), settled["settle"])
}

// The score of hand-made curves, and its ends.
func TestElasticityByHand(t *testing.T) {
	hour := time.Hour
	for _, c := range []struct {
		name              string
		asked, ran, under time.Duration
		want              string
	}{
		{"exactly", hour, hour, 0, "100.0"},
		{"twice as many", hour, 2 * hour, 0, "66.7"},
		{"half as many", 2 * hour, hour, hour, "66.7"},
		{"none", hour, 0, hour, "0.0"},
		{"as many, never at the same time", hour, hour, hour, "0.0"},
		{"nothing asked, nothing ran", 0, 0, 0, "0.0"},
	} {
		over := c.ran + c.under - c.asked
		require.Equal(t, c.want, elasticity(c.asked, c.ran, c.under+over).String(), c.name)
	}
}

// Whatever ran: with one task more where there were too many, or one fewer where
// there were too few, the score never rises, and it is 100 only where as many
// ran as were asked for.
func TestElasticityIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "stretches")
		need, ran, worse := timeline.Curve{}, timeline.Curve{}, timeline.Curve{}
		spoilt := rapid.IntRange(0, n-1).Draw(t, "spoilt")
		same := true
		for i := range n {
			at := time.Duration(i) * time.Minute
			d, s := rapid.Int64Range(1, 9).Draw(t, "asked"), rapid.Int64Range(0, 9).Draw(t, "ran")
			need, ran = append(need, timeline.Point{At: at, Value: d}), append(ran, timeline.Point{At: at, Value: s})
			same = same && d == s
			if i == spoilt && s >= d {
				s++
			} else if i == spoilt {
				s = max(s-1, 0)
			}
			worse = append(worse, timeline.Point{At: at, Value: s})
		}
		score := func(c timeline.Curve) Score {
			var x Figures
			x.provision(need, timeline.Course{Running: c, Desired: c}, time.Duration(n)*time.Minute)
			require.Equal(t, x.Asked+x.Over, x.Ran+x.Under)
			return x.Elasticity
		}
		a, b := score(ran), score(worse)
		require.GreaterOrEqual(t, a, b)
		require.Equal(t, same, a == 1000)
	})
}

// Nobody looked, or nothing watched: no figures rather than zeros.
func TestNoFiguresOfNothing(t *testing.T) {
	load := cpuHeavy()
	load.command = "loadgen run"
	require.Nil(t, load.judge(t).Figures)
	blind := golden(t, "cpu-heavy")
	blind.drop(is[timeline.Counts])
	require.Nil(t, blind.judge(t, checks).Figures)
	early := cpuHeavy()
	early.cut = time.Nanosecond
	require.Nil(t, early.judge(t).Figures)
	holed := cpuHeavy()
	holed.blind = map[string][2]time.Duration{timeline.PartService: {minutes(30), minutes(33)}}
	unseen := time.Duration(holed.judge(t).Figures.Unseen) // whole stretches of looks
	require.True(t, unseen >= minutes(3) && unseen <= minutes(5), "%v", unseen)
}

// With a baseline both runs are held against what its targets ask for: one that
// aims at half the utilisation asks for more tasks, and by its own measure all
// of them are asked for.
func TestScoresByTheBaselinesTargets(t *testing.T) {
	told := cpuHeavy()
	for i := range told.plan.Stages {
		told.plan.Stages[i].CPUTasks *= 2 // the same rates at half the target
	}
	for i := range told.orders {
		told.orders[i].from, told.orders[i].to = 2*told.orders[i].from, 2*told.orders[i].to
	}
	told.plan.Bounds.Min, told.target.Bounds.Min = 2, 2
	against(unchanged)(told)
	v := told.judge(t)
	require.NotNil(t, v.Baseline.Elasticity)
	require.Less(t, v.Baseline.Elasticity.Run, v.Figures.Elasticity)
	require.Less(t, v.Baseline.Elasticity.Run, v.Baseline.Elasticity.Baseline)
	require.Equal(t, v.Baseline.Figures.Elasticity, v.Baseline.Elasticity.Baseline)
	require.Equal(t, Beside{"elasticity, of 100, at the baseline's targets", v.Baseline.Elasticity.Baseline.String(), v.Baseline.Elasticity.Run.String()}, v.Baseline.Table[0])
	against(func(t *tale) { t.plan.Stages[3].For += time.Minute })(told)
	require.Nil(t, told.judge(t).Baseline.Elasticity, "not comparable")
}

// With a baseline the verdict sets the figures of both runs side by side; of two
// that are not comparable it does not.
func TestBeforeAndAfter(t *testing.T) {
	told := cpuHeavy()
	against(func(t *tale) { t.orders[1].at, t.latency = minutes(20), threeSeconds })(told)
	v := told.judge(t)
	table := map[string]Beside{}
	for _, row := range v.Baseline.Table {
		table[row.What] = row
	}
	require.Equal(t, "7m50s", table["settled in stage peak"].Baseline)
	require.Equal(t, "6m20s", table["settled in stage peak"].Run)
	require.Equal(t, "3s", table["p99 of all requests"].Baseline)
	require.Equal(t, "200ms", table["p99 of all requests"].Run)
	require.Equal(t, "2, 2", table["scale-outs, scale-ins"].Run)
	require.NotEqual(t, table["task-seconds too few"].Baseline, table["task-seconds too few"].Run)
	require.Contains(t, table["failed requests"].Run, "0 of ")
	var b bytes.Buffer
	require.NoError(t, Table(&b, v, false, 0))
	require.Regexp(t, `(?m)^settled in stage peak +7m50s +6m20s$`, b.String())
	against(func(t *tale) { t.plan.Stages[3].For += time.Minute })(told)
	require.Empty(t, told.judge(t).Baseline.Table)
	require.Empty(t, cpuHeavy().judge(t).Baseline)
}

func threeSeconds(time.Duration) time.Duration { return 3 * time.Second }
