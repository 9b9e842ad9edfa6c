package main

import (
	"bufio"
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
