package traffic

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
)

// names is a resolver.
type names struct {
	asked atomic.Int32
	of    atomic.Pointer[[]string] // addresses; nil: it does not answer
}

func (n *names) say(addresses ...string) { n.of.Store(&addresses) }

func (n *names) lookup(_ context.Context, host string) (list []netip.Addr, err error) {
	n.asked.Add(1)
	said := n.of.Load()
	if said == nil {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	for _, a := range *said {
		list = append(list, netip.MustParseAddr(a))
	}
	return list, nil
}

// dialed is a dialer for a URL whose connections go nowhere; it tells where they
// would have gone.
func dialed(t *testing.T, c Config, raw string, down map[string]error) (d *dialer, u *url.URL, to *[]string) {
	u, err := url.Parse(raw)
	require.NoError(t, err)
	if c.Clock == nil {
		c.Clock = clock.NewWall()
	}
	if c.Plan == nil {
		c.Plan = &plan.Plan{}
	}
	to = new([]string)
	c.Base, c.dial = u, func(ctx context.Context, _, address string) (net.Conn, error) {
		*to = append(*to, address)
		if err := down[address]; err != nil {
			return nil, &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", err)}
		}
		near, far := net.Pipe()
		t.Cleanup(func() { near.Close(); far.Close() })
		return near, nil
	}
	return newDialer(c), u, to
}

func classOf(t *testing.T, err error) string {
	t.Helper()
	require.Error(t, err)
	return classify(err)
}

// Each address of a name has its turn, in whatever order the resolver tells
// them; one that is down is passed over, in its turn, to the next.
func TestAddressesTakeTurns(t *testing.T) {
	dns := &names{}
	dns.say("10.0.0.3", "10.0.0.1", "::ffff:10.0.0.2", "10.0.0.1")
	d, u, to := dialed(t, Config{Network: Network{lookup: dns.lookup}}, "http://Service.example", map[string]error{"10.0.0.2:80": syscall.ECONNREFUSED})
	for range 4 {
		_, err := d.dial(t.Context(), u, nil)
		require.NoError(t, err)
	}
	require.Equal(t, []string{"10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80", "10.0.0.3:80", "10.0.0.1:80"}, *to)
	require.EqualValues(t, 1, dns.asked.Load())
}

// Where no address can be reached, each was tried, and why is told: of the
// service where one of them is its doing, and not this machine's.
func TestNoAddressCanBeReached(t *testing.T) {
	for name, c := range map[string]struct {
		a, b  error
		class string
	}{
		"both refuse":           {syscall.ECONNREFUSED, syscall.ECONNREFUSED, ClassConnect},
		"one is not for us":     {syscall.EADDRNOTAVAIL, syscall.ECONNREFUSED, ClassConnect},
		"no port is left":       {syscall.EADDRNOTAVAIL, syscall.EADDRNOTAVAIL, ClassPorts},
		"no descriptor is left": {syscall.EMFILE, syscall.EMFILE, ClassDescriptors},
	} {
		dns := &names{}
		dns.say("::1", "127.0.0.1")
		d, u, to := dialed(t, Config{Network: Network{lookup: dns.lookup}}, "http://service:81", map[string]error{"[::1]:81": c.a, "127.0.0.1:81": c.b})
		_, err := d.dial(t.Context(), u, nil)
		require.Equal(t, c.class, classOf(t, err), name)
		require.Equal(t, []string{"127.0.0.1:81", "[::1]:81"}, *to)
	}
}

// A name that does not resolve any more fails as such, once what is known of it
// is old, and is asked for again each time; then it is back.
func TestANameStopsResolving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewWall()
		defer c.Stop()
		dns := &names{}
		d, u, _ := dialed(t, Config{Clock: c, Network: Network{lookup: dns.lookup}}, "http://service", nil)
		dial := func() error {
			_, err := d.dial(t.Context(), u, nil)
			return err
		}
		require.Equal(t, ClassDNS, classOf(t, dial()))
		dns.say("10.0.0.1")
		require.NoError(t, dial())
		dns.of.Store(nil)
		time.Sleep(staleAfter)
		require.NoError(t, dial(), "not old yet")
		time.Sleep(time.Nanosecond)
		require.Equal(t, ClassDNS, classOf(t, dial()))
		require.Equal(t, ClassDNS, classOf(t, dial()))
		require.EqualValues(t, 4, dns.asked.Load())
		dns.say()
		require.ErrorContains(t, dial(), "no address")
		dns.say("10.0.0.1")
		require.NoError(t, dial())
	})
}

// A rotated connection has the name looked up anew, so that a node that came
// later is reached; not over and over where many rotate at one time.
func TestARotationFindsNewAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewWall()
		defer c.Stop()
		dns := &names{}
		dns.say("10.0.0.1")
		d, u, to := dialed(t, Config{Clock: c, Network: Network{lookup: dns.lookup}}, "http://service", nil)
		for range 3 {
			_, err := d.dial(t.Context(), u, nil)
			require.NoError(t, err)
			dns.say("10.0.0.1", "10.0.0.2")
			time.Sleep(freshAfter + 1)
			d.renew(u)
			d.renew(u)
		}
		require.Equal(t, []string{"10.0.0.1:80", "10.0.0.2:80", "10.0.0.1:80"}, *to)
		require.EqualValues(t, 3, dns.asked.Load())
		_, err := d.dial(t.Context(), u, nil)
		require.NoError(t, err)
		d.renew(u)
		_, err = d.dial(t.Context(), u, nil)
		require.NoError(t, err)
		require.EqualValues(t, 4, dns.asked.Load(), "the last answer is fresh")
	})
}

// Fixed addresses are never looked up: by name and port before by name.
func TestFixedAddresses(t *testing.T) {
	dns := &names{}
	one := []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2")}
	two := []netip.Addr{netip.MustParseAddr("2001:db8::1")}
	network := Network{lookup: dns.lookup, Hosts: []string{"service"}, Resolve: map[string][]netip.Addr{"Service": one, "service:81": two}}
	d, u, to := dialed(t, Config{Network: network}, "http://service", nil)
	for range 3 {
		_, err := d.dial(t.Context(), u, nil)
		require.NoError(t, err)
	}
	u.Host = "SERVICE:81"
	_, err := d.dial(t.Context(), u, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"10.0.0.1:80", "10.0.0.2:80", "10.0.0.1:80", "[2001:db8::1]:81"}, *to)
	require.Zero(t, dns.asked.Load())
}

// A name that has an address for one port is looked up for no other.
func TestFixedAddressesOfOnePort(t *testing.T) {
	dns := &names{}
	dns.say("10.0.0.9")
	only := map[string][]netip.Addr{"service:81": {netip.MustParseAddr("10.0.0.1")}}
	d, u, to := dialed(t, Config{Network: Network{lookup: dns.lookup, Resolve: only}}, "http://service", nil)
	_, err := d.dial(t.Context(), u, nil)
	require.Equal(t, ClassDNS, classOf(t, err))
	require.ErrorContains(t, err, "none of port 80")
	u.Host = "service:81"
	_, err = d.dial(t.Context(), u, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"10.0.0.1:81"}, *to)
	require.Zero(t, dns.asked.Load())
}

// A host that is not the environment's is refused before a packet is sent, its
// name is not even looked up.
func TestHostsAreChecked(t *testing.T) {
	dns := &names{}
	d, u, to := dialed(t, Config{Network: Network{lookup: dns.lookup}}, "http://service", nil)
	for _, host := range []string{"other", "service.other", "127.0.0.1", "[::1]:80", ""} {
		u.Host = host
		_, err := d.dial(t.Context(), u, nil)
		require.Equal(t, ClassRefusedHost, classOf(t, err), host)
	}
	require.Empty(t, *to)
	require.Zero(t, dns.asked.Load())
}

// An address that swallows every packet uses up its part of the time, and the
// next is tried in what is left; with nobody there the dial ends when its time
// is over, in service time.
func TestConnectHasALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewScaled(clock.Epoch, 10)
		defer c.Stop()
		dns := &names{}
		dns.say("10.0.0.1", "10.0.0.2")
		near, far := net.Pipe()
		defer far.Close()
		open := false
		d := newDialer(Config{
			Clock: c, Plan: &plan.Plan{Connections: plan.Connections{Connect: 20 * time.Second}},
			Base: &url.URL{Scheme: "http", Host: "service"}, Network: Network{lookup: dns.lookup},
			dial: func(ctx context.Context, _, address string) (net.Conn, error) {
				if open && address == "10.0.0.2:80" {
					return near, nil
				}
				<-ctx.Done()
				return nil, &net.OpError{Op: "dial", Err: ctx.Err()}
			},
		})
		began := c.Now()
		_, err := d.dial(t.Context(), &url.URL{Scheme: "http", Host: "service"}, nil)
		require.Equal(t, ClassConnect, classOf(t, err))
		require.Equal(t, 20*time.Second, c.Now().Sub(began))
		open, began = true, c.Now()
		d.names["service"].next = 0
		conn, err := d.dial(t.Context(), &url.URL{Scheme: "http", Host: "service"}, nil)
		require.NoError(t, err)
		require.Equal(t, near, conn)
		require.Equal(t, 10*time.Second, c.Now().Sub(began))
	})
}

// wrapped tells that it was put around a connection.
type wrapped struct {
	net.Conn
	read *atomic.Int64
}

func (w wrapped) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	w.read.Add(int64(n))
	return n, err
}

// What TLS can say no to, on a real socket, over IPv4 and IPv6: a certificate
// of another authority, of another name, too old; a client without its own.
func TestTLS(t *testing.T) {
	ours, theirs := newAuthority(t), newAuthority(t)
	good, old := ours.sign(t, "service.test", time.Hour), ours.sign(t, "service.test", -time.Minute)
	client := ours.sign(t, "client", time.Hour)
	for name, c := range map[string]struct {
		server *tls.Config
		client *tls.Config
		host   string
		class  string // empty: it goes well
	}{
		"own authority":        {&tls.Config{Certificates: []tls.Certificate{good}}, &tls.Config{RootCAs: ours.pool}, "service.test", ""},
		"unknown authority":    {&tls.Config{Certificates: []tls.Certificate{good}}, &tls.Config{RootCAs: theirs.pool}, "service.test", ClassTLS},
		"the machine's own":    {&tls.Config{Certificates: []tls.Certificate{good}}, &tls.Config{}, "service.test", ClassTLS},
		"another name":         {&tls.Config{Certificates: []tls.Certificate{good}}, &tls.Config{RootCAs: ours.pool}, "other.test", ClassTLS},
		"a name of one's own":  {&tls.Config{Certificates: []tls.Certificate{good}}, &tls.Config{RootCAs: ours.pool, ServerName: "service.test"}, "other.test", ""},
		"expired":              {&tls.Config{Certificates: []tls.Certificate{old}}, &tls.Config{RootCAs: ours.pool}, "service.test", ClassTLS},
		"a client's shown":     {&tls.Config{Certificates: []tls.Certificate{good}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ours.pool}, &tls.Config{RootCAs: ours.pool, Certificates: []tls.Certificate{client}}, "service.test", ""},
		"a client's not shown": {&tls.Config{Certificates: []tls.Certificate{good}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ours.pool}, &tls.Config{RootCAs: ours.pool}, "service.test", ClassTLS},
		"a client's, TLS 1.2":  {&tls.Config{Certificates: []tls.Certificate{good}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ours.pool, MaxVersion: tls.VersionTLS12}, &tls.Config{RootCAs: ours.pool}, "service.test", ClassTLS},
		"no HTTP we speak":     {&tls.Config{Certificates: []tls.Certificate{good}, NextProtos: []string{"h3"}}, &tls.Config{RootCAs: ours.pool}, "service.test", ClassProtocol},
	} {
		for _, address := range []string{"127.0.0.1", "::1"} {
			t.Run(name+" "+address, func(t *testing.T) {
				var asked atomic.Value
				asked.Store("")
				c.server.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
					asked.Store(hello.ServerName)
					return nil, nil
				}
				l, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
				if errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EAFNOSUPPORT) {
					t.Skip("this machine has no IPv6")
				}
				require.NoError(t, err)
				defer l.Close()
				go func() { // ends when the listener is closed
					conn, err := tls.NewListener(l, c.server).Accept()
					if err == nil {
						_, _ = conn.Write([]byte("x"))
						_, _ = conn.Read(make([]byte, 1))
						conn.Close()
					}
				}()
				_, port, err := net.SplitHostPort(l.Addr().String())
				require.NoError(t, err)
				u := &url.URL{Scheme: "https", Host: net.JoinHostPort(c.host, port)}
				w := clock.NewWall()
				defer w.Stop()
				d := newDialer(Config{Clock: w, Plan: &plan.Plan{}, Base: u, Network: Network{
					TLS: c.client, Resolve: map[string][]netip.Addr{c.host: {netip.MustParseAddr(address)}},
				}})
				var read atomic.Int64
				conn, err := d.dial(t.Context(), u, func(conn net.Conn) net.Conn { return wrapped{conn, &read} })
				if err == nil {
					defer conn.Close()
					require.IsType(t, &tls.Conn{}, conn)
					_, err = conn.Read(make([]byte, 1)) // in TLS 1.3 a server refuses a client after the handshake
				}
				require.Positive(t, read.Load(), "the wrapper is below TLS")
				if c.class != "" {
					require.Equal(t, c.class, classOf(t, err), "%v", err)
					return
				}
				require.NoError(t, err)
				want := c.host
				if c.client.ServerName != "" {
					want = c.client.ServerName
				}
				require.Equal(t, want, asked.Load(), "SNI")
			})
		}
	}
}

// A handshake that never ends does so with the dial's limit, and says that it
// was the handshake.
func TestAHandshakeThatNeverEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewWall()
		defer c.Stop()
		near, far := net.Pipe()
		defer far.Close()
		go func() { // ends with the connection
			for b := make([]byte, 1024); ; {
				if _, err := far.Read(b); err != nil {
					return
				}
			}
		}()
		u := &url.URL{Scheme: "https", Host: "127.0.0.1"}
		d := newDialer(Config{
			Clock: c, Base: u, Plan: &plan.Plan{Connections: plan.Connections{Connect: time.Second}},
			dial: func(context.Context, string, string) (net.Conn, error) { return near, nil },
		})
		_, err := d.dial(t.Context(), u, nil)
		require.Equal(t, ClassTLS, classOf(t, err))
	})
}
