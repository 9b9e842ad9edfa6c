package http1

import "math"

// body reads what is no line: the body's bytes, and the CRLF after a chunk's.
func (p *Parser) body(b []byte) (used int, err error) {
	switch {
	case p.state == inBodyToClose:
		p.take(b)
		return len(b), nil
	case p.state == inChunkEndCR && b[0] == '\r':
		p.state = inChunkEndLF
		return 1, nil
	case p.state == inChunkEndLF && b[0] == '\n':
		p.enter(partChunk, inChunkSize)
		return 1, nil
	case p.state >= inChunkEndCR:
		return 0, ErrChunkEnd
	}
	if int64(len(b)) > p.left {
		b = b[:p.left]
	}
	p.take(b)
	p.left -= int64(len(b))
	if p.left == 0 {
		if p.state == inChunk {
			p.state = inChunkEndCR
		} else {
			p.state = isDone
		}
	}
	return len(b), nil
}

// take counts bytes of the body, and keeps what there is room for.
func (p *Parser) take(b []byte) {
	p.length += int64(len(b))
	if room := cap(p.kept) - len(p.kept); room > 0 {
		p.kept = append(p.kept, b[:min(room, len(b))]...)
	}
}

// chunkSize reads a chunk's size up to its extensions or the line's CR. Spaces
// may follow it, as old servers have them, but no extension may follow those.
func (p *Parser) chunkSize(b []byte) (used int, err error) {
	for i, c := range b {
		digit, isDigit := hexadecimal(c)
		switch {
		case isDigit && p.state == inChunkSize:
			if p.n++; p.n > MaxChunkDigits || p.left > math.MaxInt64>>4 {
				return i, ErrChunkSize
			}
			p.left = p.left<<4 | digit
			continue
		case p.n == 0:
			return i, ErrChunkSize
		case c == '\r':
			p.state = inChunkLF
			return i + 1, nil
		case c == ';' && p.state == inChunkSize:
			p.state = inExtension
			return i + 1, nil
		case c == ' ' || c == '\t':
			p.state = inChunkPadding
			continue
		case c == '\n':
			return i, ErrBareLF
		}
		return i, ErrChunkSize
	}
	return len(b), nil
}

func hexadecimal(c byte) (digit int64, ok bool) {
	switch {
	case c >= '0' && c <= '9':
		return int64(c - '0'), true
	case c >= 'a' && c <= 'f':
		return int64(c-'a') + 10, true
	case c >= 'A' && c <= 'F':
		return int64(c-'A') + 10, true
	}
	return 0, false
}

// chunkBegins decides what follows a chunk's line that has ended but for its
// LF.
func (p *Parser) chunkBegins() error {
	if p.left == 0 {
		p.enter(partTrailer, inName)
		return nil
	}
	if p.left > math.MaxInt64-p.length {
		return ErrChunkSize
	}
	const free = 16
	p.overhead += int64(p.spent) + 1 - free - 2*min(p.left, MaxOverhead)
	if p.overhead = max(p.overhead, 0); p.overhead > MaxOverhead {
		return ErrChunkOverhead
	}
	p.state = inChunk
	return nil
}
