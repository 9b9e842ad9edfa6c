package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// usage is what a process took, from its start to its end.
type usage struct {
	cpu time.Duration // user's and system's
	rss int64         // bytes at most; 0: not known
	out []byte        // on standard output

	peaks []peak // how rss came to be
}

// peak is the most memory that a process had until an instant, and what it had
// then without the pages of files, its own program's for the most part; bytes.
type peak struct {
	at   time.Time
	rss  int64
	anon int64
}

// until is the most memory that a process had until an instant.
func (u usage) until(t time.Time) (rss, anon int64) {
	for _, p := range u.peaks {
		if !p.at.After(t) {
			rss, anon = max(rss, p.rss), max(anon, p.anon)
		}
	}
	return rss, anon
}

// look is how often a process's memory is looked at. The kernel's own peak at
// the process's end will not do: it begins with what the parent had.
const look = 50 * time.Millisecond

// watched runs a program to its end. Beside 0 it may exit with the codes of ok.
func watched(ctx context.Context, ok []int, program string, args ...string) (usage, error) {
	c := exec.CommandContext(ctx, program, args...)
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	if err := c.Start(); err != nil {
		return usage{}, err
	}
	var u usage
	done := make(chan struct{})
	looked := make(chan struct{})
	go func() { // ends when the program has
		defer close(looked)
		ticker := time.NewTicker(look)
		defer ticker.Stop()
		for {
			p := memory(c.Process.Pid)
			u.rss, u.peaks = max(u.rss, p.rss), append(u.peaks, p)
			select {
			case <-done:
				return
			case <-ticker.C:
			}
		}
	}()
	err := c.Wait()
	close(done)
	<-looked
	u.out = out.Bytes()
	if used, is := c.ProcessState.SysUsage().(*syscall.Rusage); is {
		u.cpu = time.Duration(used.Utime.Nano() + used.Stime.Nano())
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		for _, code := range ok {
			if exit.ExitCode() == code {
				return u, nil
			}
		}
	}
	if err != nil {
		return u, fmt.Errorf("%s: %w: %s", filepath.Base(program), err, last(said.String(), 400))
	}
	return u, nil
}

// memory is what a process has and had; 0 where this machine does not tell.
func memory(pid int) peak {
	p := peak{at: time.Now()}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err == nil {
		p.rss, p.anon = kibibytes(string(text), "VmHWM:"), kibibytes(string(text), "RssAnon:")
	}
	return p
}

// kibibytes is a row of a process's status, in bytes; 0 where there is none.
func kibibytes(status, name string) int64 {
	_, rest, _ := strings.Cut(status, name)
	words := strings.Fields(rest)
	if len(words) == 0 {
		return 0
	}
	kib, err := strconv.ParseInt(words[0], 10, 64)
	if err != nil {
		return 0
	}
	return kib << 10
}

// last is the end of a text, on one line.
func last(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	return text[max(0, len(text)-n):]
}
