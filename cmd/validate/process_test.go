package main

import (
	"bytes"
	"os"
	osexec "os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/run"
	"scaleproof/internal/timeline"
)

// patience bounds every wait of these tests. It guards against hanging only:
// nothing is ever judged by how long it took.
const patience = 2 * time.Minute

// child is the command in a process of its own.
type child struct {
	t        *testing.T
	cmd      *osexec.Cmd
	out, err text
	ended    chan struct{}
}

// start starts the command: the test's own binary, see TestMain. env is what
// its environment has beside the test's own.
func start(t *testing.T, env []string, args ...string) *child {
	t.Helper()
	return startIn(t, "", env, args...)
}

// startIn starts it in a folder; empty is the test's own.
func startIn(t *testing.T, dir string, env []string, args ...string) *child {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	c := &child{t: t, cmd: osexec.Command(self, args...), ended: make(chan struct{})}
	c.cmd.Args[0] = "validate"
	c.cmd.Dir = dir
	c.cmd.Stdout, c.cmd.Stderr = &c.out, &c.err
	c.cmd.Env = append(os.Environ(), run.EndpointVariable+"=", leash+"=1")
	c.cmd.Env = append(c.cmd.Env, env...)
	_, err = c.cmd.StdinPipe() // closed when the child has ended, or the test's process has
	require.NoError(t, err)
	require.NoError(t, c.cmd.Start())
	go func() { // ends with the child
		_ = c.cmd.Wait() // told by its code
		close(c.ended)
	}()
	t.Cleanup(func() {
		_ = c.cmd.Process.Kill()
		<-c.ended
	})
	return c
}

// wait waits until the command has ended and returns its code; -1 where it
// was killed.
func (c *child) wait() int {
	c.t.Helper()
	select {
	case <-c.ended:
	case <-time.After(patience):
		require.FailNow(c.t, "the command does not end", "%v\n%s", c.cmd.Args, c.output())
	}
	return c.cmd.ProcessState.ExitCode()
}

func (c *child) output() string { return c.out.String() + c.err.String() }

func (c *child) signal(s os.Signal) {
	c.t.Helper()
	require.NoError(c.t, c.cmd.Process.Signal(s))
}

// phase waits until the run in a folder of reports has entered a phase, and
// returns the run's folder.
func (c *child) phase(reports, name string) string {
	c.t.Helper()
	dir := ""
	c.until("phase "+name, func() bool {
		files, err := filepath.Glob(filepath.Join(reports, "*", timeline.FileName))
		require.NoError(c.t, err)
		for _, f := range files {
			b, err := os.ReadFile(f)
			require.NoError(c.t, err)
			if strings.Contains(string(b), `"data":{"name":"`+name+`"}`) {
				dir = filepath.Dir(f)
			}
		}
		return dir != ""
	})
	return dir
}

// until waits for a condition while the command runs.
func (c *child) until(what string, holds func() bool) {
	c.t.Helper()
	deadline := time.Now().Add(patience)
	for !holds() {
		select {
		case <-c.ended:
			require.True(c.t, holds(), "the command ended before %s:\n%s", what, c.output())
			return
		default:
		}
		require.True(c.t, time.Now().Before(deadline), "waited for %s:\n%s", what, c.output())
		time.Sleep(5 * time.Millisecond)
	}
}

// text collects a stream while it is being read.
type text struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *text) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *text) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// served is `validate emulate` in a process of its own.
type served struct {
	*child
	endpoint, front string
}

// env are the variables that it says to export.
func (s served) env() []string {
	var env []string
	for _, m := range regexp.MustCompile(`(?m)^export (.*)$`).FindAllStringSubmatch(s.out.String(), -1) {
		env = append(env, m[1])
	}
	return env
}

// serve starts `validate emulate` on free ports.
func serve(t *testing.T, args ...string) served {
	t.Helper()
	c := start(t, nil, append([]string{"emulate", "--api", "127.0.0.1:0", "--front", "127.0.0.1:0"}, args...)...)
	endpoint := regexp.MustCompile(`(?m)^export AWS_ENDPOINT_URL=(http://127\.0\.0\.1:\d+)$`)
	front := regexp.MustCompile(`(?m)^load balancer: (http://127\.0\.0\.1:\d+)$`)
	c.until("the addresses", func() bool {
		return strings.Contains(c.out.String(), "AWS_SECRET_ACCESS_KEY") && front.MatchString(c.err.String())
	})
	return served{c, endpoint.FindStringSubmatch(c.out.String())[1], front.FindStringSubmatch(c.err.String())[1]}
}
