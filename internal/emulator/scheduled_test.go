package emulator_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
)

// A scheduled action through the pinned SDK: put, described, changed, due and
// deleted.
func TestScheduledActions(t *testing.T) {
	a := open(t, clock.NewStepping(clock.Epoch))
	name := aws.String("evening")
	_, err := a.aas.PutScheduledAction(ctx, &aas.PutScheduledActionInput{
		ScheduledActionName: name, ServiceNamespace: "ecs", ResourceId: webID, ScalableDimension: dimension,
		Schedule: aws.String("cron(0 18 ? * MON-FRI *)"), Timezone: aws.String("Europe/Paris"),
		StartTime: aws.Time(clock.Epoch.Add(time.Minute)), EndTime: aws.Time(clock.Epoch.AddDate(0, 1, 0)),
		ScalableTargetAction: &aastypes.ScalableTargetAction{MinCapacity: aws.Int32(3), MaxCapacity: aws.Int32(6)},
	})
	require.NoError(t, err)
	list := func() []aastypes.ScheduledAction {
		out, err := a.aas.DescribeScheduledActions(ctx, &aas.DescribeScheduledActionsInput{ServiceNamespace: "ecs", ResourceId: webID})
		require.NoError(t, err)
		return out.ScheduledActions
	}
	stands := list()
	require.Len(t, stands, 1)
	require.Equal(t, "cron(0 18 ? * MON-FRI *)", *stands[0].Schedule)
	require.Equal(t, "Europe/Paris", *stands[0].Timezone)
	require.True(t, clock.Epoch.Add(time.Minute).Equal(*stands[0].StartTime))
	require.EqualValues(t, 3, *stands[0].ScalableTargetAction.MinCapacity)
	require.Contains(t, *stands[0].ScheduledActionARN, ":resource/ecs/service/staging-cluster/web:scheduledActionName/evening")

	a.pass(2 * time.Minute)
	activities, err := a.aas.DescribeScalingActivities(ctx, &aas.DescribeScalingActivitiesInput{ServiceNamespace: "ecs", ResourceId: webID})
	require.NoError(t, err)
	var told []string
	for _, v := range activities.ScalingActivities {
		told = append(told, *v.Description+" "+*v.Cause)
	}
	require.ElementsMatch(t, []string{
		"Setting desired count to 3. minimum capacity was set to 3",
		"Setting min capacity to 3 and max capacity to 6 scheduled action name evening was triggered",
	}, told)

	_, err = a.aas.PutScheduledAction(ctx, &aas.PutScheduledActionInput{
		ScheduledActionName: name, ServiceNamespace: "ecs", ResourceId: webID, ScalableDimension: dimension, Schedule: aws.String("rate(1 day)"),
	})
	require.NoError(t, err)
	stands = list()
	require.Equal(t, "rate(1 day)", *stands[0].Schedule)
	require.EqualValues(t, 6, *stands[0].ScalableTargetAction.MaxCapacity, "what is left out stays")
	require.Nil(t, stands[0].StartTime, "but start and end")

	_, err = a.aas.PutScheduledAction(ctx, &aas.PutScheduledActionInput{
		ScheduledActionName: name, ServiceNamespace: "ecs", ResourceId: webID, ScalableDimension: dimension, Schedule: aws.String("sometimes"),
	})
	require.Equal(t, "ValidationException", code(err))
	for _, odd := range []time.Time{time.Unix(-9e9, 0), time.Unix(-1, 0)} {
		_, err = a.aas.PutScheduledAction(ctx, &aas.PutScheduledActionInput{
			ScheduledActionName: name, ServiceNamespace: "ecs", ResourceId: webID, ScalableDimension: dimension, Schedule: aws.String("rate(1 day)"), StartTime: &odd,
		})
		require.Equal(t, "ValidationException", code(err), "%v", odd.Unix())
	}
	remove := &aas.DeleteScheduledActionInput{ScheduledActionName: name, ServiceNamespace: "ecs", ResourceId: webID, ScalableDimension: dimension}
	_, err = a.aas.DeleteScheduledAction(ctx, remove)
	require.NoError(t, err)
	require.Empty(t, list())
	_, err = a.aas.DeleteScheduledAction(ctx, remove)
	require.Equal(t, "ObjectNotFoundException", code(err))
}
