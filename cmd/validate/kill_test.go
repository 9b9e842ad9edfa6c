package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/awsenv"
	"scaleproof/internal/clock"
	"scaleproof/internal/emulator"
	"scaleproof/internal/policies"
	"scaleproof/internal/predict"
	"scaleproof/internal/run"
	"scaleproof/internal/scaling"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

const minute = "testdata/scenarios/minute.yaml"

// A run that is killed after any line of its journal leaves a service that
// the next run refuses to touch and that restore brings back.
func TestKilledAfterEveryJournalLine(t *testing.T) {
	t.Parallel()
	endpoint, env := emulate(t, 240)
	service := scaling.Service{Cluster: "staging-cluster", Name: "staging-web-ingestion"}
	start, err := env.Standing(context.Background(), service)
	require.NoError(t, err)
	reports := t.TempDir()

	for line := 1; ; line++ {
		require.Less(t, line, 20, "a run's journal has an end")
		code, out := validate(t, endpoint, line, "run", minute, "--reports", reports)
		dir := newest(t, reports)
		entries, err := policies.ReadJournalFile(dir)
		require.NoError(t, err)
		if code != -1 { // it was not killed: the journal has fewer lines
			require.Equal(t, run.ExitInconclusive, code, "a minute is too short to prove anything: "+out)
			require.Less(t, len(entries), line)
			require.GreaterOrEqual(t, len(entries), 10, "two changes and two undos, with intent and done, and both ends")
			break
		}
		require.Len(t, entries, line)
		t.Logf("killed after line %d, %s", line, entries[line-1].Kind)

		if !policies.Closed(entries) {
			code, out = validate(t, endpoint, 0, "run", minute, "--reports", reports)
			require.Equal(t, run.ExitRefused, code, out)
			require.Contains(t, out, "validate restore "+dir)
		}
		code, out = validate(t, endpoint, 0, "restore", dir)
		require.Equal(t, run.ExitPass, code, out)
		live, err := env.Standing(context.Background(), service)
		require.NoError(t, err)
		require.Empty(t, scaling.Differences(start, live), "after line %d", line)

		code, out = validate(t, endpoint, 0, "restore", dir) // again: nothing is left to do
		require.Equal(t, run.ExitPass, code, out)
		require.Contains(t, out, "nothing to restore")
	}
}

// emulate serves the local environment to other processes, at so many service
// seconds a second.
func emulate(t *testing.T, speed float64) (endpoint string, env *awsenv.Env) {
	t.Helper()
	e, err := scenario.LoadEnvironment("local", "../../scenarios")
	require.NoError(t, err)
	c := clock.NewScaled(clock.Epoch, speed)
	s, err := emulator.Start(emulator.Config{Clock: c, World: predict.Live(predict.World(e, 1, clock.Epoch), clock.Epoch, nil)})
	require.NoError(t, err)
	t.Cleanup(func() {
		c.Stop()
		require.NoError(t, s.Close(context.Background()))
	})
	env, err = awsenv.Open(context.Background(), awsenv.Config{Endpoint: s.Endpoint(), Region: e.Region, Clock: c})
	require.NoError(t, err)
	t.Cleanup(env.Close)
	return s.Endpoint(), env
}

// validate runs the command in a process of its own, killed after a line of
// the journal where kill is not 0. The code is -1 where it was killed.
func validate(t *testing.T, endpoint string, kill int, args ...string) (code int, output string) {
	t.Helper()
	c := start(t, []string{run.EndpointVariable + "=" + endpoint, fmt.Sprintf("%s=%d", killAfter, kill)}, args...)
	code = c.wait()
	return code, c.output()
}

// newest is the folder that was made last: the names of one second count up.
func newest(t *testing.T, reports string) string {
	t.Helper()
	return newestIn(reports, t.Fatalf)
}

func newestIn(reports string, fatal func(string, ...any)) string {
	dirs, err := os.ReadDir(reports)
	if err != nil || len(dirs) == 0 {
		fatal("no run's folder in %s: %v", reports, err)
	}
	last, made := "", time.Time{}
	for _, d := range dirs {
		info, err := os.Stat(filepath.Join(reports, d.Name(), timeline.FileName))
		if err == nil && info.ModTime().After(made) {
			last, made = filepath.Join(reports, d.Name()), info.ModTime()
		}
	}
	if last == "" {
		fatal("no timeline in %s", reports)
	}
	return last
}
