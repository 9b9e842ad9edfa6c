package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// install has a tool in place, at its version, or says what is missing. What
// was built once is kept in a folder of the user's cache.
func (t *tool) install(ctx context.Context, cache string) {
	if t.module == "" {
		t.debian(ctx)
		return
	}
	dir := filepath.Join(cache, t.name+"@"+t.version)
	t.program = filepath.Join(dir, t.name)
	if _, err := os.Stat(t.program); err == nil {
		return
	}
	what := t.module + "@" + t.version
	fmt.Fprintf(os.Stderr, "go install %s\n", what)
	c := exec.CommandContext(ctx, "go", "install", what)
	c.Dir = os.TempDir() // outside of this module
	c.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=-buildvcs=false", "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.missing = fmt.Sprintf("go install %s: %v: %s", what, err, last(string(out), 200))
	}
}

// debian finds a program that Debian has a package of, and installs that where
// it may.
func (t *tool) debian(ctx context.Context) {
	path, err := find(t.program)
	if err != nil && os.Geteuid() == 0 {
		fmt.Fprintf(os.Stderr, "apt-get install %s\n", t.name)
		c := exec.CommandContext(ctx, "apt-get", "install", "-y", "--no-install-recommends", t.name)
		c.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, failed := c.CombinedOutput(); failed != nil {
			err = fmt.Errorf("%w; apt-get install %s: %v: %s", err, t.name, failed, last(string(out), 200))
		} else {
			path, err = find(t.program)
		}
	}
	if err != nil {
		t.missing = err.Error()
		return
	}
	t.program = path
}

// find finds a program, which Debian puts where not everybody looks.
func find(program string) (string, error) {
	path, err := exec.LookPath(program)
	if err != nil && filepath.Base(program) == program {
		if there, found := exec.LookPath("/usr/sbin/" + program); found == nil {
			return there, nil
		}
	}
	return path, err
}
