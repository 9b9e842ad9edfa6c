package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/control"
	"scaleproof/internal/timeline"
)

// On the clock that jumps a change through the control socket is an event at the
// service time that is reached: it stands in the timeline in its place, what is
// sent follows, and a stop ends the run as an interrupt does.
func TestSteered(t *testing.T) {
	t.Parallel()
	reports, socket := t.TempDir(), filepath.Join(t.TempDir(), "s")
	c := start(t, nil, "run", hour, "--speed", "120", "--reports", reports, "--control", socket)
	dir := c.phase(reports, timeline.PhaseTraffic)
	c.until("traffic", func() bool { return read(t, dir).sent > 0 })
	ask := func(r control.Request) {
		a, err := control.Ask(socket, r)
		require.NoError(t, err)
		require.Empty(t, a.Error)
	}
	ask(control.Request{Do: control.Rate, Factor: 0.5})
	sent := read(t, dir).sent
	c.until("half the traffic", func() bool { return read(t, dir).sent > sent+20 })
	ask(control.Request{Do: control.Stop})
	concluded(t, c, dir)

	events, err := timeline.ReadFile(filepath.Join(dir, timeline.FileName))
	require.NoError(t, err)
	half, most, since := 0, int64(0), time.Time{}
	for i, e := range events {
		if i > 0 && e.Kind == events[i-1].Kind {
			require.False(t, e.At.Before(events[i-1].At) && e.Source == "traffic", "in order of time")
		}
		switch d := e.Data.(type) {
		case timeline.Rate:
			require.Equal(t, timeline.Rate{Factor: 0.5, By: timeline.BySocket, Stage: "only"}, d)
			half, since = half+1, e.At
		case timeline.Window:
			if half == 1 && !d.Start.Before(since) && len(d.Kinds) > 0 {
				most = max(most, d.Kinds[0].Planned)
			}
		}
	}
	require.Equal(t, 1, half)
	require.Equal(t, int64(1), most, "one a second in place of two")
}
