package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/run"
)

// imports makes a scenario of a list, in a folder of its own.
func imports(t *testing.T, list string, flags ...string) (file, said string, code int) {
	t.Helper()
	dir := t.TempDir()
	targets := filepath.Join(dir, "targets.txt")
	require.NoError(t, os.WriteFile(targets, []byte(list), 0o644))
	var out bytes.Buffer
	code = exec(context.Background(), append([]string{"import", targets, "--out", filepath.Join(dir, "made")}, flags...), nil, &out, &out)
	return filepath.Join(dir, "made", "scenario.yaml"), out.String(), code
}

// What vegeta would send is what the service gets, in the list's shares: method,
// path, fields and body of each target.
func TestImportedTargetsAreSent(t *testing.T) {
	var mu sync.Mutex
	got := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		got[fmt.Sprintf("%s %s %s X=%q Authorization=%q %q", r.Method, r.Host, r.RequestURI, r.Header["X"], r.Header["Authorization"], body)]++
	}))
	defer server.Close()
	list := strings.ReplaceAll(`{"method":"GET","url":"BASE/a?q=%20","header":{"X":["1, \"2\""],"Host":["other.example"]}}
{"method":"GET","url":"BASE/a?q=%20","header":{"X":["1, \"2\""],"Host":["other.example"]}}
{"method":"PUT","url":"BASE/b%2Fc","body":"AAECfX19Cv8=","header":{"authorization":["Bearer SENTINEL"]}}
{"method":"PUT","url":"BASE/b%2Fc"}
`, "BASE", server.URL)
	file, said, code := imports(t, list, "--rate", "80/s", "--for", "1s")
	require.Zero(t, code, said)
	require.NotContains(t, said, "SENTINEL")
	require.NoError(t, filepath.WalkDir(filepath.Dir(file), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			require.NotContains(t, contents(t, path), "SENTINEL")
		}
		return err
	}))
	t.Setenv("TARGETS_AUTHORIZATION", "Bearer SENTINEL")
	var out, progress bytes.Buffer
	code = exec(context.Background(), []string{"run", file, "--target", server.URL, "--reports", t.TempDir()}, nil, &out, &progress)
	require.Contains(t, []int{run.ExitPass, run.ExitInconclusive}, code, out.String()+progress.String())
	address := strings.TrimPrefix(server.URL, "http://")
	require.Equal(t, map[string]int{
		`GET other.example /a?q=%20 X=["1, \"2\""] Authorization=[] ""`:                             40,
		`PUT ` + address + ` /b%2Fc X=[] Authorization=["Bearer SENTINEL"] "\x00\x01\x02}}}\n\xff"`: 20,
		`PUT ` + address + ` /b%2Fc X=[] Authorization=[] ""`:                                       20,
	}, got)
}

// A scenario tells a hundred kinds apart, and no target is left out silently.
func TestTooManyTargets(t *testing.T) {
	var list strings.Builder
	for n := range 100 {
		fmt.Fprintf(&list, "GET http://127.0.0.1:1/%d\n\n", n)
	}
	file, said, code := imports(t, list.String())
	require.Zero(t, code, said)
	require.FileExists(t, file)
	_, said, code = imports(t, list.String()+"GET http://127.0.0.1:1/one\nGET http://127.0.0.1:1/more\n")
	require.Equal(t, run.ExitUsage, code)
	require.Contains(t, said, "targets.txt:201:1: it is unlike each of the 100 kinds of targets before it, and a scenario tells no more apart: split the list")
}
