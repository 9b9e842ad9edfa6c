package socket

import (
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// Poller waits for many connections and an instant. All of it but Wake belongs
// to one thread. Make one with Open or Portable.
type Poller struct {
	waiter
	inbox  inbox
	bell   [2]int // a pipe: reading end, writing end
	rung   atomic.Bool
	events []Event
}

// Event is a connection that something can be done with.
type Event struct {
	Token    int32 // as it was added
	Readable bool  // or at its end, or broken
	Writable bool
}

// waiter is the kernel's part.
type waiter interface {
	add(fd int, token int32) error
	// watch says whether to wait for writability too.
	watch(fd int, token int32, write bool) error
	remove(fd int)
	// wait appends what is ready.
	wait(d time.Duration, events []Event) ([]Event, error)
	precision() time.Duration
	close()
}

// bellToken is the token of the pipe that Wake writes to.
const bellToken = -1

// Open returns the most precise poller that this machine has.
func Open() (*Poller, error) { return with(precise) }

// Portable returns the poller that every Unix has.
func Portable() (*Poller, error) { return with(portable) }

func with(open func() (waiter, error)) (*Poller, error) {
	w, err := open()
	if err != nil {
		return nil, err
	}
	p := &Poller{waiter: w}
	if err := unix.Pipe(p.bell[:]); err != nil {
		w.close()
		return nil, os.NewSyscallError("pipe", err)
	}
	for _, fd := range p.bell {
		unix.CloseOnExec(fd)
		if err := unix.SetNonblock(fd, true); err != nil {
			p.Close()
			return nil, os.NewSyscallError("fcntl", err)
		}
	}
	if err := w.add(p.bell[0], bellToken); err != nil {
		p.Close()
		return nil, err
	}
	p.inbox.init()
	return p, nil
}

// Precision is how far Wait may go beyond its instant on an idle machine.
func (p *Poller) Precision() time.Duration { return p.precision() }

// Add begins to wait for bytes of a connection, and gives it a token that is
// not negative.
func (p *Poller) Add(c *Conn, token int32) error {
	c.inbox = &p.inbox
	return p.add(c.fd, token)
}

// Watch says whether to wait until the connection is writable, too.
func (p *Poller) Watch(c *Conn, token int32, write bool) error { return p.watch(c.fd, token, write) }

// Remove ends the waiting for a connection, before it is closed. An event of
// it that Wait returned before may still be in its list.
func (p *Poller) Remove(c *Conn) { p.remove(c.fd) }

// Wait waits until a connection is ready, Wake was called, or d is over; a
// negative d never is. The events are good until the next call.
func (p *Poller) Wait(d time.Duration) ([]Event, error) {
	events, err := p.wait(d, p.events[:0])
	if err != nil {
		return nil, err
	}
	p.events = events
	for i, e := range events {
		if e.Token == bellToken {
			p.silence()
			last := len(events) - 1
			events[i] = events[last]
			return events[:last], nil
		}
	}
	return events, nil
}

// Wake ends the present Wait, or the next. It is safe for concurrent use.
func (p *Poller) Wake() {
	if !p.rung.Swap(true) {
		_, _ = unix.Write(p.bell[1], []byte{0}) // a pipe of one byte is never full
	}
}

func (p *Poller) silence() {
	var b [8]byte
	_, _ = unix.Read(p.bell[0], b[:])
	p.rung.Store(false)
}

// Close ends the poller; its connections stay open. No Wake may follow.
func (p *Poller) Close() {
	unix.Close(p.bell[0])
	unix.Close(p.bell[1])
	p.close()
}
