package plan

import (
	stdbytes "bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"time"
)

// Packing in advance. To run gzip over each body costs a sender ten times what
// all else of a request does, and makes bodies of many sizes. So the text that
// is the same in all bodies of a kind is packed once, and what is different is
// put between as it stands, in stored blocks: gzip of one size, in which only
// the checksum is left to work out. What it unpacks to is the body, and what
// unpacking costs is nearly the same. It is longer than gzip's own by some ten
// bytes a placeholder and by what random characters could be packed to, which
// in ids and numbers is about half and in {{random}} a quarter.
//
// Text is packed with what stands before it in view, as long as that has bytes
// that it cannot refer to in place of the slots: those of a value that no text
// has. Where there is none, and behind values of no fixed length, whose text
// lies at another distance in each body, the packing begins anew.

// Parts of RFC 1951 and 1952.
const (
	gzipHead   = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" // deflate, no name, no time, system unknown
	lastBlock  = "\x01\x00\x00\xff\xff"                     // stored, empty
	mostStored = 65535                                      // bytes in a stored block
	blockHead  = 5                                          // bytes before what a stored block holds
)

// pack has Append send what it makes as gzip.
func (b *Body) pack() error {
	if b.slack > mostStored {
		return fmt.Errorf("the values of its columns are up to %d bytes long in all, and where the body is packed no more than %d may be: leave gzip out, or use shorter values", b.slack, mostStored)
	}
	var out stdbytes.Buffer
	w, err := flate.NewWriter(&out, flate.DefaultCompression)
	if err != nil {
		return err
	}
	hole, free := b.unused()
	for i := range b.parts {
		p := &b.parts[i]
		if len(p.text) > 0 {
			w.Write(p.text) // a buffer takes all
			w.Flush()
			p.packed = stdbytes.Clone(out.Bytes())
		}
		if free && p.slot.values == nil && p.slot.width <= 32<<10 {
			w.Write(stdbytes.Repeat([]byte{hole}, p.slot.width))
			w.Flush()
		} else {
			w.Reset(&out)
		}
		out.Reset()
	}
	b.Wire = 1 // anything but 0: it is packed
	return nil
}

// unused is a byte that is in no text of the body.
func (b *Body) unused() (byte, bool) {
	var used [256]bool
	for _, p := range b.parts {
		for _, c := range p.text {
			used[c] = true
		}
	}
	for c, u := range used {
		if !u {
			return byte(c), true
		}
	}
	return 0, false
}

func (b *Body) appendPacked(dst []byte, row, seed, n uint64, now time.Time) []byte {
	dst = append(dst, gzipHead...)
	sum, size := uint32(0), 0
	for i := range b.parts {
		p := &b.parts[i]
		dst = append(dst, p.packed...)
		sum = crc32.Update(sum, crc32.IEEETable, p.text)
		size += len(p.text)
		if p.slot.width == 0 {
			continue
		}
		dst = room(dst, blockHead)
		start := len(dst)
		dst = p.slot.append(dst, b.key, row, seed, n, now)
		sum = crc32.Update(sum, crc32.IEEETable, dst[start:])
		size += len(dst) - start
		dst = store(dst, start)
	}
	if b.slack > 0 {
		dst = room(dst, blockHead)
		start := len(dst)
		dst = spaces(dst, int(b.Size)-size)
		sum = crc32.Update(sum, crc32.IEEETable, dst[start:])
		dst = store(dst, start)
	}
	dst = append(dst, lastBlock...)
	dst = binary.LittleEndian.AppendUint32(dst, sum)
	return binary.LittleEndian.AppendUint32(dst, uint32(b.Size))
}

// store makes stored blocks of what lies behind start, before which there is
// room for the head of the first.
func store(dst []byte, start int) []byte {
	size := len(dst) - start
	blocks := max(1, (size+mostStored-1)/mostStored)
	dst = room(dst, (blocks-1)*blockHead)
	for i := blocks - 1; i >= 0; i-- {
		from := start + i*mostStored
		n := min(size-i*mostStored, mostStored)
		to := from + i*blockHead
		copy(dst[to:to+n], dst[from:from+n])
		head := dst[to-blockHead:]
		head[0] = 0
		binary.LittleEndian.PutUint16(head[1:], uint16(n))
		binary.LittleEndian.PutUint16(head[3:], ^uint16(n))
	}
	return dst
}
