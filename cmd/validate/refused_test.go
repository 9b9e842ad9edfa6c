package main

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/run"
)

// An endpoint that answers and is no emulated environment gets one question,
// on the control path, and nothing else: it might be anything.
func TestEndpointWithoutControlPath(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a redirect was followed")
	}))
	t.Cleanup(elsewhere.Close)
	for name, answer := range map[string]http.HandlerFunc{
		"not found":  http.NotFound,
		"a page":     func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"other JSON": func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(`{"services": {}}`)) },
		"a wall": func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(`{"mode":"wall","now":"2026-01-01T00:00:00Z"}`))
		},
		"stands still": func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(`{"mode":"scaled","now":"2026-01-01T00:00:00Z","speed":0}`))
		},
		"sends on": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				answer(w, r)
			}))
			defer server.Close()
			reports := filepath.Join(t.TempDir(), "reports")
			c := start(t, []string{run.EndpointVariable + "=" + server.URL}, "run", minute, "--reports", reports)
			require.Equal(t, run.ExitRefused, c.wait(), c.output())
			require.Contains(t, c.err.String(), server.URL+" is not an environment of validate emulate")
			require.Empty(t, c.out.String())
			require.EqualValues(t, 1, asked.Load())
			require.NoDirExists(t, reports)
		})
	}
}

// Two environments cannot share a port.
func TestAddressInUse(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer busy.Close()
	for _, flag := range []string{"--api", "--front"} {
		args := append([]string{"emulate", "--environment", small, "--api", "127.0.0.1:0", "--front", "127.0.0.1:0"}, flag, busy.Addr().String())
		var out, said bytes.Buffer
		require.Equal(t, run.ExitRefused, exec(context.Background(), args, nil, &out, &said))
		require.Regexp(t, `^validate: start the environment: .*: address already in use\n$`, said.String())
		require.Empty(t, out.String(), "nothing to export")
	}
}

// A folder of reports that cannot be made, or in which nothing can be written.
func TestReportsThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "reports")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	var out, said bytes.Buffer
	require.Equal(t, run.ExitRefused, exec(context.Background(), []string{"run", minute, "--reports", file}, nil, &out, &said))
	require.Regexp(t, `^validate: make the folder of reports: .*\n$`, said.String())
}
