package policies

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// ErrClaimed is a service that another process of this machine changes at
// this moment.
var ErrClaimed = errors.New("another run on it goes on, or it is being restored")

// Claim takes a service at an endpoint for this process, until the file that
// it returns is closed or the process ends. Open journals do not tell of a run
// that began a moment ago, nor of one whose folder lies elsewhere: two that
// begin together would each take the other's changes for how things stood. It
// is ErrClaimed where another process has it. An embedded environment is its
// process's own: then the file is nil, and closing it does nothing.
func Claim(s Start) (*os.File, error) {
	if s.Kind == Embedded {
		return nil, nil
	}
	what := strings.Join([]string{s.Kind, canonical(s.URL), s.Account, s.Region, s.Service.String()}, "\n")
	sum := sha256.Sum256([]byte(what))
	name := fmt.Sprintf("scaleproof-%d-%x.lock", os.Getuid(), sum[:8])
	f, err := os.OpenFile(filepath.Join(os.TempDir(), name), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("claim %s: %w", s.Service, err)
	}
	if err := lock(f); err != nil {
		if errors.Is(err, ErrInUse) {
			err = ErrClaimed
		}
		return nil, errors.Join(fmt.Errorf("%s: %w", s.Service, err), f.Close())
	}
	return f, nil
}

// canonical is one spelling of an endpoint's URL, so that the same endpoint
// is known under another.
func canonical(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return raw
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		host = "loopback"
	}
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[strings.ToLower(u.Scheme)]
	}
	return strings.ToLower(u.Scheme) + "://" + net.JoinHostPort(host, port) + strings.TrimRight(u.Path, "/")
}
