package observe_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

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

// Counting seconds finds the same polls.
func TestDueEqualsItsTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := observe.Schedule{{Part: "a", Period: 7 * time.Second}, {Part: "b", Period: 10 * time.Second}, {Part: "c", Period: 30 * time.Second}}
		after := rapid.IntRange(-5, 100).Draw(t, "after")
		until := after + rapid.IntRange(0, 60).Draw(t, "until")
		var want []string
		for _, e := range s {
			for sec := max(after+1, 0); sec <= until; sec++ {
				if time.Duration(sec)*time.Second%e.Period == 0 {
					want = append(want, e.Part)
					break
				}
			}
		}
		require.Equal(t, want, s.Due(at(0), at(after), at(until)))
		next, ok := s.Next(at(0), at(after))
		require.True(t, ok)
		require.NotEmpty(t, s.Due(at(0), at(after), next))
		require.Empty(t, s.Due(at(0), at(after), next.Add(-1)))
	})
}
