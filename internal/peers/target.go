package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"runtime"
	"sync"
	"time"

	"scaleproof/internal/traffic/socket"
)

// heard is a request at the target: when the kernel received its last byte, and
// when it was answered, in nanoseconds since 1970.
type heard struct{ Came, Answered int64 }

// serve is the target: a server that answers each request at once and keeps
// when it came. It writes its address as a line, serves until the input ends,
// and writes its log after that.
//
// One thread does it all, so that it takes little from the tools which it
// judges. Requests have no bodies: they end with an empty line.
func serve(in io.Reader, out io.Writer) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	poller, err := socket.Open()
	if err != nil {
		return err
	}
	t := &target{poller: poller, log: make([]heard, 0, 1<<20), buf: make([]byte, 64<<10)}
	go t.accept(l) // ends when the listener is closed
	go func() {    // ends with the input
		_, _ = io.Copy(io.Discard, in) // its end is what counts, not how
		t.mu.Lock()
		t.over = true
		t.mu.Unlock()
		poller.Wake()
	}()
	if _, err := fmt.Fprintln(out, l.Addr()); err != nil {
		return err
	}
	runtime.LockOSThread()
	if err := t.run(); err != nil {
		return err
	}
	l.Close()
	w := bufio.NewWriterSize(out, 1<<20)
	if err := binary.Write(w, binary.LittleEndian, t.log); err != nil {
		return err
	}
	return w.Flush()
}

// target is the server of serve. All but what the lock guards is its thread's.
type target struct {
	poller *socket.Poller
	guests []*guest // by token; nil: gone
	log    []heard
	buf    []byte

	mu   sync.Mutex
	came []*socket.Conn // that nobody serves yet
	over bool
}

// guest is a connection.
type guest struct {
	*socket.Conn
	seen int // bytes of the empty line that ends a request
}

const emptyLine = "\r\n\r\n"

var answer = []byte("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfine\n")

func (t *target) accept(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		s, err := socket.Adopt(conn)
		if err != nil {
			continue // whoever connects sees it
		}
		t.mu.Lock()
		t.came = append(t.came, s)
		t.mu.Unlock()
		t.poller.Wake()
	}
}

func (t *target) run() error {
	for {
		events, err := t.poller.Wait(-1)
		if err != nil {
			return err
		}
		for _, e := range events {
			if g := t.guests[e.Token]; g != nil {
				t.hear(g, e.Token)
			}
		}
		if over, err := t.admit(); over || err != nil {
			return err
		}
	}
}

// admit takes in who has connected.
func (t *target) admit() (over bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.came {
		if err := t.poller.Add(s, int32(len(t.guests))); err != nil {
			return true, err
		}
		t.guests = append(t.guests, &guest{Conn: s})
	}
	t.came = nil
	return t.over, nil
}

// hear reads what a guest says, and answers each request that is whole.
func (t *target) hear(g *guest, token int32) {
	n, stamp, err := g.Receive(t.buf)
	if err == socket.ErrWouldBlock {
		return
	}
	for _, c := range t.buf[:n] {
		switch {
		case c == emptyLine[g.seen]:
			g.seen++
		case c == emptyLine[0]:
			g.seen = 1
		default:
			g.seen = 0
		}
		if g.seen == len(emptyLine) {
			g.seen = 0
			err = t.reply(g, stamp)
		}
	}
	if err != nil {
		t.poller.Remove(g.Conn)
		g.Close()
		t.guests[token] = nil
	}
}

// reply answers a request. The first ones of a connection have no stamp of the
// kernel's where it was asked for too late.
func (t *target) reply(g *guest, stamp int64) error {
	if stamp == 0 {
		stamp = time.Now().UnixNano()
	}
	err := g.Send(answer)
	t.log = append(t.log, heard{stamp, time.Now().UnixNano()})
	return err
}
