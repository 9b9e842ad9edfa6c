package traffic

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
)

// Classes of errors: the keys of what ended without a status.
const (
	ClassTimeout  = "timeout"  // the answer was not there when the kind's time-out was over, or had not begun in time
	ClassDNS      = "dns"      // the name has no address, or nobody said which
	ClassConnect  = "connect"  // no connection: refused, unreachable, not there in time
	ClassTLS      = "tls"      // no handshake: a certificate that is not trusted, or not the name's, or is wanted of the client
	ClassReset    = "reset"    // the connection broke before the answer was whole
	ClassProtocol = "protocol" // what came was not HTTP, or not the version that was asked for
	// ClassRefusedHost is of a host that is not the environment's: nothing was
	// sent there. Only a redirect leads to one.
	ClassRefusedHost = "refused-host"
	// The generator's own failures, which the service is not to blame for: it
	// had no descriptor, no port or no memory left for a connection.
	ClassDescriptors = "generator:descriptors"
	ClassPorts       = "generator:ports"
	ClassMemory      = "generator:memory"
)

// dialError is why there is no connection.
type dialError struct {
	class string
	err   error
}

func (e *dialError) Error() string { return e.class + ": " + e.err.Error() }
func (e *dialError) Unwrap() error { return e.err }

// ownLimits are what a connection fails with when this machine is at its end.
var ownLimits = []struct {
	err   error
	class string
}{
	{syscall.EMFILE, ClassDescriptors}, {syscall.ENFILE, ClassDescriptors},
	{syscall.EADDRNOTAVAIL, ClassPorts}, {syscall.EADDRINUSE, ClassPorts},
	{syscall.ENOBUFS, ClassMemory}, {syscall.ENOMEM, ClassMemory},
}

// ownLimit is the class of an error of this machine; empty where it is none.
func ownLimit(err error) string {
	for _, own := range ownLimits {
		if errors.Is(err, own.err) {
			return own.class
		}
	}
	return ""
}

// closedIdle are net/http's words for a kept connection that the far end
// closed as the request went out; it has no value for it.
const closedIdle = "http: server closed idle connection"

// noProtocol are the words of TLS's alert for a server that speaks none of what
// was offered; package tls has no value for it.
const noProtocol = "no application protocol"

// classify names the class of a failed send.
func classify(err error) string {
	if own := ownLimit(err); own != "" {
		return own
	}
	var (
		dial    *dialError
		op      *net.OpError
		dns     *net.DNSError
		cert    *tls.CertificateVerificationError
		record  tls.RecordHeaderError
		timeout net.Error
	)
	switch {
	case errors.As(err, &dial):
		return dial.class
	case errors.As(err, &dns):
		return ClassDNS
	case errors.As(err, &op) && op.Op == "dial":
		return ClassConnect
	case errors.As(err, &op) && op.Op == "remote error", errors.As(err, &cert), errors.As(err, &record): // in TLS 1.3 a client's certificate is refused only after the handshake
		return ClassTLS
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		errors.Is(err, net.ErrClosed), err.Error() == closedIdle:
		return ClassReset
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		return ClassTimeout
	}
	return ClassProtocol
}
