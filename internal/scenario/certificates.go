package scenario

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"path/filepath"
)

const mostPEM = 1 << 20 // bytes of a file of certificates, or of a key

// certificates reads the files that the service's tls names.
func (c *checker) certificates(path string, t TLS) {
	var err error
	if c.doc.tls, err = ReadTLS(t, c.doc.near); err != nil {
		var f *tlsFault
		if errors.As(err, &f) {
			path += "." + f.field
		}
		c.e.fault(path, "", "%v", err)
	}
}

// near is where a file lies that the environment names.
func (d *Document) near(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(d.environmentDir, filepath.FromSlash(name))
}

// TLS is what the environment says of the service's certificates; nil where it
// says nothing. It holds a client's key: it goes into a connection and nowhere
// else.
func (d *Document) TLS() *tls.Config {
	if d.tls == nil {
		return nil
	}
	return d.tls.Clone()
}

// tlsFault is what is wrong with one of TLS's files.
type tlsFault struct {
	field string // ca, cert or key
	err   error
}

func (e *tlsFault) Error() string { return e.err.Error() }

// ReadTLS reads the files of a TLS; place says where one lies, by its name. Its
// errors name the file.
func ReadTLS(t TLS, place func(string) string) (*tls.Config, error) {
	out := &tls.Config{ServerName: t.ServerName}
	if t.CA != "" {
		pem, err := readFile(place(t.CA), mostPEM)
		if err != nil {
			return nil, &tlsFault{"ca", fmt.Errorf("authorities %s: %s", t.CA, reason(err))}
		}
		out.RootCAs = x509.NewCertPool()
		if !out.RootCAs.AppendCertsFromPEM(pem) {
			return nil, &tlsFault{"ca", fmt.Errorf("%s holds no certificate: it is to be a PEM file with one or more -----BEGIN CERTIFICATE-----", t.CA)}
		}
	}
	switch {
	case t.Cert == "" && t.Key == "":
		return out, nil
	case t.Key == "":
		return nil, &tlsFault{"cert", fmt.Errorf("a certificate of one's own needs its key: name the file as key")}
	case t.Cert == "":
		return nil, &tlsFault{"key", fmt.Errorf("a key is shown to nobody without its certificate: name the file as cert")}
	}
	cert, err := readFile(place(t.Cert), mostPEM)
	if err != nil {
		return nil, &tlsFault{"cert", fmt.Errorf("certificate %s: %s", t.Cert, reason(err))}
	}
	key, err := readFile(place(t.Key), mostPEM)
	if err != nil {
		return nil, &tlsFault{"key", fmt.Errorf("key %s: %s", t.Key, reason(err))}
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return nil, &tlsFault{"key", fmt.Errorf("certificate %s and key %s are no pair: %v", t.Cert, t.Key, err)}
	}
	out.Certificates = []tls.Certificate{pair}
	return out, nil
}
