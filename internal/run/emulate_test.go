package run

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/awsenv"
	"scaleproof/internal/clock"
	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// A world that is stuck in a change, with the lock that every call needs,
// keeps nobody from ending the environment: one interrupt and some patience
// do, or two.
func TestEmulateEndsThoughItsWorldIsStuck(t *testing.T) {
	for name, tc := range map[string]struct {
		grace      time.Duration
		interrupts int
	}{
		"by patience":           {time.Millisecond, 1},
		"by a second interrupt": {24 * time.Hour, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stuck, loose := make(chan struct{}), make(chan struct{})
			defer close(loose)
			var once sync.Once
			out, printed := io.Pipe()
			var notes bytes.Buffer
			interrupts := make(chan os.Signal, 4)
			con := console(&notes)
			con.Out, con.Interrupts = printed, interrupts
			ended := make(chan error, 1)
			go func() { // ends with the environment, which the test waits for
				ended <- Emulate(context.Background(), con, EmulateOptions{
					Environment: "../../scenarios/environments/local.yaml", Speed: 1, API: "127.0.0.1:0", Front: "127.0.0.1:0",
					grace: tc.grace, world: func(w *model.World) {
						w.Trace(func(line string) {
							if strings.Contains(line, " pending ") {
								once.Do(func() { close(stuck) })
								<-loose
							}
						})
					},
				})
			}()
			endpoint := told(t, out)
			go change(endpoint) // ends with the environment
			select {
			case <-stuck:
			case <-time.After(time.Minute):
				require.Fail(t, "the change did not reach the world")
			}
			for range tc.interrupts {
				interrupts <- os.Interrupt
			}
			select {
			case err := <-ended:
				require.NoError(t, err)
				require.Contains(t, notes.String(), "still at work")
			case <-time.After(time.Minute):
				require.Fail(t, "the environment does not end")
			}
		})
	}
}

// told is the endpoint that an environment prints; the rest is read away.
func told(t *testing.T, out io.Reader) string {
	t.Helper()
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan())
	m := regexp.MustCompile(`^export AWS_ENDPOINT_URL=(http://\S+)$`).FindStringSubmatch(lines.Text())
	require.NotNil(t, m, lines.Text())
	go func() { // ends with the test's process: nobody closes the pipe
		_, _ = io.Copy(io.Discard, out)
	}()
	return m[1]
}

// change asks for more tasks than stand; nobody may ever answer.
func change(endpoint string) {
	c := clock.NewWall()
	defer c.Stop()
	env, err := awsenv.Open(context.Background(), awsenv.Config{Endpoint: endpoint, Region: "eu-west-1", Clock: c})
	if err != nil {
		return
	}
	defer env.Close()
	n := 4
	_, _ = env.Do(context.Background(), scaling.Change{
		Op: scaling.UpdateDesired, Desired: &n, Service: scaling.Service{Cluster: "staging-cluster", Name: "staging-web"},
	})
}
