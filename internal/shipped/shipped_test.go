//go:build e2e && linux

package shipped

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

var loadgen = flag.String("loadgen", "../../bin/loadgen", "the built program")

// serving makes this program a service that answers at once. When its standard
// input ends it writes the number of each request and when it was answered, in
// nanoseconds since 1970, a line each, and ends.
const serving = "SHIPPED_TEST_SERVES"

func TestMain(m *testing.M) {
	if address := os.Getenv(serving); address != "" {
		serve(address)
	}
	os.Exit(m.Run())
}

func serve(address string) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(l.Addr())
	var mu sync.Mutex
	var log bytes.Buffer
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("fine"))
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintln(&log, r.Header.Get("X-Load-Request"), time.Now().UnixNano())
	})}
	go func() { // ends the process, with its parent or before
		_, _ = io.Copy(io.Discard, os.Stdin)
		mu.Lock()
		defer mu.Unlock()
		_, _ = log.WriteTo(os.Stdout)
		os.Exit(0)
	}()
	fmt.Println(server.Serve(l))
	os.Exit(1)
}

// target is a service in another process.
type target struct {
	t       *testing.T
	process *os.Process
	address string
	close   func() []answered // ends it, and returns its log
}

// service starts one. prefix, which may be empty, is a command that starts it.
func service(t *testing.T, address string, prefix ...string) *target {
	self, err := os.Executable()
	require.NoError(t, err)
	c := exec.Command(self)
	if len(prefix) > 0 {
		c = exec.Command(prefix[0], append(prefix[1:], self)...)
	}
	c.Env = append(os.Environ(), serving+"="+address)
	in, err := c.StdinPipe()
	require.NoError(t, err)
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	lines := bufio.NewReader(out)
	said, err := lines.ReadString('\n')
	require.NoError(t, err)
	_, _, err = net.SplitHostPort(strings.TrimSpace(said))
	require.NoError(t, err, said)
	s := &target{t: t, process: c.Process, address: strings.TrimSpace(said)}
	s.close = sync.OnceValue(func() []answered {
		_ = s.process.Signal(syscall.SIGCONT)
		_ = in.Close()
		var log []answered
		for {
			var a answered
			var at int64
			if _, err := fmt.Fscanln(lines, &a.number, &at); err != nil {
				break
			}
			a.at = time.Unix(0, at)
			log = append(log, a)
		}
		_ = c.Wait()
		return log
	})
	t.Cleanup(func() { s.close() })
	return s
}

// answered is a request in the target's log.
type answered struct {
	number uint64
	at     time.Time
}

// stop stops a process at an instant, for so long.
func stop(t *testing.T, p *os.Process, at time.Time, length time.Duration) {
	time.Sleep(time.Until(at))
	require.NoError(t, p.Signal(syscall.SIGSTOP))
	time.Sleep(length)
	require.NoError(t, p.Signal(syscall.SIGCONT))
}

// scenario writes one with its environment: so many requests a second for so
// long, more of its traffic, and what is expected.
func scenario(t *testing.T, rate int, length time.Duration, more, expect string) string {
	environment, err := filepath.Abs("../../scenarios/environments/nginx.yaml")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "shipped.yaml")
	text := fmt.Sprintf(`version: 1
name: shipped
summary: A web server under one rate.
environment: %s
service: nginx
policies: []
requests:
  page: {path: /, timeout: 10s}
traffic:
  seed: 10
  arrivals: poisson
%s
  stages:
    - {name: hold, for: %v, rate: {page: %d/s}}
expect:
%s
`, environment, more, length, rate, expect)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	return file
}

// running is a run of the built program.
type running struct {
	t       *testing.T
	cmd     *exec.Cmd
	out     bytes.Buffer
	reports string
}

// run starts one against a target; prefix is a command that starts it.
func run(t *testing.T, file, address string, prefix ...string) *running {
	program, err := filepath.Abs(*loadgen)
	require.NoError(t, err)
	r := &running{t: t, reports: t.TempDir()}
	args := append(prefix, program, "run", file, "--target", "http://"+address, "--reports", r.reports)
	r.cmd = exec.Command(args[0], args[1:]...)
	r.cmd.Stdout, r.cmd.Stderr = &r.out, &r.out
	require.NoError(t, r.cmd.Start())
	t.Cleanup(func() { _ = r.cmd.Process.Kill() })
	return r
}

// begun waits until the traffic flows, and returns the instant at which it began.
func (r *running) begun() time.Time {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		for _, e := range r.events() {
			if e.Kind == "stage.started" {
				return e.At
			}
		}
	}
	require.FailNow(r.t, "no traffic", r.out.String())
	return time.Time{}
}

func (r *running) events() []timeline.Event {
	files, err := filepath.Glob(filepath.Join(r.reports, "*", timeline.FileName))
	require.NoError(r.t, err)
	if len(files) == 0 {
		return nil
	}
	events, err := timeline.ReadFile(files[0])
	if err != nil {
		return nil // its first line is being written
	}
	return events
}

// end waits for the end, and returns the exit code.
func (r *running) end() int {
	_ = r.cmd.Wait() // told by its code
	return r.cmd.ProcessState.ExitCode()
}

// verdict is verdict.json as far as these tests read it.
type verdict struct {
	Checks []struct {
		ID          string `json:"id"`
		Answer      string `json:"answer"`
		Explanation string `json:"explanation"`
	} `json:"results"`
}

func (r *running) verdict() (v verdict) {
	files, err := filepath.Glob(filepath.Join(r.reports, "*", "verdict.json"))
	require.NoError(r.t, err)
	require.Len(r.t, files, 1, r.out.String())
	text, err := os.ReadFile(files[0])
	require.NoError(r.t, err)
	require.NoError(r.t, json.Unmarshal(text, &v))
	return v
}

// starved are the causes that the run named, each added up.
func (r *running) starved() map[string]timeline.Starved {
	causes := map[string]timeline.Starved{}
	for _, e := range r.events() {
		if d, ok := e.Data.(timeline.Starved); ok {
			c := causes[d.Cause]
			c.Late, c.Unsent, c.Lost, c.Longest = c.Late+d.Late, c.Unsent+d.Unsent, c.Lost+d.Lost, max(c.Longest, d.Longest)
			causes[d.Cause] = c
		}
	}
	return causes
}

// sums checks that all is accounted for, and returns what ended by class.
func (r *running) sums() (sent int64, ended, unsent map[string]int64) {
	ended, unsent = map[string]int64{}, map[string]int64{}
	var planned, given, completed int64
	for _, e := range r.events() {
		w, ok := e.Data.(timeline.Window)
		if !ok {
			continue
		}
		for _, k := range w.Kinds {
			planned, sent = planned+k.Planned, sent+k.Sent
			for reason, n := range k.Unsent {
				given += n
				unsent[reason] += n
			}
			for class, n := range k.Completed {
				completed += n
				ended[class] += n
			}
		}
	}
	require.Equal(r.t, planned, sent+given)
	require.Equal(r.t, sent, completed)
	return sent, ended, unsent
}
