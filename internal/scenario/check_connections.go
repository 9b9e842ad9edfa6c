package scenario

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

const (
	mostConnections = 1_000_000 // more than one address has ports, sixteen times
	mostRotation    = 1_000_000_000
	mostRedirects   = 20
	mostAddresses   = 100 // of one name
)

func (c *checker) connections() {
	n := c.doc.Scenario.Traffic.Connections
	if n == nil {
		return
	}
	const path = "traffic.connections"
	c.between(path+".max", n.Max, mostConnections)
	c.between(path+".redirects", n.Redirects, mostRedirects)
	for key, v := range map[string]Duration{"connect": n.Connect, "first_byte": n.FirstByte} {
		c.positive(c.s, path+"."+key, v)
		c.atMost(c.s, path+"."+key, v, longestTimeout)
	}
	if r := n.Rotate; r != nil {
		c.between(path+".rotate.requests", r.Requests, mostRotation)
		c.positive(c.s, path+".rotate.after", r.After)
		c.atMost(c.s, path+".rotate.after", r.After, longest)
		switch {
		case !c.s.has(path+".rotate.after") && !c.s.has(path+".rotate.requests"):
			c.s.fault(path+".rotate", "", "a rotation has after, requests or both, as in {after: 5m, requests: 10000}")
		case n.KeepAlive != nil && !*n.KeepAlive:
			c.s.fault(path+".rotate", "", "with keep_alive: false no connection is used twice: leave rotate out")
		}
	}
	if n.Protocol == "http2" && n.KeepAlive != nil && !*n.KeepAlive {
		c.s.fault(path+".keep_alive", "", "HTTP/2 has many requests on one connection: keep_alive: false needs protocol: http1")
	}
}

// between refuses a number that is given and is not from 1 to most.
func (c *checker) between(path string, v, most int) {
	if c.s.has(path) && (v < 1 || v > most) {
		c.s.fault(path, "", "%s is from 1 to %d", name(path), most)
	}
}

// addresses checks what stands in place of looking names up.
func (c *checker) addresses(e *Environment) {
	for _, host := range keys(e.Resolve) {
		path := "resolve." + host
		bare, port, err := net.SplitHostPort(host)
		if err != nil {
			bare = host
		} else if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			c.e.fault(path, "", "%q names no port from 1 to 65535: write a name, or a name and a port as in example.com:8443", host)
			continue
		}
		switch _, err := netip.ParseAddr(bare); {
		case err == nil:
			c.e.fault(path, "", "%s is an address, not a name: it needs no resolving", bare)
		case bare == "" || strings.ContainsAny(bare, " /:@[]"):
			c.e.fault(path, "", "%q is not a name: write one, or a name and a port as in example.com:8443", host)
		case !hasHost(e.Hosts, bare):
			c.e.fault(path, Nearest(bare, e.Hosts), "%s is not among the environment's hosts: nothing is ever sent there", bare)
		}
		switch list := e.Resolve[host]; {
		case len(list) == 0:
			c.e.fault(path, "", "%s has no address: write one or more, as in [10.0.0.1]", host)
		case len(list) > mostAddresses:
			c.e.fault(path, "", "%s has %d addresses, and may have %d", host, len(list), mostAddresses)
		default:
			for i, text := range list {
				if _, err := netip.ParseAddr(text); err != nil {
					c.e.fault(path+"["+strconv.Itoa(i)+"]", "", "%q is no address such as 10.0.0.1 or 2001:db8::1", text)
				}
			}
		}
	}
}

// hasHost says whether a host is among those of an environment; case tells
// none apart.
func hasHost(hosts []string, host string) bool {
	for _, h := range hosts {
		if strings.EqualFold(h, host) {
			return true
		}
	}
	return false
}

// reached checks how a service is reached, beside its url.
func (c *checker) reached(path string, s Service) {
	if c.doc.Environment.Emulator != nil {
		if s.TLS != nil {
			c.e.fault(path+".tls", "", "an emulated service has no tls: the embedded load balancer is its address")
		}
		if s.Proxy != "" {
			c.e.fault(path+".proxy", "", "an emulated service has no proxy: the embedded load balancer is its address")
		}
		return
	}
	if s.TLS != nil && strings.HasPrefix(s.URL, "http:") {
		c.e.fault(path+".tls", "", "the url %s is without TLS: write https, or leave tls out", s.URL)
	}
	if c.e.has(path + ".proxy") {
		c.proxy(path+".proxy", s.Proxy)
	}
	if n := c.doc.Scenario.Traffic.Connections; s.Proxy != "" && n != nil && n.Protocol == "http2" && strings.HasPrefix(s.URL, "http:") && path == "services."+c.doc.Scenario.Service {
		c.e.fault(path+".proxy", "", "HTTP/2 without TLS goes through no proxy: use https, protocol: http1, or no proxy")
	}
	if s.TLS != nil && path == "services."+c.doc.Scenario.Service { // another's files are nobody's business
		c.certificates(path+".tls", *s.TLS)
	}
}

// proxy checks a proxy's URL. A password in it would be in every timeline.
func (c *checker) proxy(path, text string) {
	u, err := url.Parse(variable.ReplaceAllString(text, "x"))
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "socks5" || u.Hostname() == "" || u.Port() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "":
		c.e.fault(path, "", "the proxy is a URL with a port, such as http://proxy.example.com:3128 or socks5://proxy.example.com:1080")
		return
	}
	if raw, err := url.Parse(variable.ReplaceAllString(text, "")); err == nil {
		if secret, _ := raw.User.Password(); secret != "" {
			c.e.fault(path, "", "the proxy's password stands in the file, and would in every timeline: write it as ${NAME}")
		}
	}
}
