package http1

import (
	"math"
	"time"
)

// field is a field that means something here.
type field uint8

const (
	otherField field = iota
	contentLength
	transferEncoding
	connection
	serverTiming
	trailer
)

// meaning is what the fields of a head say. Its zero value is that of none.
type meaning struct {
	hasLength bool
	digits    int // of Content-Length as it was written
	length    int64
	chunked   bool
	timed     bool
	model     time.Duration
	closes    bool
	keepAlive bool
}

// named is the field of the name that is the word. A trailer means nothing,
// whatever its name: by its time all is decided.
func (p *Parser) named() field {
	if p.n > len(p.word) || p.part == partTrailer {
		return otherField
	}
	var f field
	var want string
	switch p.n {
	case len("trailer"):
		f, want = trailer, "trailer"
	case len("connection"):
		f, want = connection, "connection"
	case len("server-timing"):
		f, want = serverTiming, "server-timing"
	case len("content-length"):
		f, want = contentLength, "content-length"
	case len("transfer-encoding"):
		f, want = transferEncoding, "transfer-encoding"
	}
	for i := range want {
		if lower[p.word[i]] != want[i] {
			return otherField
		}
	}
	return f
}

// means takes in the word: a value, or one of a list.
func (p *Parser) means() error {
	m, word := &p.meaning, p.word[:min(p.n, len(p.word))]
	whole := p.n == len(word)
	switch p.field {
	case contentLength:
		if !whole {
			return ErrLength
		}
		return m.takeLength(word)
	case transferEncoding:
		switch {
		case p.minor == 0:
			return ErrCodingVersion
		case string(word) != "chunked" || m.chunked:
			return ErrCoding
		case m.hasLength:
			return ErrBothLengths
		}
		m.chunked = true
	case connection:
		m.closes = m.closes || string(word) == "close"
		m.keepAlive = m.keepAlive || string(word) == "keep-alive"
	case trailer:
		switch string(word) {
		case "content-length", "transfer-encoding", "trailer":
			return ErrTrailerField
		}
	case serverTiming:
		if whole && !m.timed {
			m.model = modelled(word)
		}
		m.timed = true
	}
	return nil
}

// takeLength takes in a Content-Length. One that comes again must be the same
// to the digit.
func (m *meaning) takeLength(word []byte) error {
	length, ok := decimal(word)
	switch {
	case !ok:
		return ErrLength
	case m.chunked:
		return ErrBothLengths
	case m.hasLength && (length != m.length || len(word) != m.digits):
		return ErrLengths
	}
	m.hasLength, m.length, m.digits = true, length, len(word)
	return nil
}

// decimal is digits and nothing else, below 2^63.
func decimal(word []byte) (n int64, ok bool) {
	for _, c := range word {
		d := int64(c) - '0'
		if d < 0 || d > 9 || n > (math.MaxInt64-d)/10 {
			return 0, false
		}
		n = 10*n + d
	}
	return n, len(word) > 0
}

// modelled is the duration of model;dur=<milliseconds>, to the nanosecond.
func modelled(word []byte) time.Duration {
	const name = "model;dur="
	if len(word) <= len(name) || string(word[:len(name)]) != name {
		return 0
	}
	var ns time.Duration
	unit, point := time.Millisecond, false // unit of the next decimal place
	for _, c := range word[len(name):] {
		d := time.Duration(c) - '0'
		switch {
		case c == '.' && !point:
			point = true
		case d < 0 || d > 9:
			return 0
		case !point:
			ns = 10*ns + d*time.Millisecond
		default:
			unit /= 10
			ns += d * unit
		}
		if ns > time.Hour {
			return 0
		}
	}
	return ns
}
