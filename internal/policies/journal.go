package policies

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/scaling"
)

const (
	// JournalName is the journal's name in a run's folder.
	JournalName = "journal.jsonl"
	// JournalFormat is the version of the lines that this package writes.
	JournalFormat = 1
)

// The kinds of a journal's lines, in the order in which they first come.
const (
	KindStart  = "start"  // the first line: who runs where, and how things stood
	KindIntent = "intent" // a change is about to be made
	KindDone   = "done"   // it was made, or refused
	KindClosed = "closed" // nothing is left to restore
)

// Entry is one line of a journal.
type Entry struct {
	Kind     string          `json:"kind"`
	At       time.Time       `json:"at"`                 // service time
	Start    *Start          `json:"start,omitempty"`    // KindStart
	N        int             `json:"n,omitempty"`        // KindIntent, KindDone: the change's number, from 1
	Change   *scaling.Change `json:"change,omitempty"`   // KindIntent
	Undo     bool            `json:"undo,omitempty"`     // KindIntent, KindDone: it restores
	Error    string          `json:"error,omitempty"`    // KindDone: why it was not made
	Restored bool            `json:"restored,omitempty"` // KindClosed: the start stands again
	Note     string          `json:"note,omitempty"`     // KindClosed
}

// The kinds of endpoint that a run's changes go to.
const (
	Embedded = "embedded" // in the run's own process: dies with it
	Endpoint = "endpoint" // another process, at a URL
	AWS      = "aws"
)

// Start is a journal's first line: what restoring needs to know when nothing
// but the folder is left.
type Start struct {
	Format      int             `json:"format"`
	Run         string          `json:"run"` // the folder's name
	Scenario    string          `json:"scenario"`
	Environment string          `json:"environment"`
	Service     scaling.Service `json:"service"`
	Kind        string          `json:"endpoint_kind"`
	URL         string          `json:"endpoint,omitempty"` // Kind Endpoint
	Account     string          `json:"account,omitempty"`
	Region      string          `json:"region"`
	Look        scaling.Look    `json:"look"` // Scalable and Policies, before any change
}

// ErrInUse is a journal that another process has open: its run still goes on,
// or somebody restores it at this moment. Two that append would spoil it.
var ErrInUse = errors.New("the journal is in use: its run still goes on, or is being restored")

// Journal appends to a run's journal. Each line is synced before its method
// returns. It is safe for concurrent use.
type Journal struct {
	mu      sync.Mutex
	f       *os.File
	clock   *clock.Clock
	entries []Entry
	tap     func()
}

// CreateJournal begins the journal of a run whose folder is dir. One that is
// already there is an error. Format is filled in.
func CreateJournal(dir string, c *clock.Clock, s Start) (*Journal, error) {
	if s.Look.Scalable == nil || s.Look.Policies == nil {
		return nil, errors.New("create journal: the start was not looked at")
	}
	f, err := os.OpenFile(filepath.Join(dir, JournalName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("create journal: %w", err)
	}
	j := &Journal{f: f, clock: c}
	s.Format = JournalFormat
	err = lock(f)
	if err == nil {
		err = j.append(Entry{Kind: KindStart, Start: &s})
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return j, syncDir(dir)
}

// OpenJournal goes on with the journal in dir, to restore: an unterminated
// last line, which is what a killed process leaves, is cut off. It is ErrInUse
// while another process has it open.
func OpenJournal(dir string, c *clock.Clock) (*Journal, error) {
	path := filepath.Join(dir, JournalName)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	var entries []Entry
	var whole int64
	if err = lock(f); err == nil {
		entries, whole, err = readJournal(f, path)
	}
	if err == nil {
		err = f.Truncate(whole)
	}
	if err == nil {
		_, err = f.Seek(whole, 0)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Journal{f: f, clock: c, entries: entries}, nil
}

// syncDir makes a new file's name as lasting as its contents.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync journal: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

func (j *Journal) append(e Entry) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	e.At = j.clock.Now()
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	if _, err := j.f.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	if err := j.f.Sync(); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	j.entries = append(j.entries, e)
	if j.tap != nil {
		j.tap()
	}
	return nil
}

// Tap has f called after each line from now on was synced, under the
// journal's lock; nil ends it.
func (j *Journal) Tap(f func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.tap = f
}

// Entries are the journal's lines so far.
func (j *Journal) Entries() []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]Entry(nil), j.entries...)
}

// Start is the journal's first line.
func (j *Journal) Start() Start { return *j.Entries()[0].Start }

// Intent records that a change is about to be made, and numbers it. Where it
// fails the change must not be made.
func (j *Journal) Intent(c scaling.Change, undo bool) (n int, err error) {
	n = 1
	for _, e := range j.Entries() {
		n = max(n, e.N+1)
	}
	return n, j.append(Entry{Kind: KindIntent, N: n, Change: &c, Undo: undo})
}

// Done records how a change came out; cause is nil where it was made.
func (j *Journal) Done(n int, undo bool, cause error) error {
	e := Entry{Kind: KindDone, N: n, Undo: undo}
	if cause != nil {
		e.Error = cause.Error()
	}
	return j.append(e)
}

// Settle records that nothing is left to restore: restored is true where the
// start stands again, false where there is nothing that could be restored. A
// journal that is not settled is open.
func (j *Journal) Settle(restored bool, note string) error {
	return j.append(Entry{Kind: KindClosed, Restored: restored, Note: note})
}

// Close closes the file. The journal stays open in the other sense if it was
// not settled.
func (j *Journal) Close() error { return j.f.Close() }
