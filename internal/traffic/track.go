package traffic

import (
	"io"
	"net"
	"time"

	"scaleproof/internal/traffic/http1"
	"scaleproof/internal/traffic/socket"
)

// track is a connection of a lane's.
type track struct {
	conn     *socket.Conn
	token    int32
	parser   http1.Parser
	trip     *trip  // on it; nil: none
	kept     []byte // room for an answer's body, where it is wanted
	born     time.Duration
	freed    time.Duration // when its last answer was whole, or it was made
	requests int
	idle     bool // it is in the lane's list of those
	unread   bool // likewise
}

// begin makes a track ready for the answer to a request of a kind.
func (k *track) begin(kind *laneKind) {
	var room []byte
	if kind.criterion.ReadsBody() {
		if k.kept == nil {
			k.kept = make([]byte, 0, mostKept) // touched as far as bodies go, no further
		}
		room = k.kept
	}
	k.parser.Begin(kind.template.Head(), room)
}

// full says that no more connections may be opened.
func (l *lane) full() bool {
	return l.most > 0 && l.open+l.begun >= l.most
}

// connect begins as many connections as are waited for, as far as there may be
// more, and not too many at one time: behind a service that stands still ten
// thousand may wait. Whichever is free first takes who waits longest.
func (l *lane) connect() {
	for l.begun < min(l.line.length, mostBegun) && !l.full() {
		l.begun++
		l.owner.helpers.Add(1)
		go l.dial() // ends with the connection made or failed, at latest when the engine is closed
	}
}

// mostBegun is how many connections a lane makes at one time: each is a
// goroutine, and a service that takes a millisecond for one still opens a
// quarter of a million in a second.
const mostBegun = 256

// dial makes a connection, in a goroutine of its own: names, handshakes and
// certificates take their time.
func (l *lane) dial() {
	defer l.owner.helpers.Done()
	conn, err := l.owner.dial.dial(l.owner.ctx, l.owner.where, func(c net.Conn) net.Conn { return socket.Wrap(c) })
	var s *socket.Conn
	if err == nil {
		s, err = socket.Adopt(conn)
	}
	if !l.mail.put(func() { l.connected(s, err) }) && s != nil {
		s.Close()
	}
}

// connected takes in a connection, or has who waits longest fail for there
// being none.
func (l *lane) connected(s *socket.Conn, err error) {
	l.begun--
	if l.ended {
		if s != nil {
			s.Close()
		}
		return
	}
	if err == nil {
		err = l.adopt(s)
	}
	if err == nil || len(l.idle) > 0 { // where one is free, who waits does so for the ceiling
		return
	}
	if t := l.line.first; t != nil {
		l.fail(t, classify(err))
	}
	l.connect()
}

func (l *lane) adopt(s *socket.Conn) error {
	token := int32(len(l.tracks))
	if n := len(l.tokens); n > 0 {
		token, l.tokens = l.tokens[n-1], l.tokens[:n-1]
	} else {
		l.tracks = append(l.tracks, nil)
	}
	if err := l.poller.Add(s, token); err != nil {
		l.tokens = append(l.tokens, token)
		s.Close()
		return err
	}
	k := &track{conn: s, token: token, born: l.now, freed: l.now}
	l.tracks[token] = k
	l.open++
	l.free(k)
	return nil
}

// free has a connection take who waits longest, or wait itself.
func (l *lane) free(k *track) {
	k.idle = true
	l.idle = append(l.idle, k)
	l.pump()
}

// aged says that a connection is not to be used again.
func (l *lane) aged(k *track) bool {
	c := &l.owner.plan.Connections
	return c.Close && k.requests > 0 ||
		c.RotateRequests > 0 && k.requests >= c.RotateRequests ||
		c.RotateAfter > 0 && l.now-k.born >= c.RotateAfter
}

// retire closes a connection that had its time: what opens in its place asks
// for the name's addresses anew.
func (l *lane) retire(k *track) {
	if !l.owner.plan.Connections.Close {
		l.owner.dial.renew(l.owner.where)
	}
	l.drop(k)
}

// drop closes a connection; another is opened if somebody waits for one.
func (l *lane) drop(k *track) {
	l.poller.Remove(k.conn)
	k.conn.Close()
	l.tracks[k.token] = nil
	l.tokens = append(l.tokens, k.token)
	l.open--
	if k.idle {
		for i := len(l.idle) - 1; i >= 0; i-- {
			if l.idle[i] == k {
				l.idle = append(l.idle[:i], l.idle[i+1:]...)
				break
			}
		}
	}
	l.connect()
}

func (l *lane) watch(k *track, write bool) {
	if err := l.poller.Watch(k.conn, k.token, write); err != nil {
		l.broken(k, classify(err))
	}
}

// broken ends a connection that no answer can come on any more.
func (l *lane) broken(k *track, class string) {
	if k.trip != nil {
		l.fail(k.trip, class)
		return
	}
	l.drop(k) // the far end closes what it does not need
}

// ready does what can be done with a connection.
func (l *lane) ready(e socket.Event) {
	k := l.tracks[e.Token]
	if k == nil {
		return // closed since
	}
	if e.Writable {
		if err := k.conn.Flush(); err != nil {
			l.broken(k, classify(err))
			return
		}
		if !k.conn.Blocked() {
			l.watch(k, false)
		}
	}
	if e.Readable && l.tracks[e.Token] == k {
		l.receive(k)
	}
}

// atATime is how often a lane reads from one connection before it looks at the
// others, and at the time: a service may send without end.
const atATime = 4

// receive reads what has come on a connection; what is more than a little of it
// when the others had their turn.
func (l *lane) receive(k *track) {
	for range atATime {
		n, stamp, err := k.conn.Receive(l.buf)
		if n > 0 && !l.take(k, l.buf[:n], stamp) {
			return
		}
		switch {
		case err == socket.ErrWouldBlock:
			return
		case err != nil:
			l.finished(k, err)
			return
		case n < len(l.buf) && !k.conn.Buffered():
			return // the socket says when there is more
		}
	}
	if !k.unread {
		k.unread = true
		l.unread = append(l.unread, k)
	}
}

// resume reads on where there was more.
func (l *lane) resume() {
	for n := len(l.unread); n > 0; n-- {
		k := l.unread[0]
		l.unread = append(l.unread[:0], l.unread[1:]...)
		k.unread = false
		if l.tracks[k.token] == k {
			l.receive(k)
		}
	}
}

// take reads bytes of an answer; false where the connection is closed after them.
//
// Bytes that come on an idle connection, or behind an answer, belong to nothing
// that was asked for: the next answer would be read from them. The connection
// is closed. The answer before them stands as its own framing says, so that it
// does not depend on how the network cut the bytes whether it counts.
func (l *lane) take(k *track, b []byte, stamp int64) bool {
	t := k.trip
	if t == nil {
		l.drop(k)
		return false
	}
	l.silent.remove(t)
	used, err := k.parser.Feed(b)
	switch {
	case err != nil:
		l.fail(t, classify(err))
		return false
	case !k.parser.Done():
		return true
	}
	over := k.parser.Close() || used < len(b) || k.conn.Blocked()
	l.answered(t, stamp)
	switch {
	case over:
		l.drop(k)
		return false
	case l.aged(k):
		l.retire(k)
		return false
	}
	l.free(k)
	return l.tracks[k.token] == k
}

// finished ends a connection at the end of its bytes.
func (l *lane) finished(k *track, err error) {
	t := k.trip
	if t == nil {
		l.drop(k)
		return
	}
	if err == io.EOF {
		if err = k.parser.End(); err == nil { // the end of the connection is the answer's
			l.answered(t, 0)
			l.drop(k)
			return
		}
	}
	l.fail(t, classify(err))
}

// read reads the mail.
func (l *lane) read() {
	for _, letter := range l.mail.take() {
		letter()
	}
}
