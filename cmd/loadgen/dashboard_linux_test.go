package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/run"
	"scaleproof/internal/testbed"
	"scaleproof/internal/timeline"
)

// onTerminal begins a long run in a process of its own, at a terminal.
func onTerminal(t *testing.T, env []string, args ...string) (x *testbed.Terminal, reports string) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	file, reports := longFile(t)
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := osexec.Command(self, append([]string{"run", file, "--target", server.URL, "--reports", reports}, args...)...)
	cmd.Args[0] = "loadgen"
	cmd.Env = append(os.Environ(), "LOADGEN_TEST_TOKEN=any", "TERM=xterm-256color", "NO_COLOR=")
	cmd.Env = append(cmd.Env, env...)
	return testbed.OnTerminal(t, 80, 24, cmd), reports
}

const (
	screenOn  = "\x1b[?1049h" // the alternate screen
	screenOff = "\x1b[?1049l"
)

// behind is what stands on the terminal when the screen is gone.
func behind(t *testing.T, x *testbed.Terminal) string {
	t.Helper()
	require.True(t, x.Cooked(t), "the terminal is as it was")
	all := x.Wrote()
	i := strings.LastIndex(all, screenOff)
	require.Greater(t, i, strings.LastIndex(all, screenOn), "%q", x)
	require.Contains(t, all[i-200:], "\x1b[?25h", "the cursor is back")
	return all[i:]
}

// At a terminal a run is a dashboard: it hears keys and is another size when the
// terminal is, and when it is stopped by one the terminal is as it was, with what
// happened and the verdict on it.
func TestDashboardAtATerminal(t *testing.T) {
	x, reports := onTerminal(t, nil)
	x.Await(t, 0, screenOn)
	x.Await(t, 0, "q stop")
	x.Await(t, 0, "100") // a second of it was sent
	require.False(t, x.Cooked(t))
	x.Type(t, "+")
	x.Await(t, 0, "1.1x of the plan")
	since := len(x.Wrote())
	x.Resize(t, 120, 40)
	x.Await(t, since, "q stop") // drawn anew
	x.Type(t, "\x03")
	require.Equal(t, run.ExitInterrupted, x.Wait(t))
	left := behind(t, x)
	require.Contains(t, left, "long on nginx, staging-cluster/staging-nginx: interrupted")
	require.Contains(t, left, "the rate was set to 1.1 times the plan's by a key")
	require.Contains(t, left, "run.complete")

	dirs, _ := filepath.Glob(filepath.Join(reports, "*"))
	require.Len(t, dirs, 1)
	events, err := timeline.ReadFile(filepath.Join(dirs[0], timeline.FileName))
	require.NoError(t, err)
	found := false
	for _, e := range events {
		if r, ok := e.Data.(timeline.Rate); ok {
			found = true
			require.Equal(t, timeline.Rate{Factor: 1.1, By: timeline.ByKey, Stage: "only"}, r)
		}
	}
	require.True(t, found)
}

// A signal from elsewhere ends it likewise, and NO_COLOR takes the colours.
func TestDashboardAtASignal(t *testing.T) {
	x, _ := onTerminal(t, []string{"NO_COLOR=1"})
	x.Await(t, 0, "100")
	x.Signal(t, syscall.SIGTERM)
	require.Equal(t, run.ExitInterrupted, x.Wait(t))
	require.Contains(t, behind(t, x), ": interrupted")
	require.NotRegexp(t, "\x1b\\[[0-9;]*3[0-9]m", x.Wrote())
}

// Where nobody wants a dashboard, or the terminal can show none, there is none.
func TestNoDashboard(t *testing.T) {
	for name, c := range map[string]struct{ env, args []string }{
		"plain": {nil, []string{"--plain"}},
		"dumb":  {[]string{"TERM=dumb"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			x, _ := onTerminal(t, c.env, c.args...)
			x.Await(t, 0, "stage only")
			require.True(t, x.Cooked(t))
			x.Type(t, "\x03")
			require.Equal(t, run.ExitInterrupted, x.Wait(t))
			require.NotContains(t, x.Wrote(), "\x1b[?")
			if name == "plain" {
				require.NotContains(t, x.Wrote(), "\x1b[K")
			}
		})
	}
}
