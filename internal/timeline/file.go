package timeline

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"unicode/utf8"
)

// FileName is the timeline's name in a run's folder.
const FileName = "timeline.jsonl"

// Writer appends events to a timeline, one write for one line, newline last,
// so that a process killed at any moment leaves whole lines and at most one
// that is unterminated. It is safe for concurrent use; the order of the
// events is that of the calls.
type Writer struct {
	mu  sync.Mutex
	w   io.Writer
	seq int64
	err error
	tap []func(Event)
}

// NewWriter returns a writer of a new timeline.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Tap calls f with each event after it was written, in order, under the
// writer's lock: f must be quick and must not write. For the live view and
// for what a run must know of itself.
func (w *Writer) Tap(f func(Event)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tap = append(w.tap, f)
}

// Write numbers the events and appends them. The first error stays: nothing
// is written after it, and Err tells it.
func (w *Writer) Write(events ...Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range events {
		if w.err != nil {
			return
		}
		w.seq++
		e.Seq = w.seq
		line, err := json.Marshal(e)
		if err != nil {
			w.err = fmt.Errorf("timeline: event %d: %w", e.Seq, err)
			return
		}
		if _, err := w.w.Write(append(line, '\n')); err != nil {
			w.err = fmt.Errorf("timeline: %w", err)
			return
		}
		for _, f := range w.tap {
			f(e)
		}
	}
}

// Err is the first error of a write.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// Error is a timeline that cannot be read, with the place.
type Error struct {
	File string
	Line int
	Msg  string
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg) }

// Read reads a whole timeline. An unterminated last line is ignored: that is
// what a killed process leaves. Any other fault is an *Error.
func Read(r io.Reader, name string) ([]Event, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	var events []Event
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if n == 1 && len(line) > 0 && line[0] != '{' {
			return nil, &Error{name, n, never}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		if !utf8.Valid(line) { // the decoder would put a mark in its place and go on
			return nil, &Error{name, n, "bytes that are no text: the file was spoilt"}
		}
		var e Event
		if err := json.Unmarshal(bytes.TrimSpace(line), &e); err != nil {
			return nil, &Error{name, n, err.Error()}
		}
		if e.Seq != int64(n) {
			return nil, &Error{name, n, fmt.Sprintf("event %d stands where event %d belongs: lines were lost, doubled or moved", e.Seq, n)}
		}
		if n == 1 {
			s, ok := e.Data.(Started)
			if !ok {
				return nil, &Error{name, n, "a timeline begins with run.started, not " + e.Kind}
			}
			if s.Format != Format {
				return nil, &Error{name, n, fmt.Sprintf("format %d; this version reads format %d", s.Format, Format)}
			}
		}
		events = append(events, e)
	}
	if len(events) == 0 {
		return nil, &Error{name, 1, "no event: the run ended before it began"}
	}
	return events, nil
}

// never is said of a file that never was a timeline: the decoder's word on its
// first byte would help nobody.
const never = "this is no timeline, which is JSON line by line; unpack one that is packed"

// ErrNotRegular is the error of a path at which no regular file stands.
var ErrNotRegular = errors.New("is no regular file: copy the timeline of a run there")

// ReadFile reads the timeline at a path. A pipe or a device is refused unread,
// with ErrNotRegular: it may have no end.
func ReadFile(path string) ([]Event, error) {
	if i, err := os.Stat(path); err == nil && !i.Mode().IsRegular() {
		return nil, fmt.Errorf("%s %w", path, ErrNotRegular)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(f, path)
}
