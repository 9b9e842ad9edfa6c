package http1

// Message is one request of a template in a buffer of its own, which is used
// again for the next: head and body lie side by side, so that one write sends
// both, and a body that stays the same is copied once. The head ends where the
// body begins and grows to the left: whatever its number's width, nothing
// moves, and what goes out is not padded. It is not safe for concurrent use.
// Make one with Template.Message.
//
// It was tried to keep a gap of fixed width for the number. Filled with zeros
// the server sees another number as text; with spaces it sees the same, but
// each request is longer than what it says, and such a field is one that a
// firewall may ask questions about.
type Message struct {
	template *Template
	buf      []byte
	front    int // where the body begins
}

// Message returns a message of the template with a body, which it copies, and
// room for one of that many bytes or fewer.
func (t *Template) Message(body []byte) *Message {
	front := len(t.prefix) + mostDigits + len(traceField) + mostTrace + len(lengthField) + mostDigits + len(endOfHead)
	m := &Message{template: t, front: front, buf: make([]byte, front, front+len(body))}
	m.SetBody(body)
	return m
}

// Body is empty; a body that is appended to it and given to SetBody is in its
// place already, and is not copied, if there was room for it.
func (m *Message) Body() []byte { return m.buf[m.front:m.front] }

// SetBody makes b the body. It copies it, into a larger buffer where it must.
func (m *Message) SetBody(b []byte) { m.buf = append(m.buf[:m.front], b...) }

// Render writes the head of the request with a number and returns the whole
// request. It is the message's own, and good until its next use: what of it is
// still to be written to a connection must be written before that.
func (m *Message) Render(number uint64) []byte { return m.RenderTraced(number, nil) }

// RenderTraced is Render with a traceparent; without any there is no such field.
func (m *Message) RenderTraced(number uint64, trace []byte) []byte {
	body := len(m.buf) - m.front
	at := m.front - m.template.headSize(number, trace, body)
	m.template.AppendTraced(m.buf[at:at], number, trace, body)
	return m.buf[at:]
}
