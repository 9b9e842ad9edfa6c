package traffic

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"scaleproof/internal/clock"
)

// Network is where an engine may connect, and how. The zero value is of a
// service at its base URL, which is looked up and trusted as the machine does.
type Network struct {
	// Hosts are those that are connected to, and no others, by name or address
	// without a port; nil: the base URL's alone.
	Hosts []string
	// Resolve has the addresses of names that are not to be looked up, by name
	// or by name and port as in example.com:8443.
	Resolve map[string][]netip.Addr
	// TLS has authorities, certificates and the server's name; nil: the
	// machine's authorities, no certificate, the URL's host.
	TLS *tls.Config
	// Proxy is what all connections go through, a password in place; nil: none.
	Proxy *url.URL

	lookup func(ctx context.Context, host string) ([]netip.Addr, error) // nil: the machine's resolver
}

// dialer makes every connection of an engine, and none to a host that is not
// the environment's. It is safe for concurrent use.
//
// A name's addresses take turns, one for each connection, so that each of a
// load balancer's nodes gets its part; what resolvers and the standard library
// do, to prefer one for as long as it answers, would load one node. Where an
// address cannot be reached the next is tried at once, until each has been.
// No two are tried at one time (happy eyeballs): a connection that is thrown
// away is load that no user makes, and a node that is down is to be seen.
type dialer struct {
	clock *clock.Clock
	hosts []string                // lower case
	fixed map[string][]netip.Addr // by name, or name and port
	tls   *tls.Config
	http2 bool
	limit time.Duration // of a whole dial, in service time; 0: none but its context's

	lookup  func(ctx context.Context, host string) ([]netip.Addr, error)
	connect func(ctx context.Context, network, address string) (net.Conn, error)

	mu    sync.Mutex
	names map[string]*resolved
}

// staleAfter is how old a name's addresses may be, in service time: half of
// the 60 s that AWS gives the names of its load balancers [D: Elastic Load
// Balancing User Guide, "How Elastic Load Balancing works"].
const staleAfter = 30 * time.Second

// freshAfter is how soon they are asked for again all the same, when a
// connection is rotated: many may be at one time.
const freshAfter = time.Second

func newDialer(c Config) *dialer {
	d := &dialer{
		clock: c.Clock, fixed: map[string][]netip.Addr{}, names: map[string]*resolved{}, tls: &tls.Config{},
		http2: c.Plan.Connections.HTTP2, limit: c.Plan.Connections.Connect,
		lookup: c.Network.lookup, connect: c.dial,
	}
	for host, list := range c.Network.Resolve {
		d.fixed[strings.ToLower(host)] = list
	}
	for _, host := range c.Network.Hosts {
		d.hosts = append(d.hosts, strings.ToLower(host))
	}
	if c.Network.Hosts == nil {
		d.hosts = []string{strings.ToLower(c.Base.Hostname())}
	}
	if c.Network.TLS != nil {
		d.tls = c.Network.TLS.Clone()
	}
	d.tls.NextProtos = []string{"http/1.1"}
	if d.http2 {
		d.tls.NextProtos = []string{"h2"}
	}
	if d.lookup == nil {
		d.lookup = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	if d.connect == nil {
		d.connect = (&net.Dialer{}).DialContext
	}
	return d
}

// dial connects to a URL's host, and with https makes the handshake: then what
// it returns is a *tls.Conn. wrap, which may be nil, is put around the TCP
// connection, below TLS. The error says its class, see classify.
func (d *dialer) dial(ctx context.Context, u *url.URL, wrap func(net.Conn) net.Conn) (net.Conn, error) {
	if err := d.admit(u.Hostname()); err != nil {
		return nil, err
	}
	ctx, cancel := d.bounded(ctx, 1)
	defer cancel()
	conn, err := d.tcp(ctx, u.Hostname(), portOf(u))
	if err != nil {
		return nil, err
	}
	if wrap != nil {
		conn = wrap(conn)
	}
	if u.Scheme != "https" {
		return conn, nil
	}
	return d.shake(ctx, conn, u.Hostname())
}

// portOf is a URL's port, or its scheme's.
func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// admit refuses a host that is not the environment's, before any packet.
func (d *dialer) admit(host string) error {
	if slices.Contains(d.hosts, strings.ToLower(host)) {
		return nil
	}
	return &dialError{ClassRefusedHost, fmt.Errorf("%s is not among the environment's hosts", host)}
}

// bounded is a context that ends also after a part of the time that a dial may
// take.
func (d *dialer) bounded(ctx context.Context, parts int) (context.Context, context.CancelFunc) {
	if limit := wallTime(d.clock, d.limit); limit > 0 {
		return context.WithTimeout(ctx, max(1, limit/time.Duration(parts)))
	}
	return context.WithCancel(ctx)
}

// wallTime is how long a service time is on the machine's clock; 0 on a
// stepping one, on which neither a connection nor an answer's way takes time.
func wallTime(c *clock.Clock, d time.Duration) time.Duration {
	switch {
	case d == 0 || c.Mode() == clock.Stepping:
		return 0
	case c.Mode() == clock.Scaled:
		return max(1, time.Duration(float64(d)/c.Speed()))
	}
	return d
}

// tcp connects to one of a host's addresses. Where the dial has a limit each
// of them has an equal part of it, so that one that swallows packets does not
// use it up.
func (d *dialer) tcp(ctx context.Context, host, port string) (net.Conn, error) {
	list, err := d.addresses(ctx, host, port)
	if err != nil {
		return nil, err
	}
	var first, own error
	for _, a := range list {
		conn, err := d.one(ctx, net.JoinHostPort(a.String(), port), len(list))
		switch {
		case err == nil:
			return conn, nil
		case ownLimit(err) == "" && first == nil:
			first = err
		case ownLimit(err) != "" && own == nil:
			own = err
		}
		if ctx.Err() != nil {
			break
		}
	}
	if first == nil { // an address that is not for this machine, as ::1 without IPv6, looks like no port
		return nil, &dialError{ownLimit(own), own}
	}
	return nil, &dialError{ClassConnect, first}
}

func (d *dialer) one(ctx context.Context, address string, of int) (net.Conn, error) {
	ctx, cancel := d.bounded(ctx, of)
	defer cancel()
	return d.connect(ctx, "tcp", address)
}

// shake makes the TLS handshake, or closes the connection.
func (d *dialer) shake(ctx context.Context, conn net.Conn, host string) (net.Conn, error) {
	config := d.tls
	if config.ServerName == "" {
		config = config.Clone()
		config.ServerName = host
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		class := ClassTLS
		if own := ownLimit(err); own != "" {
			class = own
		} else if strings.HasSuffix(err.Error(), noProtocol) {
			class = ClassProtocol
		}
		return nil, &dialError{class, err}
	}
	if d.http2 && secure.ConnectionState().NegotiatedProtocol != "h2" {
		_ = conn.Close()
		return nil, &dialError{ClassProtocol, errNoHTTP2}
	}
	return secure, nil
}

var errNoHTTP2 = errors.New("the service does not speak HTTP/2")

// resolved are a name's addresses.
type resolved struct {
	turn  chan struct{} // of who may read and write the rest
	fixed bool          // they are not looked up
	list  []netip.Addr  // in order
	asked time.Time     // in service time; zero: never, or not to be relied on
	next  int
}

// addresses are a host's, beginning with the one whose turn it is. A name that
// cannot be looked up any more is a failure, whatever it was before, as it is
// for every client that connects anew.
func (d *dialer) addresses(ctx context.Context, host, port string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	r := d.name(host, port)
	select {
	case <-r.turn:
		defer func() { r.turn <- struct{}{} }()
	case <-ctx.Done():
		return nil, &dialError{ClassDNS, fmt.Errorf("look %s up: %w", host, ctx.Err())}
	}
	if now := d.clock.Now(); !r.fixed && (r.asked.IsZero() || now.Sub(r.asked) > staleAfter) {
		list, err := d.lookup(ctx, host)
		if err == nil && len(list) == 0 {
			err = errors.New("it has no address")
		}
		if err != nil {
			r.asked = time.Time{}
			class := ClassDNS
			if own := ownLimit(err); own != "" {
				class = own
			}
			return nil, &dialError{class, fmt.Errorf("look %s up: %w", host, err)}
		}
		r.list, r.asked = ordered(list), now
	}
	if len(r.list) == 0 {
		return nil, &dialError{ClassDNS, fmt.Errorf("%s has fixed addresses, and none of port %s", host, port)}
	}
	at := r.next % len(r.list)
	r.next = at + 1
	return slices.Concat(r.list[at:], r.list[:at]), nil
}

// ordered are addresses each once, in an order that no resolver changes: their
// turns go on from one answer to the next.
func ordered(list []netip.Addr) []netip.Addr {
	list = slices.Clone(list)
	for i := range list {
		list[i] = list[i].Unmap()
	}
	slices.SortFunc(list, netip.Addr.Compare)
	return slices.Compact(list)
}

// name is where a name's addresses are kept. One that has fixed addresses of a
// port is looked up for no other: it would be another place that answers.
func (d *dialer) name(host, port string) *resolved {
	host = strings.ToLower(host)
	key := net.JoinHostPort(host, port)
	list, fixed := d.fixed[key]
	if !fixed {
		key = host
		list, fixed = d.fixed[host]
	}
	for other := range d.fixed {
		if !fixed && strings.HasPrefix(other, net.JoinHostPort(host, "")) {
			key, fixed = net.JoinHostPort(host, port), true
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.names[key]
	if r == nil {
		r = &resolved{turn: make(chan struct{}, 1), fixed: fixed, list: list}
		r.turn <- struct{}{}
		d.names[key] = r
	}
	return r
}

// renew has a URL's name looked up anew for the next connection, since one is
// rotated; not where that was done a moment ago, or is being done.
func (d *dialer) renew(u *url.URL) {
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return
	}
	r := d.name(u.Hostname(), portOf(u))
	select {
	case <-r.turn:
		if d.clock.Now().Sub(r.asked) > freshAfter {
			r.asked = time.Time{}
		}
		r.turn <- struct{}{}
	default:
	}
}
