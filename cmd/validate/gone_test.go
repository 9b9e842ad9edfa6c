package main

import (
	"bufio"
	"bytes"
	"os"
	osexec "os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/run"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// Whoever reads along may stop reading, as `| head` does, and the terminal may
// go: neither may kill a run that has something to restore.
func TestReaderGoesAway(t *testing.T) {
	t.Parallel()
	e := serve(t, "--environment", small, "--speed", "240")
	before := standing(t, e.endpoint, work)
	self, err := os.Executable()
	require.NoError(t, err)
	reports := filepath.Join(t.TempDir(), "reports")
	c := osexec.Command(self, "run", "testdata/scenarios/hour.yaml", "--reports", reports)
	c.Args[0] = "validate"
	c.Env = append(os.Environ(), e.env()...)
	said, err := c.StderrPipe()
	require.NoError(t, err)
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	_, err = bufio.NewReader(said).ReadString('\n')
	require.NoError(t, err)
	require.NoError(t, said.Close())
	require.NoError(t, out.Close())
	watched := &child{t: t, cmd: c, ended: make(chan struct{})}
	go func() { // ends with the child
		_ = c.Wait()
		close(watched.ended)
	}()
	t.Cleanup(func() {
		_ = c.Process.Kill()
		<-watched.ended
	})
	dir := watched.phase(reports, timeline.PhaseTraffic)
	watched.until("progress that nobody reads", func() bool { return read(t, dir).sent > 1200 })
	gone := syscall.SIGHUP
	if signal.Ignored(gone) { // under nohup, which a child inherits and keeps to
		gone = syscall.SIGTERM
	}
	watched.signal(gone)
	require.Equal(t, run.ExitInterrupted, watched.wait())
	require.Equal(t, timeline.EndInterrupted, read(t, dir).end.Outcome)
	require.Empty(t, scaling.Differences(before, standing(t, e.endpoint, work)))
	require.True(t, strings.HasPrefix(contents(t, dir, "summary.md"), "#"), "and it is drawn")
}

// Whoever stops to read along changes no answer and is told nothing. Results
// that were lost for another reason are no success.
func TestResultsThatNobodyReads(t *testing.T) {
	reports := t.TempDir()
	var all bytes.Buffer
	require.Equal(t, run.ExitInconclusive, exec(t.Context(), []string{"run", minute, "--reports", reports}, nil, &all, &all))
	dir := newest(t, reports)
	r, gone, err := os.Pipe()
	require.NoError(t, err)
	defer gone.Close()
	require.NoError(t, r.Close())
	for _, c := range []struct {
		code int
		args []string
	}{
		{run.ExitPass, []string{"help", "run"}},
		{run.ExitPass, []string{"deviations"}},
		{run.ExitPass, []string{"prove", "--scenarios", "../../scenarios", "--list"}},
		{run.ExitInconclusive, []string{"predict", minute, "--seeds", "1"}},
		{run.ExitInconclusive, []string{"judge", dir}},
		{run.ExitPass, []string{"explain", dir}},
		{run.ExitPass, []string{"explain", dir, "--at", "30s", "--format", "json"}},
		{run.ExitPass, []string{"report", dir}},
	} {
		var said bytes.Buffer
		require.Equal(t, c.code, exec(t.Context(), c.args, nil, gone, &said), "%v\n%s", c.args, said.String())
		require.Empty(t, said.String(), c.args)
		require.Equal(t, run.ExitInconclusive, exec(t.Context(), c.args, nil, full{}, &said), c.args)
		require.Contains(t, said.String(), "no space left on device", c.args)
	}
}

// full is a disk.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }
