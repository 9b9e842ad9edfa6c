package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/live"
	"scaleproof/internal/run"
	"scaleproof/internal/timeline"
)

// long is a scenario that lasts until it is stopped.
const long = `version: 1
name: long
environment: ENVIRONMENT
service: nginx
policies: []
requests:
  page: {path: /, headers: {Authorization: "Bearer ${LOADGEN_TEST_TOKEN}"}}
traffic:
  seed: 3
  arrivals: uniform
  ceiling: 400/s
  stages: [{name: only, for: 10m, rate: {page: 100/s}}]
expect:
  - {errors: {above: 1%, for: 1s, never: true}}
  - {latency: {p99: 10s, in: [only]}}
`

// longFile writes it, and gives a folder for the reports.
func longFile(t *testing.T) (file, reports string) {
	environment, err := filepath.Abs("../../scenarios/environments/nginx.yaml")
	require.NoError(t, err)
	dir := t.TempDir()
	file = filepath.Join(dir, "long.yaml")
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(long, "ENVIRONMENT", environment, 1)), 0o600))
	return file, filepath.Join(dir, "reports")
}

// longRun begins a run of it at a server of its own, and returns its folder of
// reports and what tells its exit code.
func longRun(t *testing.T, args ...string) (reports string, code <-chan int) {
	t.Setenv("LOADGEN_TEST_TOKEN", "any")
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	file, reports := longFile(t)
	ended := make(chan int, 1)
	go func() {
		var out bytes.Buffer
		code := exec(context.Background(), append([]string{"run", file, "--target", server.URL, "--reports", reports}, args...), nil, &out, &out)
		if code != run.ExitInterrupted {
			t.Errorf("exit code %d: %s", code, &out)
		}
		ended <- code
	}()
	return reports, ended
}

// asked asks the run at a socket for something.
func asked(words ...string) (status live.Status, code int, said string) {
	var out, err bytes.Buffer
	code = exec(context.Background(), append([]string{"control"}, words...), nil, &out, &err)
	_ = json.Unmarshal(out.Bytes(), &status)
	return status, code, err.String()
}

// A run that goes on is seen, slowed, paused, resumed and stopped through its
// socket, and its timeline tells what was done.
func TestControl(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s")
	reports, ended := longRun(t, "--control", socket)
	require.Eventually(t, func() bool {
		status, code, _ := asked(socket, "status")
		return code == run.ExitPass && status.Sent > 0
	}, patience, 10*time.Millisecond)

	status, code, said := asked(socket, "rate", "0.5x")
	require.Zero(t, code, said)
	require.Equal(t, 0.5, status.Factor)
	require.Equal(t, "only", status.Stage)
	require.Equal(t, "traffic", status.Phase)
	require.InDelta(t, 600, status.Elapsed+status.Left, 1e-3)
	status, code, said = asked(socket, "pause")
	require.Zero(t, code, said)
	require.Zero(t, status.Factor)
	status, code, said = asked(socket, "resume")
	require.Zero(t, code, said)
	require.Equal(t, 0.5, status.Factor, "the rate from before the pause")

	_, code, said = asked(socket, "rate", "4x")
	require.Equal(t, run.ExitRefused, code)
	require.Contains(t, said, "which the ceiling of 400/s (traffic.ceiling) would delay: the highest factor is 3.999")
	var out, err bytes.Buffer
	code = exec(context.Background(), []string{"run", short, "--control", socket, "--reports", t.TempDir()}, nil, &out, &err)
	require.Equal(t, run.ExitRefused, code)
	require.Contains(t, err.String(), "another run listens at")

	_, code, said = asked(socket, "stop")
	require.Zero(t, code, said)
	select {
	case code := <-ended:
		require.Equal(t, run.ExitInterrupted, code)
	case <-time.After(patience):
		t.Fatal("it does not end")
	}
	_, code, said = asked(socket, "status")
	require.Equal(t, run.ExitUsage, code)
	require.Contains(t, said, "no run listens at")
	require.NoFileExists(t, socket)

	dirs, _ := filepath.Glob(filepath.Join(reports, "*"))
	require.Len(t, dirs, 1)
	events, fault := timeline.ReadFile(filepath.Join(dirs[0], timeline.FileName))
	require.NoError(t, fault)
	var rates []timeline.Rate
	for _, e := range events {
		if r, ok := e.Data.(timeline.Rate); ok {
			rates = append(rates, r)
		}
	}
	by := func(factor float64) timeline.Rate { return timeline.Rate{Factor: factor, By: "socket", Stage: "only"} }
	require.Equal(t, []timeline.Rate{by(0.5), by(0), by(0.5)}, rates)
}

// docs/control.md names every field of what the socket tells.
func TestDocsNameTheStatus(t *testing.T) {
	data, err := os.ReadFile("../../docs/control.md")
	require.NoError(t, err)
	of := reflect.TypeFor[live.Status]()
	for i := range of.NumField() {
		name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		require.Contains(t, string(data), fmt.Sprintf("`%s`", name))
	}
}
