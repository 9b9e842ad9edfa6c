package traffic

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
)

// pool keeps the connections of an httpTransport. The one of net/http's own
// Transport was tried and rejected: it knows no age and no number of requests,
// does not say which connection a request will go by, sends some requests again
// when a kept connection breaks, and opens connections that nobody waits for
// any more. It is safe for concurrent use.
type pool struct {
	clock  *clock.Clock
	dialer *dialer
	want   plan.Connections
	rt     *http.Transport

	mu      sync.Mutex
	links   []*link // that take another request; the one that was used last is last
	count   int     // open or being opened; without those that are rotated away and only end what they are at
	opening int
	queue   []chan struct{} // who wait, in order
	waiting atomic.Int32    // their number
	closed  bool
	// streams are how many requests at one time an origin allows on a connection
	// of HTTP/2, once it is known: package http counts with 100 on a new one until
	// the service says, and those beyond the service's number would wait on it.
	streams map[string]int
}

// link is one connection. HTTP/1.1 has one request on it at one time, and it is
// not among the pool's links while it has; HTTP/2 has many, and it is.
type link struct {
	cc     *http.ClientConn
	url    *url.URL // one that it leads to
	origin string
	born   time.Time // in service time
	sent   int
	busy   int  // requests that are on it
	over   bool // it takes no more of them
}

// errClosed is what a request gets that comes after the end.
var errClosed = errors.New("the engine is closed")

// originOf is what requests of one connection have in common.
func originOf(u *url.URL) string {
	return u.Scheme + "://" + net.JoinHostPort(u.Hostname(), portOf(u))
}

// take is a connection to a URL's host with room for a request: one that is
// open, else a new one, or where there may be no more the first that becomes
// free. give must follow.
func (p *pool) take(ctx context.Context, u *url.URL) (*link, error) {
	origin := originOf(u)
	for first := true; ; first = false {
		p.mu.Lock()
		if p.closed {
			p.mu.Unlock()
			return nil, errClosed
		}
		if !first || len(p.queue) == 0 { // nobody overtakes those who wait
			if l := p.free(origin); l != nil {
				if p.want.HTTP2 {
					p.wake() // it may have room for more
				}
				p.mu.Unlock()
				return l, nil
			}
			if p.room(origin) {
				p.count++
				p.opening++
				p.mu.Unlock()
				return p.connect(ctx, u, origin)
			}
		}
		mine := make(chan struct{})
		if first {
			p.queue = append(p.queue, mine)
		} else {
			p.queue = slices.Insert(p.queue, 0, mine)
		}
		p.waiting.Add(1)
		p.mu.Unlock()
		select {
		case <-mine:
		case <-ctx.Done():
			p.leave(mine)
			return nil, context.Cause(ctx)
		}
	}
}

// free is a link to an origin that has room, with the room taken.
func (p *pool) free(origin string) *link {
	for i := len(p.links) - 1; i >= 0; i-- {
		l := p.links[i]
		if l.origin != origin {
			continue
		}
		if l.cc.Err() != nil || p.worn(l) {
			p.retire(i)
			continue
		}
		if p.want.HTTP2 {
			if most := p.streams[origin]; most > 0 && l.busy >= most || l.cc.Reserve() != nil {
				continue
			}
		} else {
			p.links = slices.Delete(p.links, i, i+1)
		}
		l.busy++
		l.sent++
		return l
	}
	return nil
}

// worn says that a link is to be rotated.
func (p *pool) worn(l *link) bool {
	return p.want.RotateRequests > 0 && l.sent >= p.want.RotateRequests ||
		p.want.RotateAfter > 0 && p.clock.Now().Sub(l.born) >= p.want.RotateAfter
}

// retire takes a link out of use; its last request closes it.
func (p *pool) retire(i int) {
	l := p.links[i]
	p.links = slices.Delete(p.links, i, i+1)
	p.count--
	p.end(l)
}

// end says that a link that is not counted any more takes no more requests.
func (p *pool) end(l *link) {
	l.over = true
	if p.worn(l) {
		p.dialer.renew(l.url)
	}
	if l.busy == 0 {
		_ = l.cc.Close()
	}
}

// room says whether a connection may be opened, and makes room where an idle
// one leads elsewhere. Of HTTP/2 one is opened at a time, since those who want
// one may all have room on it.
func (p *pool) room(origin string) bool {
	if p.want.HTTP2 && p.opening > 0 {
		return false
	}
	if p.want.Max == 0 || p.count < p.want.Max {
		return true
	}
	for i, l := range p.links {
		if l.busy == 0 && l.origin != origin {
			p.retire(i)
			return true
		}
	}
	return false
}

// connect opens a link that is counted already.
func (p *pool) connect(ctx context.Context, u *url.URL, origin string) (*link, error) {
	l := &link{url: u, origin: origin, born: p.clock.Now(), sent: 1, busy: 1}
	err := p.dialer.admit(u.Hostname())
	if err == nil {
		var cancel context.CancelFunc
		ctx, cancel = p.dialer.bounded(ctx, 1)
		l.cc, err = p.rt.NewClientConn(ctx, u.Scheme, net.JoinHostPort(u.Hostname(), portOf(u)))
		cancel()
	}
	if err == nil && p.want.HTTP2 {
		if err = l.cc.Reserve(); err == nil {
			l.cc.SetStateHook(p.changed)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opening--
	switch {
	case err != nil:
		p.count--
	case p.want.HTTP2:
		p.links = append(p.links, l)
	}
	if err != nil || p.want.HTTP2 {
		p.wake()
	}
	return l, unconnected(err)
}

// unconnected is the error of a connection that was not made, with a class.
func unconnected(err error) error {
	var known *dialError
	if err == nil || errors.As(err, &known) || classify(err) != ClassProtocol {
		return err
	}
	return &dialError{ClassConnect, err} // a proxy's refusal
}

// changed is told by an HTTP/2 connection that it may have room.
func (p *pool) changed(*http.ClientConn) {
	if p.waiting.Load() > 0 {
		go func() { // it is told under locks of the connection; ends at once
			p.mu.Lock()
			defer p.mu.Unlock()
			p.wake()
		}()
	}
}

// give gives a link back whose request ended; well says that its answer was
// read whole, and that neither end wants it closed.
func (p *pool) give(l *link, well bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l.busy--
	if p.want.HTTP2 && well {
		p.streams[l.origin] = l.cc.Available() + l.cc.InFlight()
	}
	switch {
	case l.over && l.busy == 0:
		_ = l.cc.Close()
	case l.over:
	case p.want.HTTP2:
		if i := slices.Index(p.links, l); p.closed || l.cc.Err() != nil || p.worn(l) {
			p.retire(i)
		}
	case p.closed || !well || p.want.Close || l.cc.Available() == 0 || p.worn(l):
		p.count--
		p.end(l)
	default:
		p.links = append(p.links, l)
	}
	p.wake()
}

// wake has the first who waits look again.
func (p *pool) wake() {
	if len(p.queue) > 0 {
		close(p.queue[0])
		p.queue = p.queue[1:]
		p.waiting.Add(-1)
	}
}

// leave takes one who waits out of the queue; one who was woken at the same
// moment wakes the next.
func (p *pool) leave(mine chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.Index(p.queue, mine)
	if i < 0 {
		p.wake()
		return
	}
	p.queue = slices.Delete(p.queue, i, i+1)
	p.waiting.Add(-1)
}

// close ends the links that no request is on, now, and the others when they
// are given back.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for i := len(p.links) - 1; i >= 0; i-- {
		p.retire(i)
	}
	for len(p.queue) > 0 {
		p.wake()
	}
}
