package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/run"
	"scaleproof/internal/testbed"
	"scaleproof/internal/timeline"
)

const short = "testdata/scenarios/short.yaml"

// patience guards against hanging only.
const patience = time.Minute

// counts are a run's answers by status, and what it sent.
func counts(t *testing.T, reports string) (dir string, sent int64, answers map[string]int64) {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(reports, "*"))
	require.NoError(t, err)
	require.Len(t, dirs, 1)
	events, err := timeline.ReadFile(filepath.Join(dirs[0], timeline.FileName))
	require.NoError(t, err)
	answers = map[string]int64{}
	for _, e := range events {
		w, ok := e.Data.(timeline.Window)
		if !ok {
			continue
		}
		for _, k := range w.Kinds {
			sent += k.Sent
			for status, n := range k.Completed {
				answers[status] += n
			}
		}
	}
	return dirs[0], sent, answers
}

// nginx from Debian: what the run says that it sent and got is what the
// server's own log says. How punctual a busy machine was is not its business.
func TestNginx(t *testing.T) {
	server := testbed.Nginx(t, "$request_method,$uri,$status", "")
	t.Setenv("LOADGEN_TEST_TOKEN", "any")
	reports := filepath.Join(t.TempDir(), "reports")
	var out, said bytes.Buffer
	code := exec(context.Background(), []string{"run", short, "--target", "http://" + server.Address, "--reports", reports}, nil, &out, &said)
	require.Contains(t, []int{run.ExitPass, run.ExitInconclusive}, code, out.String()+said.String())
	_, sent, answers := counts(t, reports)
	require.Equal(t, map[string]int64{"200": answers["200"], "405": answers["405"]}, answers)
	require.Equal(t, sent, answers["200"]+answers["405"])
	require.Greater(t, sent, int64(100))

	logged := map[string]int64{}
	for _, line := range server.Log() {
		logged[line]++
	}
	require.Equal(t, map[string]int64{"GET,/index.html,200": answers["200"], "POST,/index.html,405": answers["405"]}, logged)
}

// A secret reaches the service that it is for, in each request, and nothing
// else: no file and no stream has it.
func TestSecretGoesOnTheWireOnly(t *testing.T) {
	const secret = "SENTINEL-77aa-not-a-key"
	t.Setenv("LOADGEN_TEST_TOKEN", secret)
	var mu sync.Mutex
	got := map[string]int64{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		got[r.Method+" "+r.Header.Get("Authorization")]++
		http.Error(w, r.Header.Get("Authorization"), http.StatusOK) // an answer that tells it is not written down either
	}))
	defer server.Close()
	reports := filepath.Join(t.TempDir(), "reports")
	var out, said bytes.Buffer
	code := exec(context.Background(), []string{"run", short, "--target", server.URL, "--reports", reports}, nil, &out, &said)
	require.Contains(t, []int{run.ExitPass, run.ExitInconclusive}, code, out.String()+said.String())
	dir, sent, answers := counts(t, reports)
	require.Equal(t, map[string]int64{"200": sent}, answers)
	require.Equal(t, map[string]int64{"GET Bearer " + secret: got["GET Bearer "+secret], "POST ": got["POST "]}, got)
	require.Equal(t, sent, got["GET Bearer "+secret]+got["POST "])

	require.NotContains(t, out.String()+said.String(), secret)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		require.False(t, bytes.Contains(text, []byte(secret)), e.Name())
	}
}

// A demand at a service that is not emulated is solved from the environment's
// costs. By hand: 2.5 tasks at 70 % are 1.75 vCPU, 5 tasks at 1500 a minute are
// 125 requests a second; at 105 ms and 2 ms these are 14.56 heavy and 110.44
// light ones a second.
func TestTargetGetsTheSolvedRates(t *testing.T) {
	var mu sync.Mutex
	got := map[string]int64{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		mu.Lock()
		defer mu.Unlock()
		got[fmt.Sprint(r.Method, " ", r.URL.Path, " ", n)]++
	}))
	defer server.Close()
	reports := filepath.Join(t.TempDir(), "reports")
	var out, said bytes.Buffer
	code := exec(context.Background(), []string{"run", "testdata/scenarios/demand.yaml", "--target", server.URL, "--reports", reports}, nil, &out, &said)
	require.Contains(t, []int{run.ExitPass, run.ExitInconclusive}, code, out.String()+said.String())
	_, sent, answers := counts(t, reports)
	require.Equal(t, map[string]int64{"200": sent}, answers)
	heavy, light := got["POST /api/public/otel/v1/traces 20000"], got["POST /api/public/otel/v1/traces 0"]
	require.Len(t, got, 2, got)
	require.Equal(t, sent, heavy+light)
	require.InDelta(t, 3*14.56, heavy, 1, "evenly spaced, so never more than one off")
	require.InDelta(t, 3*110.44, light, 1)
}

// An interrupt ends the sending; what was sent comes in, and is judged.
func TestInterrupt(t *testing.T) {
	reports := filepath.Join(t.TempDir(), "reports")
	out, said := interrupted(t, "--reports", reports)
	_, sent, answers := counts(t, reports)
	require.Positive(t, sent)
	require.Equal(t, map[string]int64{"200": sent}, answers, said)
	require.Contains(t, out, "\nreport: ")
	require.NotContains(t, out, "\npass: ")
}

// interrupted runs a long scenario in a process of its own and interrupts it
// once the service is asked.
func interrupted(t *testing.T, flags ...string) (out, said string) {
	t.Helper()
	asked := make(chan struct{})
	var once sync.Once
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { once.Do(func() { close(asked) }) }))
	defer server.Close()
	return signalled(t, server.URL, asked, false, flags...)
}

// signalled runs a long scenario at a service in a process of its own,
// interrupts it at a moment, and where twice is set again in its drain.
func signalled(t *testing.T, target string, moment <-chan struct{}, twice bool, flags ...string) (out, said string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	c := osexec.Command(self, append([]string{"run", "testdata/scenarios/long.yaml", "--target", target}, flags...)...)
	c.Args[0] = "loadgen"
	var stdout bytes.Buffer
	stderr := &awaited{text: "phase drain", there: make(chan struct{})}
	c.Stdout, c.Stderr = &stdout, stderr
	require.NoError(t, c.Start())
	ended := make(chan struct{})
	go func() { // ends with the child
		_ = c.Wait()
		close(ended)
	}()
	defer func() {
		_ = c.Process.Kill()
		<-ended
	}()
	wait := func(done <-chan struct{}) {
		select {
		case <-done:
		case <-time.After(patience):
			require.FailNow(t, "nothing happens")
		}
	}
	wait(moment)
	require.NoError(t, c.Process.Signal(os.Interrupt))
	if twice {
		wait(stderr.there) // two at once may come as one
		require.NoError(t, c.Process.Signal(os.Interrupt))
	}
	wait(ended)
	require.Equal(t, run.ExitInterrupted, c.ProcessState.ExitCode(), stdout.String()+stderr.all.String())
	return stdout.String(), stderr.all.String()
}

// awaited is a stream in which a text is waited for.
type awaited struct {
	all   bytes.Buffer // not embedded: its ReadFrom would go past Write
	text  string
	there chan struct{} // closed when it is there
	found bool
}

func (a *awaited) Write(p []byte) (int, error) {
	n, err := a.all.Write(p)
	if !a.found && strings.Contains(a.all.String(), a.text) {
		a.found = true
		close(a.there)
	}
	return n, err
}
