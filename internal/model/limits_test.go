package model_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// AWS's quotas of a target: 50 policies of all types, 200 scheduled actions,
// 20 steps of a policy. What stands already may be put again.
func TestQuotasOfATarget(t *testing.T) {
	c := local(1)
	c.Services[0].Policies = nil
	w := model.New(c)
	step := func(name string, steps int) error {
		p := scaling.Policy{Name: name, Type: scaling.StepScaling, Step: &scaling.Steps{Adjustment: scaling.ChangeInCapacity}}
		for i := range steps {
			low, high := float64(i), float64(i+1)
			s := scaling.Step{Lower: &low, Upper: &high, Change: i}
			if i == steps-1 {
				s.Upper = nil
			}
			p.Step.List = append(p.Step.List, s)
		}
		_, err := w.Do(start, scaling.Change{Op: scaling.PutPolicy, Service: web, Policy: &p})
		return err
	}
	action := func(name string) error {
		_, err := w.Do(start, scaling.Change{Op: scaling.PutScheduled, Service: web,
			Scheduled: &scaling.ScheduledAction{Name: name, Schedule: "rate(1 day)", Min: tasks(1)}})
		return err
	}
	exceeded := func(err error) {
		t.Helper()
		var refusal *model.Error
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, model.CodeLimitExceeded, refusal.Code)
	}
	require.NoError(t, step("p00", 20))
	exceeded(step("p00", 21))
	for i := 1; i < 50; i++ {
		require.NoError(t, step(fmt.Sprintf("p%02d", i), 1))
	}
	exceeded(step("p50", 1))
	require.NoError(t, step("p49", 2))
	for i := range 200 {
		require.NoError(t, action(fmt.Sprintf("a%03d", i)))
	}
	exceeded(action("a200"))
	require.NoError(t, action("a199"))
}

// Recorded: with step scaling and a cooldown of 300 s, to 2 and to 1 in
// activities that began exactly 360 s apart (22:26:39 and 22:32:39), at the
// second of one alarm's minute. Assumed: the drain, from none to a minute; how
// late points are, from half a minute to two; the seed. For all of them the
// gap is the recorded one: the cooldown counts from the activity's end, and the
// alarm calls again each minute.
func TestStepScaleInsAreSixMinutesApart(t *testing.T) {
	for seed := range uint64(12) {
		for _, drain := range []time.Duration{time.Second, 30 * time.Second, 59 * time.Second} {
			for _, late := range []time.Duration{30 * time.Second, 2 * time.Minute} {
				c := local(3)
				c.Seed = seed
				s := &c.Services[0]
				zero := 0.0
				s.DeregistrationDelay, s.Publication = drain, model.Spread{Min: late, Max: late}
				s.Policies = []scaling.Policy{{Name: "in", Type: scaling.StepScaling, Step: &scaling.Steps{
					Adjustment: scaling.ChangeInCapacity, Cooldown: 300 * time.Second, List: []scaling.Step{{Upper: &zero, Change: -1}},
				}}}
				s.Alarms = []model.Caller{{Policy: "in", Alarm: scaling.Alarm{
					Name: "idle", EvaluationPeriods: 1, Comparison: scaling.LessThan, Threshold: 25, ActionsEnabled: true,
					Metric: scaling.Metric{Namespace: "AWS/ECS", Name: "CPUUtilization", Statistic: "Average", Period: time.Minute,
						Dimensions: []scaling.Dimension{{Name: "ClusterName", Value: web.Cluster}, {Name: "ServiceName", Value: web.Name}}},
				}}}
				w := model.New(c)
				w.Advance(start.Add(20 * time.Minute))
				l, err := w.Look(web, model.What{Activities: true})
				require.NoError(t, err)
				list := actions(l.Activities.List)
				require.Len(t, list, 2, "seed %d", seed)
				require.Equal(t, 6*time.Minute, list[1].Start.Sub(list[0].Start), "seed %d, drain %v, late %v", seed, drain, late)
				require.Equal(t, []string{scaling.DescribeDesired(2), scaling.DescribeDesired(1)}, []string{list[0].Description, list[1].Description})
			}
		}
	}
}
