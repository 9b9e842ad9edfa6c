package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
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
		require.Empty(t, scaling.Differences(before, standing(t, e.endpoint, work)))

		r = start(t, nil, "restore", dir)
		require.Equal(t, run.ExitPass, r.wait(), r.output())
		require.Contains(t, r.out.String(), "restored already")
	}
}

// Runs that are killed at any moment, not only after a line of the journal:
// what restore leaves is what stood before the first of them, and the next run
// is as good as the first.
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
	require.Empty(t, scaling.Differences(before, standing(t, e.endpoint, ingestion)))

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
			require.Empty(t, scaling.Differences(before, standing(t, e.endpoint, ingestion)), said)
			continue // before it had a folder
		}
		require.NoError(t, err)
		dir := filepath.Join(reports, dirs[0].Name())
		if _, err := os.Stat(filepath.Join(dir, policies.JournalName)); err == nil {
			r := start(t, nil, "restore", dir)
			require.Equal(t, run.ExitPass, r.wait(), "%s\n%s", said, r.output())
		}
		require.Empty(t, scaling.Differences(before, standing(t, e.endpoint, ingestion)), said)
	}

	last := start(t, e.env(), "run", minute, "--reports", reports)
	require.Equal(t, run.ExitInconclusive, last.wait(), last.output())
	require.NotContains(t, slices.Collect(maps.Values(first)), judge.Fail)
	require.NotContains(t, slices.Collect(maps.Values(answers(t, newest(t, reports)))), judge.Fail, last.output())
	require.Equal(t, judge.Pass, answers(t, newest(t, reports))["run.restored "], last.output())
	require.Empty(t, scaling.Differences(before, standing(t, e.endpoint, ingestion)))
}

// An environment that goes away under a run cannot be restored, and the run
// and whoever restores it say so. Once one answers there again, all is well.
func TestEnvironmentGoesAway(t *testing.T) {
	t.Parallel()
	args := []string{"emulate", "--environment", small, "--speed", "240"}
	e := serve(t, args[1:]...)
	before := standing(t, e.endpoint, work)
	reports := filepath.Join(t.TempDir(), "reports")
	c := start(t, e.env(), "run", hour, "--reports", reports)
	dir := c.phase(reports, timeline.PhaseTraffic)
	e.signal(os.Kill)
	e.wait()
	require.Equal(t, run.ExitNotRestored, c.wait(), c.output())
	require.Contains(t, c.err.String(), "bring it back with: validate restore "+dir+"\n")
	require.Regexp(t, `(?m)^fail +run\.restored `, c.out.String())

	r := start(t, nil, "restore", dir)
	require.Equal(t, run.ExitNotRestored, r.wait(), r.output())
	require.Regexp(t, `^validate: the run in \S+ changed test-cluster/test-work and did not restore it: .*; start that environment and restore again\n$`, r.err.String())

	at := func(url string) string { return strings.TrimPrefix(url, "http://") }
	again := start(t, nil, append(args, "--api", at(e.endpoint), "--front", at(e.front))...)
	again.until("the addresses", func() bool { return strings.Contains(again.out.String(), e.endpoint) })
	refused := start(t, e.env(), "run", hour, "--reports", reports)
	require.Equal(t, run.ExitRefused, refused.wait(), refused.output())
	require.Contains(t, refused.err.String(), "first: validate restore "+dir+"\n")
	r = start(t, nil, "restore", dir)
	require.Equal(t, run.ExitPass, r.wait(), r.output())
	require.Empty(t, scaling.Differences(before, standing(t, e.endpoint, work)))
}

// A journal that cannot be read may be that of any run: nothing goes on beside
// it, and restore does not claim that it could help.
func TestUnreadableJournal(t *testing.T) {
	t.Parallel()
	e := serve(t, "--environment", small, "--speed", "240")
	dir := filepath.Join(t.TempDir(), "reports", "spoilt")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, policies.JournalName), []byte("nonsense\n"), 0o600))
	c := start(t, e.env(), "run", hour, "--reports", filepath.Dir(dir))
	require.Equal(t, run.ExitRefused, c.wait(), c.output())
	require.Regexp(t, `^validate: \S+/spoilt/journal\.jsonl:1: .*: what that run changed is not known; see to it by hand, then remove \S+/spoilt\n$`, c.err.String())
	c = start(t, e.env(), "restore", dir)
	require.Equal(t, run.ExitNotRestored, c.wait(), c.output())
	require.Regexp(t, `^validate: \S+/spoilt/journal\.jsonl:1: `, c.err.String())
	require.Equal(t, "nonsense\n", contents(t, dir, policies.JournalName), "left as it is")
}
