package otlp

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// Value is a kind of value that differs from one export to the next.
type Value int

// Values; how each is written follows from its kind and the encoding.
const (
	None    Value = iota // none: the last piece has no value behind it
	TraceID              // 16 random bytes; in JSON 32 hexadecimal digits
	SpanID               // 8 random bytes; in JSON 16 hexadecimal digits
	Time                 // nanoseconds since 1970, 8 bytes from the lowest on; in JSON 19 digits
	Text                 // random letters and digits
)

// Piece is a part of the export that is always the same, and the place of the
// value behind it.
type Piece struct {
	Bytes []byte
	Place
}

// Place is where a value stands. Values of one kind and number are equal within
// an export.
type Place struct {
	Value  Value
	Width  int           // bytes
	Which  uint64        // its number
	Offset time.Duration // of a time, from the instant at which the export is due
}

// Pieces are those of the export, in order.
func (e Export) Pieces() ([]Piece, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	var m marks
	message := e.message(&m)
	if e.encoding() == JSON {
		encoded, err := protojson.MarshalOptions{UseEnumNumbers: true}.Marshal(message)
		if err != nil {
			return nil, err
		}
		var out bytes.Buffer // protojson puts spaces in as it likes
		if err := json.Compact(&out, encoded); err != nil {
			return nil, err
		}
		return m.find([]byte(m.inJSON().Replace(out.String())), true)
	}
	encoded, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	if err != nil {
		return nil, err
	}
	return m.find(encoded, false)
}

// marks stand in the message where the values will. Each is of eight bytes that
// nothing else in it has: a control character, which no text of a scenario
// holds, and the value's index.
type marks struct {
	places []Place // by index
	index  map[Place]int
}

const (
	markHead  = "\x01mk"
	markWidth = 8
)

func (m *marks) mark(p Place) []byte {
	if m.index == nil {
		m.index = map[Place]int{}
	}
	i, known := m.index[p]
	if !known {
		i = len(m.places)
		m.index[p], m.places = i, append(m.places, p)
	}
	return markOf(i)
}

func markOf(i int) []byte { return fmt.Appendf(nil, "%s%05d", markHead, i) }

// id is the mark of a trace's or a span's id.
func (m *marks) id(kind Value, which uint64) []byte {
	width := map[Value]int{TraceID: 16, SpanID: 8}[kind]
	mark := m.mark(Place{Value: kind, Width: width, Which: which})
	return append(mark, make([]byte, width-markWidth)...)
}

func (m *marks) time(offset time.Duration) uint64 {
	return binary.LittleEndian.Uint64(m.mark(Place{Value: Time, Width: 8, Offset: offset}))
}

func (m *marks) text(width int, which uint64) string {
	return string(m.mark(Place{Value: Text, Width: width, Which: which})) + strings.Repeat("x", width-markWidth)
}

// inJSON turns what protobuf's JSON made of the marks back into them.
func (m *marks) inJSON() *strings.Replacer {
	var pairs []string
	for i, p := range m.places {
		mark := markOf(i)
		was := ""
		switch p.Value {
		case TraceID, SpanID:
			was = base64.StdEncoding.EncodeToString(append(mark, make([]byte, p.Width-markWidth)...))
		case Time:
			was = strconv.FormatUint(binary.LittleEndian.Uint64(mark), 10)
		case Text:
			was = fmt.Sprintf(`\u0001%s%s`, mark[1:], strings.Repeat("x", p.Width-markWidth))
		}
		pairs = append(pairs, was, string(mark))
	}
	return strings.NewReplacer(pairs...)
}

// widths are those of values in JSON that are of others in protobuf.
var widths = map[Value]int{TraceID: 32, SpanID: 16, Time: 19}

// find takes an encoded message apart at its marks.
func (m *marks) find(encoded []byte, inJSON bool) (pieces []Piece, err error) {
	found := map[int]bool{}
	for {
		at := bytes.Index(encoded, []byte(markHead))
		if at < 0 {
			break
		}
		i, err := strconv.Atoi(string(encoded[at+len(markHead) : at+markWidth]))
		if err != nil || i >= len(m.places) {
			return nil, fmt.Errorf("the export holds %q, which stands for values", encoded[at:at+markWidth])
		}
		p, skip := Piece{encoded[:at:at], m.places[i]}, m.places[i].Width
		if inJSON {
			p.Width, skip = cmp.Or(widths[p.Value], p.Width), markWidth
		}
		found[i], pieces, encoded = true, append(pieces, p), encoded[at+skip:]
	}
	if len(found) != len(m.places) {
		return nil, fmt.Errorf("%d of the export's %d values have no place in it", len(m.places)-len(found), len(m.places))
	}
	return append(pieces, Piece{Bytes: encoded}), nil
}
