// Package socket is connections without waiting: bytes go out and come in as
// far as the kernel takes and has them, and one thread waits for all of its
// connections and for an instant at the same time, to the microsecond. It
// knows no HTTP, no schedule and no request.
//
//	p, err := socket.Open()
//	c, err := socket.Adopt(conn)      // a TCP or TLS connection whose handshake is done
//	p.Add(c, token)
//	ready := p.Wait(wait)             // at the instant, a readable connection or Wake, whichever is first
//	n, stamp, err := c.Receive(buf)   // ErrWouldBlock: nothing more now
//
// # Why not net.Conn
//
// Go's own netpoller wakes a goroutine for each connection that becomes
// readable. The thread that paces then competes with those goroutines for the
// processors that the scheduler gives out: in a prototype the 99th percentile
// of the deviation from the schedule was 1,331 microseconds with a goroutine a
// connection and 67 with a thread that waits by itself, at the same cost a
// request. And a goroutine's wake-up lies in the latency that it measures. Here
// the kernel says when the bytes came (SO_TIMESTAMPNS), where it can.
//
// # Precision
//
// On Linux Wait ends within a few microseconds of the instant (epoll_pwait2,
// timer slack of 1 ns). Elsewhere, and on kernels older than 5.11, it rests on
// poll(2), whose unit is a millisecond: Precision tells.
//
// # TLS
//
// crypto/tls runs over a connection that never waits: what cannot be read yet
// is a temporary error, after which tls.Conn goes on where it was, and what
// cannot be written yet is kept and flushed when the socket takes it. The
// handshake cannot be taken up again after an error: it is done by a goroutine
// over the blocking connection, before Adopt.
package socket
