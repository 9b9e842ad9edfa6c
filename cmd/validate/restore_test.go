package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/policies"
	"scaleproof/internal/run"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var ingestion = scaling.Service{Cluster: "staging-cluster", Name: "staging-web-ingestion"}

// While a run goes on its folder cannot be restored: two that write the same
// journal would undo each other's undo. The run does not notice.
func TestRestoreWhileTheRunGoesOn(t *testing.T) {
	t.Parallel()
	e := serve(t, "--environment", small, "--speed", "120")
	before := standing(t, e.endpoint, work)
	for name, env := range map[string][]string{"beside": e.env(), "within": nil} {
		reports := filepath.Join(t.TempDir(), name)
		args := []string{"run", hour, "--reports", reports}
		if env == nil { // else the speed is the environment's
			args = append(args, "--speed", "60")
		}
		c := start(t, env, args...)
		dir := c.phase(reports, timeline.PhaseAlarms)
		journal, err := os.ReadFile(filepath.Join(dir, policies.JournalName))
		require.NoError(t, err)
		r := start(t, nil, "restore", dir)
		require.Equal(t, run.ExitRefused, r.wait(), r.output())
		require.Contains(t, r.err.String(), "its run still goes on")
		after, err := os.ReadFile(filepath.Join(dir, policies.JournalName))
		require.NoError(t, err)
		require.Equal(t, string(journal), string(after))
		c.signal(os.Interrupt)
		concluded(t, c, dir)
		require.Empty(t, policies.Differences(before, standing(t, e.endpoint, work)))

		r = start(t, nil, "restore", dir)
		require.Equal(t, run.ExitPass, r.wait(), r.output())
		require.Contains(t, r.out.String(), "restored already")
	}
}

// Runs that are killed at any moment, not only after a line of the journal:
// what restore leaves is what stood before the first of them, and the next run
// has the answers of one that nothing came before.
func TestKilledAtRandomMoments(t *testing.T) {
	t.Parallel()
	e := serve(t, "--speed", "240", "--environment", "../../scenarios/environments/local.yaml")
	before := standing(t, e.endpoint, ingestion)
	reports := t.TempDir()
	whole := start(t, e.env(), "run", minute, "--reports", reports)
	began := time.Now()
	require.Equal(t, run.ExitInconclusive, whole.wait(), whole.output())
	took := time.Since(began)
	first := answers(t, newest(t, reports))
	require.Empty(t, policies.Differences(before, standing(t, e.endpoint, ingestion)))

	seed := uint64(time.Now().UnixNano())
	draw := rand.New(rand.NewPCG(seed, 0))
	for n := range 4 {
		reports := filepath.Join(t.TempDir(), fmt.Sprint(n))
		c := start(t, e.env(), "run", minute, "--reports", reports)
		after := time.Duration(draw.Int64N(int64(took)))
		select { // the moment is the case: whatever the run has come to
		case <-c.ended:
		case <-time.After(after):
			c.signal(os.Kill)
		}
		c.wait()
		said := fmt.Sprintf("seed %d, kill %d after %v of %v", seed, n, after, took)
		dirs, err := os.ReadDir(reports)
		if os.IsNotExist(err) || err == nil && len(dirs) == 0 {
			require.Empty(t, policies.Differences(before, standing(t, e.endpoint, ingestion)), said)
			continue // before it had a folder
		}
		require.NoError(t, err)
		dir := filepath.Join(reports, dirs[0].Name())
		if _, err := os.Stat(filepath.Join(dir, policies.JournalName)); err == nil {
			r := start(t, nil, "restore", dir)
			require.Equal(t, run.ExitPass, r.wait(), "%s\n%s", said, r.output())
		}
		require.Empty(t, policies.Differences(before, standing(t, e.endpoint, ingestion)), said)
	}

	last := start(t, e.env(), "run", minute, "--reports", reports)
	require.Equal(t, run.ExitInconclusive, last.wait(), last.output())
	requireSame(t, first, answers(t, newest(t, reports)), last.output())
	require.Empty(t, policies.Differences(before, standing(t, e.endpoint, ingestion)))
}
