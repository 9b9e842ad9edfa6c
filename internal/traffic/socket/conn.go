package socket

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Conn is a connection whose reads and writes never wait. It is not safe for
// concurrent use: it belongs to the thread whose Poller it was added to. Make
// one with Adopt.
//
// Before that, made by Wrap, it is a net.Conn under a TLS handshake, and waits
// as any other.
type Conn struct {
	blocking net.Conn // until adopted
	fd       int
	tls      *tls.Conn // nil: plain TCP
	out      []byte    // what the socket did not take yet
	flushed  int       // bytes of out that it did
	stamp    int64     // of the bytes read last
	inbox    *inbox
	local    net.Addr
	remote   net.Addr
}

// ErrWouldBlock is what a read ends with when no more bytes are there now.
var ErrWouldBlock error = wouldBlock{}

// wouldBlock is temporary, so that tls.Conn reads on after it.
type wouldBlock struct{}

func (wouldBlock) Error() string   { return "nothing to read now" }
func (wouldBlock) Timeout() bool   { return true }
func (wouldBlock) Temporary() bool { return true }

// Wrap puts a Conn under a TLS handshake: tls.Client(socket.Wrap(conn), ...).
// It waits for bytes until it is adopted.
func Wrap(c net.Conn) *Conn {
	return &Conn{blocking: c, fd: -1, local: c.LocalAddr(), remote: c.RemoteAddr()}
}

// Adopt takes the socket out of a TCP connection, or out of a TLS connection
// over one that Wrap made, whose handshake is done. The argument is closed, and
// not to be used again, whether or not Adopt succeeds.
func Adopt(c net.Conn) (*Conn, error) {
	var over *tls.Conn
	if t, ok := c.(*tls.Conn); ok {
		over, c = t, t.NetConn()
	}
	s, ok := c.(*Conn)
	if !ok {
		s = Wrap(c)
	}
	if over != nil && !ok {
		c.Close()
		return nil, errors.New("socket: a TLS connection that is not over Wrap cannot be adopted")
	}
	fd, err := detach(s.blocking)
	s.blocking.Close()
	s.blocking = nil
	if err != nil {
		return nil, err
	}
	s.fd, s.tls = fd, over
	return s, nil
}

// detach duplicates a connection's descriptor: the original, closed, leaves
// Go's netpoller, and the socket lives on in the duplicate.
func detach(c net.Conn) (fd int, err error) {
	raw, ok := c.(syscall.Conn)
	if !ok {
		return -1, fmt.Errorf("socket: %T has no descriptor", c)
	}
	rc, err := raw.SyscallConn()
	if err != nil {
		return -1, err
	}
	err = errors.Join(rc.Control(func(from uintptr) {
		fd, err = unix.FcntlInt(from, unix.F_DUPFD_CLOEXEC, 0)
	}), err)
	if err != nil {
		return -1, os.NewSyscallError("fcntl", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return -1, os.NewSyscallError("fcntl", err)
	}
	stampReceipts(fd)
	return fd, nil
}

// Receive reads what is there. stamp says when the kernel received its last
// byte, in nanoseconds since 1970; 0 where it does not tell. At the end of the
// stream err is io.EOF, and ErrWouldBlock where nothing is there now. Over TLS
// it is to be called until then: bytes may be decrypted of which the socket
// knows nothing.
func (c *Conn) Receive(b []byte) (n int, stamp int64, err error) {
	if c.tls == nil {
		n, err = c.Read(b)
	} else {
		n, err = c.tls.Read(b)
	}
	return n, c.stamp, err
}

// Buffered says that Receive may return bytes of which the socket knows nothing.
func (c *Conn) Buffered() bool { return c.tls != nil }

// Send writes all of b, or keeps what the socket does not take now: Flush when
// it is writable. Blocked tells whether something was kept.
func (c *Conn) Send(b []byte) (err error) {
	if c.tls == nil {
		_, err = c.Write(b)
	} else {
		_, err = c.tls.Write(b)
	}
	return err
}

// Blocked says that bytes wait until the socket is writable.
func (c *Conn) Blocked() bool { return c.flushed < len(c.out) }

// Flush writes what was kept, as far as the socket takes it.
func (c *Conn) Flush() error {
	for c.Blocked() {
		n, err := write(c.fd, c.out[c.flushed:])
		if err == unix.EAGAIN {
			return nil
		}
		if err != nil {
			return os.NewSyscallError("write", err)
		}
		c.flushed += n
	}
	c.out, c.flushed = c.out[:0], 0
	if cap(c.out) > mostKept {
		c.out = nil
	}
	return nil
}

// mostKept is how much room for unwritten bytes a connection keeps when they
// are gone.
const mostKept = 64 << 10

// Read is net.Conn's, for tls.Conn.
func (c *Conn) Read(b []byte) (int, error) {
	if c.blocking != nil {
		return c.blocking.Read(b)
	}
	n, stamp, err := c.inbox.receive(c.fd, b)
	switch {
	case err == unix.EAGAIN:
		return 0, ErrWouldBlock
	case err != nil:
		return 0, os.NewSyscallError("read", err)
	case n == 0 && len(b) > 0:
		return 0, io.EOF
	}
	c.stamp = stamp
	return n, nil
}

// Write is net.Conn's, for tls.Conn. It takes all.
func (c *Conn) Write(b []byte) (int, error) {
	if c.blocking != nil {
		return c.blocking.Write(b)
	}
	done := 0
	for done < len(b) && !c.Blocked() {
		n, err := write(c.fd, b[done:])
		if err == unix.EAGAIN {
			break
		}
		if err != nil {
			return done, os.NewSyscallError("write", err)
		}
		done += n
	}
	c.out = append(c.out, b[done:]...)
	return len(b), nil
}

// Close closes the socket; over TLS it says goodbye first, if that can be
// written at once.
func (c *Conn) Close() error {
	if c.blocking != nil {
		return c.blocking.Close()
	}
	if c.fd < 0 {
		return nil
	}
	if t := c.tls; t != nil {
		c.tls = nil
		if !c.Blocked() {
			_ = t.CloseWrite() // the socket closes in any case
		}
	}
	fd := c.fd
	c.fd = -1
	return unix.Close(fd)
}

// LocalAddr is the near end.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr is the far end.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline works until the connection is adopted; then nothing waits.
func (c *Conn) SetDeadline(t time.Time) error {
	if c.blocking != nil {
		return c.blocking.SetDeadline(t)
	}
	return nil
}

// SetReadDeadline works until the connection is adopted.
func (c *Conn) SetReadDeadline(t time.Time) error {
	if c.blocking != nil {
		return c.blocking.SetReadDeadline(t)
	}
	return nil
}

// SetWriteDeadline works until the connection is adopted.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	if c.blocking != nil {
		return c.blocking.SetWriteDeadline(t)
	}
	return nil
}
