package main

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/awsenv"
	"scaleproof/internal/clock"
	"scaleproof/internal/judge"
	"scaleproof/internal/policies"
	"scaleproof/internal/report"
	"scaleproof/internal/run"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

const (
	hour    = "testdata/scenarios/hour.yaml"
	patient = "testdata/scenarios/patient.yaml"
)

var work = scaling.Service{Cluster: "test-cluster", Name: "test-work"}

// ended is what the timeline of a run that is over says of it.
type ended struct {
	phases    []string
	end       timeline.Ended
	sent      int64
	inFlight  int64 // at the end
	completed map[string]int64
}

func read(t *testing.T, dir string) ended {
	t.Helper()
	events, err := timeline.ReadFile(filepath.Join(dir, timeline.FileName))
	require.NoError(t, err)
	e := ended{completed: map[string]int64{}}
	for _, event := range events {
		switch d := event.Data.(type) {
		case timeline.Phase:
			e.phases = append(e.phases, d.Name)
		case timeline.Window:
			e.inFlight = d.InFlight
			for _, k := range d.Kinds {
				e.sent += k.Sent
				for how, n := range k.Completed {
					e.completed[how] += n
				}
			}
		case timeline.Ended:
			e.end = d
		}
	}
	return e
}

// concluded wants what every interrupted run leaves: it restored what it
// changed, and is judged, drawn and not passed.
func concluded(t *testing.T, c *child, dir string) ended {
	t.Helper()
	require.Equal(t, run.ExitInterrupted, c.wait(), c.output())
	e := read(t, dir)
	require.Equal(t, timeline.EndInterrupted, e.end.Outcome)
	require.True(t, e.end.Restored)
	require.Equal(t, []string{timeline.PhaseUndo, timeline.PhaseDone}, e.phases[len(e.phases)-2:])
	entries, err := policies.ReadJournalFile(dir)
	require.NoError(t, err)
	require.True(t, policies.Closed(entries))
	for _, file := range []string{judge.FileName, report.PageFile} {
		require.FileExists(t, filepath.Join(dir, file))
	}
	require.Contains(t, c.out.String(), "\nreport: "+filepath.Join(dir, report.PageFile)+"\n")
	require.NotContains(t, c.out.String(), "\npass: ")
	return e
}

// The first interrupt ends the sending and lets come in what is on its way;
// whatever is left of the traffic and of the time after it is not waited for.
func TestInterruptOnce(t *testing.T) {
	t.Parallel()
	reports := t.TempDir()
	c := start(t, nil, "run", hour, "--speed", "120", "--reports", reports)
	dir := c.phase(reports, timeline.PhaseTraffic)
	c.until("traffic", func() bool { return read(t, dir).completed["200"] > 0 })
	c.signal(os.Interrupt)
	e := concluded(t, c, dir)
	require.Contains(t, e.phases, timeline.PhaseDrain)
	require.Positive(t, e.sent)
	require.Less(t, e.sent, int64(7200))
	require.Equal(t, map[string]int64{"200": e.sent}, e.completed, "five seconds of answers were on their way")
}

// The second ends the drain: nobody waits an hour for answers that nobody
// wants any more. What was changed is restored all the same.
func TestInterruptTwice(t *testing.T) {
	t.Parallel()
	reports := t.TempDir()
	c := start(t, nil, "run", patient, "--speed", "120", "--reports", reports)
	dir := c.phase(reports, timeline.PhaseTraffic)
	c.until("requests on their way", func() bool { return read(t, dir).sent > 0 })
	c.signal(os.Interrupt)
	c.phase(reports, timeline.PhaseDrain)
	c.signal(os.Interrupt)
	e := concluded(t, c, dir)
	require.Positive(t, e.sent)
	require.Empty(t, e.completed, "no answer came within the hour")
	require.Equal(t, e.sent, e.inFlight)
}

// Before the traffic there is nothing to drain, and nothing is sent.
func TestInterruptBeforeTraffic(t *testing.T) {
	t.Parallel()
	reports := t.TempDir()
	c := start(t, nil, "run", hour, "--speed", "60", "--reports", reports)
	dir := c.phase(reports, timeline.PhaseAlarms)
	c.signal(os.Interrupt)
	e := concluded(t, c, dir)
	require.NotContains(t, e.phases, timeline.PhaseTraffic)
	require.Zero(t, e.sent)
}

// A clock that is held to a crawl wakes for an interrupt: its next event would
// come in hours.
func TestInterruptWhileTheClockWaits(t *testing.T) {
	t.Parallel()
	reports := t.TempDir()
	c := start(t, nil, "run", hour, "--speed", "0.001", "--reports", reports)
	dir := c.phase(reports, timeline.PhaseAlarms)
	c.signal(os.Interrupt)
	concluded(t, c, dir)
}

// Beside an environment in another process an interrupt does the same, and
// the service is as it was before.
func TestInterruptBesideEmulate(t *testing.T) {
	t.Parallel()
	e := serve(t, "--environment", small, "--speed", "120")
	before := standing(t, e.endpoint, work)
	reports := t.TempDir()
	for _, phase := range []string{timeline.PhaseAlarms, timeline.PhaseTraffic} {
		c := start(t, e.env(), "run", hour, "--reports", filepath.Join(reports, phase))
		dir := c.phase(filepath.Join(reports, phase), phase)
		require.NotEmpty(t, scaling.Differences(before, standing(t, e.endpoint, work)), "the run changed the policies")
		c.signal(os.Interrupt)
		require.Less(t, concluded(t, c, dir).sent, int64(7200), "the hour was not waited for")
		require.Empty(t, scaling.Differences(before, standing(t, e.endpoint, work)))
	}
}

// standing is how a service's scaling stands, asked through the SDK.
func standing(t *testing.T, endpoint string, s scaling.Service) scaling.Look {
	t.Helper()
	c := clock.NewWall()
	defer c.Stop()
	env, err := awsenv.Open(context.Background(), awsenv.Config{Endpoint: endpoint, Region: "eu-west-1", Clock: c})
	require.NoError(t, err)
	defer env.Close()
	look, err := env.Standing(context.Background(), s)
	require.NoError(t, err)
	return look
}

// A timeline that is a pipe is refused: nobody waits for somebody to write one.
func TestNobodyWaitsForAPipe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, timeline.FileName), 0o600))
	c := start(t, nil, "judge", dir)
	require.Equal(t, run.ExitUsage, c.wait())
	require.Contains(t, c.output(), "no regular file")
}
