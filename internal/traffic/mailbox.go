package traffic

import (
	"sync"

	"scaleproof/internal/traffic/socket"
)

// mailbox is how others tell a lane something: functions that its thread calls.
type mailbox struct {
	bell *socket.Poller

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
	m.bell.Wake()
	return true
}

func (m *mailbox) take() (letters []func()) {
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
