// Package http1 is HTTP/1.1 as bytes, for a client that sends the same few
// requests over and over: it renders requests and reads responses. It knows no
// sockets, no goroutines and no time, and it allocates nothing per request.
//
//	t, err := http1.NewTemplate(http1.Request{Method: "POST", URL: u, Header: header})
//	m := t.Message(body)         // once for each connection
//	write(m.Render(number))      // head and body in one piece
//	p.Begin(t.Head(), nil)
//	for !p.Done() {
//		n := read(buf)           // 0: p.End() says what that means
//		used, err := p.Feed(buf[:n])
//		...                      // err is an Error; done with used < n: ErrSurplus
//	}
//	p.Status(), p.Length(), p.Close()
//
// # The parser
//
// It is a machine that takes bytes as they come and keeps no more of them than
// one word of 32: any buffer will do, one buffer serves all connections of a
// thread, a connection costs some 200 bytes, and where reads cut the bytes
// makes no difference, to the byte at which something is found wrong. What is
// read is what a load test needs: the status, where the response ends, whether
// its connection can be used again, an emulator's Server-Timing, and the
// body's length; the body itself only where it is asked for, into memory of
// the caller's, as far as that goes. Everything else is looked at for what may
// not stand there, eight bytes at a time, and forgotten.
//
// The usual other design waits for the whole head in a buffer of each
// connection's own and then cuts it into lines. It needs a second way for what
// does not fit, looks at the first bytes again with each that comes, and with
// thousands of connections it is the buffers that cost.
//
// # What counts as a response
//
// A success that is none is this project's worst defect. So nothing counts
// that net/http refuses; and of what net/http takes, that is refused in which
// another receiver, such as a proxy on the way, may find another end or
// another head (request and response smuggling):
//
//   - both Transfer-Encoding and Content-Length; Transfer-Encoding in HTTP/1.0;
//   - lines that end in LF alone, in the head and in the trailers;
//   - folded fields; spaces in a field's name or before its colon;
//   - control characters in the reason or in a chunk's extension;
//   - versions other than HTTP/1.0 and 1.1; a status line with more than one
//     space before the status, or a status below 100 or with a sign;
//   - 101, and more than MaxInformational other 1xx;
//   - a Trailer that names a field of framing, where there are no chunks too;
//   - Content-Length with more than 32 digits, which are zeros;
//   - heads beyond MaxHead.
//
// The tests have this list with an example of each, hold it against net/http on
// random bytes, and allow no other difference: not in status, body, end or
// close. Equal Content-Length fields count, as with net/http, as do a missing
// reason, spaces after a chunk's size and bytes beyond ASCII in values: real
// services send them, and all read them alike.
//
// What comes after the end of a response is not the parser's: Feed leaves it,
// and whoever reads the connection decides. It is a response that nobody asked
// for, or the rest of one whose length is wrong, and the next request's
// response would be taken from it: ErrSurplus, and the connection is closed.
//
// # What it refuses to do
//
// It asks for no compression and undoes none, follows nothing, opens no
// tunnels, sends no body in chunks, and pipelines nothing. Proxies and other
// unusual needs are net/http's.
package http1
