package run

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/model"
	"scaleproof/internal/timeline"
)

// Holds that nobody gives up would stand for ever. The run ends instead,
// names one, and still brings back what it changed.
func TestStuckHoldEndsTheRun(t *testing.T) {
	var out bytes.Buffer
	reports := t.TempDir()
	err := Validate(context.Background(), console(&out), Options{
		Scenario: "testdata/short.yaml", Reports: reports,
		embedded: func(_ *model.World, c *clock.Clock) {
			c.At(clock.Epoch.Add(5*time.Minute), clock.RankPoll, 99, func() {
				c.Hold("the one who forgot")
				c.Hold("the other one")
			})
		},
	})
	require.Equal(t, ExitInconclusive, Code(err), out.String())
	require.ErrorContains(t, err, "the one who forgot")
	dirs, err := filepath.Glob(filepath.Join(reports, "*", timeline.FileName))
	require.NoError(t, err)
	require.Len(t, dirs, 1)
	events, err := timeline.ReadFile(dirs[0])
	require.NoError(t, err)
	ended, ok := events[len(events)-1].Data.(timeline.Ended)
	require.True(t, ok)
	require.Equal(t, timeline.EndFailed, ended.Outcome)
	require.Contains(t, ended.Reason, "the one who forgot")
	require.True(t, ended.Restored)
}
