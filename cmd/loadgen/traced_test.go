package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/run"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// What the service's tracing would record is what the schedule says, with the
// run's own beginning: a trace leads back to the request, and no other request
// has one.
func TestTracesAreThoseOfTheSchedule(t *testing.T) {
	const scenario = "testdata/scenarios/traced.yaml"
	var mu sync.Mutex
	got := map[string]string{} // trace ids by kind and number
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		number, err := strconv.ParseUint(r.Header.Get(scaling.RequestHeader), 10, 64)
		trace := strings.Split(r.Header.Get(scaling.TraceHeader), "-")
		mu.Lock()
		defer mu.Unlock()
		if err == nil && len(trace) == 4 && trace[0] == "00" && trace[3] == "01" {
			got[fmt.Sprint(plan.KindOf(number), ",", plan.NOf(number))] = trace[1]
		} else if trace[0] != "" || err != nil {
			got[r.Header.Get(scaling.TraceHeader)] = "is none"
		}
	}))
	defer server.Close()
	reports := filepath.Join(t.TempDir(), "reports")
	var out, said bytes.Buffer
	code := exec(context.Background(), []string{"run", scenario, "--target", server.URL, "--reports", reports}, nil, &out, &said)
	require.Contains(t, []int{run.ExitPass, run.ExitInconclusive}, code, out.String()+said.String())
	dir, sent, _ := counts(t, reports)
	require.Equal(t, int64(100), sent)
	events, err := timeline.ReadFile(filepath.Join(dir, timeline.FileName))
	require.NoError(t, err)
	var began string
	for _, e := range events {
		if _, ok := e.Data.(timeline.Stage); ok {
			began = e.At.Format(time.RFC3339Nano)
		}
	}

	out.Reset()
	require.Zero(t, exec(context.Background(), []string{"schedule", scenario, "--format", "csv", "--start", began}, nil, &out, &said), said.String())
	want := map[string]string{}
	for line := range strings.Lines(out.String()) {
		row := strings.Split(strings.TrimSuffix(line, "\n"), ",")
		kind := map[string]string{"page": "0", "post": "1"}[row[1]]
		if kind != "" && row[4] != "" {
			want[kind+","+row[2]] = row[4]
		}
	}
	require.Greater(t, len(want), 20)
	require.Less(t, len(want), 60)
	require.Equal(t, want, got)
}
