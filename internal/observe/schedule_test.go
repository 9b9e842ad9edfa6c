package observe_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/observe"
)

func TestPollsOfAMinute(t *testing.T) {
	start := clock.Epoch.Add(7 * time.Second)
	var got []string
	for at, parts := range observe.Default.Polls(start) {
		if at.Sub(start) > 30*time.Second {
			break
		}
		line := at.Sub(start).String()
		for _, p := range parts {
			line += " " + p
		}
		got = append(got, line)
	}
	require.Equal(t, []string{
		"0s service targets scaling alarms activities metrics",
		"10s service targets",
		"15s alarms activities",
		"20s service targets",
		"30s service targets scaling alarms activities metrics",
	}, got)
}

// A poll that overran takes on all that fell due meanwhile, once.
func TestDueAfterAnOverrun(t *testing.T) {
	start := clock.Epoch
	due := observe.Default.Due(start, start.Add(10*time.Second), start.Add(29*time.Second))
	require.Equal(t, []string{"service", "targets", "alarms", "activities"}, due)
	at, ok := observe.Default.Next(start, start.Add(29*time.Second))
	require.True(t, ok)
	require.Equal(t, start.Add(30*time.Second), at)
	_, ok = observe.Schedule{}.Next(start, start)
	require.False(t, ok)
}
