// Package hdr adds up the encoded histograms of a timeline's windows:
// HdrHistogram, V2, compressed, in base 64. Percentiles of several windows are
// those of the sum, never an average of theirs.
//
//	var s hdr.Sum
//	for _, w := range windows {
//		err := s.Add(w.Latency)
//	}
//	for b := range s.Buckets() {
//		...                      // b.Count values from b.Least to b.Most
//	}
//
// It refuses windows of different geometry: one run's have one, so that their
// counts can be added where they stand.
//
// Note: the library's own decoder was tried. It makes a new inflater and a new
// histogram for each window, which took four fifths of judging a run.
package hdr

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/bits"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Sum is what several encoded histograms come to. The zero value is empty. It is
// not safe for concurrent use.
type Sum struct {
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

// Add adds one encoded histogram; an error leaves a part of it added.
func (m *Sum) Add(encoded string) error {
	flat, err := m.unpack(encoded)
	if err != nil {
		return err
	}
	length := int(binary.BigEndian.Uint32(flat[4:]))
	s := shape{int32(binary.BigEndian.Uint32(flat[12:])), int64(binary.BigEndian.Uint64(flat[16:])), int64(binary.BigEndian.Uint64(flat[24:]))}
	if len(m.counts) == 0 {
		if err := m.begin(s); err != nil {
			return err
		}
	}
	if s != m.shape {
		return fmt.Errorf("windows of different geometry: %v and %v", m.shape, s)
	}
	if length < 0 || length > len(flat)-innerHeader {
		return errHistogram
	}
	return m.count(flat[innerHeader : innerHeader+length])
}

// begin takes the geometry of the first histogram.
func (m *Sum) begin(s shape) error {
	snapshot := hdrhistogram.Snapshot{LowestTrackableValue: s.least, HighestTrackableValue: s.most, SignificantFigures: int64(s.digits)}
	if err := snapshot.Validate(); err != nil || s.most > 1<<40 {
		return errHistogram
	}
	m.shape, m.counts = s, make([]int64, s.length())
	return nil
}

// length is the number of counts of a histogram that the library accepts:
// buckets of sub-buckets, every next one twice as wide as the one before and
// sharing its lower half. A test asks the library, which gives the number away
// only with two copies of the counts.
func (s shape) length() int {
	sub := s.subBits()
	buckets := max(1, bits.Len64(uint64(max(s.most, 0)))-sub-s.unitBits()+1)
	return (buckets + 1) << (sub - 1)
}

// unitBits are those of the smallest difference that is told apart.
func (s shape) unitBits() int { return bits.Len64(uint64(max(s.least, 1))) - 1 }

// subBits are those of the number of sub-buckets.
func (s shape) subBits() int {
	sub := 1
	for most := 2 * power(s.digits); 1<<sub < most; sub++ {
	}
	return sub
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
func (m *Sum) unpack(encoded string) ([]byte, error) {
	var err error
	if m.raw, err = base64.StdEncoding.AppendDecode(m.raw[:0], []byte(encoded)); err != nil || len(m.raw) < outerHeader {
		return nil, errHistogram
	}
	if binary.BigEndian.Uint32(m.raw)&cookieMask != compressedCookie&cookieMask {
		return nil, errHistogram
	}
	packed := bytes.NewReader(m.raw[outerHeader:])
	if m.inflate == nil {
		m.inflate, err = zlib.NewReader(packed)
	} else {
		err = m.inflate.(zlib.Resetter).Reset(packed, nil)
	}
	if err != nil {
		return nil, errHistogram
	}
	m.flat.Reset()
	// No geometry that begin accepts has more than a few million counts.
	if _, err := m.flat.ReadFrom(io.LimitReader(m.inflate, 1<<24)); err != nil {
		return nil, errHistogram
	}
	flat := m.flat.Bytes()
	if len(flat) < innerHeader || binary.BigEndian.Uint32(flat)&cookieMask != plainCookie&cookieMask {
		return nil, errHistogram
	}
	return flat, nil
}

// count adds the counts: zig-zag varints, where -n stands for n zeros.
func (m *Sum) count(payload []byte) error {
	at := int64(0)
	for len(payload) > 0 {
		n, used := varint(payload)
		if used == 0 {
			return errHistogram
		}
		payload = payload[used:]
		if n < 0 {
			at -= n
			if at < 0 || at > int64(len(m.counts)) {
				return errHistogram
			}
			continue
		}
		if at >= int64(len(m.counts)) {
			return errHistogram
		}
		m.counts[at] += n
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

// Histogram is what was added; nil where nothing was.
func (m *Sum) Histogram() *hdrhistogram.Histogram {
	if len(m.counts) == 0 {
		return nil
	}
	return hdrhistogram.Import(&hdrhistogram.Snapshot{LowestTrackableValue: m.shape.least, HighestTrackableValue: m.shape.most,
		SignificantFigures: int64(m.shape.digits), Counts: m.counts})
}

// Merge adds another sum, which is left as it is.
func (m *Sum) Merge(o *Sum) error {
	if len(o.counts) == 0 {
		return nil
	}
	if len(m.counts) == 0 {
		m.shape, m.counts = o.shape, make([]int64, len(o.counts))
	}
	if m.shape != o.shape {
		return fmt.Errorf("windows of different geometry: %v and %v", m.shape, o.shape)
	}
	for i, n := range o.counts {
		m.counts[i] += n
	}
	return nil
}

// Bucket is how many of the values lie from Least to Most.
type Bucket struct{ Least, Most, Count int64 }

// Buckets are those that hold something, from the lowest on.
func (m *Sum) Buckets() iter.Seq[Bucket] {
	return func(yield func(Bucket) bool) {
		for i, n := range m.counts {
			if n == 0 {
				continue
			}
			least, most := m.shape.bounds(i)
			if !yield(Bucket{least, most, n}) {
				return
			}
		}
	}
}

// bounds are the values that count at a place.
func (s shape) bounds(place int) (least, most int64) {
	half := 1 << (s.subBits() - 1)
	bucket, sub := place/half-1, place%half+half
	if bucket < 0 {
		bucket, sub = 0, sub-half
	}
	width := bucket + s.unitBits()
	return int64(sub) << width, int64(sub+1)<<width - 1
}

// Counts are those of the buckets, from the lowest on, up to the last that the
// geometry has; nil where nothing was added. They are the sum's own, and may be
// read until its next use.
func (m *Sum) Counts() []int64 { return m.counts }

// Reset takes out what was added, and keeps the geometry.
func (m *Sum) Reset() { clear(m.counts) }

// Place is the index of the count in which a value stands, the number of counts
// for one above them all. Something was added before.
func (m *Sum) Place(value int64) int {
	h := hdrhistogram.New(m.shape.least, m.shape.most, int(m.shape.digits))
	if h.RecordValue(min(max(value, m.shape.least), m.shape.most)) != nil {
		return len(m.counts)
	}
	for i, n := range h.Export().Counts {
		if n > 0 {
			return i
		}
	}
	return len(m.counts)
}
