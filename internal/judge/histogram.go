package judge

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// pile adds up the encoded histograms of many windows. All windows of a run
// have one geometry, so that their counts can be added where they stand: the
// library's own decoder makes a new inflater and a new histogram for each,
// which took four fifths of judging a run. It is not safe for concurrent use;
// the zero value is empty.
type pile struct {
	shape   shape
	counts  []int64
	inflate io.ReadCloser
	raw     []byte // base 64 undone
	flat    bytes.Buffer
}

// shape is a histogram's geometry, as its header gives it.
type shape struct {
	digits      int32
	least, most int64
}

const (
	outerHeader = 8  // cookie and length, before compression
	innerHeader = 40 // cookie, length, offset, digits, least, most, ratio

	compressedCookie = 0x1c849304 // both with the word size in the second last digit
	plainCookie      = 0x1c849303
	cookieMask       = ^uint32(0xf0)
)

var errHistogram = errors.New("not an HdrHistogram V2 in base 64")

// add adds one encoded histogram.
func (p *pile) add(encoded string) error {
	flat, err := p.unpack(encoded)
	if err != nil {
		return err
	}
	length := int(binary.BigEndian.Uint32(flat[4:]))
	s := shape{int32(binary.BigEndian.Uint32(flat[12:])), int64(binary.BigEndian.Uint64(flat[16:])), int64(binary.BigEndian.Uint64(flat[24:]))}
	if len(p.counts) == 0 {
		if err := p.begin(s); err != nil {
			return err
		}
	}
	if s != p.shape {
		return fmt.Errorf("windows of different geometry: %v and %v", p.shape, s)
	}
	if length < 0 || length > len(flat)-innerHeader {
		return errHistogram
	}
	return p.count(flat[innerHeader : innerHeader+length])
}

// begin takes the geometry of the first histogram.
func (p *pile) begin(s shape) error {
	snapshot := hdrhistogram.Snapshot{LowestTrackableValue: s.least, HighestTrackableValue: s.most, SignificantFigures: int64(s.digits)}
	if err := snapshot.Validate(); err != nil || s.most > 1<<40 {
		return errHistogram
	}
	p.shape, p.counts = s, make([]int64, s.length())
	return nil
}

// length is the number of counts of a histogram that the library accepts:
// buckets of sub-buckets, every next one twice as wide as the one before and
// sharing its lower half. A test asks the library, which gives the number away
// only with two copies of the counts.
func (s shape) length() int {
	unit := bits.Len64(uint64(max(s.least, 1))) - 1
	sub := 1
	for most := 2 * power(s.digits); 1<<sub < most; sub++ {
	}
	buckets := max(1, bits.Len64(uint64(max(s.most, 0)))-sub-unit+1)
	return (buckets + 1) << (sub - 1)
}

// power is ten to a small power.
func power(n int32) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// unpack undoes base 64 and compression.
func (p *pile) unpack(encoded string) ([]byte, error) {
	var err error
	if p.raw, err = base64.StdEncoding.AppendDecode(p.raw[:0], []byte(encoded)); err != nil || len(p.raw) < outerHeader {
		return nil, errHistogram
	}
	if binary.BigEndian.Uint32(p.raw)&cookieMask != compressedCookie&cookieMask {
		return nil, errHistogram
	}
	packed := bytes.NewReader(p.raw[outerHeader:])
	if p.inflate == nil {
		p.inflate, err = zlib.NewReader(packed)
	} else {
		err = p.inflate.(zlib.Resetter).Reset(packed, nil)
	}
	if err != nil {
		return nil, errHistogram
	}
	p.flat.Reset()
	// No geometry that begin accepts has more than a few million counts.
	if _, err := p.flat.ReadFrom(io.LimitReader(p.inflate, 1<<24)); err != nil {
		return nil, errHistogram
	}
	flat := p.flat.Bytes()
	if len(flat) < innerHeader || binary.BigEndian.Uint32(flat)&cookieMask != plainCookie&cookieMask {
		return nil, errHistogram
	}
	return flat, nil
}

// count adds the counts: zig-zag varints, where -n stands for n zeros.
func (p *pile) count(payload []byte) error {
	at := int64(0)
	for len(payload) > 0 {
		n, used := varint(payload)
		if used == 0 {
			return errHistogram
		}
		payload = payload[used:]
		if n < 0 {
			at -= n
			if at < 0 || at > int64(len(p.counts)) {
				return errHistogram
			}
			continue
		}
		if at >= int64(len(p.counts)) {
			return errHistogram
		}
		p.counts[at] += n
		at++
	}
	return nil
}

// varint reads one LEB128 of up to nine bytes, the ninth whole, as the format
// has it, and undoes the zig-zag. used is 0 where it is cut off.
func varint(b []byte) (n int64, used int) {
	var v uint64
	for i := 0; i < 9 && i < len(b); i++ {
		if i == 8 {
			v |= uint64(b[i]) << 56
			return int64(v>>1) ^ -int64(v&1), 9
		}
		v |= uint64(b[i]&0x7f) << (7 * i)
		if b[i] < 0x80 {
			return int64(v>>1) ^ -int64(v&1), i + 1
		}
	}
	return 0, 0
}

// histogram is what was added; nil where nothing was.
func (p *pile) histogram() *hdrhistogram.Histogram {
	if len(p.counts) == 0 {
		return nil
	}
	return hdrhistogram.Import(&hdrhistogram.Snapshot{LowestTrackableValue: p.shape.least, HighestTrackableValue: p.shape.most,
		SignificantFigures: int64(p.shape.digits), Counts: p.counts})
}
