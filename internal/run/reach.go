package run

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"scaleproof/internal/scenario"
	"scaleproof/internal/traffic"
)

// Reach is what a command line says of how a service is reached. It goes before
// what the environment says.
type Reach struct {
	Resolve []string     // as curl has it: HOST:PORT:ADDRESS, or more addresses with commas between
	TLS     scenario.TLS // files relative to the working folder
	Proxy   string       // URL; ${NAME} is not expanded
}

func (r Reach) said() bool {
	return len(r.Resolve) > 0 || r.TLS != (scenario.TLS{}) || r.Proxy != ""
}

// network is what the command line says, with an error of usage.
func (r Reach) network() (n traffic.Network, err error) {
	n.Resolve = map[string][]netip.Addr{}
	for _, text := range r.Resolve {
		if err := resolved(n.Resolve, text); err != nil {
			return n, &Usage{fmt.Errorf("--resolve %s: %w", text, err)}
		}
	}
	if r.TLS != (scenario.TLS{}) {
		if n.TLS, err = scenario.ReadTLS(r.TLS, func(name string) string { return name }); err != nil {
			return n, &Usage{fmt.Errorf("--cacert, --cert, --key: %w", err)}
		}
	}
	if r.Proxy != "" {
		n.Proxy, err = url.Parse(r.Proxy)
		if err != nil || n.Proxy.Scheme != "http" && n.Proxy.Scheme != "socks5" || n.Proxy.Hostname() == "" || n.Proxy.Port() == "" {
			return n, &Usage{errors.New("--proxy: write a URL with a port, such as http://127.0.0.1:3128 or socks5://127.0.0.1:1080")}
		}
	}
	return n, nil
}

// resolved reads HOST:PORT:ADDRESS[,ADDRESS]. An address of IPv6 may stand in
// brackets.
func resolved(into map[string][]netip.Addr, text string) error {
	wrong := errors.New("it is HOST:PORT:ADDRESS, as in service.example.com:443:127.0.0.1")
	host, rest, _ := strings.Cut(text, ":")
	port, list, found := strings.Cut(rest, ":")
	if n, err := strconv.Atoi(port); host == "" || !found || err != nil || n < 1 || n > 65535 {
		return wrong
	}
	key := strings.ToLower(net.JoinHostPort(host, port))
	into[key] = nil
	for address := range strings.SplitSeq(list, ",") {
		a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(address, "["), "]"))
		if err != nil {
			return wrong
		}
		into[key] = append(into[key], a)
	}
	return nil
}

// reach takes the network to the target or to the environment's URL: what the
// command line says of it and, of its own URL, the environment. The plan then
// names the proxy that is used.
func (s *session) reach(n traffic.Network, o LoadOptions) (err error) {
	p := *s.plan
	to, ours := o.Target, o.Target == "" && !p.Emulated
	switch {
	case ours:
		to = p.URL
	case to == "" && o.Reach.said():
		return &Usage{fmt.Errorf("--resolve, --cacert, --cert, --key, --server-name and --proxy are for a --target or a real environment: %s is emulated", p.Environment)}
	}
	if p.Connections.Proxy = ""; n.Proxy != nil {
		p.Connections.Proxy = n.Proxy.Scheme + "://" + n.Proxy.Host
	}
	if ours {
		if p.Connections.Proxy == "" {
			p.Connections.Proxy = s.plan.Connections.Proxy
		}
		if n, err = s.known(n); err != nil {
			return refuse(err)
		}
	}
	s.plan, s.network = &p, n
	switch {
	case n.Proxy == nil:
		return nil
	case p.Connections.HTTP2 && !strings.HasPrefix(to, "https:"):
		return refuse(errors.New("HTTP/2 without TLS goes through no proxy: use https, protocol: http1, or no proxy"))
	}
	if err := local("http://" + n.Proxy.Host); err != nil {
		return refuse(fmt.Errorf("the proxy: %w", err))
	}
	return nil
}

// known is a network with what the environment says of its service.
func (s *session) known(n traffic.Network) (traffic.Network, error) {
	env := &s.doc.Environment
	for host, list := range env.Resolve {
		if _, told := n.Resolve[strings.ToLower(host)]; told {
			continue
		}
		for _, text := range list {
			n.Resolve[strings.ToLower(host)] = append(n.Resolve[strings.ToLower(host)], netip.MustParseAddr(text)) // checked as it was read
		}
	}
	if n.TLS == nil {
		n.TLS = s.doc.TLS()
	}
	if proxy := s.doc.Service().Proxy; proxy != "" && n.Proxy == nil {
		var err error
		if n.Proxy, err = url.Parse(s.doc.ExpandURL(proxy)); err != nil {
			return n, fmt.Errorf("the proxy of environment %s is no URL once its variables stand in it", env.Name) // err would quote a password
		}
	}
	n.Hosts = slices.DeleteFunc(slices.Clone(env.Hosts), func(host string) bool {
		return !at(n, host) // this version sends nowhere else
	})
	return n, nil
}

// here says whether a URL lies on this machine, by its host or by the addresses
// that stand in the host's place.
func here(raw string, n traffic.Network) error {
	err := local(raw)
	var far errNotLocal
	if !errors.As(err, &far) {
		return err
	}
	if at(n, far.host) {
		return nil
	}
	return err
}

// at says whether a host is this machine, on whatever port it can be reached: a
// name that has an address for a port is looked up for no other.
func at(n traffic.Network, host string) bool {
	if loopback(host) {
		return true
	}
	var all []netip.Addr
	for name, list := range n.Resolve {
		if name == strings.ToLower(host) || strings.HasPrefix(name, net.JoinHostPort(strings.ToLower(host), "")) {
			all = append(all, list...)
		}
	}
	return looped(all)
}

func looped(list []netip.Addr) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(a netip.Addr) bool { return !a.Unmap().IsLoopback() })
}
