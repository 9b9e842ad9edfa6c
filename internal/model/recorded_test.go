package model_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// The traces recorded from real AWS, each over the whole range of what was not
// recorded and has to be assumed. testdata/oracles.txtar tells one of each as a
// story.

// assumed draws what no trace recorded: publication of datapoints up to two
// minutes after their period [U], and the seconds at which alarms are
// evaluated, which follow from the seed. Starts took 31 to 82 s, as activities
// did. [R]
func assumed(t *rapid.T, desired int) model.Config {
	c := local(desired)
	c.Seed = rapid.Uint64().Draw(t, "seed")
	c.Behaviour.Base = rapid.SampledFrom([]model.Base{model.RunningCount, model.DesiredCount}).Draw(t, "base")
	c.Behaviour.Datapoints = rapid.SampledFrom([]model.Datapoints{model.AllSeen, model.SinceActivity}).Draw(t, "datapoints")
	c.Behaviour.Flapping = rapid.SampledFrom([]model.Flapping{model.Anticipated, model.Unanticipated}).Draw(t, "flapping")
	s := &c.Services[0]
	s.Policies = s.Policies[:1]
	s.Publication = spread(t, "publication", 0, 120)
	s.Start = spread(t, "start", 31, 82)
	s.DeregistrationDelay = time.Duration(rapid.IntRange(0, 300).Draw(t, "drain")) * time.Second
	// Saturated tasks answer checks late; none of the traces tells of a
	// replacement.
	s.HealthCheck.Timeout, s.HealthCheck.Interval, s.HealthCheck.Unhealthy = 50*time.Second, time.Minute, 10
	return c
}

func spread(t *rapid.T, label string, least, most int) model.Spread {
	a, b := rapid.IntRange(least, most).Draw(t, label), rapid.IntRange(least, most).Draw(t, label)
	return model.Spread{Min: time.Duration(min(a, b)) * time.Second, Max: time.Duration(max(a, b)) * time.Second}
}

// load has requests of half a second of CPU arrive evenly until an instant, at a rate
// that keeps so many percent of one task busy.
func load(w *model.World, from, to time.Time, percent float64) {
	every := time.Duration(float64(50*time.Second) / percent)
	for at := from.Add(every); at.Before(to); at = at.Add(every) {
		w.Submit(at, model.Request{Number: uint64(at.UnixNano()), Method: "GET", Path: "/half"})
	}
	w.Advance(to)
}

func do(t *rapid.T, w *model.World, at time.Time, c scaling.Change) {
	c.Service = web
	_, err := w.Do(at, c)
	require.NoError(t, err)
}

// scaled lists the activities that changed something, as "4 by AlarmHigh".
func scaled(t *rapid.T, w *model.World) (list []scaling.Activity, told []string) {
	look, err := w.Look(web, model.What{Activities: true})
	require.NoError(t, err)
	for _, a := range look.Activities.List {
		n, ok := scaling.ParseDescription(a.Description)
		if !ok {
			continue
		}
		side := "bounds"
		if c := scaling.ParseCause(a.Cause); c.Kind == scaling.CauseAlarm {
			side = c.Alarm
			if _, high, ok := scaling.ParseAlarmName(c.Alarm); ok {
				side = map[bool]string{true: "AlarmHigh", false: "AlarmLow"}[high]
			}
		}
		list, told = append(list, a), append(told, fmt.Sprintf("%d by %s", n, side))
	}
	return list, told
}

func cpuOf(statistic string) scaling.Metric {
	return scaling.Metric{
		Namespace: "AWS/ECS", Name: "CPUUtilization", Period: time.Minute, Statistic: statistic,
		Dimensions: []scaling.Dimension{{Name: "ClusterName", Value: web.Cluster}, {Name: "ServiceName", Value: web.Name}},
	}
}

var half = model.Cost{Path: "/half", CPU: 500 * time.Millisecond}

// T1, whichever base and datapoints count. Recorded: minimum 2, maximum 4, a target of 60 put to 1 and back; at most
// 10 % CPU; 4 by the high alarm in one activity, 3 by the low one 225 s later,
// and not 15 minutes, 2 after 360 s more. Assumed besides: cooldowns of 60 s
// and 300 s; that the target was put back once the added tasks ran; a drain
// that ends within a minute, or the alarm's next call would come a minute later
// than it did.
func TestT1(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := assumed(t, 2)
		list, told, restored := playT1(t, c)
		require.Equal(t, []string{"4 by AlarmHigh", "3 by AlarmLow", "2 by AlarmLow"}, told)
		require.Less(t, list[1].Start.Sub(list[0].Start), 15*time.Minute)
		require.Equal(t, 6*time.Minute, list[2].Start.Sub(list[1].Start))
		if c.Behaviour.Datapoints == model.AllSeen {
			require.LessOrEqual(t, list[1].Start.Sub(restored), time.Minute, "new alarms read old datapoints")
		}
	})
}

// The settings that T1 speaks against: it would have come out otherwise,
// whatever is assumed.
func TestT1Decides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := assumed(t, 2)
		c.Behaviour.ScaleInSteps = model.Proportional
		_, told, _ := playT1(t, c)
		require.Equal(t, []string{"4 by AlarmHigh", "2 by AlarmLow"}, told)

		c.Behaviour.ScaleInSteps, c.Behaviour.CooldownAnchor = model.OneTask, model.FromStart
		list, _, _ := playT1(t, c)
		require.Equal(t, 5*time.Minute, list[2].Start.Sub(list[1].Start))
	})
}

func playT1(t *rapid.T, c model.Config) (list []scaling.Activity, told []string, restored time.Time) {
	s := &c.Services[0]
	s.Target.Bounds = scaling.Bounds{Min: 2, Max: 4}
	s.DeregistrationDelay = time.Duration(rapid.IntRange(1, 60).Draw(t, "drain of T1")) * time.Second
	s.Policies[0].Target = 60
	c.Costs = append([]model.Cost{half}, c.Costs...)
	w := model.New(c)
	percent := rapid.Float64Range(6, 20).Draw(t, "percent of one task") // 3 to 10 % of two

	drop := start.Add(25 * time.Minute)
	load(w, start, drop, percent)
	low, back := s.Policies[0], s.Policies[0]
	low.Target = 1
	do(t, w, drop, scaling.Change{Op: scaling.PutPolicy, Policy: &low})
	restored = drop.Add(time.Duration(rapid.IntRange(145, 240).Draw(t, "put back after")) * time.Second)
	load(w, drop, restored, percent)
	do(t, w, restored, scaling.Change{Op: scaling.PutPolicy, Policy: &back})
	load(w, restored, restored.Add(20*time.Minute), percent)
	list, told = scaled(t, w)
	return list, told, restored
}

// T2. Recorded: step scaling with a cooldown of 300 s; to 3, then to 2 and to 1,
// these 360 s apart. Assumed: alarms on one datapoint above 75 and below 25 %,
// with a step of one task each, a load that ends, and a drain that ends within
// a minute.
func TestT2(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := assumed(t, 2)
		s := &c.Services[0]
		s.Target.Bounds, s.Policies = scaling.Bounds{Min: 1, Max: 4}, nil
		s.DeregistrationDelay = time.Duration(rapid.IntRange(1, 60).Draw(t, "drain of T2")) * time.Second
		c.Costs = append([]model.Cost{half}, c.Costs...)
		w := model.New(c)
		zero := 0.0
		for _, x := range []struct {
			name, comparison string
			threshold        float64
			step             scaling.Step
		}{{"out", scaling.GreaterThan, 75, scaling.Step{Lower: &zero, Change: 1}}, {"in", scaling.LessThan, 25, scaling.Step{Upper: &zero, Change: -1}}} {
			p, err := w.Do(start, scaling.Change{Op: scaling.PutPolicy, Service: web, Policy: &scaling.Policy{Name: x.name, Type: scaling.StepScaling,
				Step: &scaling.Steps{Adjustment: scaling.ChangeInCapacity, Cooldown: 5 * time.Minute, List: []scaling.Step{x.step}}}})
			require.NoError(t, err)
			do(t, w, start, scaling.Change{Op: scaling.PutAlarm, Alarm: &scaling.Alarm{
				Name: x.name, Metric: cpuOf("Average"), EvaluationPeriods: 1, Comparison: x.comparison, Threshold: x.threshold,
				ActionsEnabled: true, Actions: []string{p.ARN},
			}})
		}
		busy := start.Add(5 * time.Minute)
		load(w, start, busy, rapid.Float64Range(160, 190).Draw(t, "percent of one task"))
		load(w, busy, busy.Add(25*time.Minute), rapid.Float64Range(4, 15).Draw(t, "percent of one task, later"))
		list, told := scaled(t, w)
		require.Equal(t, []string{"3 by out", "2 by in", "1 by in"}, told)
		require.Equal(t, 6*time.Minute, list[2].Start.Sub(list[1].Start))
	})
}

// T3. Recorded: 74 to 96 % CPU on one task for minutes at a target of 60: one
// activity, to 2. Assumed besides: ECS's default cooldowns of 300 s, and that
// the load stayed.
func TestT3(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := assumed(t, 1)
		s := &c.Services[0]
		s.Target.Bounds = scaling.Bounds{Min: 1, Max: 4}
		s.Policies[0].Target, s.Policies[0].ScaleOutCooldown = 60, 5*time.Minute
		c.Costs = append([]model.Cost{half}, c.Costs...)
		w := model.New(c)
		load(w, start, start.Add(15*time.Minute), rapid.Float64Range(74, 96).Draw(t, "percent"))
		_, told := scaled(t, w)
		require.Equal(t, []string{"2 by AlarmHigh"}, told)
	})
}

// T4. Recorded: changes of bounds that took 31.0, 33.9, 79 and 82 s from start
// to end. Assumed: that the start of a task took that long.
func TestT4(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := assumed(t, 1)
		took := time.Duration(rapid.IntRange(31_000, 82_000).Draw(t, "start, ms")) * time.Millisecond
		c.Services[0].Start = model.Spread{Min: took, Max: took}
		w := model.New(c)
		two := 2
		do(t, w, start.Add(time.Minute), scaling.Change{Op: scaling.RegisterTarget, Min: &two})
		w.Advance(start.Add(5 * time.Minute))
		list, told := scaled(t, w)
		require.Equal(t, []string{"2 by bounds"}, told)
		require.Equal(t, took, list[0].End.Sub(list[0].Start))
		require.Equal(t, "minimum capacity was set to 2", list[0].Cause)
	})
}

// The negative. Recorded: target 70, minimum 2, the busiest task at 99 %, the
// service's average at most 51 %: no scale-out. Assumed: two tasks, of which one
// gets all that costs CPU.
func TestOneHotTask(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := assumed(t, 2)
		c.Services[0].Target.Bounds = scaling.Bounds{Min: 2, Max: 10}
		c.Costs = append([]model.Cost{{Path: "/hot", CPU: 990 * time.Millisecond}, {Path: "/cool", CPU: time.Millisecond}}, c.Costs...)
		w := model.New(c)
		pause := time.Duration(rapid.IntRange(0, 4).Draw(t, "pause, ms")) * time.Millisecond
		for at, n := start, uint64(0); at.Before(start.Add(20 * time.Minute)); at = at.Add(time.Second + pause) {
			for _, path := range []string{"/hot", "/cool"} { // by turns, each to its own task
				n++
				w.Submit(at, model.Request{Number: n, Method: "GET", Path: path})
			}
		}
		w.Advance(start.Add(20 * time.Minute))
		look, err := w.Look(web, model.What{Metrics: []scaling.Metric{cpuOf("Average"), cpuOf("Maximum")}})
		require.NoError(t, err)
		for i, p := range look.Metrics.List[0].Points {
			require.LessOrEqual(t, p.Value, 51.0)
			require.Greater(t, look.Metrics.List[1].Points[i].Value, 90.0)
		}
		require.NotEmpty(t, look.Metrics.List[0].Points)
		_, told := scaled(t, w)
		require.Empty(t, told)
	})
}
