package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	osexec "os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/awsenv"
	"scaleproof/internal/clock"
	"scaleproof/internal/judge"
	"scaleproof/internal/run"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

const (
	small = "testdata/environments/small.yaml"
	climb = "testdata/scenarios/climb.yaml"
)

// What emulate prints is for a shell to eval; Ctrl-C is how it is meant to
// end, and so no failure.
func TestEmulate(t *testing.T) {
	t.Parallel()
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		e := serve(t, "--environment", small, "--speed", "60")
		shell := osexec.Command("sh", "-c", `eval "$1" && env`, "sh", e.out.String())
		shell.Env = []string{"PATH=" + os.Getenv("PATH")}
		env, err := shell.Output()
		require.NoError(t, err)
		vars := strings.Split(string(env), "\n")
		for _, v := range []string{"AWS_ENDPOINT_URL=" + e.endpoint, "AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=emulated", "AWS_SECRET_ACCESS_KEY=emulated"} {
			require.Contains(t, vars, v)
		}
		require.Len(t, e.env(), strings.Count(e.out.String(), "\n"), "every line is an export")

		e.signal(s)
		require.Equal(t, run.ExitPass, e.wait(), e.output())
		_, err = http.Get(e.endpoint)
		require.Error(t, err, "nobody listens any more")
	}
}

// A scenario has the same answers in another process, on a clock that goes
// sixty times as fast as the wall, but for those that are only as good as the
// machine: they may be unsure there and never fail.
func TestSameAnswersOnEmulate(t *testing.T) {
	t.Parallel()
	reports := t.TempDir()
	within := start(t, nil, "run", climb, "--reports", filepath.Join(reports, "within"))
	require.Equal(t, run.ExitPass, within.wait(), within.output())
	want := answers(t, newest(t, filepath.Join(reports, "within")))
	for attempt := 1; ; attempt++ {
		e := serve(t, "--environment", small, "--speed", "60")
		beside := filepath.Join(reports, strconv.Itoa(attempt))
		c := start(t, e.env(), "run", climb, "--reports", beside)
		require.Contains(t, []int{run.ExitPass, run.ExitInconclusive}, c.wait(), c.output())
		got := answers(t, newest(t, beside))
		differ := differences(want, got)
		if attempt < 4 && len(differ) > 0 && starved(got) {
			t.Logf("attempt %d: the machine had too little time for the run, which says so itself, and %v is not as wanted", attempt, differ)
			e.signal(os.Interrupt)
			e.wait()
			continue
		}
		require.Empty(t, differ, c.output())
		return
	}
}

// starved says that the run itself calls its witness weak, by what it could
// not look at or not send in time: it shared a machine that did something
// else. A run that fails is never tried again.
func starved(got map[string]judge.Answer) bool {
	for id, answer := range got {
		weak := strings.HasPrefix(id, "observation.complete ") || strings.HasPrefix(id, "load.delivered ")
		if weak && answer == judge.Inconclusive {
			return true
		}
	}
	return false
}

// differences are what a run beside a scaled clock answers otherwise than
// wanted; what is only as good as the machine may be unsure, and may not fail.
func differences(want, got map[string]judge.Answer) (list []string) {
	machine := []string{"latency", "load.delivered", "load.arrived", "observation.complete"}
	// What answers only where its case lasted for long enough between two looks.
	passing := []string{"alarms.fire", "trigger.answered"}
	for id := range want {
		check, _, _ := strings.Cut(id, " ")
		unsure := got[id] == judge.Inconclusive && slices.Contains(machine, check)
		untold := got[id] == "" && slices.Contains(passing, check)
		if got[id] != want[id] && !unsure && !untold {
			list = append(list, fmt.Sprintf("%s: %q, not %q", id, got[id], want[id]))
		}
	}
	for id := range got {
		if _, ok := want[id]; !ok {
			list = append(list, id+" was not asked before")
		}
	}
	return list
}

// answers are a run's, by check and subject.
func answers(t *testing.T, dir string) map[string]judge.Answer {
	t.Helper()
	events, err := timeline.ReadFile(filepath.Join(dir, timeline.FileName))
	require.NoError(t, err)
	v, err := judge.Judge(events)
	require.NoError(t, err)
	all := map[string]judge.Answer{}
	for _, r := range v.Results {
		all[r.ID+" "+r.Subject] = r.Answer
	}
	return all
}

// Plain requests of a client that is not ours scale a service as those of a
// run do.
func TestPlainRequestsScale(t *testing.T) {
	t.Parallel()
	e := serve(t, "--environment", small, "--speed", "60")
	c := clock.NewWall()
	defer c.Stop()
	env, err := awsenv.Open(context.Background(), awsenv.Config{Endpoint: e.endpoint, Region: "eu-west-1", Clock: c})
	require.NoError(t, err)
	defer env.Close()
	pages := scaling.Service{Cluster: "test-cluster", Name: "test-pages"}
	before, err := env.Service(context.Background(), pages)
	require.NoError(t, err)
	require.Equal(t, 1, before.Desired)

	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var clients sync.WaitGroup
	for range 4 { // each about one request a second of service time
		clients.Go(func() {
			for ctx.Err() == nil {
				get(ctx, e.front+"/page")
			}
		})
	}
	e.until("a scale-out", func() bool {
		s, err := env.Service(context.Background(), pages)
		require.NoError(t, err)
		return s.Desired > 1
	})
	stop()
	clients.Wait()
	acts, err := env.Activities(context.Background(), pages, time.Time{})
	require.NoError(t, err)
	require.NotEmpty(t, acts.List)
	require.Contains(t, acts.List[len(acts.List)-1].Cause, "test-pages-request-tracking-policy")
}

func get(ctx context.Context, url string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
}
