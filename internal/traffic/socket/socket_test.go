package socket

import (
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// openers are the ways to wait that this machine has.
var openers = map[string]func() (*Poller, error){"precise": Open, "portable": Portable}

// pair is an adopted connection and its far end.
func pair(t *testing.T) (*Conn, *net.TCPConn) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	near, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	far, err := l.Accept()
	require.NoError(t, err)
	c, err := Adopt(near)
	require.NoError(t, err)
	t.Cleanup(func() { c.Close(); far.Close() })
	return c, far.(*net.TCPConn)
}

// await waits until a connection is ready, and returns how.
func await(t *testing.T, p *Poller) Event {
	for range 1000 { // a signal may end a wait
		events, err := p.Wait(10 * time.Second)
		require.NoError(t, err)
		if len(events) > 0 {
			require.Len(t, events, 1)
			return events[0]
		}
	}
	t.Fatal("nothing is ready")
	return Event{}
}

// Bytes are read as far as they have come, then there are none, and after the
// far end's close there is the end.
func TestReceive(t *testing.T) {
	for name, open := range openers {
		t.Run(name, func(t *testing.T) {
			p, err := open()
			require.NoError(t, err)
			defer p.Close()
			c, far := pair(t)
			require.NoError(t, p.Add(c, 7))
			buf := make([]byte, 3)
			_, _, err = c.Receive(buf)
			require.Equal(t, ErrWouldBlock, err)

			_, err = far.Write([]byte("hello"))
			require.NoError(t, err)
			require.Equal(t, Event{Token: 7, Readable: true}, await(t, p))
			for _, want := range []string{"hel", "lo"} {
				n, _, err := c.Receive(buf)
				require.NoError(t, err)
				require.Equal(t, want, string(buf[:n]))
			}
			_, _, err = c.Receive(buf)
			require.Equal(t, ErrWouldBlock, err)

			require.NoError(t, far.Close())
			require.True(t, await(t, p).Readable)
			_, _, err = c.Receive(buf)
			require.Equal(t, io.EOF, err)
		})
	}
}

// What the socket does not take is kept, and flushed when it is writable: all
// of it arrives, in order.
func TestSendBeyondTheSocket(t *testing.T) {
	for name, open := range openers {
		t.Run(name, func(t *testing.T) {
			p, err := open()
			require.NoError(t, err)
			defer p.Close()
			c, far := pair(t)
			require.NoError(t, p.Add(c, 0))
			sent := make([]byte, 16<<20)
			for i := range sent {
				sent[i] = byte(i * i >> 8)
			}
			require.NoError(t, c.Send(sent))
			require.True(t, c.Blocked(), "no socket takes so much at once")
			came := make(chan []byte, 1)
			go func() { // ends with the close
				all, _ := io.ReadAll(far)
				came <- all
			}()
			require.NoError(t, p.Watch(c, 0, true))
			for c.Blocked() {
				require.True(t, await(t, p).Writable)
				require.NoError(t, c.Flush())
			}
			require.NoError(t, c.Close())
			require.True(t, string(sent) == string(<-came))
		})
	}
}

// A call of Wake, before a wait or in it, ends it; one that was removed is not
// waited for, and an instant that is past ends a wait at once.
func TestWake(t *testing.T) {
	for name, open := range openers {
		t.Run(name, func(t *testing.T) {
			p, err := open()
			require.NoError(t, err)
			defer p.Close()
			a, farA := pair(t)
			b, farB := pair(t)
			require.NoError(t, p.Add(a, 1))
			require.NoError(t, p.Add(b, 2))
			p.Remove(a)
			_, err = farA.Write([]byte("x"))
			require.NoError(t, err)
			for range 3 { // each ends one wait that would never end
				p.Wake()
				p.Wake()
				events, err := p.Wait(-1)
				require.NoError(t, err)
				require.Empty(t, events)
			}
			woken := make(chan struct{})
			go func() { // ends at once
				p.Wake()
				close(woken)
			}()
			events, err := p.Wait(-1)
			require.NoError(t, err)
			require.Empty(t, events)
			<-woken
			events, err = p.Wait(0)
			require.NoError(t, err)
			require.Empty(t, events)
			_, err = farB.Write([]byte("x"))
			require.NoError(t, err)
			require.Equal(t, Event{Token: 2, Readable: true}, await(t, p))
		})
	}
}

// Only what has a descriptor can be adopted, and what cannot be is closed.
func TestAdoptRefuses(t *testing.T) {
	near, far := net.Pipe()
	_, err := Adopt(near)
	require.ErrorContains(t, err, "has no descriptor")
	_, err = far.Write([]byte("x"))
	require.True(t, errors.Is(err, io.ErrClosedPipe))
}
