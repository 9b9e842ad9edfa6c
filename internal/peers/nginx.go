package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

// nginx is a server of one worker that answers with a few bytes, in the clear
// and over TLS with HTTP/1.1 and HTTP/2.
type nginx struct {
	plain, tls string // URLs
	ca         string // file of its certificate, which signed itself
	process    *exec.Cmd
	said       bytes.Buffer
}

// patience is how long a server may take to begin.
const patience = 10 * time.Second

func startNginx(ctx context.Context, dir string) (*nginx, error) {
	t := &tool{name: "nginx-light", program: "nginx"}
	if t.debian(ctx); t.missing != "" {
		return nil, errors.New(t.missing)
	}
	n := &nginx{ca: filepath.Join(dir, "ca.pem")}
	if err := certify(n.ca, filepath.Join(dir, "key.pem")); err != nil {
		return nil, err
	}
	plain, err := free()
	if err != nil {
		return nil, err
	}
	tls, err := free()
	if err != nil {
		return nil, err
	}
	n.plain, n.tls = "http://"+plain+"/", "https://"+tls+"/"
	config := fmt.Sprintf(`
daemon off; master_process off; worker_processes 1; pid %[1]s/pid; error_log stderr;
events { worker_connections 1024; }
http {
	access_log off; keepalive_requests 1000000000;
	client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
	server {
		listen %[2]s; listen %[3]s ssl http2;
		ssl_certificate %[1]s/ca.pem; ssl_certificate_key %[1]s/key.pem;
		location / { return 200 "fine\n"; }
		location = /counted { stub_status; }
	}
}`, dir, plain, tls)
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o600); err != nil {
		return nil, err
	}
	n.process = exec.CommandContext(ctx, t.program, "-p", dir, "-c", filepath.Join(dir, "nginx.conf"))
	n.process.Stderr = &n.said
	if err := n.process.Start(); err != nil {
		return nil, err
	}
	for began := time.Now(); time.Since(began) < patience; time.Sleep(10 * time.Millisecond) {
		if _, err = n.counted(); err == nil {
			return n, nil
		}
	}
	n.stop()
	return nil, fmt.Errorf("nginx does not begin: %w: %s", err, last(n.said.String(), 300))
}

func (n *nginx) stop() {
	_ = n.process.Process.Signal(os.Interrupt)
	_ = n.process.Wait() // whatever it says of having been interrupted
}

var requests = regexp.MustCompile(`(?m)^ *\d+ +\d+ +(\d+) *$`)

// counted is how many requests it has had, this one included.
func (n *nginx) counted() (int, error) {
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get(n.plain + "counted")
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err
	}
	found := requests.FindSubmatch(text)
	if found == nil {
		return 0, fmt.Errorf("nginx does not say how many requests it had: %q", text)
	}
	return strconv.Atoi(string(found[1]))
}

// certify writes a certificate for this host, good for a day, and its key.
func certify(ca, file string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	now := time.Now()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "peers"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	signed, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), 0o600),
		os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600),
	)
}

// free is an address of this host that nobody listens on.
func free() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
