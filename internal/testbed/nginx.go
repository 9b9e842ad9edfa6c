package testbed

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience guards against hanging only.
const patience = time.Minute

// Server is an nginx that serves on this host until the test ends.
type Server struct {
	Address string // host:port
	t       *testing.T
	dir     string
	said    bytes.Buffer
	stop    func()
}

// Nginx runs Debian's nginx on a free port, with the directives of a server and
// a format of its log. Its root holds one file, index.html. Where it is not
// installed the test is skipped.
func Nginx(t *testing.T, format, server string) *Server {
	t.Helper()
	s := &Server{t: t, dir: t.TempDir()}
	require.NoError(t, os.WriteFile(filepath.Join(s.dir, "index.html"), []byte("<p>fine</p>\n"), 0o644))
	s.Address = free(t)
	config := filepath.Join(s.dir, "nginx.conf")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, `
daemon off; master_process off; worker_processes 1; pid %[1]s/pid; error_log stderr;
events { worker_connections 1024; }
http {
	log_format ours '%[3]s';
	access_log %[1]s/access.log ours;
	client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
	server { listen %[2]s; root %[1]s; %[4]s }
}`, s.dir, s.Address, format, server), 0o600))
	nginx := exec.Command(program(t), "-p", s.dir, "-c", config)
	nginx.Stderr = &s.said
	require.NoError(t, nginx.Start())
	s.stop = sync.OnceFunc(func() {
		_ = nginx.Process.Signal(os.Interrupt)
		_ = nginx.Wait() // told by its log
	})
	t.Cleanup(s.stop)
	require.Eventually(t, s.listens, patience, 10*time.Millisecond, "nginx does not listen")
	return s
}

// Log stops the server, so that all is written, and returns the lines of its
// access log.
func (s *Server) Log() []string {
	s.t.Helper()
	s.stop()
	text, err := os.ReadFile(filepath.Join(s.dir, "access.log"))
	require.NoError(s.t, err, s.said.String())
	return strings.Fields(string(text))
}

func (s *Server) listens() bool {
	conn, err := net.Dial("tcp", s.Address)
	if err == nil {
		_ = conn.Close()
	}
	return err == nil
}

// program finds nginx, which Debian puts where not everybody looks.
func program(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"nginx", "/usr/sbin/nginx"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("nginx is not installed: apt-get install nginx-light")
	return ""
}

// free is an address of this host that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}
