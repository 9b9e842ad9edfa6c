package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/export"
	"scaleproof/internal/run"
)

// summaryOf reads what --json printed: one object and nothing else.
func summaryOf(t *testing.T, out string) (s export.Summary) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(out))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&s), out)
	require.False(t, d.More(), "nothing stands behind it")
	return s
}

func exported(t *testing.T, dir, form string) string {
	t.Helper()
	var out, said bytes.Buffer
	require.Zero(t, exec(context.Background(), []string{"export", dir, "--format", form}, nil, &out, &said), said.String())
	require.Empty(t, said.String())
	return out.String()
}

// A run is told as one object, whose sums hold; its folder tells the same again,
// to the byte, and the table adds up to it.
func TestRunAsJSON(t *testing.T) {
	t.Setenv("LOADGEN_TEST_TOKEN", "any")
	reports := filepath.Join(t.TempDir(), "reports")
	var out, said bytes.Buffer
	require.Zero(t, exec(context.Background(), []string{"run", short, "--reports", reports, "--json"}, nil, &out, &said), said.String())
	s := summaryOf(t, out.String())
	dir, sent, answers := counts(t, reports)
	require.Equal(t, "pass", s.Answer)
	require.NotEmpty(t, s.Sentence)
	require.Equal(t, "1/1", s.Shard)
	require.Equal(t, []any{1, "loadgen run", "short", "nginx", dir, "complete", 0, 2.0}, []any{s.SchemaVersion, s.Command, s.Scenario, s.Environment, s.Folder, s.Outcome, s.ExitCode, s.Seconds})
	require.Equal(t, sent, s.Sent)
	require.Equal(t, answers, s.Completed)
	require.Zero(t, s.Unaccounted)
	require.Zero(t, s.InFlight)
	require.Equal(t, s.Latency, s.Served, "on the stepping clock each request leaves when it is due")
	require.Equal(t, []any{s.Sent, int64(0)}, []any{s.Lateness.Count, s.Lateness.Max})

	require.Equal(t, out.String(), exported(t, dir, "json"))
	rows, err := csv.NewReader(strings.NewReader(exported(t, dir, "csv"))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"kind", "scheduled"}, rows[0][4:6])
	var scheduled int64
	for _, row := range rows[1:] {
		n, err := strconv.ParseInt(row[5], 10, 64)
		require.NoError(t, err)
		scheduled += n
	}
	require.Equal(t, s.Scheduled, scheduled)
	require.Equal(t, contents(t, filepath.Join(dir, "latency.hlog")), exported(t, dir, "hlog"))
}

// An interrupted run is told too, with what it came to.
func TestInterruptedRunAsJSON(t *testing.T) {
	reports := filepath.Join(t.TempDir(), "reports")
	out, _ := interrupted(t, "--reports", reports, "--json")
	s := summaryOf(t, out)
	dir, sent, _ := counts(t, reports)
	require.Equal(t, []any{"interrupted", run.ExitInterrupted, sent}, []any{s.Outcome, s.ExitCode, s.Sent})
	require.Zero(t, s.Unaccounted)
	require.NotEqual(t, "pass", s.Answer)
	require.Equal(t, out, exported(t, dir, "json"))
}

// A second interrupt ends the drain: what hangs then is in flight, and the sums
// hold all the same.
func TestAbortedRunAsJSON(t *testing.T) {
	third, done := make(chan struct{}), make(chan struct{})
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		switch asked.Add(1) {
		case 1:
			return // the one that is answered
		case 3:
			close(third)
		}
		select { // ends with the connection, or the test
		case <-r.Context().Done():
		case <-done:
		}
	}))
	defer server.Close()
	defer close(done)
	reports := filepath.Join(t.TempDir(), "reports")
	out, _ := signalled(t, server.URL, third, true, "--reports", reports, "--json")
	s := summaryOf(t, out)
	dir, sent, _ := counts(t, reports)
	require.Equal(t, []any{run.ExitInterrupted, sent}, []any{s.ExitCode, s.Sent})
	require.Equal(t, map[string]int64{"200": 1}, s.Completed)
	require.GreaterOrEqual(t, s.InFlight, int64(2))
	require.Zero(t, s.Unaccounted)
	require.Equal(t, s.InFlight, s.Latency.Unanswered)
	require.Nil(t, s.Latency.P50, "most never had an answer, and one was fast")
	require.Equal(t, out, exported(t, dir, "json"))
}

func contents(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}
