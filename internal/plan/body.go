package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"scaleproof/internal/otlp"
)

// Body makes the bodies of a kind's requests from text with placeholders; the
// table of placeholders says which there are. Every body of a kind has the same
// size, so that its cost is known before it is sent: each placeholder has a
// fixed width, and where values of a file differ in length, spaces at the end
// of the body make up for it. A body that is packed is of one size too, as it
// stands and as it is sent.
//
// Append is safe for concurrent use. Read back from JSON a Body tells its size
// and hash but makes no bodies.
type Body struct {
	Template string `json:"template,omitempty"` // file, as the scenario names it; empty: inline or none
	SHA256   string `json:"sha256,omitempty"`   // of all that bodies are made from
	Size     int64  `json:"size"`               // bytes, as whoever reads it sees them
	Wire     int64  `json:"wire,omitempty"`     // bytes that are sent, where it is packed; 0: it is not

	parts []part
	slack int // how many spaces there are at most at the end
	rows  *Rows
	drawn bool
	key   uint64
}

// Source is what bodies are made from.
type Source struct {
	Text  []byte       // with placeholders
	OTLP  *otlp.Export // in place of Text; nil: none
	Rows  *Rows        // of {{csv}}; nil: none
	Drawn bool         // the row of a body is drawn by the seed; otherwise the rows take turns
	Gzip  bool         // they are sent packed
}

// part is text that is the same in all bodies, and the slot behind it.
type part struct {
	text   []byte
	packed []byte // the same as it is sent; nil where the body is not packed
	slot   slot
}

// slot is the place of a placeholder: so many bytes that fill fills, or a value
// of a column, which has its own length. The zero value is none, behind the
// last text.
type slot struct {
	width  int // of a column the longest
	fill   filler
	values [][]byte // of the column, row by row; nil for what is filled
}

// filler writes the value of the kind's n-th request, due at now.
type filler = func(dst []byte, key, seed, n uint64, now time.Time)

const mostBody = 16 << 20 // bytes

// Compile reads what bodies of a kind are made from. The kind's name enters the
// random values, so that two kinds of one template never send the same id.
func Compile(kind string, s Source) (Body, error) {
	b := Body{key: keyOf(0, "body", kind), rows: s.Rows, drawn: s.Drawn}
	read := b.read
	if s.OTLP != nil {
		read = func(Source) error { return b.export(*s.OTLP) }
	}
	if err := read(s); err != nil {
		return Body{}, err
	}
	for _, p := range b.parts {
		b.Size += int64(len(p.text) + p.slot.width)
		if p.slot.values != nil {
			b.slack += p.slot.width
		}
	}
	b.SHA256 = hex.EncodeToString(s.sum())
	if s.Gzip {
		if err := b.pack(); err != nil {
			return Body{}, err
		}
		b.Wire = int64(len(b.Append(nil, 0, 0, time.Time{})))
	}
	return b, nil
}

// contentType is what bodies are, as far as it can be seen: an object or an
// array is JSON.
func (s Source) contentType() string {
	if s.OTLP != nil {
		return s.OTLP.ContentType()
	}
	if text := strings.TrimSpace(string(s.Text[:min(len(s.Text), 64)])); text != "" && (text[0] == '{' && !strings.HasPrefix(text, "{{") || text[0] == '[') {
		return "application/json"
	}
	return ""
}

// sum is the hash of a source: of text alone, its own.
func (s Source) sum() []byte {
	h := sha256.New()
	h.Write(s.Text)
	if s.OTLP != nil {
		fmt.Fprintf(h, "\x00otlp %+v", *s.OTLP) // fmt sorts a map's keys
	}
	if s.Rows != nil {
		fmt.Fprintf(h, "\x00rows %t ", s.Drawn)
		h.Write(s.Rows.sum)
	}
	if s.Gzip {
		fmt.Fprint(h, "\x00gzip")
	}
	return h.Sum(nil)
}

// read takes text and placeholders apart.
func (b *Body) read(s Source) error {
	rest, text, size := string(s.Text), []byte(nil), 0
	for i := uint64(0); ; i++ {
		before, after, found := strings.Cut(rest, "{{")
		if size += len(before); size > mostBody {
			return fmt.Errorf("the body is longer than %s", bytes(mostBody))
		}
		text = append(text, before...)
		if !found {
			break
		}
		inside, next, closed := strings.Cut(after, "}}")
		if !closed || strings.Contains(inside, "{{") {
			return fmt.Errorf("the placeholder {{%s is never closed by }}", clip(inside))
		}
		p, err := b.placeholder(strings.Fields(inside), i)
		if err != nil {
			return fmt.Errorf("placeholder {{%s}}: %w", clip(inside), err)
		}
		if size += len(p.text) + p.slot.width; size > mostBody {
			return fmt.Errorf("placeholder {{%s}}: it makes the body longer than %s", clip(inside), bytes(mostBody))
		}
		text = append(text, p.text...)
		if p.slot.width > 0 {
			b.parts = append(b.parts, part{text: text, slot: p.slot})
			text = nil
		}
		rest = next
	}
	if len(text) > 0 {
		b.parts = append(b.parts, part{text: text})
	}
	return nil
}

// Append appends the body of the kind's n-th request, due at now, to dst, as it
// is sent. Equal arguments give equal bytes. It allocates nothing where dst has
// room.
func (b *Body) Append(dst []byte, seed, n uint64, now time.Time) []byte {
	row := b.row(seed, n)
	if b.Wire > 0 {
		return b.appendPacked(dst, row, seed, n, now)
	}
	start := len(dst)
	for i := range b.parts {
		p := &b.parts[i]
		dst = append(dst, p.text...)
		dst = p.slot.append(dst, b.key, row, seed, n, now)
	}
	if b.slack > 0 {
		dst = spaces(dst, int(b.Size)-(len(dst)-start))
	}
	return dst
}

// row is the row that the body of the n-th request has its values from.
func (b *Body) row(seed, n uint64) uint64 {
	switch {
	case b.rows == nil:
		return 0
	case b.drawn:
		return below(draw(mix(b.key^rowKey^mix(seed)), n), uint64(b.rows.Len()))
	}
	return n % uint64(b.rows.Len())
}

const rowKey = 0x9d8f6c5b3a291807 // sets the draw of a row apart from those of values

func (s *slot) append(dst []byte, key, row, seed, n uint64, now time.Time) []byte {
	if s.values != nil {
		return append(dst, s.values[row]...)
	}
	if s.width == 0 {
		return dst
	}
	dst = room(dst, s.width)
	s.fill(dst[len(dst)-s.width:], key, seed, n, now)
	return dst
}

// room makes dst longer by n bytes, which are to be written.
func room(dst []byte, n int) []byte {
	if cap(dst)-len(dst) < n {
		return append(dst, make([]byte, n)...)
	}
	return dst[:len(dst)+n]
}

func spaces(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, ' ')
	}
	return dst
}

// Fixed says that all bodies of the kind are the same bytes.
func (b *Body) Fixed() bool {
	return len(b.parts) == 0 || len(b.parts) == 1 && b.parts[0].slot.width == 0
}

// Dear says that making a body takes a sender more than some 5 us: what is
// different in each takes 2 ns a byte, what is copied a sixty-fourth of one, and
// its checksum twice that. Fixed bodies are made once and never dear.
func (b *Body) Dear() bool {
	if b.Fixed() {
		return false
	}
	filled, copied := 0, b.Size/64
	for _, p := range b.parts {
		if p.slot.values == nil {
			filled += p.slot.width
		}
	}
	if b.Wire > 0 {
		copied *= 3
	}
	return int64(2*filled)+copied > 5000
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "..."
	}
	return s
}
