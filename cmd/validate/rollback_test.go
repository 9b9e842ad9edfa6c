package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/policies"
	"scaleproof/internal/run"
	"scaleproof/internal/scaling"
)

// A run that is killed while a stage goes on without the CPU policy leaves the
// service without it. Restore puts it back as it stood before the run, target
// and cooldowns, and the request policy beside it.
func TestKilledInTheMiddleOfARollback(t *testing.T) {
	t.Parallel()
	const scenario = "testdata/scenarios/rolled-back.yaml"
	e := serve(t, "--environment", "testdata/environments/both.yaml", "--speed", "240")
	before := standing(t, e.endpoint, work)
	require.Equal(t, []float64{55, 200}, targets(before))
	for _, c := range []struct {
		name  string
		lines int // of the journal, after which it is killed; 0: when the policy is gone
		left  int // policies that stand then
	}{
		{"before the call that deletes it", 6, 2},
		{"behind it", 7, 1},
		{"in the midst of the stage", 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			reports := t.TempDir()
			killed := start(t, append(e.env(), fmt.Sprintf("%s=%d", killAfter, c.lines)), "run", scenario, "--reports", reports)
			if c.lines == 0 {
				killed.until("requests of the stage", func() bool {
					names, err := filepath.Glob(filepath.Join(reports, "*", policies.JournalName))
					require.NoError(t, err)
					return len(names) == 1 && len(targets(standing(t, e.endpoint, work))) == 1 && read(t, filepath.Dir(names[0])).sent > 240
				})
				killed.signal(os.Kill)
			}
			require.Equal(t, -1, killed.wait(), killed.output())
			require.Len(t, targets(standing(t, e.endpoint, work)), c.left)

			dir := newest(t, reports)
			r := start(t, nil, "restore", dir)
			require.Equal(t, run.ExitPass, r.wait(), r.output())
			require.Empty(t, scaling.Differences(before, standing(t, e.endpoint, work)))

			judged := start(t, nil, "judge", dir)
			require.Equal(t, run.ExitInconclusive, judged.wait(), judged.output())
			require.Regexp(t, `(?m)^unsure +run\.complete `, judged.out.String())
		})
	}
}

// targets are those of the policies that stand, in order.
func targets(l scaling.Look) (list []float64) {
	for _, p := range l.Policies.List {
		list = append(list, p.Target)
	}
	slices.Sort(list)
	return list
}
