package policies

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"scaleproof/internal/scaling"
)

// JournalError is a journal that cannot be read, with the place.
type JournalError struct {
	File string
	Line int
	Msg  string
}

func (e *JournalError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg) }

// ErrNoStart is a journal without a whole first line: its run was killed
// before it changed anything.
var ErrNoStart = errors.New("the run was killed before it changed anything")

// ReadJournal reads a journal. An unterminated last line is ignored. A journal
// without any line is ErrNoStart; any other fault is a *JournalError.
func ReadJournal(r io.Reader, name string) ([]Entry, error) {
	entries, _, err := readJournal(r, name)
	return entries, err
}

// ReadJournalFile reads the journal in a run's folder.
func ReadJournalFile(dir string) ([]Entry, error) {
	f, err := os.Open(filepath.Join(dir, JournalName))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadJournal(f, f.Name())
}

// readJournal also counts the bytes of whole lines.
func readJournal(r io.Reader, name string) (entries []Entry, whole int64, err error) {
	in := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, 0, fmt.Errorf("read %s: %w", name, err)
		}
		e, fault := parse(line, entries)
		if fault != "" {
			return nil, 0, &JournalError{name, n, fault}
		}
		entries = append(entries, e)
		whole += int64(len(line))
	}
	if len(entries) == 0 {
		return nil, 0, fmt.Errorf("%s: %w", name, ErrNoStart)
	}
	return entries, whole, nil
}

// parse reads the line that follows the entries before it.
func parse(line []byte, before []Entry) (e Entry, fault string) {
	in := json.NewDecoder(bytes.NewReader(line))
	in.DisallowUnknownFields()
	if err := in.Decode(&e); err != nil {
		return e, err.Error()
	}
	if in.More() {
		return e, "more than one entry in a line"
	}
	first := len(before) == 0
	switch {
	case first != (e.Kind == KindStart):
		return e, fmt.Sprintf("%q: a journal begins with its start, and has one", e.Kind)
	case !first && before[len(before)-1].Kind == KindClosed:
		return e, "a line after the journal was closed"
	}
	switch e.Kind {
	case KindStart:
		return e, e.Start.fault()
	case KindIntent:
		return e, intentFault(e, before)
	case KindDone:
		return e, doneFault(e, before)
	case KindClosed:
		return e, ""
	}
	return e, fmt.Sprintf("unknown kind of line %q", e.Kind)
}

func (s *Start) fault() string {
	switch {
	case s == nil:
		return "the start says nothing"
	case s.Format != JournalFormat:
		return fmt.Sprintf("format %d; this version reads format %d", s.Format, JournalFormat)
	case !slices.Contains([]string{Embedded, Endpoint, AWS}, s.Kind):
		return fmt.Sprintf("unknown kind of endpoint %q", s.Kind)
	case s.Service == (scaling.Service{}):
		return "the start names no service"
	case s.Look.Scalable == nil || s.Look.Policies == nil:
		return "the start does not say how things stood"
	}
	return ""
}

func intentFault(e Entry, before []Entry) string {
	c := e.Change
	if c == nil {
		return "an intent without its change"
	}
	switch c.Op {
	case scaling.PutPolicy, scaling.DeletePolicy:
		if c.Policy == nil {
			return string(c.Op) + " without its policy"
		}
	case scaling.RegisterTarget, scaling.DeregisterTarget, scaling.UpdateDesired:
	default:
		return fmt.Sprintf("unknown change %q", c.Op)
	}
	for _, b := range before {
		if b.Kind == KindIntent && b.N >= e.N {
			return fmt.Sprintf("change %d after change %d: lines were doubled or moved", e.N, b.N)
		}
	}
	return ""
}

func doneFault(e Entry, before []Entry) string {
	for _, b := range slices.Backward(before) {
		if b.N == e.N && b.Kind == KindDone {
			break
		}
		if b.N == e.N && b.Kind == KindIntent {
			return ""
		}
	}
	return fmt.Sprintf("change %d is done but was not begun", e.N)
}

// Closed says whether nothing is left to restore, by the journal alone: it
// was settled, or no change was ever begun.
func Closed(entries []Entry) bool {
	if len(entries) > 0 && entries[len(entries)-1].Kind == KindClosed {
		return true
	}
	return !slices.ContainsFunc(entries, func(e Entry) bool { return e.Kind == KindIntent })
}

// Open is a journal that was not settled.
type Open struct {
	Dir   string // the run's folder
	Start Start  // zero where the journal cannot be read
	Err   error  // why it cannot be read
}

// FindOpen lists the open journals of the runs whose folders lie in reports,
// by name. A folder that does not exist holds none.
func FindOpen(reports string) ([]Open, error) {
	dirs, err := os.ReadDir(reports)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("look for open journals: %w", err)
	}
	var open []Open
	for _, d := range dirs {
		if !d.IsDir() {
			continue
		}
		dir := filepath.Join(reports, d.Name())
		entries, err := ReadJournalFile(dir)
		switch {
		case errors.Is(err, os.ErrNotExist), errors.Is(err, ErrNoStart):
		case err != nil:
			open = append(open, Open{Dir: dir, Err: err})
		case !Closed(entries):
			open = append(open, Open{Dir: dir, Start: *entries[0].Start})
		}
	}
	return open, nil
}

// Blocks says whether a run that would change the service at the endpoint of
// s must wait until this journal was restored. An embedded environment died
// with its process, so its journal blocks nothing; one that cannot be read
// blocks all that is not embedded, since nobody knows what it changed.
func (o Open) Blocks(s Start) bool {
	if s.Kind == Embedded {
		return false
	}
	if o.Err != nil {
		return true
	}
	b := o.Start
	return b.Kind == s.Kind && canonical(b.URL) == canonical(s.URL) && b.Service == s.Service &&
		(b.Kind != AWS || b.Account == s.Account && b.Region == s.Region)
}
