package wire

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
)

// largest is the size of a request's body, in bytes before and after
// decompression, beyond which it is refused. CloudWatch takes 1 MB. [D]
const largest = 1 << 20

// Call is one API request, taken apart. It is used by one goroutine.
type Call struct {
	Service    Service
	Operation  string
	Invocation string // the SDK's own id of the call; empty where the client sends none

	id      string // the answer's request id
	dialect dialect
	enc     encoding
	input   any
}

// encoding is one way to put trees on the wire.
type encoding interface {
	answer(c *Call, tree any) ([]byte, error)
	refuse(c *Call, f *Fault) []byte
	head(h http.Header, f *Fault) // f is nil for an answer
}

// Read takes a request apart. id names it in the answer. An error is a *Fault
// and comes with the Call to refuse it by.
func Read(r *http.Request, id string) (*Call, error) {
	c := &Call{Invocation: r.Header.Get("Amz-Sdk-Invocation-Id"), id: id, enc: jsonEncoding{"application/json"}}
	body, err := readBody(r)
	if err != nil {
		return c, badInput(err)
	}
	switch {
	case r.Header.Get("X-Amz-Target") != "":
		return c, c.fromTarget(r, body)
	case strings.HasPrefix(r.URL.Path, "/service/"):
		return c, c.fromPath(r, body)
	default:
		return c, c.fromForm(r, body)
	}
}

func (c *Call) fromTarget(r *http.Request, body []byte) error {
	c.enc = jsonEncoding{r.Header.Get("Content-Type")}
	target, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	d, ok := byTarget(target)
	if !ok {
		return unknown("X-Amz-Target " + strconv.Quote(r.Header.Get("X-Amz-Target")))
	}
	return c.found(d, operation, func() (any, error) { return readJSON(body) })
}

func (c *Call) fromPath(r *http.Request, body []byte) error {
	c.enc = cborEncoding{}
	rest := strings.TrimPrefix(r.URL.Path, "/service/")
	target, operation, ok := strings.Cut(rest, "/operation/")
	d, known := byTarget(target)
	if !ok || !known || r.Header.Get("Smithy-Protocol") != "rpc-v2-cbor" {
		return unknown(fmt.Sprintf("path %q in protocol %q", r.URL.Path, r.Header.Get("Smithy-Protocol")))
	}
	return c.found(d, operation, func() (any, error) { return readCBOR(body) })
}

func (c *Call) fromForm(r *http.Request, body []byte) error {
	c.enc = queryEncoding{}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return badInput(err)
	}
	d, ok := byVersion(form.Get("Version"))
	if !ok {
		return unknown(fmt.Sprintf("%s %s with Action %q and Version %q",
			r.Method, r.URL.Path, form.Get("Action"), form.Get("Version")))
	}
	return c.found(d, form.Get("Action"), func() (any, error) { return readQuery(form) })
}

func (c *Call) found(d dialect, operation string, read func() (any, error)) error {
	c.dialect, c.Service, c.Operation = d, d.service, operation
	input, err := read()
	if err != nil {
		return badInput(err)
	}
	c.input = input
	return nil
}

func unknown(what string) *Fault {
	return &Fault{Code: "UnknownOperationException", Message: "no service speaks " + what}
}

// readBody reads all of a body, whether it is compressed or not.
func readBody(r *http.Request) ([]byte, error) {
	in := io.Reader(io.LimitReader(r.Body, largest+1))
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		in = io.LimitReader(z, largest+1)
	}
	var b bytes.Buffer
	n, err := b.ReadFrom(in)
	if err == nil && n > largest {
		err = fmt.Errorf("more than %d bytes", largest)
	}
	return b.Bytes(), err
}

// Decode fills the SDK's input struct, to which `into` points. An error is a
// *Fault.
func (c *Call) Decode(into any) error {
	if err := assign(reflect.ValueOf(into).Elem(), c.input, c.dialect.spell); err != nil {
		return badInput(err)
	}
	return nil
}

// Answer writes the SDK's output struct, to which `out` points. It returns an
// error where that has no form on the wire; nothing is written then. That the
// connection fails is the client's to know.
func (c *Call) Answer(w http.ResponseWriter, out any) error {
	t, err := tree(reflect.ValueOf(out), c.dialect.spell)
	if err != nil {
		return fmt.Errorf("answer %s: %w", c.Operation, err)
	}
	body, err := c.enc.answer(c, t)
	if err != nil {
		return fmt.Errorf("answer %s: %w", c.Operation, err)
	}
	c.write(w, http.StatusOK, body, nil)
	return nil
}

// Refuse writes a refusal.
func (c *Call) Refuse(w http.ResponseWriter, f *Fault) {
	c.write(w, f.status(), c.enc.refuse(c, f), f)
}

func (c *Call) write(w http.ResponseWriter, status int, body []byte, f *Fault) {
	h := w.Header()
	c.enc.head(h, f)
	h.Set("X-Amzn-Requestid", c.id)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
