package traffic

import (
	"sync"
	"sync/atomic"

	"scaleproof/internal/traffic/socket"
)

// mailbox is how others tell a lane something: functions that its thread calls.
type mailbox struct {
	bell *socket.Poller

	some    atomic.Bool // there are letters: a lane looks many thousand times a second
	mu      sync.Mutex
	letters []func()
	closed  bool
}

// put adds a letter; false where nobody reads them any more.
func (m *mailbox) put(letter func()) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	m.letters = append(m.letters, letter)
	m.some.Store(true)
	m.bell.Wake()
	return true
}

func (m *mailbox) take() (letters []func()) {
	if !m.some.Swap(false) {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	letters, m.letters = m.letters, nil
	return letters
}

// close refuses further letters and returns those that nobody read.
func (m *mailbox) close() (letters []func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	letters, m.letters = m.letters, nil
	return letters
}
