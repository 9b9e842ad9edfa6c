package http1

const (
	prefix   = "HTTP/1."
	atMinor  = len(prefix)
	atSpace  = atMinor + 1
	atStatus = atSpace + 1
	atReason = atStatus + 3
)

// statusLine reads HTTP/1.1 200 and a reason, which may be missing with its
// space.
func (p *Parser) statusLine(b []byte) (used int, err error) {
	for i, c := range b {
		switch at := p.n; {
		case at < atMinor:
			if c != prefix[at] {
				return i, notHTTP(at)
			}
		case at == atMinor:
			if c != '0' && c != '1' {
				return i, ErrVersion
			}
			p.minor, p.status = c-'0', 0
		case at == atSpace:
			if c != ' ' {
				return i, ErrVersion
			}
		case at < atReason:
			if c < '0' || c > '9' || at == atStatus && c == '0' {
				return i, ErrStatus
			}
			p.status = 10*p.status + int(c-'0')
		case at == atReason && c == ' ':
		case at == atReason && c == '\n':
			return i, ErrBareLF
		case at == atReason && c != '\r':
			return i, ErrStatus
		default:
			n, err := p.skip(b[i:], inStatusLF)
			return i + n, err
		}
		p.n++
	}
	return len(b), nil
}

// notHTTP is why a byte at a place of the prefix is wrong.
func notHTTP(at int) error {
	if at < len("HTTP/") {
		return ErrNotHTTP
	}
	return ErrVersion
}

// name reads a field's name up to its colon, or the CR of the empty line that
// ends the head.
func (p *Parser) name(b []byte) (used int, err error) {
	i := token(b)
	if p.n < len(p.word) {
		copy(p.word[p.n:], b[:i])
	}
	p.n += i
	if i == len(b) {
		return i, nil
	}
	switch c := b[i]; {
	case c == ':' && p.n > 0:
		p.field = p.named()
		p.state, p.n, p.gap = inValue, 0, false
		return i + 1, nil
	case c == '\r' && p.n == 0:
		p.state = inEmptyLF
		return i + 1, nil
	case c == '\n' && p.n == 0:
		return i, ErrBareLF
	case (c == ' ' || c == '\t') && p.n == 0:
		return i, ErrFold
	}
	return i, ErrName
}

// value reads a field's value up to its CR. Of one that means something the
// word is gathered: without the spaces around it, all of them inside as one.
func (p *Parser) value(b []byte) (used int, err error) {
	if p.field == otherField {
		return p.skip(b, inFieldLF)
	}
	for i, c := range b {
		switch {
		case c == '\r':
			if err := p.means(); err != nil {
				return i, err
			}
			p.state = inFieldLF
			return i + 1, nil
		case !isText(c):
			return i, wrong(c)
		case c == ' ' || c == '\t':
			p.gap = true
		case c == ',' && (p.field == connection || p.field == trailer):
			if err := p.means(); err != nil {
				return i, err
			}
			p.n, p.gap = 0, false
		default:
			if p.gap && p.n > 0 {
				p.put(' ')
			}
			p.gap = false
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			p.put(c)
		}
	}
	return len(b), nil
}

func (p *Parser) put(c byte) {
	if p.n < len(p.word) {
		p.word[p.n] = c
	}
	p.n++
}

// headEnd decides what follows the head that has ended.
func (p *Parser) headEnd() error {
	switch {
	case p.status == 101:
		return ErrSwitching
	case p.status < 200:
		if p.informational++; p.informational > MaxInformational {
			return ErrInformational
		}
		p.state, p.n, p.meaning = inStatusLine, 0, meaning{}
		return nil
	}
	m := &p.meaning
	m.closes = m.closes || p.minor == 0 && !m.keepAlive
	switch {
	case p.head || p.status == 204 || p.status == 304:
		p.state = isDone
	case m.chunked:
		p.enter(partChunk, inChunkSize)
	case !m.hasLength:
		m.closes = true
		p.state = inBodyToClose
	case m.length == 0:
		p.state = isDone
	default:
		p.state, p.left = inBody, m.length
	}
	return nil
}
