package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/run"
)

// guarded is a service on TLS that wants a certificate of its clients. The files
// are of its authority, and of a certificate with its key.
type guarded struct {
	*httptest.Server
	port, ca, cert, key string

	mu  sync.Mutex
	got map[string]int64 // requests, by protocol, host and SNI
}

func guard(t *testing.T) *guarded {
	g := &guarded{got: map[string]int64{}}
	g.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.got[fmt.Sprint(r.Proto, " ", r.Host, " ", r.TLS.ServerName, " ", len(r.TLS.PeerCertificates))]++
	}))
	g.EnableHTTP2 = true
	g.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	g.StartTLS()
	t.Cleanup(g.Close)
	g.port = fmt.Sprint(g.Listener.Addr())[len("127.0.0.1:"):]
	dir := t.TempDir()
	write := func(name, kind string, der []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
		return path
	}
	pair := g.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	require.NoError(t, err)
	g.ca = write("ca.pem", "CERTIFICATE", pair.Certificate[0])
	g.cert = write("cert.pem", "CERTIFICATE", pair.Certificate[0])
	g.key = write("key.pem", "PRIVATE KEY", key)
	return g
}

// plainly is a scenario of a second, whose connections are as a test says.
const plainly = `version: 1
name: plainly
environment: %s
service: web
policies: []
requests:
  page: {path: /page, rate: 40/s}
traffic:
  seed: 1
  arrivals: uniform
  ceiling: 400/s
  connections: %s
  stages: [{name: only, for: 1s}]
`

const onTLS = `version: 1
name: inside
region: eu-west-1
account: "111122223333"
hosts: [example.com]
resolve: {example.com: [127.0.0.1]}
services:
  web:
    cluster: test-cluster
    service: test-web
    url: https://example.com:%s
    tls: {ca: %s, cert: %s, key: %s}
    capacity: {min: 1, max: 4}
    policies: {}
`

// A service is reached by the name that its certificate is for, over HTTP/1.1 as
// over HTTP/2, with a certificate of one's own, whether the environment says how
// or the command line does. The key is in no file of the run.
func TestAServiceOnTLS(t *testing.T) {
	g := guard(t)
	dir := t.TempDir()
	environment := filepath.Join(dir, "inside.yaml")
	require.NoError(t, os.WriteFile(environment, fmt.Appendf(nil, onTLS, g.port, g.ca, g.cert, g.key), 0o600))
	for name, c := range map[string]struct {
		connections string
		args        []string
		want        string
	}{
		"environment, HTTP/1.1": {"{max: 2}", nil, "HTTP/1.1 example.com:" + g.port + " example.com 1"},
		"environment, HTTP/2":   {"{protocol: http2}", nil, "HTTP/2.0 example.com:" + g.port + " example.com 1"},
		"command line": {"{keep_alive: false}", []string{
			"--target", "https://other.test:" + g.port, "--resolve", "other.test:" + g.port + ":127.0.0.1", "--server-name", "example.com",
			"--cacert", g.ca, "--cert", g.cert, "--key", g.key,
		}, "HTTP/1.1 other.test:" + g.port + " example.com 1"},
	} {
		t.Run(name, func(t *testing.T) {
			clear(g.got)
			scenario := filepath.Join(t.TempDir(), "plainly.yaml")
			require.NoError(t, os.WriteFile(scenario, fmt.Appendf(nil, plainly, environment, c.connections), 0o600))
			reports := filepath.Join(t.TempDir(), "reports")
			var out, said bytes.Buffer
			code := exec(context.Background(), append([]string{"run", scenario, "--reports", reports}, c.args...), nil, &out, &said)
			require.Contains(t, []int{run.ExitPass, run.ExitInconclusive}, code, out.String()+said.String())
			run, sent, answers := counts(t, reports)
			require.EqualValues(t, 40, sent)
			require.Equal(t, map[string]int64{"200": 40}, answers)
			require.Equal(t, map[string]int64{c.want: 40}, g.got)
			text, err := os.ReadFile(filepath.Join(run, "timeline.jsonl"))
			require.NoError(t, err)
			key, err := os.ReadFile(g.key)
			require.NoError(t, err)
			require.NotContains(t, string(text), string(key[40:80]))
		})
	}
}
