package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// watcher is the target of serve, in a process of its own.
type watcher struct {
	url     string
	process *exec.Cmd
	in      io.Closer
	out     *bufio.Reader
}

// startWatcher starts this program as a target.
func startWatcher(ctx context.Context) (*watcher, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	w := &watcher{process: exec.CommandContext(ctx, self, "target")}
	w.process.Stderr = os.Stderr
	in, err := w.process.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := w.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := w.process.Start(); err != nil {
		return nil, err
	}
	w.in, w.out = in, bufio.NewReaderSize(out, 1<<20)
	address, err := w.out.ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the target does not begin: %w", err), w.end())
	}
	w.url = "http://" + strings.TrimSpace(address) + "/"
	return w, nil
}

// freeze stops the target for a while, and says whether it could.
func (w *watcher) freeze(ctx context.Context, after, length time.Duration) error {
	if err := pause(ctx, after); err != nil {
		return err
	}
	if err := w.process.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	return errors.Join(pause(ctx, length), w.process.Process.Signal(syscall.SIGCONT))
}

// pause waits, unless all is to end.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *watcher) end() error {
	return errors.Join(w.in.Close(), w.process.Wait())
}

// log ends the target, and returns when its requests came and when it answered,
// each in order.
func (w *watcher) log() (came, answered []int64, err error) {
	w.in.Close()
	text, err := io.ReadAll(w.out)
	if err := errors.Join(err, w.process.Wait()); err != nil {
		return nil, nil, err
	}
	list := make([]heard, len(text)/binary.Size(heard{}))
	if err := binary.Read(bytes.NewReader(text), binary.LittleEndian, list); err != nil {
		return nil, nil, err
	}
	for _, h := range list {
		came, answered = append(came, h.Came), append(answered, h.Answered)
	}
	slices.Sort(came)
	slices.Sort(answered)
	return came, answered, nil
}
