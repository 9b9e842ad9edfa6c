package wire

import (
	"bytes"
	"net/http"
)

// jsonEncoding is AWS JSON, in the version that the request named.
type jsonEncoding struct{ contentType string }

func (jsonEncoding) answer(_ *Call, t any) ([]byte, error) { return appendJSON(nil, t) }

func (e jsonEncoding) head(h http.Header, _ *Fault) { h.Set("Content-Type", e.contentType) }

func (jsonEncoding) refuse(c *Call, f *Fault) []byte {
	body, _ := appendJSON(nil, c.fault(f)) // strings only
	return body
}

// fault is the tree of a refusal in JSON and CBOR.
func (c *Call) fault(f *Fault) record {
	return record{{"__type", c.dialect.errors + f.Code}, {"message", f.Message}}
}

// cborEncoding is RPC v2 CBOR. The client asks for the code of the query
// protocol in a header, which overrides __type. [M]
type cborEncoding struct{}

func (cborEncoding) answer(_ *Call, t any) ([]byte, error) { return writeCBOR(t) }

func (cborEncoding) head(h http.Header, f *Fault) {
	h.Set("Content-Type", "application/cbor")
	h.Set("Smithy-Protocol", "rpc-v2-cbor")
	if f != nil {
		h.Set("X-Amzn-Query-Error", f.Code+";"+f.party())
	}
}

func (cborEncoding) refuse(c *Call, f *Fault) []byte {
	body, _ := writeCBOR(c.fault(f)) // strings only
	return body
}

// queryEncoding answers in XML.
type queryEncoding struct{}

func (queryEncoding) head(h http.Header, _ *Fault) { h.Set("Content-Type", "text/xml") }

func (queryEncoding) answer(c *Call, t any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`<` + c.Operation + `Response xmlns="` + c.dialect.xmlns + `">`)
	writeXML(&b, c.Operation+"Result", t)
	writeXML(&b, "ResponseMetadata", record{{"RequestId", c.id}})
	b.WriteString(`</` + c.Operation + `Response>`)
	return b.Bytes(), nil
}

func (queryEncoding) refuse(c *Call, f *Fault) []byte {
	var b bytes.Buffer
	b.WriteString("<ErrorResponse")
	if c.dialect.xmlns != "" { // the service is known
		b.WriteString(` xmlns="` + c.dialect.xmlns + `"`)
	}
	b.WriteString(">")
	writeXML(&b, "Error", record{{"Type", f.party()}, {"Code", f.Code}, {"Message", f.Message}})
	writeXML(&b, "RequestId", c.id)
	b.WriteString(`</ErrorResponse>`)
	return b.Bytes()
}
