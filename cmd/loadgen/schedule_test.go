package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/run"
	"scaleproof/internal/timeline"
)

// Two generators with a shard each send together what the schedule says, each
// request once and with the body that it says, by the target's own account.
func TestShardsSendTheSchedule(t *testing.T) {
	t.Setenv("LOADGEN_TEST_TOKEN", "any")
	var mu sync.Mutex
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sum := sha256.Sum256(body)
		mu.Lock()
		defer mu.Unlock()
		got = append(got, r.Method+" "+hex.EncodeToString(sum[:]))
	}))
	defer server.Close()

	var wanted []string
	var generators sync.WaitGroup
	for _, shard := range []string{"1/2", "2/2"} {
		wanted = append(wanted, scheduled(t, "--shard", shard)...)
		reports := filepath.Join(t.TempDir(), "reports")
		generators.Go(func() { // ends with the run
			var out, said bytes.Buffer
			code := exec(context.Background(), []string{"run", short, "--target", server.URL, "--reports", reports, "--shard", shard}, nil, &out, &said)
			if !slices.Contains([]int{run.ExitPass, run.ExitInconclusive}, code) || strings.Contains(out.String(), "fail ") {
				t.Errorf("shard %s exits %d\n%s%s", shard, code, &out, &said)
			}
		})
	}
	generators.Wait()
	require.ElementsMatch(t, scheduled(t), wanted)
	require.ElementsMatch(t, wanted, got)
}

// scheduled lists the method and the digest of each request in the schedule.
func scheduled(t *testing.T, flags ...string) (list []string) {
	var out, said bytes.Buffer
	require.Zero(t, exec(t.Context(), append([]string{"schedule", short, "--format", "csv"}, flags...), nil, &out, &said), &said)
	for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n")[1:] {
		cells := strings.Split(line, ",")
		list = append(list, map[string]string{"page": "GET", "post": "POST"}[cells[1]]+" "+cells[3])
	}
	require.Greater(t, len(list), 50)
	return list
}

// In the embedded environment traffic begins where the schedule says that it
// does unless told otherwise, so that the times in its bodies are the run's.
func TestScheduleBeginsAsTheEmbeddedEnvironment(t *testing.T) {
	t.Setenv("LOADGEN_TEST_TOKEN", "any")
	reports := filepath.Join(t.TempDir(), "reports")
	var out, said bytes.Buffer
	require.Zero(t, exec(t.Context(), []string{"run", short, "--reports", reports}, nil, &out, &said), "%s%s", &out, &said)
	dirs, err := filepath.Glob(filepath.Join(reports, "*"))
	require.NoError(t, err)
	events, err := timeline.ReadFile(filepath.Join(dirs[0], timeline.FileName))
	require.NoError(t, err)
	for _, e := range events {
		if _, ok := e.Data.(timeline.Stage); ok {
			help := scheduleHelp(t)
			require.Contains(t, help, fmt.Sprintf("(default: %s,", e.At.Format(time.RFC3339)))
			return
		}
	}
	require.Fail(t, "no stage began")
}

func scheduleHelp(t *testing.T) string {
	var out bytes.Buffer
	require.Zero(t, exec(t.Context(), []string{"schedule", "--help"}, nil, &out, &out))
	return out.String()
}
