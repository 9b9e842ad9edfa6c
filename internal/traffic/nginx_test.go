package traffic

import (
	"bytes"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// A server that is not ours: what the windows say adds up with nginx's own
// log, by status and by number, nothing twice and nothing left out.
func TestAgainstNginx(t *testing.T) {
	program, err := exec.LookPath("nginx")
	if err != nil {
		if program = "/usr/sbin/nginx"; !exists(program) {
			t.Skip("nginx is not installed: apt-get install nginx-light")
		}
	}
	base, log := serveNginx(t, program)
	p := steady(60, 1500*time.Millisecond)
	p.Ceiling = 200
	p.Kinds[0] = plan.Kind{Name: "good", Method: "GET", Path: "/good", Timeout: 30 * time.Second}
	p.Kinds = append(p.Kinds, plan.Kind{Name: "bad", Method: "POST", Path: "/bad", Timeout: 30 * time.Second})
	p.Stages[0].Rates = append(p.Stages[0].Rates, plan.Rate{From: 20, To: 20})

	c := clock.NewWall()
	defer c.Stop()
	var windows []timeline.Window
	e := Start(Config{Clock: c, Plan: p, Base: base, Start: c.Now(), Emit: func(events ...timeline.Event) {
		for _, e := range events {
			if w, ok := e.Data.(timeline.Window); ok {
				windows = append(windows, w)
			}
		}
	}})
	defer e.Close()
	require.True(t, e.Wait("test"))

	lines := strings.Fields(log())
	s := sumOf(t, windows...)
	require.Greater(t, s.planned, int64(60))
	require.EqualValues(t, s.planned, len(lines))
	require.Equal(t, s.planned, s.sent)
	require.Equal(t, s.planned, s.completed)
	require.Equal(t, s.planned, s.measured)
	by := map[string]int64{}
	numbers := map[string]bool{}
	for _, line := range lines {
		status, number, _ := strings.Cut(line, ",")
		by[status]++
		numbers[number] = true
	}
	require.Equal(t, by, completed(windows))
	require.Positive(t, by["200"])
	require.Equal(t, s.failed, by["403"])
	require.Len(t, numbers, len(lines))
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

// serveNginx runs nginx on a free port of this host until the test ends. log
// stops it, so that all is written, and returns its access log.
func serveNginx(t *testing.T, program string) (base *url.URL, log func() string) {
	dir := t.TempDir()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := free.Addr().String()
	require.NoError(t, free.Close())
	config := filepath.Join(dir, "nginx.conf")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, `
daemon off; master_process off; worker_processes 1; pid %[1]s/pid; error_log stderr;
events { worker_connections 1024; }
http {
	log_format ours '$status,$http_x_load_request';
	access_log %[1]s/access.log ours;
	client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
	server {
		listen %[2]s;
		location /good { return 200 "fine"; }
		location /bad { return 403; }
	}
}`, dir, address), 0o600))
	var said bytes.Buffer
	nginx := exec.Command(program, "-p", dir, "-c", config)
	nginx.Stderr = &said
	require.NoError(t, nginx.Start())
	stop := func() {
		_ = nginx.Process.Signal(os.Interrupt)
		_ = nginx.Wait()
	}
	t.Cleanup(stop)
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}, 10*time.Second, 10*time.Millisecond, "nginx does not listen")
	return &url.URL{Scheme: "http", Host: address}, func() string {
		stop()
		text, err := os.ReadFile(filepath.Join(dir, "access.log"))
		require.NoError(t, err, said.String())
		return string(text)
	}
}
