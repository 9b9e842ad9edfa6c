package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/run"
)

// While a run sends, its numbers are there; when it has ended, nobody listens.
func TestMetricsOfARun(t *testing.T) {
	t.Setenv("LOADGEN_TEST_TOKEN", "any")
	said := &address{told: make(chan struct{})}
	var mu sync.Mutex
	var text string
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		<-said.told
		mu.Lock()
		defer mu.Unlock()
		if text != "" {
			return
		}
		if res, err := client.Get(said.url); err == nil {
			defer res.Body.Close()
			body, _ := io.ReadAll(res.Body)
			text = string(body)
		}
	}))
	defer server.Close()
	var out bytes.Buffer
	code := exec(context.Background(), []string{"run", short, "--target", server.URL, "--reports", filepath.Join(t.TempDir(), "reports"), "--metrics", "127.0.0.1:0"}, nil, &out, said)
	require.Contains(t, []int{run.ExitPass, run.ExitInconclusive}, code, out.String())
	mu.Lock()
	defer mu.Unlock()
	require.Contains(t, text, `scaleproof_run_info{command="loadgen run",environment="nginx",scenario="short"`)
	require.Contains(t, text, `scaleproof_stage_info{index="0",stage="climb"} 1`)
	_, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(said.url, "http://"), "/metrics"))
	require.ErrorContains(t, err, "refused", "it ends with the run")
}

// address waits for the line that tells where the numbers are.
type address struct {
	told chan struct{}
	url  string
	once sync.Once
}

func (a *address) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		if url, ok := strings.CutPrefix(line, "metrics: "); ok {
			a.once.Do(func() {
				a.url = strings.TrimSpace(url)
				close(a.told)
			})
		}
	}
	return len(p), nil
}
