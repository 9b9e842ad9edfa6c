package predict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/model"
	"scaleproof/internal/predict"
	"scaleproof/internal/scaling"
	"scaleproof/internal/scenario"
)

// What others have made stands in the world before the run, with the alarm
// that calls a step policy, and the settings of behaviour reach the model.
func TestOthersStandInThePast(t *testing.T) {
	env, err := scenario.LoadEnvironment("../scenario/testdata/environments/good.yaml", ".")
	require.NoError(t, err)
	c := predict.World(env, 1, clock.Epoch)
	require.Equal(t, model.Behaviour{
		Base: model.DesiredCount, Datapoints: model.SinceActivity, ScaleInSteps: model.Proportional,
		Flapping: model.Unanticipated, CooldownAnchor: model.FromStart, Unfulfilled: 5 * time.Minute,
	}, c.Behaviour)

	c.Happenings, c.Faults = nil, nil
	w := model.New(c)
	w.Advance(clock.Epoch.Add(21 * time.Minute))
	l, err := w.Look(c.Services[0].Service, model.What{Policies: true, Scheduled: true, Alarms: true, Activities: true, Scalable: true})
	require.NoError(t, err)
	more, ok := l.Policies.Find("more")
	require.True(t, ok)
	require.Equal(t, scaling.StepScaling, more.Type)
	require.Equal(t, "more", more.Alarms[0].Name)
	less, _ := l.Policies.Find("less")
	require.Equal(t, "idle", less.Alarms[0].Name)
	latency, _ := l.Policies.Find("latency")
	require.Len(t, latency.Alarms, 1, "scale-in is disabled")
	require.Equal(t, scaling.Bounds{Min: 2, Max: 4}, l.Scalable.Target.Bounds, "once, at 20m")
	once, _ := l.Scheduled.Find("once")
	require.Equal(t, "at(2026-01-01T00:20:00)", once.Schedule)
	often, _ := l.Scheduled.Find("often")
	require.Equal(t, clock.Epoch.Add(10*time.Minute), often.Start)
	causes := ""
	for _, a := range l.Activities.List {
		causes += a.Cause + "\n"
	}
	require.Contains(t, causes, "scheduled action name often was triggered")
}
