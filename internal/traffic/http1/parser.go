package http1

import (
	"io"
	"time"
)

// Parser reads the responses of one connection, one after another. The zero
// value is ready for the response to a request that was no HEAD; Begin makes
// it so for the next. It holds none of the bytes that it is fed, beyond one
// word of a line that means something. It is not safe for concurrent use.
type Parser struct {
	state state
	part  part
	err   error // why the response was refused
	spent int   // bytes of the part so far

	head bool   // it answers a HEAD
	kept []byte // of the body

	n     int  // place in the status line, length of the word, or digits of a chunk's size
	gap   bool // spaces came that may be within the word, or after it
	field field
	word  [32]byte // a name as it came, or a value in lower case, as far as there is room

	status        int
	minor         byte // of version 1: 0 or 1
	informational int
	meaning       meaning

	left     int64 // bytes of the body, or of its chunk, to come
	length   int64
	overhead int64
}

// state is what the next byte is part of.
type state uint8

const (
	inStatusLine state = iota
	inName             // or the CR of the empty line
	inValue
	inChunkSize
	inChunkPadding // spaces after the size
	inExtension    // of a chunk
	inStatusLF     // the LF of the status line, and so on
	inFieldLF
	inEmptyLF
	inChunkLF
	inBody // from here on it is the body's, and no line's
	inBodyToClose
	inChunk
	inChunkEndCR
	inChunkEndLF
	isDone
	isRefused
)

// part is a stretch of lines that has a limit of its own.
type part uint8

const (
	partHead part = iota
	partChunk
	partTrailer
)

var limits = [...]struct {
	bytes int
	err   Error
}{
	partHead:    {MaxHead, ErrHeadSize},
	partChunk:   {MaxChunkLine, ErrChunkLine},
	partTrailer: {MaxTrailer, ErrTrailerSize},
}

// Begin forgets the last response and begins the next: to a HEAD, or to
// anything else. What the body brings is kept in keep from its start on, as
// far as its capacity goes; nil keeps nothing.
func (p *Parser) Begin(head bool, keep []byte) {
	*p = Parser{head: head, kept: keep[:0]}
}

// Feed reads the next bytes of the connection and says how many of them are
// the response's: all, until it is done. What is left then belongs to a
// response that nobody asked for: ErrSurplus. With an error, which is an
// Error, used is the place of what is wrong; the same error comes again from
// then on. How the bytes are cut into calls makes no difference.
func (p *Parser) Feed(b []byte) (used int, err error) {
	for used < len(b) && p.state < isDone {
		n := 0
		if p.state < inBody {
			n, err = p.lines(b[used:])
		} else {
			n, err = p.body(b[used:])
		}
		used += n
		if err != nil {
			p.state, p.err = isRefused, err
		}
	}
	return used, p.err
}

// End tells that the connection ended. That is the end of a response whose
// body goes on until then, and harmless after one that is done; io.EOF where
// nothing of a response had come, and io.ErrUnexpectedEOF where it was cut
// off.
func (p *Parser) End() error {
	switch {
	case p.state == inBodyToClose:
		p.state = isDone
		return nil
	case p.state == isDone:
		return nil
	case p.state == isRefused:
		return p.err
	case p.state == inStatusLine && p.spent == 0:
		return io.EOF
	}
	return io.ErrUnexpectedEOF
}

// Done says that the response is whole.
func (p *Parser) Done() bool { return p.state == isDone }

// Status is the response's, 100 at least; 0 before it is known. While 1xx
// come it is theirs.
func (p *Parser) Status() int { return p.status }

// Close says of a response that is done that its connection takes no other
// request: the service says so, or its version does, or the response had no
// other end.
func (p *Parser) Close() bool { return p.meaning.closes }

// Length is how many bytes the body has, or had so far, without the chunks'
// framing.
func (p *Parser) Length() int64 { return p.length }

// Kept is as much of the body as there was room for in what Begin was given.
// It is all of it if it is Length bytes long.
func (p *Parser) Kept() []byte { return p.kept }

// Model is how long an emulator says that the response took in its world, by
// the first Server-Timing: model;dur=<milliseconds>. 0 where it says nothing,
// or more than an hour.
func (p *Parser) Model() time.Duration { return p.meaning.model }

// enter begins a part of lines.
func (p *Parser) enter(part part, in state) {
	p.part, p.state, p.spent, p.n = part, in, 0, 0
}

// lines reads what is made of lines, up to the part's end or limit.
func (p *Parser) lines(b []byte) (used int, err error) {
	part, limit := p.part, &limits[p.part]
	if room := limit.bytes - p.spent; len(b) > room {
		b = b[:room]
	}
	for used < len(b) {
		n, rest := 0, b[used:]
		switch p.state {
		case inStatusLine:
			n, err = p.statusLine(rest)
		case inName:
			n, err = p.name(rest)
		case inValue:
			n, err = p.value(rest)
		case inChunkSize, inChunkPadding:
			n, err = p.chunkSize(rest)
		case inExtension:
			n, err = p.skip(rest, inChunkLF)
		default:
			n, err = p.lineEnd(rest[0])
		}
		used += n
		if err != nil || p.part != part || p.state >= inBody {
			return used, err
		}
		p.spent += n
	}
	if p.spent == limit.bytes {
		return used, limit.err
	}
	return used, nil
}

// skip reads text that means nothing, up to the line's CR.
func (p *Parser) skip(b []byte, then state) (used int, err error) {
	n := text(b)
	if n == len(b) {
		return n, nil
	}
	if b[n] != '\r' {
		return n, wrong(b[n])
	}
	p.state = then
	return n + 1, nil
}

// wrong is why a byte that is no text may not stand in one.
func wrong(c byte) error {
	if c == '\n' {
		return ErrBareLF
	}
	return ErrControl
}

// lineEnd reads the LF of a line.
func (p *Parser) lineEnd(c byte) (used int, err error) {
	if c != '\n' {
		return 0, ErrBareCR
	}
	switch p.state {
	case inEmptyLF:
		if p.part == partTrailer {
			p.state = isDone
		} else {
			err = p.headEnd()
		}
	case inChunkLF:
		err = p.chunkBegins()
	default:
		p.state, p.n = inName, 0
	}
	if err != nil {
		return 0, err
	}
	return 1, nil
}
